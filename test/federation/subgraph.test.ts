import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import { parseConfig } from "../../src/config.js";
import { hubSubgraph } from "../../src/federation/hub-subgraph.js";
import { publicFileOf, type SigningKey } from "../../src/federation/keys.js";
import { parsePolicy } from "../../src/policy/load.js";
import { idCipherOf } from "../../src/server/foundation.js";
import { shipped } from "../policy/shipped.js";
import { AGENCY, INVENTED, RECORDS, SCHOOLS, town } from "../server/town.js";
import { type Sql, startHub, type TestHub } from "../support/hub.js";
import { statements } from "../support/statements.js";
import { type Call, gatewayKeys, signedCall } from "./gateway.js";
import { wordIn } from "./word.js";

const MINOR = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Minor { id fullName } } }";
const RELATION =
  'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Minor { relation(audience: "school", row: "R13") } } }';
const REGISTER = `mutation { registerMinor(input: { fullName: "同安安", givenName: "安安", birthDate: "2015-05-05", sex: FEMALE, residence: "990101101200" }) { id } }`;

describe.each(["embedded", "postgresql"] as const)("the hub as a subgraph (%s)", (database) => {
  let hub: TestHub;
  let key: SigningKey;
  let folder: string;
  const id = (type: keyof typeof RECORDS | "Agency", of: string) => hub.questions.world.ids.encode(type, of);
  const reference = (__typename: keyof typeof RECORDS | "Agency", of?: string) => ({
    __typename,
    id: id(__typename, of ?? (__typename === "Agency" ? AGENCY : RECORDS[__typename])),
  });
  const send = async ({ headers, body }: Awaited<ReturnType<typeof signedCall>>) => {
    const response = await fetch(`${hub.address}/subgraph`, { method: "POST", headers, body });
    const text = await response.text();
    return { status: response.status, text, headers: response.headers, ...JSON.parse(text) };
  };
  const call = async (asked: Call) => send(await signedCall(key, asked));
  const entities = async (as: string, ...r: object[]) =>
    (await call({ as, query: MINOR, variables: { r } })).data._entities;

  it("does not start where rows are registered for an agency of another kind (R34 for a school)", async () => {
    const started = (holds: string[]) =>
      hubSubgraph(
        parseConfig(
          {
            FEDERATION_GATEWAY_KEYS_FILE: "gateway.public.json",
            FEDERATION_RELATION_KEY_FILE: `${folder}/relation.json`,
          },
          JSON.stringify({ federation: { agencies: { school: { agency: id("Agency", AGENCY), holds } } } }),
        ),
        hub.questions.world.ids,
        parsePolicy(shipped),
        () => [],
        (sql, params) => hub.store.query(sql, params),
      );
    await expect(started(["R13", "R34"])).rejects.toThrow(
      "federation.agencies.school.holds: R34 is not kept at home by SCHOOL; it keeps R13 R14 R15 R16 R16b",
    );
    expect(await started(["R13"])).toBeDefined();
  });

  describe("_entities", () => {
    it("answers each reference in its place, whatever its type", async () => {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename
        ... on Minor { fullName } ... on Case { kind } ... on Agency { name } ... on OpinionAlert { topic } } }`;
      const r = [
        reference("Agency"),
        reference("Case"),
        reference("Minor", INVENTED),
        reference("Minor"),
        reference("OpinionAlert"),
        reference("Minor"),
      ];
      const { data, errors } = await call({ as: "near/head", query, variables: { r } });
      expect(errors).toBeUndefined();
      expect(data._entities).toEqual([
        { __typename: "Agency", name: "near/head" },
        { __typename: "Case", kind: "BULLYING" },
        null,
        { __typename: "Minor", fullName: "陆晴晴" },
        { __typename: "OpinionAlert", topic: "BULLYING" },
        { __typename: "Minor", fullName: "陆晴晴" },
      ]);
    });

    it("gives the same null for a hidden record, one that is not there, and an id of another type", async () => {
      const asked = [
        reference("Minor"),
        reference("Minor", INVENTED),
        { __typename: "Minor", id: id("Case", INVENTED) },
      ];
      expect(await entities("far/head", ...asked)).toEqual([null, null, null]);
      expect(await entities("near/head", ...asked)).toEqual([
        { __typename: "Minor", id: id("Minor", RECORDS.Minor), fullName: "陆晴晴" },
        null,
        null,
      ]);
    });

    it("decides as /graphql does: the same fields refused, the same purpose required", async () => {
      const r = [reference("Minor")];
      const query =
        "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Minor { careRegistrations { status } } } }";
      for (const [purpose, code] of [
        [null, "PURPOSE_REQUIRED"],
        ["CASE_HANDLING", "FIELD_NOT_SHARED"],
      ] as const) {
        const { errors } = await call({ as: "police/head", query, variables: { r }, purpose });
        expect(errors?.[0].extensions.code).toBe(code);
      }
    });

    it.each([
      [[{ __typename: "Person", id: "x" }]],
      [[{ __typename: "Minor" }]],
      [[{ id: "x" }]],
      [[{ __typename: "Minor", id: "x\0" }]],
      [["Minor"]],
      [[{ __typename: "__proto__", id: "x" }]],
    ])("refuses the representation %j and says what to send", async (r) => {
      const { status, errors } = await call({ as: "near/head", query: MINOR, variables: { r } });
      expect(status).toBe(400);
      expect(errors[0].extensions).toMatchObject({ code: "BAD_USER_INPUT" });
    });

    it("asks the database as much for a hundred references as for one, and reads them all in one statement", async () => {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Agency { name } ... on Case { kind }
        ... on Minor { fullName cases { kind } attendance: relation(audience: "school", row: "R13") health: relation(audience: "school", row: "R14") } } }`;
      const known = [reference("Minor"), ...SCHOOLS.map(({ child }) => reference("Minor", child))];
      const mixed = [...known, reference("Agency"), reference("Case"), reference("Minor", INVENTED)];
      const asked = async (many: number) => {
        const sent = await statements(async () => {
          const r = Array.from({ length: many }, (_, n) => mixed[n % mixed.length]);
          const { data } = await call({ as: "office/head", query, variables: { r } });
          expect(data._entities[0]).toMatchObject({ fullName: "陆晴晴", attendance: expect.any(String) });
        });
        const all = sent.flatMap(({ texts }) => texts);
        // It remembers the call in the round trip of what it reads.
        expect(all.filter((text) => text.includes("assertion_seen"))).toEqual(
          sent.filter(({ kind }) => kind === "read").map(({ texts }) => texts.at(-1)),
        );
        return sent.map(({ kind }) => kind);
      };
      const one = await asked(1);
      expect(one.filter((kind) => kind === "read")).toHaveLength(1);
      for (const many of [10, 100]) expect(await asked(many)).toEqual(one);
    });

    it("puts on record what it showed, under the request of the client", async () => {
      const requestId = randomUUID();
      const { headers } = await call({
        as: "near/head",
        query: MINOR,
        variables: { r: [reference("Minor")] },
        requestId,
      });
      expect(headers.get("x-hub-request-id")).toBe(requestId);
      expect(await lastEntry()).toContain(`"requestId":"${requestId}"`);
      expect(await lastEntry()).toContain('"groups":{"R1":"F"}');
    });
  });

  describe("Minor.relation", () => {
    const relationOf = async (as: string, more: Partial<Call> = {}) => {
      const { data } = await call({ as, query: RELATION, variables: { r: [reference("Minor")] }, ...more });
      return data._entities[0]?.relation as string | undefined;
    };

    it("tells the school at which level a group is open to its own head, by name (R13)", async () => {
      const requestId = randomUUID();
      const relation = await relationOf("near/head", { requestId, purpose: "SCHOOL_SAFETY" });
      const keys = createLocalJWKSet(JSON.parse(readFileSync(publicFileOf(`${folder}/relation.json`), "utf8")));
      const { signed, root, ...said } = wordIn(String(relation));
      expect(said).toEqual({
        minor: id("Minor", RECORDS.Minor),
        levels: { R13: "F" },
        byTheHub: false,
        assigned: false,
      });
      const { payload } = await jwtVerify(signed, keys, { audience: "school" });
      expect(payload).toMatchObject({ sub: "person:near/head", aud: "school", rid: requestId, root });
      expect(Number(payload.exp) - Number(payload.iat)).toBe(60);
    });

    it("tells it of others neither name nor agency, post or purpose (R35)", async () => {
      const requestId = randomUUID();
      const relation = await relationOf("office/head", { requestId, purpose: "CASE_HANDLING" });
      expect(relation).toBeDefined();
      const told = decodeJwt(wordIn(String(relation)).signed);
      expect(Object.keys(told).sort()).toEqual(["aud", "exp", "iat", "policy", "rid", "root", "sub"]);
      expect(told.sub).toBe(`request:${requestId}`);
    });

    it.each`
      who                        | byTheHub | assigned | why
      ${"station/counsellor"}    | ${false} | ${false} | ${"is the child's counsellor, which the station knows first"}
      ${"station/break-glass"}   | ${true}  | ${false} | ${"has opened break-glass, which the hub alone knows"}
      ${"station/social worker"} | ${false} | ${true}  | ${"is the counsellor by a post for children who are assigned to him, which the hub alone knows"}
    `(
      "tells a station whether the right of its own $who rests on what it knows itself: $why (R16b)",
      async ({ who, byTheHub, assigned }) => {
        const query = RELATION.replace('"school", row: "R13"', '"station", row: "R16b"');
        const word = wordIn(String(await relationOf(who, { query, purpose: "LIFE_SAFETY" })));
        expect(word).toMatchObject({ levels: { R16b: "F" }, byTheHub, assigned });
        expect(decodeJwt(word.signed).sub).toBe(`person:${who}`);
      },
    );

    it("is not signed for a record that is hidden or not there", async () => {
      expect(await relationOf("far/head")).toBeUndefined();
    });

    describe("of a child that the agency keeps nothing of is not signed, and is on record as told to nobody", () => {
      const relationOfChild = async (as: string, key: string | undefined, purpose: string): Promise<unknown> => {
        const r = [{ __typename: "Minor", id: id("Minor", key ?? fail()) }];
        const { data } = await call({ as, query: RELATION, variables: { r }, purpose });
        return data._entities[0].relation;
      };
      const ofOffice = (key: string | undefined) => relationOfChild("office/head", key, "CASE_HANDLING");
      const nothingTold = async () => {
        expect(await lastEntry()).not.toContain("R13");
        expect(await lastEntry()).not.toContain("told");
      };

      it.each`
        who                                                              | n
        ${"a pupil of another school"}                                   | ${0}
        ${"a child that it is no source of any more"}                    | ${2}
        ${"a pupil who has left by its roster, though it is a source"}   | ${3}
        ${"a child in whose matter it stands in a conflict of interest"} | ${4}
      `("$who", async ({ n }) => {
        expect(await ofOffice(SCHOOLS[1]?.child)).toEqual(expect.any(String));
        expect(await ofOffice(SCHOOLS[n]?.child)).toBeNull();
        await nothingTold();
      });

      it("nor to another school that is a source of the child as well: what each keeps is its own (R13)", async () => {
        expect(await relationOfChild("near/head", SCHOOLS[1]?.child, "SCHOOL_SAFETY")).toEqual(expect.any(String));
        const { subject, child } = SCHOOLS[1] ?? fail();
        expect(await relationOfChild(subject, child, "SCHOOL_SAFETY")).toBeNull();
        await nothingTold();
      });

      it("and one of whom the group is closed to the asker: nobody can tell the two apart", async () => {
        const query = RELATION.replace("R13", "R14");
        expect(await relationOf("office/head", { query, purpose: "LEFT_BEHIND_CARE" })).toBeNull();
        expect(await lastEntry()).not.toContain("told");
      });
    });

    it("is on record with its level, and for whom", async () => {
      await relationOf("near/head", { purpose: "SCHOOL_SAFETY" });
      expect(await lastEntry()).toContain('"groups":{"R13":"F"}');
      expect(await lastEntry()).toContain('"told":["school"]');
    });

    it("of notes that never leave their source is on record without them (R16)", async () => {
      const query = RELATION.replace("R13", "R16");
      const { errors } = await call({
        as: "near/head",
        query,
        variables: { r: [reference("Minor")] },
        purpose: "LEFT_BEHIND_CARE",
      });
      expect(errors).toBeUndefined();
      expect(await lastEntry()).not.toContain("R16");
    });

    it("of notes that never leave their source is signed for the source's own counsellor alone: of another agency's the school learns nothing (R16, R35)", async () => {
      const query = RELATION.replace("R13", "R16");
      const r = [reference("Minor")];
      const of = async (as: string) =>
        (await call({ as, query, variables: { r }, purpose: "LEFT_BEHIND_CARE" })).data._entities[0];
      expect(await of("near/counsellor")).toEqual({ relation: expect.any(String) });
      expect(await of("league/worker")).toEqual({ relation: null });
      expect(await lastEntry()).not.toContain("told");
    });

    it.each([
      ["school", "unknown"],
      ["school", "station "],
      ["R13", "R15"],
      ["R13", "R1"],
    ])("is none, and says so, with %s replaced by %s, which nobody has registered", async (is, other) => {
      const query = RELATION.replace("{ relation", "{ fullName relation").replace(is, other);
      const { data, errors } = await call({ as: "near/head", query, variables: { r: [reference("Minor")] } });
      expect(errors).toBeUndefined();
      expect(data._entities).toEqual([{ fullName: "陆晴晴", relation: "unregistered" }]);
      expect(await lastEntry()).not.toContain("told");
    });

    describe("for a subgraph with the records of two schools", () => {
      const [, other] = SCHOOLS;
      const forBoth = RELATION.replace('"school"', '"schools"');
      const of = async (as: string, child: string, purpose = "SCHOOL_SAFETY") => {
        const r = [{ __typename: "Minor", id: id("Minor", child) }];
        const { data } = await call({ as, query: forBoth, variables: { r }, purpose });
        if (!data._entities[0]) return data._entities[0];
        const { signed, levels } = wordIn(data._entities[0].relation);
        return { ...decodeJwt(signed), levels };
      };

      it("names each school's own people, of their own pupils", async () => {
        expect(await of("near/head", RECORDS.Minor)).toMatchObject({ sub: "person:near/head", levels: { R13: "F" } });
        const its = other ?? fail();
        expect(await of(its.subject, its.child)).toMatchObject({ sub: `person:${its.subject}`, levels: { R13: "F" } });
      });
      it("is not given to one school's people of the other's pupil", async () => {
        expect(await of(other?.subject ?? fail(), RECORDS.Minor)).toBeNull();
      });
      it("names nobody from outside, whichever school keeps the child", async () => {
        for (const child of [RECORDS.Minor, other?.child ?? fail()])
          expect((await of("office/head", child, "CASE_HANDLING")).sub).toMatch(/^request:/);
      });
    });

    it("is unknown at /graphql, and so is _entities", async () => {
      for (const query of [RELATION, MINOR]) {
        const { status, body } = await hub.ask("near/head", query, { purpose: "CASE_HANDLING", variables: { r: [] } });
        expect(status).toBe(400);
        expect(body.errors?.[0]?.extensions["code"]).toBe("BAD_USER_INPUT");
      }
    });
  });

  describe("whoever is not the gateway", () => {
    const asked = { as: "near/head", query: "{ viewer { post } }" };
    const refused = async (sent: Awaited<ReturnType<typeof signedCall>>) => {
      const { status, errors } = await send(sent);
      expect({ status, code: errors?.[0].extensions.code }).toEqual({ status: 401, code: "ASSERTION_REFUSED" });
    };

    it("is answered when all is well", async () => {
      expect(await call(asked)).toMatchObject({ status: 200, data: { viewer: { post: "HEAD" } } });
    });

    it("is refused without an assertion", async () => {
      const { headers, body } = await signedCall(key, asked);
      const { "x-hub-assertion": _without, ...bare } = headers;
      await refused({ headers: bare, body });
    });

    describe.each`
      what                  | first                        | asks
      ${"of no record"}     | ${[200, undefined]}          | ${asked}
      ${"of a record"}      | ${[200, undefined]}          | ${{ as: "near/head", query: MINOR, variables: { r: [{ __typename: "Minor", id: "M-nobody" }] } }}
      ${"that is refused"}  | ${[403, "PURPOSE_REQUIRED"]} | ${{ as: "near/head", query: MINOR, variables: { r: [] }, purpose: null }}
      ${"that is a change"} | ${[200, undefined]}          | ${{ as: "near/head", query: REGISTER, purpose: "COMPULSORY_EDUCATION" }}
    `("with a question $what", ({ asks, first }) => {
      const answered = async (sent: Awaited<ReturnType<typeof signedCall>>) => {
        const { status, errors } = await send(sent);
        return [status, errors?.[0].extensions.code];
      };

      it("is refused with one that was answered before", async () => {
        const once = await signedCall(key, asks);
        expect(await answered(once)).toEqual(first);
        await refused(once);
      });

      it("is answered once where the same arrives several times at once", async () => {
        const same = await signedCall(key, asks);
        const all = await Promise.all(Array.from({ length: 6 }, () => answered(same)));
        expect(all.filter(([, code]) => code !== "ASSERTION_REFUSED")).toEqual([first]);
      });
    });

    it("changes nothing, and has nothing put on record, by a call that was answered before", async () => {
      const same = await signedCall(key, { as: "near/head", query: REGISTER, purpose: "COMPULSORY_EDUCATION" });
      expect((await send(same)).data.registerMinor.id).toBeDefined();
      const changed = await lastEntry();
      await refused(same);
      expect(await lastEntry()).toBe(changed);
    });

    it("is refused with one for another subgraph", async () =>
      refused(await signedCall(key, { ...asked, audience: "school" })));

    it("is refused with one by another key", async () => {
      const { key: foreign } = await gatewayKeys();
      await refused(await signedCall(foreign, asked));
    });

    it("is refused with another body", async () => {
      const { headers, body } = await signedCall(key, asked);
      await refused({ headers, body: body.replace("post", "name") });
    });

    it("is refused with another person's token", async () => {
      const { headers, body } = await signedCall(key, asked);
      await refused({ headers: { ...headers, authorization: "Bearer far/head" }, body });
    });

    it("cannot change the purpose by a header", async () => {
      const sent = await signedCall(key, {
        as: "near/head",
        purpose: null,
        query: MINOR,
        variables: { r: [reference("Minor")] },
      });
      const { errors } = await send({ ...sent, headers: { ...sent.headers, "x-hub-purpose": "CASE_HANDLING" } });
      expect(errors[0].extensions.code).toBe("PURPOSE_REQUIRED");
    });

    it("has no use for a token of the issuer alone, and the gateway none for its assertion without one", async () => {
      const { headers, body } = await signedCall(key, asked);
      const { authorization: _without, ...anonymous } = headers;
      const { status, errors } = await send({ headers: anonymous, body });
      expect({ status, code: errors[0].extensions.code }).toEqual({ status: 401, code: "UNAUTHENTICATED" });
    });
  });

  async function lastEntry(): Promise<string> {
    const [last] = await hub.store.query<{ entries: string }>(
      "SELECT entries FROM disclosure_segment ORDER BY seq DESC LIMIT 1",
    );
    return last?.entries ?? "";
  }

  beforeAll(async () => {
    const gateway = await gatewayKeys();
    key = gateway.key;
    folder = gateway.publicFile.replace(/\/[^/]*$/, "");
    const ids = idCipherOf(parseConfig({ HUB_DEMO: "1", HUB_DATA_DIR: folder }, null));
    hub = await startHub(
      database,
      async (sql, ids) => {
        await town(sql, ids);
        await sql("INSERT INTO agency_duty SELECT id, 'Minor', '990101' FROM agency WHERE name = 'office/head'");
        const pupil = (of: (typeof SCHOOLS)[number] | undefined, until: string) =>
          sql(
            `SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', 'Minor', 'record', $1::text, 'agency',
               $2::text, 'kind', 'SOURCE', 'basis', 'x', 'since', now() - interval '2 days', 'until', ${until})))`,
            [of?.child, AGENCY],
          );
        await counsellors(sql);
        await station(sql);
        await pupil(SCHOOLS[1], "NULL");
        await pupil(SCHOOLS[2], "now() - interval '1 day'");
        await pupil(SCHOOLS[3], "NULL");
        await sql(
          `INSERT INTO register_key (agency, register, key, record_type, record, digest)
           VALUES ($1, 'roster', 'S-3', 'Minor', $2, '')`,
          [AGENCY, SCHOOLS[3]?.child],
        );
        await pupil(SCHOOLS[4], "NULL");
        await sql(
          `SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', 'Minor', 'record', $1::text, 'agency',
             $2::text, 'kind', 'CONFLICT', 'basis', 'x')))`,
          [SCHOOLS[4]?.child, AGENCY],
        );
      },
      undefined,
      undefined,
      { FEDERATION_GATEWAY_KEYS_FILE: gateway.publicFile, FEDERATION_RELATION_KEY_FILE: `${folder}/relation.json` },
      JSON.stringify({
        federation: {
          agencies: {
            school: { agency: ids.encode("Agency", AGENCY), holds: ["R13", "R14", "R16"] },
            schools: {
              agency: [AGENCY, SCHOOLS[1]?.agency ?? fail()].map((one) => ids.encode("Agency", one)),
              holds: ["R13"],
            },
            station: { agency: ids.encode("Agency", STATION), holds: ["R16b"] },
          },
        },
      }),
    );
  });
  afterAll(() => hub?.close());
});

const fail = (): never => {
  throw new TypeError("The town has schools");
};
const keyOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

const STATION = keyOf(973);
/** A rescue station that has the child, one of its people as the counsellor, another by break-glass. */
async function station(sql: Sql): Promise<void> {
  await sql(
    `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
     VALUES ($1, 'RESCUE_STATION', '救助站', 990101000000, 'STATUTORY_DUTY', '示例')`,
    [STATION],
  );
  for (const [n, subject, post] of [
    [974, "station/counsellor", "INTAKE_WORKER"],
    [975, "station/break-glass", "INTAKE_WORKER"],
    [976, "station/social worker", "SOCIAL_WORKER"],
  ] as const)
    await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, $4)", [
      keyOf(n),
      subject,
      STATION,
      post,
    ]);
  const its = { record_type: "Minor", record: RECORDS.Minor, agency: STATION, basis: "示例" };
  await sql("SELECT hub_involve($1)", [
    JSON.stringify([
      { ...its, kind: "SOURCE" },
      { ...its, kind: "COUNSELLOR", person: keyOf(974) },
      { ...its, kind: "BREAK_GLASS", person: keyOf(975) },
      { ...its, kind: "COUNSELLOR", person: keyOf(976) },
      { ...its, kind: "ASSIGNED", person: keyOf(976) },
    ]),
  ]);
}

/** One of the school's for the child, and one of the youth league's, who is in touch with it as well. */
async function counsellors(sql: Sql): Promise<void> {
  await sql(
    `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
     VALUES ($1, 'YOUTH_LEAGUE', '团委', 990101101000, 'AGREEMENT', '示例')`,
    [keyOf(970)],
  );
  for (const [n, subject, agency, post] of [
    [971, "near/counsellor", AGENCY, "COUNSELLING_TEACHER"],
    [972, "league/worker", keyOf(970), "YOUTH_WORKER"],
  ] as const)
    await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, $4)", [
      keyOf(n),
      subject,
      agency,
      post,
    ]);
  const of = (agency: string, person: string, kind: string) => ({
    record_type: "Minor",
    record: RECORDS.Minor,
    agency,
    person,
    kind,
    basis: "示例",
  });
  await sql("SELECT hub_involve($1)", [
    JSON.stringify([
      of(AGENCY, keyOf(971), "COUNSELLOR"),
      of(keyOf(970), keyOf(972), "COUNSELLOR"),
      of(keyOf(970), keyOf(972), "LIAISON"),
      of(keyOf(970), keyOf(972), "ASSIGNED"),
    ]),
  ]);
}
