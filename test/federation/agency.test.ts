import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import pino from "pino";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { parseConfig } from "../../src/config.js";
import { publicFileOf, type SigningKey, signingKeyIn } from "../../src/federation/keys.js";
import { relationsFor } from "../../src/federation/relation.js";
import { parsePolicy } from "../../src/policy/load.js";
import type { ShownLevel } from "../../src/policy/policy.js";
import { type Agency, openAgency } from "../../src/server/agency.js";
import { shipped } from "../policy/shipped.js";
import { BUT_THE_CLOCK } from "../support/clock.js";
import { statements } from "../support/statements.js";
import { gatewayKeys, signedCall } from "./gateway.js";
import { seedSchool } from "./school.js";

/** As the hub knows two pupils, and one child who is none. */
const [LIN, CHEN, STRANGER] = ["M-lin", "M-chen", "M-stranger"];
/** And a hundred more. */
const PUPILS = Array.from({ length: 100 }, (_, n) => `M-${n}`);
const policy = parsePolicy(shipped);
const IN_FORCE = `${policy.version} ${policy.hash}`;

const ASKED = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Minor {
  id attendance { term daysAbsent } visitAsked health { allergies chronicIllness } whatToMind psychologicalFinding psychologicalNeed
  takeCare counsellingNotes { heldOn notes } lifeRiskSummary } } }`;
type Levels = Readonly<Record<string, ShownLevel>>;
/** Milliseconds. */
const TEN_MINUTES = 600_000;
const NOBODY = { _entities: [null, null] };

interface Asking {
  /** "person:counsellor", else somebody from outside. */
  readonly viewer?: string;
  readonly purpose?: string;
  readonly query?: string;
  readonly told?: Readonly<Record<string, Levels | undefined>>;
}

describe("a school that keeps its pupils' records at home", () => {
  let school: Agency;
  let gateway: SigningKey;
  let hub: SigningKey;
  const lines: string[] = [];

  const relation = (id: string, viewer: string, requestId: string, levels: Levels, more = {}) =>
    relationsFor(hub, { audience: "school", viewer, requestId, policy: IN_FORCE, ...more }, [
      { id, levels, byTheHub: false, assigned: false },
    ])[0];
  const ask = async ({ viewer: named, purpose, query = ASKED, told = {} }: Asking, requestId = randomUUID()) => {
    const viewer = named ?? `request:${requestId}`;
    const r = await Promise.all(
      Object.entries(told).map(async ([id, levels]) => ({
        __typename: "Minor",
        id,
        relation: levels ? await relation(id, viewer, requestId, levels) : null,
      })),
    );
    return send(r, viewer, requestId, purpose, query);
  };
  const send = async (r: readonly object[], viewer: string, requestId: string, purpose?: string, query = ASKED) => {
    const { headers, body } = await signedCall(
      gateway,
      { as: null, query, variables: { r }, audience: "school", requestId, purpose: purpose ?? null },
      { viewer },
    );
    const response = await fetch(`${school.address}/subgraph`, { method: "POST", headers, body });
    return { status: response.status, ...(await response.json()) };
  };
  const entity = async (asking: Asking) => (await ask(asking)).data?._entities[0];

  describe("answers whoever the hub tells of, at the level that it tells", () => {
    const ATTENDANCE = [{ term: "2026-1", daysAbsent: 7 }];
    const HEALTH = { allergies: "青霉素", chronicIllness: "哮喘" };
    it.each`
      levels                    | shown
      ${{ R13: "F" }}           | ${{ attendance: ATTENDANCE, visitAsked: true }}
      ${{ R13: "X" }}           | ${{ visitAsked: true }}
      ${{ R14: "F" }}           | ${{ health: HEALTH, whatToMind: "不参加长跑" }}
      ${{ R14: "X" }}           | ${{ whatToMind: "不参加长跑" }}
      ${{ R15: "F" }}           | ${{ psychologicalFinding: "睡眠差", psychologicalNeed: "HIGH", takeCare: true }}
      ${{ R15: "B" }}           | ${{ psychologicalNeed: "HIGH" }}
      ${{ R15: "X" }}           | ${{ takeCare: true }}
      ${{ R16b: "F" }}          | ${{ lifeRiskSummary: "说过不想活,家中有农药" }}
      ${{ R13: "X", R15: "B" }} | ${{ visitAsked: true, psychologicalNeed: "HIGH" }}
      ${{}}                     | ${{}}
    `("$levels opens $shown to somebody from outside", async ({ levels, shown }) => {
      expect(await entity({ told: { [String(LIN)]: levels } })).toEqual({
        __typename: "Minor",
        id: LIN,
        ...NOTHING,
        ...shown,
      });
    });

    it("each pupil at its own level, in one statement's order", async () => {
      const { data } = await ask({ told: { [String(CHEN)]: { R13: "X" }, [String(LIN)]: { R13: "F" } } });
      expect(data._entities).toMatchObject([
        { id: CHEN, attendance: null, visitAsked: false },
        { id: LIN, attendance: ATTENDANCE, visitAsked: true },
      ]);
    });
  });

  it.each([
    [900, 200],
    [1_000, 400],
  ])("is asked of %i children at once, each with its relation: %i", async (many, status) => {
    const requestId = randomUUID();
    const viewer = `request:${requestId}`;
    const said = await relation(String(LIN), viewer, requestId, { R13: "X" });
    const r = Array.from({ length: many }, () => ({ __typename: "Minor", id: LIN, relation: said }));
    const answer = await send(r, viewer, requestId);
    expect({ status: answer.status, code: answer.errors?.[0].extensions.code }).toEqual(
      status === 200 ? { status } : { status, code: "COST_EXCEEDED" },
    );
    if (status === 200) expect(answer.data._entities[many - 1]).toMatchObject({ id: LIN, visitAsked: true });
  });

  it("asks the database as much for a hundred pupils as for one, and reads them all in one statement", async () => {
    const asked = (many: number) =>
      statements(async () => {
        const told = Object.fromEntries(PUPILS.slice(0, many).map((id): [string, Levels] => [id, { R13: "F" }]));
        const { data } = await ask({ told });
        expect(data._entities[many - 1]).toMatchObject({ attendance: [{ term: "2026-1" }] });
      });
    const one = await asked(1);
    const reads = one.filter(({ kind }) => kind === "read");
    expect(reads).toHaveLength(1);
    // It remembers the call in the round trip of what it reads.
    expect(one.flatMap(({ texts }) => texts).filter((text) => text.includes("assertion_seen"))).toEqual([
      reads[0]?.texts.at(-1),
    ]);
    for (const many of [10, 100]) expect(await asked(many)).toEqual(one);
  });

  describe("opens nothing without the hub's word, not even to its own", () => {
    it("a pupil without a relation is null, as is a child who is none", async () => {
      const { data, errors } = await ask({
        viewer: "person:head",
        purpose: "CASE_HANDLING",
        query: "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Minor { attendance { term } } } }",
        told: { [String(LIN)]: undefined, [String(STRANGER)]: { R13: "F" } },
      });
      expect(errors).toBeUndefined();
      expect(data._entities).toEqual([null, null]);
    });

    it.each`
      what                  | more                           | why
      ${"another viewer"}   | ${{ viewer: "request:other" }} | ${"of another viewer"}
      ${"another request"}  | ${{ requestId: randomUUID() }} | ${"of another request"}
      ${"another subgraph"} | ${{ audience: "station" }}     | ${"aud"}
      ${"another policy"}   | ${{ policy: "1 old" }}         | ${"under another policy"}
      ${"another minor"}    | ${{ id: "M-chen" }}            | ${"of another minor"}
      ${"another key"}      | ${{ key: "foreign" }}          | ${"no key of that name"}
    `(
      "a reference whose relation is of $what is null, beside one whose relation holds; the log says why",
      async (of) => {
        const { more, why }: { more: { id?: string; key?: string }; why: string } = of;
        const requestId = randomUUID();
        const viewer = `request:${requestId}`;
        const { id = String(LIN), key, ...binding } = more;
        const by = key ? (await gatewayKeys()).key : hub;
        const bound = { audience: "school", viewer, requestId, policy: IN_FORCE, ...binding };
        const bad = relationsFor(by, bound, [{ id, levels: { R13: "F" }, byTheHub: false, assigned: false }])[0];
        const good = await relation(String(CHEN), viewer, requestId, { R13: "X" });
        const { status, data, errors } = await send(
          [
            { __typename: "Minor", id: LIN, relation: bad },
            { __typename: "Minor", id: CHEN, relation: good },
          ],
          viewer,
          requestId,
        );
        expect({ status, errors }).toEqual({ status: 200 });
        expect(data._entities).toMatchObject([null, { id: CHEN, visitAsked: false }]);
        const logged = lines.filter((line) => line.includes(requestId) && line.includes("RELATION_REFUSED"));
        expect(logged.map((line) => JSON.parse(line).why)).toEqual([expect.stringContaining(why)]);
        for (const told of [LIN, CHEN, bad]) expect(logged.join()).not.toContain(told);
      },
    );

    it.each`
      what                                | more                           | reason
      ${"no key that it knows"}           | ${{ key: "foreign" }}          | ${"UNKNOWN_KEY"}
      ${"a clock that is not its own"}    | ${{ clock: -TEN_MINUTES }}     | ${"CLOCK"}
      ${"a clock that is ahead"}          | ${{ clock: TEN_MINUTES }}      | ${"CLOCK"}
      ${"another policy"}                 | ${{ policy: "1 old" }}         | ${"OTHER_POLICY"}
      ${"another request: of some child"} | ${{ requestId: randomUUID() }} | ${undefined}
      ${"another viewer: of some child"}  | ${{ viewer: "request:other" }} | ${undefined}
    `("a call whose every word is of $what is told so, whatever the child: $reason", async ({ more, reason }) => {
      const { key, clock = 0, ...binding }: { key?: string; clock?: number } = more;
      const requestId = randomUUID();
      const viewer = `request:${requestId}`;
      const by = key ? (await gatewayKeys()).key : hub;
      const bound = { audience: "school", viewer, requestId, policy: IN_FORCE, ...binding };
      const words = async () =>
        [LIN, STRANGER].map((id) => ({
          __typename: "Minor",
          id,
          relation: relationsFor(by, bound, [
            { id: String(id), levels: { R13: "F" }, byTheHub: false, assigned: false },
          ])[0],
        }));
      const { status, data, errors } = await send(await at(clock, words), viewer, requestId);
      if (reason === undefined) return expect({ status, data, errors }).toEqual({ status: 200, data: NOBODY });
      expect({ status, data, extensions: errors[0].extensions }).toEqual({
        status: 403,
        extensions: {
          code: "RELATION_REFUSED",
          reason,
          messageZh: expect.any(String),
          remedy: expect.stringContaining("clocks"),
        },
      });
    });

    it("a gateway whose clock is not its own is refused by the head of its call", async () => {
      const call = () => signedCall(gateway, { as: null, query: ASKED, variables: { r: [] }, audience: "school" });
      const { headers, body } = await at(-TEN_MINUTES, call);
      const response = await fetch(`${school.address}/subgraph`, { method: "POST", headers, body });
      expect(response.status).toBe(401);
      expect((await response.json()).errors[0].extensions).not.toHaveProperty("reason");
    });

    it("a call under an assertion that does not hold is refused, and the log says why", async () => {
      const { headers, body } = await signedCall(gateway, { as: null, query: ASKED, audience: "station" });
      const response = await fetch(`${school.address}/subgraph`, { method: "POST", headers, body });
      expect(response.status).toBe(401);
      const logged = lines.map((line) => JSON.parse(line)).findLast(({ msg }) => msg === "refused");
      expect(logged).toMatchObject({
        requestId: response.headers.get("x-hub-request-id"),
        why: expect.stringContaining("aud"),
      });
    });

    it("nobody else has a body read: the head of the call is enough to refuse it", async () => {
      const asked = { as: null, query: ASKED, audience: "school", variables: { r: [] } };
      const { headers } = await signedCall((await gatewayKeys()).key, asked);
      const sent = request(`${school.address}/subgraph`, {
        method: "POST",
        headers: { ...headers, "content-length": 9_000 },
      });
      sent.write('{"query":');
      const [answer] = await once(sent, "response");
      expect(answer.statusCode).toBe(401);
      sent.destroy();
    });
  });

  describe("counselling notes (R16, MHL 23)", () => {
    const NOTES = [{ heldOn: "2026-03-04", notes: "谈到家里的事" }];
    const notes = async (viewer: string | undefined, levels: Levels) =>
      (
        await entity({
          ...(viewer ? { viewer } : {}),
          purpose: "LEFT_BEHIND_CARE",
          query:
            "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Minor { counsellingNotes { heldOn notes } } } }",
          told: { [String(LIN)]: levels },
        })
      )?.counsellingNotes;

    it("are for the assigned counsellor alone, as hub and school both know", async () => {
      expect(await notes("person:counsellor", { R16: "F" })).toEqual(NOTES);
    });
    it("are closed to him while the hub does not know that he is assigned", async () => {
      expect(await notes("person:counsellor", {})).toBeNull();
    });
    it.each(["person:head", "person:other counsellor"])(
      "are closed to %s, whatever the hub says: the school knows better",
      async (viewer) => expect(await notes(viewer, { R16: "F" })).toBeNull(),
    );
  });

  it("notes do not open to anybody from outside, not even to another agency's counsellor (R16)", async () => {
    expect(await entity({ told: { [String(LIN)]: { R16: "F" } } })).toMatchObject({ counsellingNotes: null });
  });

  it("opens for each reference what its own word says, and not what another one of the same pupil says", async () => {
    const requestId = randomUUID();
    const viewer = `request:${requestId}`;
    const said = async (levels: Levels) => ({
      __typename: "Minor",
      id: LIN,
      relation: await relation(String(LIN), viewer, requestId, levels),
    });
    const { data } = await send([await said({ R13: "X" }), await said({ R15: "B" })], viewer, requestId);
    expect(data._entities).toMatchObject([
      { visitAsked: true, psychologicalNeed: null },
      { visitAsked: null, psychologicalNeed: "HIGH" },
    ]);
  });

  it("knows nobody who has left, whatever the gateway says", async () => {
    const { status, errors } = await ask({ viewer: "person:nobody", told: { [String(LIN)]: { R13: "F" } } });
    expect({ status, code: errors[0].extensions.code }).toEqual({ status: 401, code: "UNAUTHENTICATED" });
  });

  it("puts on its own record what it showed, under the request, and of outsiders no more than that (R35)", async () => {
    const requestId = randomUUID();
    await ask({ told: { [String(LIN)]: { R13: "F" } } }, requestId);
    const [last] = await school.store.query<{ entries: string }>(
      "SELECT entries FROM disclosure_segment ORDER BY seq DESC LIMIT 1",
    );
    expect(JSON.parse(String(last?.entries)).entry).toMatchObject({
      requestId,
      person: null,
      client: `request:${requestId}`,
      agency: "00000000-0000-0000-0000-000000000000",
      post: "OUTSIDE",
      purpose: "OUTSIDE",
      subjects: [{ type: "Minor", groups: { R13: "F" } }],
    });
  });

  it("shows its database no row that the hub has not told of: the second wall", async () => {
    const [row] = await school.store.query<{ n: number }>("SELECT count(*)::int AS n FROM attendance");
    expect(row?.n).toBe(0);
    const open = await school.store.query<{ of: string }>(
      `SELECT concat_ws(' ', tablename, policyname, cmd) AS of FROM pg_policies
        WHERE 'hub_app' = ANY (roles) AND tablename IN ('attendance', 'counselling_session', 'psychological_need') ORDER BY 1`,
    );
    expect(open.map((policy) => policy.of)).toEqual([
      "attendance told SELECT",
      "counselling_session told SELECT",
      "psychological_need told SELECT",
    ]);
  });

  const NOTHING = {
    attendance: null,
    visitAsked: null,
    psychologicalFinding: null,
    psychologicalNeed: null,
    health: null,
    whatToMind: null,
    takeCare: null,
    lifeRiskSummary: null,
    counsellingNotes: null,
  };

  /** By a clock that is that many milliseconds ahead. */
  async function at<T>(ahead: number, work: () => Promise<T>): Promise<T> {
    jest.useFakeTimers({ now: Date.now() + ahead, doNotFake: [...BUT_THE_CLOCK] });
    try {
      return await work();
    } finally {
      jest.useRealTimers();
    }
  }

  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "school-"));
    const gatewayFiles = await gatewayKeys();
    gateway = gatewayFiles.key;
    hub = signingKeyIn(join(folder, "hub.json"));
    const config = parseConfig(
      { PORT: "0", HUB_DATA_DIR: folder, HUB_DEMO: "0", FEDERATION_GATEWAY_KEYS_FILE: gatewayFiles.publicFile },
      JSON.stringify({ federation: { name: "school", hubKeysFile: publicFileOf(join(folder, "hub.json")) } }),
    );
    school = await openAgency(
      config,
      {
        ...SCHOOL,
        asOwner: async (owner, ids) => {
          await seedSchool(owner, ids, { lin: LIN, chen: CHEN });
          for (const [n, hubId] of PUPILS.entries()) {
            const pupil = randomUUID();
            await owner.query(
              `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
               VALUES ($1, $2, 990101101200, '示例', '例', '2016-03-02', 'MALE')`,
              [pupil, ids.ref(pupil)],
            );
            await owner.query("INSERT INTO minor_link (hub_id, minor) VALUES ($1, $2)", [hubId, pupil]);
            await owner.query("INSERT INTO attendance (minor, term, days_absent) VALUES ($1, '2026-1', $2)", [
              pupil,
              n,
            ]);
          }
        },
      },
      pino({ level: "info" }, { write: (line) => void lines.push(line) }),
    );
  });
  afterAll(async () => {
    await school?.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
