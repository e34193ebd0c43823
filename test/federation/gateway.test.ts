import "reflect-metadata";
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeProtectedHeader } from "jose";
import pino from "pino";
import { parseConfig } from "../../src/config.js";
import { compose } from "../../src/federation/compose.js";
import { publicFileOf, signingKeyIn } from "../../src/federation/keys.js";
import { idCipherOf, type PolicyInForce, policyInForce } from "../../src/server/foundation.js";
import { type Gateway, openGateway } from "../../src/server/gateway/gateway.js";
import { unauthenticated } from "../../src/viewer/unauthenticated.js";
import { AGENCY, INVENTED, OFFICE, PARTNER, PERSONAL, RECORDS, SCHOOLS, town } from "../server/town.js";
import { startHub, type TestHub } from "../support/hub.js";
import { agencySdl, MINOR } from "./agency-sdl.js";
import { type AgencyServer, agencyServer, type Behaviour, levelIn, type Received, record } from "./agency-server.js";

const SECRET = "secret-of-the-school";
/** Milliseconds. */
const PATIENCE = 1_500;
const REST = 300;
/** A child of each of the two offices that keep their records in one subgraph. */
const OF_OFFICES = [
  { agency: OFFICE, child: SCHOOLS[8]?.child ?? fail() },
  { agency: PARTNER, child: SCHOOLS[9]?.child ?? fail() },
];

describe("a gateway over the hub, a school that keeps attendance at home, and a library", () => {
  let hub: TestHub;
  let gateway: Gateway;
  let school: AgencyServer;
  let library: AgencyServer;
  let offices: AgencyServer;
  let folder: string;
  let inForce: PolicyInForce;
  const lines: string[] = [];
  const id = (type: "Minor" | "Case", key: string) => hub.questions.world.ids.encode(type, key);
  const child = () => id("Minor", RECORDS.Minor);

  interface Asked {
    readonly as?: string;
    readonly purpose?: string | null;
    readonly variables?: object;
    readonly headers?: Record<string, string>;
    readonly at?: string;
    readonly path?: string;
    readonly body?: string;
  }
  async function ask(query: string, asked: Asked = {}) {
    const { as = "near/head", purpose = "SCHOOL_SAFETY", variables, headers, at = gateway.address, path } = asked;
    const response = await fetch(`${at}${path ?? "/graphql"}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(as === "" ? {} : { authorization: `Bearer ${as}` }),
        ...(purpose === null ? {} : { "x-hub-purpose": purpose }),
        ...headers,
      },
      body: asked.body ?? JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    return { status: response.status, text, headers: response.headers, ...JSON.parse(text) };
  }
  const MIXED = "query ($id: ID!) { minor(id: $id) { fullName attendance } }";
  const mixed = (asked: Asked = {}) => ask(MIXED, { variables: { id: child() }, ...asked });
  const ofBothOffices = () => {
    const [own, others] = OF_OFFICES.map(({ child }) => id("Minor", child));
    return ask(
      "query ($own: ID!, $others: ID!) { own: minor(id: $own) { ...Mind } others: minor(id: $others) { ...Mind } }" +
        "fragment Mind on Minor { whatToMind }",
      { as: "office/head", purpose: "CASE_HANDLING", variables: { own, others } },
    );
  };

  describe("one question", () => {
    it("is answered by hub and school, each its own part, under one request id", async () => {
      const query =
        "query ($id: ID!) { viewer { agency { name openingHours } } child: minor(id: $id) { fullName at: attendance } }";
      const { status, data, errors, headers } = await ask(query, { variables: { id: child() } });
      expect({ status, errors }).toEqual({ status: 200 });
      expect(data).toEqual({
        viewer: { agency: { name: "near/head", openingHours: "9-17" } },
        child: { fullName: PERSONAL.child, at: "95 %" },
      });
      const requestId = headers.get("x-hub-request-id");
      expect(school.received.at(-1)?.assertion["rid"]).toBe(requestId);
      const [logged] = await hub.store.query<{ entries: string }>(
        "SELECT entries FROM disclosure_segment ORDER BY seq DESC LIMIT 1",
      );
      expect(logged?.entries).toContain(`"requestId":"${requestId}"`);
      expect(lines.join()).toContain(`"requestId":"${requestId}"`);
    });

    it("does not ask the school for a child that it keeps nothing of, nor is that an error", async () => {
      const before = school.received.length;
      const { data, errors } = await ask("{ minors(first: 5) { edges { node { fullName attendance } } } }", {
        as: "school0/head",
      });
      expect(errors).toBeUndefined();
      expect(data.minors.edges).toEqual([{ node: { fullName: SCHOOLS[0]?.name, attendance: null } }]);
      expect(school.received.length).toBe(before);
    });

    it("asks the school once for all children of a list", async () => {
      const before = school.received.length;
      const { data } = await ask("{ minors(first: 5) { edges { node { fullName attendance } } } }");
      expect(data.minors.edges.length).toBe(5);
      for (const { node } of data.minors.edges)
        expect(node).toEqual({ fullName: expect.any(String), attendance: "95 %" });
      expect(school.received.length).toBe(before + 1);
    });

    it("that no agency adds to comes back byte for byte as the hub says it", async () => {
      const query = "query ($id: ID!) { minor(id: $id) { fullName disclosure { group level } cases { kind } } }";
      const asked = { variables: { id: child() } };
      expect((await ask(query, asked)).text).toBe((await ask(query, { ...asked, at: hub.address })).text);
    });

    it("asks the school once for what differs in the client's names alone", async () => {
      const before = school.received.length;
      const query = `query ($one: ID!) { minor(id: $one) { days: attendance } again: minor(id: $one) { attendance }
        minors(first: 5) { edges { node { mine: attendance } } } }`;
      const { data, errors } = await ask(query, {
        as: "school1/head",
        purpose: "CASE_HANDLING",
        variables: { one: id("Minor", SCHOOLS[1]?.child ?? "") },
      });
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        minor: { days: "95 %" },
        again: { attendance: "95 %" },
        minors: { edges: [{ node: { mine: "95 %" } }] },
      });
      expect(school.received.slice(before).map(({ representations }) => representations.length)).toEqual([1]);
    });

    it("asks a subgraph of two offices in the asker's name of her own children, and in nobody's of the other's (R14)", async () => {
      const before = offices.received.length;
      const [own, others] = OF_OFFICES.map(({ child }) => id("Minor", child));
      const { data, errors, headers } = await ofBothOffices();
      expect(errors).toBeUndefined();
      expect(data).toEqual({ own: { whatToMind: `mind ${own}` }, others: { whatToMind: `mind ${others}` } });
      const asked = offices.received
        .slice(before)
        .map(({ assertion: { sub, purpose }, representations }) => [sub, purpose, representations.map(({ id }) => id)])
        .sort();
      expect(asked).toEqual([
        ["person:office/head", "CASE_HANDLING", [own]],
        [`request:${headers.get("x-hub-request-id")}`, null, [others]],
      ]);
    });

    it("loses the part of an agency that the hub knows nothing of, and nothing else (R41)", async () => {
      const query = "query ($id: ID!) { minor(id: $id) { fullName attendance inStation } }";
      const { data, errors } = await ask(query, {
        as: "office/head",
        purpose: "CASE_HANDLING",
        variables: { id: child() },
      });
      expect(data.minor).toEqual({ fullName: PERSONAL.child, attendance: "95 %", inStation: null });
      expect(errors).toEqual([
        expect.objectContaining({
          extensions: expect.objectContaining({ code: "AGENCY_UNAVAILABLE", agency: "station" }),
        }),
      ]);
      expect(lines.join()).toContain("station NOT_REGISTERED");
    });

    it("has its errors in the order of its own text, as at the hub alone, whatever comes first where it is asked", async () => {
      const query = `fragment Last on Query { b: minor(id: $no) { attendance } ...First }
        fragment First on Query { a: minor(id: $no) { fullName } }
        query ($no: ID!) { c: minor(id: $no) { fullName } ...Last d: minor(id: $no) { fullName } }`;
      const variables = { no: id("Minor", INVENTED) };
      const { errors } = await ask(query, { variables });
      const alone = await hub.ask("near/head", query.replace("attendance", "fullName  "), {
        purpose: "SCHOOL_SAFETY",
        variables,
      });
      expect(alone.body.errors?.map(({ path }) => path)).toEqual([["b"], ["a"], ["c"], ["d"]]);
      expect(errors).toEqual(alone.body.errors);
    });

    it("may be as large as one to the hub alone", async () => {
      const names = Array.from({ length: 100 }, (_, n) => `a${n}: fullName`).join(" ");
      const largest = `query ($id: ID!) { minor(id: $id) { ${names} attendance } }`;
      const { data, errors } = await ask(largest, { variables: { id: child() } });
      expect(errors).toBeUndefined();
      expect(data.minor).toMatchObject({ a99: PERSONAL.child, attendance: "95 %" });
      const more = await ask(largest.replace("attendance", "b: attendance"), { variables: { id: child() } });
      expect(more.errors[0].extensions).toMatchObject({ code: "COST_EXCEEDED", field: "aliases" });
    });

    it("says of the agencies' fields what they are to the asker, beside what the hub answers", async () => {
      const query = `query Mine($at: String!, $id: ID!) {
        viewer { ...Mine post } field: explainField(coordinate: $at) { coordinate groups { row } posts }
        accessMatrix { coordinate row level } minor(id: $id) { attendance } }
        fragment Mine on ViewerView { can(coordinates: [$at, "Minor.fullName"]) { coordinate level } name }`;
      const { data, errors } = await ask(query, { variables: { at: "Minor.attendance", id: child() } });
      expect(errors).toBeUndefined();
      expect(Object.keys(data)).toEqual(["viewer", "field", "accessMatrix", "minor"]);
      expect(data.viewer).toEqual({
        can: [
          { coordinate: "Minor.attendance", level: "F" },
          { coordinate: "Minor.fullName", level: "F" },
        ],
        name: PERSONAL.staff,
        post: "HEAD",
      });
      expect(data.field).toMatchObject({ coordinate: "Minor.attendance", groups: [{ row: "R13" }] });
      expect(data.accessMatrix).toContainEqual({ coordinate: "Minor.attendance", row: "R13", level: "F" });
      expect(data.minor.attendance).toBe("95 %");
    });

    it("says of all else what the hub says, and nothing of what only subgraphs see", async () => {
      const query =
        '{ accessMatrix { coordinate row level conditions } viewer { can(coordinates: ["Minor.phone"]) { reason } } }';
      const [through, alone] = await Promise.all([ask(query), ask(query, { at: hub.address })]);
      const added = through.data.accessMatrix.filter(({ coordinate }: { coordinate: string }) =>
        /^Minor\.(attendance|inStation|whatToMind)$/.test(coordinate),
      );
      expect(added.length).toBeGreaterThan(0);
      expect(through.data).toEqual({
        ...alone.data,
        accessMatrix: expect.arrayContaining(alone.data.accessMatrix),
      });
      expect(through.data.accessMatrix.length).toBe(alone.data.accessMatrix.length + added.length);
      const unknown = await ask('{ explainField(coordinate: "Minor.relation") { coordinate } }');
      expect(unknown.errors[0].extensions.code).toBe("BAD_USER_INPUT");
    });

    it.each`
      as               | subgraphs
      ${"near/head"}   | ${[{ name: "school", holds: ["R13"] }]}
      ${"office/head"} | ${[{ name: "offices", holds: ["R14"] }]}
      ${"far/head"}    | ${[]}
    `("tells $as which subgraphs of the own agency are registered, and of no other", async ({ as, subgraphs }) => {
      for (const at of [gateway.address, hub.address]) {
        const { data } = await ask("{ viewer { subgraphs { name holds } } }", { as, purpose: null, at });
        expect(data.viewer).toEqual({ subgraphs });
      }
    });

    it("shows each role the agencies' fields that it may ever see", async () => {
      const query = '{ __type(name: "Minor") { fields { name } } }';
      const fields = async (as: string) =>
        (await ask(query, { as, purpose: null })).data.__type?.fields.map(({ name }: { name: string }) => name) ?? [];
      expect(await fields("near/head")).toContain("attendance");
      expect(await fields("publicity/head")).not.toContain("attendance");
      expect(await fields("near/head")).not.toContain("relation");
    });
  });

  describe("a change", () => {
    const variables = {
      input: {
        fullName: "孟小满",
        givenName: "小满",
        birthDate: "2015-05-05",
        sex: "FEMALE",
        residence: "990101101200",
      },
    };
    const register = (fields: string, key: string, more: Asked = {}) =>
      ask(`mutation ($input: RegisterMinorInput!) { registerMinor(input: $input) { ${fields} } }`, {
        variables,
        headers: { "idempotency-key": key },
        purpose: "COMPULSORY_EDUCATION",
        ...more,
      });

    it("carries its idempotency key to the hub and to no agency", async () => {
      const first = await register("id fullName attendance", "key-of-a-change-1");
      expect(first.errors).toBeUndefined();
      const again = await register("id fullName attendance", "key-of-a-change-1");
      expect(again.data.registerMinor.id).toBe(first.data.registerMinor.id);
      expect(school.received.at(-1)?.assertion).toMatchObject({ idem: null, change: null });
    });

    it.each`
      what                                            | fields                       | same
      ${"the same"}                                   | ${"id attendance"}           | ${true}
      ${"the same in other lines"}                    | ${"id # 编号\n  attendance"} | ${true}
      ${"the same under another name, not the hub's"} | ${"id days: attendance"}     | ${false}
      ${"without what the school adds"}               | ${"id"}                      | ${false}
      ${"with more of the hub's"}                     | ${"id fullName attendance"}  | ${false}
    `("is the client's under its key, whatever the hub is sent of it: $what", async ({ fields, same }) => {
      const first = await register("id attendance", "key-of-a-change-2");
      const { data, errors } = await register(fields, "key-of-a-change-2");
      if (same) expect(data).toEqual(first.data);
      else expect(errors[0].extensions).toMatchObject({ code: "IDEMPOTENCY_MISMATCH", field: "Idempotency-Key" });
    });

    it("is the same change through the gateway and without it", async () => {
      const through = await register("id", "key-of-a-change-3");
      const alone = await register("id", "key-of-a-change-3", { at: hub.address });
      expect(alone.data).toEqual(through.data);
      for (const at of [hub.address, gateway.address]) {
        const other = { variables: { input: { ...variables.input, fullName: "孟小雪" } }, at };
        expect((await register("id", "key-of-a-change-3", other)).errors[0].extensions.code).toBe(
          "IDEMPOTENCY_MISMATCH",
        );
      }
    });
  });

  describe("what the hub refuses alone is refused in the same words", () => {
    it.each`
      what                            | query                                                                                                                              | asked
      ${"a hidden child"}             | ${MIXED}                                                                                                                           | ${{ as: "far/head" }}
      ${"an invented id"}             | ${MIXED}                                                                                                                           | ${{ id: "invented" }}
      ${"an id of another type"}      | ${MIXED}                                                                                                                           | ${{ id: "case" }}
      ${"an unreadable id"}           | ${MIXED}                                                                                                                           | ${{ id: "!!" }}
      ${"no purpose"}                 | ${MIXED}                                                                                                                           | ${{ purpose: null }}
      ${"a purpose of others"}        | ${MIXED}                                                                                                                           | ${{ purpose: "CASE_INVESTIGATION" }}
      ${"a purpose of nobody"}        | ${MIXED}                                                                                                                           | ${{ purpose: "CURIOSITY" }}
      ${"a field that is not shared"} | ${"{ minors(first: 2) { edges { node { fullName attendance careRegistrations { status } } } } }"}                                  | ${{ as: "police/head", purpose: "CASE_HANDLING" }}
      ${"an unknown argument"}        | ${"{ minors(last: -1) { edges { node { fullName attendance } } } }"}                                                               | ${{}}
      ${"a page that is too large"}   | ${"{ minors(first: 100000) { edges { node { fullName attendance } } } }"}                                                          | ${{}}
      ${"a filter on what is hidden"} | ${'{ minors(first: 1, filter: { citizenNumber: { equals: "990101201603021238" } }) { edges { node { fullName attendance } } } }'}  | ${{ as: "publicity/head", purpose: "OPINION_RESPONSE" }}
      ${"the second of three roots"}  | ${'query ($id: ID!) { a: minor(id: $id) { fullName attendance } b: minor(id: "!!") { fullName } c: minor(id: $id) { fullName } }'} | ${{}}
      ${"the relation"}               | ${'query ($id: ID!) { minor(id: $id) { relation(audience: "school") } }'}                                                          | ${{}}
      ${"the entities"}               | ${"{ _entities(representations: []) { __typename } }"}                                                                             | ${{}}
      ${"no GraphQL"}                 | ${"{ minors( }"}                                                                                                                   | ${{}}
      ${"a question too deep"}        | ${`{ minors(first: 1) { edges ${"{ node { cases { minors ".repeat(6)}{ id }${" } } }".repeat(6)} } }`}                             | ${{}}
      ${"nobody's token"}             | ${MIXED}                                                                                                                           | ${{ as: "" }}
      ${"a stranger's token"}         | ${MIXED}                                                                                                                           | ${{ as: "stranger" }}
      ${"a path that is none"}        | ${MIXED}                                                                                                                           | ${{ path: "/nowhere" }}
      ${"a body that is none"}        | ${MIXED}                                                                                                                           | ${{ body: "{" }}
    `("$what", async ({ query, asked }: { query: string; asked: Asked & { id?: string } }) => {
      const ids: Record<string, string> = { invented: id("Minor", INVENTED), case: id("Case", RECORDS.Case) };
      const given = asked.id === undefined ? child() : (ids[asked.id] ?? asked.id);
      const variables = { id: given };
      const through = await ask(query, { ...asked, variables });
      // The hub alone has no attendance.
      const alone = await ask(query.replaceAll("attendance", " ".repeat(10)), { ...asked, variables, at: hub.address });
      const text = through.text.replace(',"attendance":"95 %"', "");
      expect({ status: through.status, text }).toEqual({ status: alone.status, text: alone.text });
      expect(through.headers.get("x-hub-policy")).toBe(alone.headers.get("x-hub-policy"));
      expect(alone.errors?.length).toBeGreaterThan(0);
    });

    it("a field of the school's, explained by its row (R13)", async () => {
      const { status, errors } = await mixed({ as: "publicity/head", purpose: "OPINION_RESPONSE" });
      expect(status).toBe(403);
      expect(
        errors.map((error: Record<string, Record<string, unknown>>) => error["extensions"]?.["coordinate"]),
      ).toContain("Minor.attendance");
    });
  });

  describe("an agency learns", () => {
    it("of its own people who asks and what for, and gets nobody's token", async () => {
      await mixed();
      const { assertion, headers, body } = school.received.at(-1) ?? fail();
      expect(assertion).toMatchObject({ sub: "person:near/head", aud: "school", purpose: "SCHOOL_SAFETY", ath: null });
      expect(headers.authorization).toBeUndefined();
      expect(body).not.toContain(PERSONAL.child);
    });

    it("of others neither person nor agency nor purpose (R35)", async () => {
      const { headers } = await mixed({ as: "office/head", purpose: "CASE_HANDLING" });
      const { assertion, body, headers: got } = school.received.at(-1) ?? fail();
      expect(assertion.sub).toBe(`request:${headers.get("x-hub-request-id")}`);
      const all = JSON.stringify({ assertion, body, got });
      for (const told of ["office", "CASE_HANDLING", "SOCIAL_AFFAIRS"]) expect(all).not.toContain(told);
    });

    it("its own relation, and not that there are other subgraphs", async () => {
      await ask("query ($id: ID!) { minor(id: $id) { attendance } viewer { agency { openingHours } } }", {
        variables: { id: child() },
      });
      expect(Object.keys(school.received.at(-1)?.representations[0] ?? {}).sort()).toEqual([
        "__typename",
        "id",
        "relation",
      ]);
      expect(library.received.at(-1)?.body).not.toContain("relation");
      expect(library.received.at(-1)?.assertion.sub).toMatch(/^request:/);
    });

    it("nothing that a client put in the gateway's headers", async () => {
      await mixed({ headers: { "x-hub-assertion": "forged", cookie: "a=b", "x-forwarded-for": "198.51.100.7" } });
      const { headers } = school.received.at(-1) ?? fail();
      expect(headers["x-hub-assertion"]).not.toBe("forged");
      expect(headers.cookie).toBeUndefined();
      expect(JSON.stringify(headers)).not.toContain("198.51.100.7");
    });
  });

  it("people who ask the same at once get each his own answer, and none another's", async () => {
    const before = school.received.length;
    const asking = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => (n % 2 === 0 ? "near/head" : `school${n}/head`));
    const answers = await Promise.all(
      asking.map((as) =>
        ask("{ minors(first: 10) { edges { node { fullName attendance } } } }", { as, purpose: "CASE_HANDLING" }),
      ),
    );
    answers.forEach(({ data }, n) => {
      const names = data.minors.edges.map(({ node }: { node: { fullName: string } }) => node.fullName);
      const own = n % 2 === 0 ? [PERSONAL.child] : [SCHOOLS[n]?.name];
      expect(names).toEqual(n % 2 === 0 ? expect.arrayContaining(own) : own);
    });
    expect(school.received.length).toBe(before + asking.length);
    expect(new Set(school.received.slice(before).map(({ assertion }) => assertion["rid"])).size).toBe(asking.length);
  });

  describe("an agency that fails", () => {
    const minor = ({ representations: [first] }: Received, more: object = {}) => ({
      ...record(first),
      attendance: SECRET,
      ...more,
    });
    const answering = (...entities: object[]) => ({ data: { _entities: entities } });
    it.each<[string, Behaviour]>([
      ["answers with errors", (asked) => ({ ...answering(minor(asked)), errors: [{ message: SECRET }] })],
      ["answers 500", (_received, response) => void response.writeHead(500).end(SECRET)],
      ["answers no JSON", (_received, response) => void response.end(`<p>${SECRET}</p>`)],
      ["answers nothing of GraphQL", () => ({ attendance: SECRET })],
      ["cuts the connection", (_received, response) => void response.destroy()],
      ["is silent", () => undefined],
      ["answers late", (asked) => sleep(2 * PATIENCE).then(() => answering(minor(asked)))],
      ["sends more than one child takes", (asked) => ({ ...answering(minor(asked)), more: "x".repeat(300_000) })],
      ["answers for another number of children", (asked) => answering(minor(asked), minor(asked))],
      ["answers a record of another type", (asked) => answering(minor(asked, { __typename: "Agency" }))],
      [
        "answers for another child",
        ({ representations: [first] }) =>
          answering({ ...record({ ...first, id: id("Minor", INVENTED) }), attendance: SECRET }),
      ],
      ["does not say for which child it answers", () => answering({ __typename: "Minor", attendance: SECRET })],
      ["answers an object for a text", (asked) => answering(minor(asked, { attendance: { text: SECRET } }))],
      ["answers a list for a text", (asked) => answering(minor(asked, { attendance: [SECRET] }))],
      [
        "answers lists in lists",
        (_asked, response) => void response.end(`{"data":{"_entities":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`),
      ],
    ])("%s leaves its own part empty, and says nothing else", async (_what, behave) => {
      school.behave = behave;
      const { status, data, errors, text } = await mixed();
      expect(status).toBe(200);
      expect(data).toEqual({ minor: { fullName: PERSONAL.child, attendance: null } });
      expect(errors).toEqual([
        {
          message: 'The subgraph "school" did not answer; its fields are empty in this answer',
          extensions: {
            code: "AGENCY_UNAVAILABLE",
            messageZh: expect.stringContaining("school"),
            agency: "school",
            remedy: expect.any(String),
          },
        },
      ]);
      expect(text).not.toContain(SECRET);
    });

    describe("because keys, clocks or policies do not fit", () => {
      const refusing =
        (code: string, more: object, headers = {}): Behaviour =>
        (_received, response) =>
          void response
            .writeHead(401, headers)
            .end(JSON.stringify({ errors: [{ message: SECRET, extensions: { code, ...more } }] }));
      const tenMinutesAgo = () => new Date(Date.now() - 600_000).toUTCString();
      it.each<[string, string, Behaviour]>([
        ["takes nothing from this gateway", "ASSERTION_REFUSED", refusing("ASSERTION_REFUSED", {})],
        [
          "takes nothing from this gateway, and whose clock differs",
          "CLOCK",
          (received, response) => refusing("ASSERTION_REFUSED", {}, { date: tenMinutesAgo() })(received, response),
        ],
        ["has another key of the hub's", "UNKNOWN_KEY", refusing("RELATION_REFUSED", { reason: "UNKNOWN_KEY" })],
        ["has another clock than the hub", "CLOCK", refusing("RELATION_REFUSED", { reason: "CLOCK" })],
        ["has another policy than the hub", "OTHER_POLICY", refusing("RELATION_REFUSED", { reason: "OTHER_POLICY" })],
        [
          "goes by another policy, whatever it answers",
          "OTHER_POLICY",
          async (asked, response) => {
            response.setHeader("x-hub-policy", "0 old");
            return honest(asked);
          },
        ],
        ["says a reason that is none", "NO_DATA", refusing("RELATION_REFUSED", { reason: SECRET })],
      ])("one that %s is unavailable to whoever asks, and the operator reads %s", async (_what, why, behave) => {
        school.behave = behave;
        const before = await failures(why);
        // Nor is it left alone: as soon as it is mended it answers.
        for (let n = 0; n < 6; n++) {
          const { status, data, errors, text } = await mixed();
          expect({ status, data }).toEqual({
            status: 200,
            data: { minor: { fullName: PERSONAL.child, attendance: null } },
          });
          expect(errors).toMatchObject([{ extensions: { code: "AGENCY_UNAVAILABLE", agency: "school" } }]);
          for (const word of [SECRET, why]) expect(text).not.toContain(word);
        }
        expect(lines.at(-2)).toContain(`"code":"school ${why}"`);
        expect(await failures(why)).toBe(before + 6);
        school.behave = honest;
        expect((await mixed()).data.minor.attendance).toBe("95 %");
      });

      const failures = async (why: string) => {
        const response = await fetch(`${gateway.address}/metrics`, { headers: { authorization: "Bearer operator" } });
        const found = new RegExp(`^hub_subgraph_failures_total\\{subgraph="school",why="${why}"\\} (\\d+)$`, "m");
        return Number(found.exec(await response.text())?.[1] ?? 0);
      };
    });

    it("tells no more where a child is hidden: it is not asked", async () => {
      const [hidden, invented] = await Promise.all([
        mixed({ as: "far/head" }),
        mixed({ as: "far/head", variables: { id: id("Minor", INVENTED) } }),
      ]);
      expect(hidden.text).toBe(invented.text);
      expect(hidden.text).not.toContain("AGENCY_UNAVAILABLE");
    });

    it("is left alone for a while after it failed again and again, and then asked once more", async () => {
      school.behave = (_received, response) => void response.destroy();
      for (let n = 0; n < 6; n++) await mixed();
      const before = school.received.length;
      expect((await mixed()).errors[0].extensions.code).toBe("AGENCY_UNAVAILABLE");
      expect(school.received.length).toBe(before);
      await sleep(REST + 50);
      school.behave = honest;
      expect((await mixed()).data.minor.attendance).toBe("95 %");
    });

    it("that is slow for one asker is asked for the others all the same", async () => {
      const slow = school.received.length;
      school.behave = async (received) =>
        received.assertion.sub === "person:near/head" ? undefined : honest(received);
      const answers = await Promise.all([0, 1, 2, 3, 4, 5, 6].map(() => mixed()));
      expect(answers.map(({ errors }) => errors[0].extensions.code)).toEqual(Array(7).fill("AGENCY_UNAVAILABLE"));
      expect(school.received.length).toBe(slow + 7);
      const { data, errors } = await ask("{ minors(first: 5) { edges { node { attendance } } } }", {
        as: "school1/head",
        purpose: "CASE_HANDLING",
      });
      expect(errors).toBeUndefined();
      expect(data.minors.edges).toEqual([{ node: { attendance: "95 %" } }]);
    });

    it("in one thing is waited for in nothing else, and nothing of the question stays there", async () => {
      const honestly = offices.behave;
      let arrive: (response: ServerResponse) => void = () => {};
      const silent = new Promise<ServerResponse>((resolve) => (arrive = resolve));
      const ended = silent.then((response) => once(response, "close"));
      offices.behave = async ({ assertion }, response) => {
        if (assertion.sub !== "person:office/head") return arrive(response);
        await silent;
        return { errors: [{ message: SECRET }] };
      };
      const { data, errors } = await ofBothOffices();
      offices.behave = honestly;
      expect(data).toEqual({ own: { whatToMind: null }, others: { whatToMind: null } });
      expect(errors).toMatchObject([{ extensions: { code: "AGENCY_UNAVAILABLE", agency: "offices" } }]);
      await ended;
    });

    it.each<[string, object]>([
      ["what nobody asked for", { fullName: SECRET, citizenNumber: SECRET, id: SECRET }],
      ["a prototype", JSON.parse(`{"__proto__":{"fullName":"${SECRET}","citizenNumber":"${SECRET}"}}`)],
    ])("cannot slip in %s", async (_what, more) => {
      school.behave = (asked) =>
        answering(Object.assign(JSON.parse(JSON.stringify(more)), minor(asked, { attendance: "5" })));
      const { data, errors, text } = await ask(
        "query ($id: ID!) { minor(id: $id) { fullName guardians { phone } attendance } }",
        {
          variables: { id: child() },
        },
      );
      expect(errors).toBeUndefined();
      expect(data.minor).toMatchObject({ fullName: PERSONAL.child, attendance: "5" });
      expect(text).not.toContain(SECRET);
    });

    beforeEach(async () => {
      school.behave = honest;
      for (let n = 0; n < 2; n++) {
        const { errors } = await mixed();
        if (errors === undefined) return;
        await sleep(REST + 50); // the case before has left it alone
      }
    });
    afterAll(() => {
      school.behave = honest;
    });
  });

  it("is counted for the operator's Prometheus, and for nobody else", async () => {
    const told = async (as: string) => {
      const response = await fetch(`${gateway.address}/metrics`, { headers: { authorization: `Bearer ${as}` } });
      return { status: response.status, text: await response.text() };
    };
    await mixed();
    const { status, text } = await told("operator");
    expect(status).toBe(200);
    expect(text).toMatch(/hub_requests_total\{kind="read",code="OK"\} [1-9]/);
    expect(text).not.toContain("near/head");
    expect((await told("near/head")).status).toBe(404);
  });

  it.each([
    ["the gateway's", "gateway.json", () => kidOf(school.received.at(-1)?.headers["x-hub-assertion"])],
    ["the hub's", "relation.json", () => kidOf(school.received.at(-1)?.representations[0]?.["relation"])],
  ])("loses no answer while %s key is changed under load", async (_whose, name, kid) => {
    const file = join(folder, name);
    const put = (keys: readonly object[]) => {
      writeFileSync(`${file}.next`, JSON.stringify({ keys }));
      renameSync(`${file}.next`, file);
    };
    const made = join(folder, `another-${name}`);
    signingKeyIn(made);
    const [before] = JSON.parse(readFileSync(file, "utf8")).keys;
    const [after] = JSON.parse(readFileSync(made, "utf8")).keys;
    let asking = true;
    let answered = 0;
    const asked = [0, 1, 2, 3].map(async () => {
      while (asking) {
        const { data, errors } = await mixed();
        expect({ attendance: data?.minor.attendance, errors }).toEqual({ attendance: "95 %" });
        answered++;
      }
    });
    /** All that was asked before has been answered. */
    const answeredMeanwhile = async () => {
      for (const goal = answered + 8; answered < goal; ) await Promise.race([sleep(10), Promise.all(asked)]);
    };
    await answeredMeanwhile();
    for (const keys of [[before, after], [after, before], [after]]) {
      put(keys);
      await answeredMeanwhile();
    }
    asking = false;
    await Promise.all(asked);
    expect(kid()).toBe(after.kid);
  });

  it("writes nobody's name and no value to its own log", () => {
    const all = lines.join("\n");
    expect(all).toContain('"code":"AGENCY_UNAVAILABLE"');
    for (const value of [...Object.values(PERSONAL), SECRET, "near/head", "95 %"]) expect(all).not.toContain(value);
  });

  it("does not start over a subgraph elsewhere that is asked in the clear, unless it is told to", async () => {
    const supergraphFile = join(folder, "elsewhere.graphql");
    const supergraph = readFileSync(join(folder, "supergraph.graphql"), "utf8");
    writeFileSync(supergraphFile, supergraph.replaceAll(school.url, "http://school.example/subgraph"));
    const opened = (plainHttp: boolean) =>
      openGateway({
        config: parseConfig(
          { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder },
          JSON.stringify({ federation: { gateway: { supergraphFile, plainHttp } } }),
        ),
        inForce,
        log: pino({ level: "silent" }),
        verify: async () => ({ client: "test", subject: null }),
      });
    await expect(opened(false)).rejects.toThrow("subgraph school: expected an https URL");
    await (await opened(true)).close();
  });

  describe("without the hub", () => {
    it("nothing is answered, and nobody is sent here", async () => {
      expect((await fetch(`${gateway.address}/readyz`)).status).toBe(200);
      await hub.close();
      await sleep(1_100); // a good word of the hub's stands for a second
      for (const query of [MIXED, MIXED.replace(" attendance", "")]) {
        const { status, errors, data } = await ask(query, { variables: { id: "x" } });
        expect({ status, data, code: errors[0].extensions.code }).toEqual({ status: 503, code: "HUB_UNAVAILABLE" });
      }
      const ready = await fetch(`${gateway.address}/readyz`);
      expect(ready.status).toBe(503);
      expect(JSON.parse(await ready.text()).errors[0].extensions.code).toBe("HUB_UNAVAILABLE");
      expect((await fetch(`${gateway.address}/healthz`)).status).toBe(200);
    });
  });

  const kidOf = (word: unknown) => decodeProtectedHeader(String(word)).kid;
  const honest = async (received: Received) => ({
    data: {
      _entities: await Promise.all(
        received.representations.map(async (representation) => {
          const level = await levelIn(
            publicFileOf(`${folder}/relation.json`),
            "school",
            received,
            representation,
            "R13",
          );
          const attendance = level === "F" ? "95 %" : null;
          return { ...record(representation), attendance, at: attendance };
        }),
      ),
    },
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "federated-"));
    const env = { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder };
    signingKeyIn(join(folder, "gateway.json"));
    const gatewayKeys = publicFileOf(join(folder, "gateway.json"));
    inForce = await policyInForce(parseConfig(env, null));
    school = await agencyServer("school", gatewayKeys, (received) => honest(received));
    library = await agencyServer("library", gatewayKeys, ({ representations }) => ({
      data: { _entities: representations.map((one) => ({ ...record(one), openingHours: "9-17" })) },
    }));
    offices = await agencyServer("offices", gatewayKeys, async (received) => ({
      data: {
        _entities: await Promise.all(
          received.representations.map(async (one) => {
            const level = await levelIn(publicFileOf(`${folder}/relation.json`), "offices", received, one, "R14");
            return { ...record(one), whatToMind: level === "X" ? `mind ${one["id"]}` : null };
          }),
        ),
      },
    }));
    const supergraph = await compose({ ...inForce, url: "http://hub.invalid/subgraph" }, [
      {
        name: "school",
        url: school.url,
        sdl: agencySdl(MINOR("school", 'attendance: String @group(row: "R13") REQUIRES')),
        kernel: true,
        holds: new Set(["R13"]),
      },
      {
        name: "station",
        url: "http://127.0.0.1:9/subgraph",
        sdl: agencySdl(MINOR("station", 'inStation: Boolean @group(row: "R41", at: "B") REQUIRES'), "RESCUE_STATION"),
        kernel: true,
        holds: new Set(["R41"]),
      },
      {
        name: "offices",
        url: offices.url,
        sdl: agencySdl(
          MINOR("offices", 'whatToMind: String @group(row: "R14", at: "X") REQUIRES'),
          "SOCIAL_AFFAIRS_OFFICE",
        ),
        kernel: true,
        holds: new Set(["R14"]),
      },
      {
        name: "library",
        url: library.url,
        sdl: agencySdl('type Agency @key(fields: "id") { id: ID! openingHours: String }'),
        kernel: false,
        holds: new Set(),
      },
    ]);
    writeFileSync(join(folder, "supergraph.graphql"), supergraph);
    const ids = idCipherOf(parseConfig(env, null));
    const agency = ids.encode("Agency", AGENCY);
    const bothOffices = OF_OFFICES.map((its) => ids.encode("Agency", its.agency));
    const federation = {
      agencies: { school: { agency, holds: ["R13"] }, offices: { agency: bothOffices, holds: ["R14"] } },
    };
    hub = await startHub(
      "embedded",
      async (sql, ids) => {
        await town(sql, ids);
        await sql("INSERT INTO agency_duty SELECT id, 'Minor', '990101' FROM agency WHERE name = 'office/head'");
        await sql(
          `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
           VALUES ('00000000-0000-7000-8000-000000000998', 'OPERATOR', '运维', 990101101000, 'AGREEMENT', '示例')`,
        );
        await sql(
          `INSERT INTO person (id, subject, name, agency, post) VALUES ('00000000-0000-7000-8000-000000000997', 'operator',
             '运维', '00000000-0000-7000-8000-000000000998', 'SYSTEM_ADMIN')`,
        );
        // Stations that brought a child to the hub which is the school's pupil as well: a source of it to both, and no school.
        await sql("UPDATE agency SET kind = 'RESCUE_STATION' WHERE name = ANY ($1)", [
          [1, 3, 5, 7].map((n) => SCHOOLS[n]?.subject),
        ]);
        await sql("SELECT hub_involve($1)", [
          JSON.stringify(
            [...[1, 3, 5, 7].map((n) => ({ child: SCHOOLS[n]?.child, agency: AGENCY })), ...OF_OFFICES].map((its) => ({
              record_type: "Minor",
              record: its.child,
              agency: its.agency,
              kind: "SOURCE",
              basis: "x",
            })),
          ),
        ]);
      },
      inForce,
      undefined,
      { FEDERATION_GATEWAY_KEYS_FILE: gatewayKeys, FEDERATION_RELATION_KEY_FILE: join(folder, "relation.json") },
      JSON.stringify({ federation }),
    );
    gateway = await openGateway({
      config: parseConfig(
        env,
        JSON.stringify({
          federation: { gateway: { hubUrl: `${hub.address}/subgraph`, patience: PATIENCE } },
        }),
      ),
      inForce,
      rest: REST,
      log: pino({ level: "info" }, { write: (line) => void lines.push(line) }),
      verify: async (bearer) => {
        const subject = bearer?.replace("Bearer ", "");
        if (!subject) throw unauthenticated("no token");
        return { client: "test", subject };
      },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await Promise.all([school, library, offices].map((server) => server?.close()));
    rmSync(folder, { recursive: true, force: true });
  });
});
