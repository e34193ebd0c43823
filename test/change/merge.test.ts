import { findMixedReadings } from "../../src/disclosure/mixed-readings.js";
import { type AgencyName, asker, codeOf, DATABASES, payload, startWorld, VILLAGE, type World } from "./world.js";

const REGISTER = "mutation ($input: RegisterMinorInput!) { registerMinor(input: $input) { id } }";
const PROPOSALS = "{ mergeProposals { id state version day contacts { name } } }";
const OFFERS = "{ mergeOffers { id state version minor agreed } }";
const DECIDE =
  "mutation ($id: ID!, $version: Int!, $decision: MergeDecision!) { decideMerge(id: $id, version: $version, decision: $decision) { state version } }";
const MERGE =
  "mutation ($id: ID!, $version: Int!) { mergeMinor(id: $id, version: $version) { state version minor agreed } }";
const CORRECT = `mutation ($id: ID!, $value: String!) {
  proposeCorrection(input: { id: $id, coordinate: "Minor.homeAddress", value: $value, reason: "入户走访" }) { id } }`;
const ACCEPT = "mutation ($id: ID!) { decideCorrection(id: $id, version: 1, accept: true) { status } }";
const UNMERGE =
  "mutation ($id: ID!, $version: Int!) { unmergeMinor(id: $id, version: $version) { state version minor agreed } }";

interface Proposal {
  readonly id: string;
  readonly version: number;
}

// What a merge moves is moved by the same SQL on both; on PGlite in the long suite.
const databases = DATABASES.filter((kind) => kind === "postgresql" || process.env["HUB_TEST_LONG"]);

describe.each(databases)("two records that may be one child (J10, D10, D16) on %s", (database) => {
  let world: World;
  const sql: World["sql"] = (text, values) => world.sql(text, values);
  const as = (purpose: string) => asker(() => world, purpose);
  const supervisor = as("RESCUE_AND_TRACING");
  const head = as("CASE_HANDLING");

  beforeAll(async () => {
    world = await startWorld(database);
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    await sql("TRUNCATE minor, case_file, involvement, merge_proposal, idempotency CASCADE");
  });

  it("are proposed to whoever answers for matching there, and to nobody else: an agency learns nothing by its own register", async () => {
    await registers("school", "王雨");
    const asked = () =>
      Promise.all(
        [OFFERS, "{ minors { totalCount nodes { id fullName disclosure { level } } } }"].map((query) =>
          head("school/HEAD", query),
        ),
      );
    const before = (await asked()).map(({ text }) => text);
    const alone = await registers("school", "陈晨");
    const twice = await registers("village", "汪宇");
    expect({ ...alone.body, data: null }).toEqual({ ...twice.body, data: null });
    await sql("DELETE FROM minor WHERE full_name = '陈晨'");
    expect((await asked()).map(({ text }) => text)).toEqual(before);
    expect(await proposals()).toEqual([
      {
        id: expect.any(String),
        state: "OPEN",
        version: 1,
        day: expect.any(String),
        contacts: named("school", "village"),
      },
    ]);
    for (const name of ["school", "village", "otherSchool"] as const) expect(await offers(name)).toEqual([]);
    expect(codeOf(await head("school/HEAD", PROPOSALS))).toBe("FIELD_NOT_SHARED");
    expect(codeOf(await head("school/REGISTRAR", OFFERS))).toBe("FIELD_NOT_SHARED");
  });

  it.each`
    second                                             | because
    ${{ fullName: "王虹" }}                            | ${"another name"}
    ${{ fullName: "汪宇", birthDate: "2015-05-07" }}   | ${"another day"}
    ${{ fullName: "汪宇", residence: "990102202300" }} | ${"another county"}
  `("are not proposed: $because", async ({ second: { fullName, ...more } }) => {
    await registers("school", "王雨");
    await registers("otherSchool", fullName, more);
    expect(await sql("SELECT FROM merge_proposal")).toEqual([]);
  });

  it("one agency's own two are its own matter", async () => {
    await registers("school", "王雨");
    await registers("school", "汪宇");
    expect(await sql("SELECT FROM merge_proposal")).toEqual([]);
  });

  it("become one when one person of each agency has agreed, and until then neither gains anything of the other's", async () => {
    const { id, school, village } = await offered();
    expect(await offers("school")).toEqual([{ id, state: "OFFERED", version: 2, minor: school, agreed: false }]);
    expect(await offers("village")).toEqual([{ id, state: "OFFERED", version: 2, minor: village, agreed: false }]);

    const before = await everything();
    expect(await agree("school", id)).toEqual({ state: "OFFERED", version: 2, minor: school, agreed: true });
    expect(await agree("school", id)).toEqual({ state: "OFFERED", version: 2, minor: school, agreed: true });
    expect(await everything()).toEqual(before);
    expect(await sees("school")).toEqual(["王雨"]);

    expect(await agree("village", id)).toEqual({ state: "MERGED", version: 3, minor: school, agreed: true });
    expect(await agree("village", id)).toEqual({ state: "MERGED", version: 3, minor: school, agreed: true });
    expect(await sources()).toEqual([["school", "village"]]);
    await expectRebuilt();
  });

  it("are both as they were when the merge is taken apart: relations, guardians, enrolment, edges", async () => {
    const { id, school, village } = await offered();
    await lives(school, village);
    const before = await everything();
    await agree("school", id);
    await agree("village", id);
    expect(await sources()).toEqual([["school", "village"]]);

    expect(await unmerge("school", id, 3)).toEqual({ state: "APART", version: 4, minor: school, agreed: true });
    expect(await everything()).toEqual(before);
    await expectRebuilt();
    expect(await unmerge("school", id, 3)).toMatchObject({ state: "APART", version: 4 });
    expect(await offers("village")).toMatchObject([{ id, state: "APART", minor: village }]);
    expect(await sql("SELECT FROM merge_proposal WHERE before IS NOT NULL")).toEqual([]);
  });

  it.each`
    meanwhile                                           | told     | back
    ${"says nothing of him"}                            | ${false} | ${true}
    ${"says that he is the child's counsellor no more"} | ${true}  | ${false}
  `(
    "have one school meanwhile, and the other one $meanwhile: both enrolments are back afterwards, and the counsellor who ended with one of them $back (R16)",
    async ({ told, back }) => {
      const { id, school, village } = await offered();
      for (const [minor, at] of [
        [school, "school"],
        [village, "otherSchool"],
      ] as const)
        await sql(
          `WITH enrolled AS (INSERT INTO enrolment (id, minor, school, grade, since)
           SELECT gen_random_uuid(), $1, id, 3, '2024-09-01' FROM agency WHERE name = $2)
         INSERT INTO involvement (record_type, record, agency, person, kind, basis, key)
         SELECT 'Minor', $1, agency, id, 'COUNSELLOR', 'test', 0 FROM person WHERE subject = $2 || '/HEAD'`,
          [world.keyOf(minor), at],
        );
      const state = async () => ({
        enrolled: await sql("SELECT DISTINCT a.name FROM enrolment e JOIN agency a ON a.id = e.school ORDER BY 1"),
        counsel: await sql(
          `SELECT a.name, i.record = $1 AS here FROM involvement i JOIN agency a ON a.id = i.agency
          WHERE i.kind = 'COUNSELLOR' AND (i.until > clock_timestamp()) IS NOT FALSE ORDER BY 1`,
          [world.keyOf(school)],
        ),
      });
      await sql(
        `INSERT INTO register_key (agency, register, key, record_type, record, digest)
       SELECT a.id, k.register, k.key, k.type, k.record, '\\x01'
         FROM agency a, (VALUES ('minors', $2, 'Minor', $1::uuid), ('counsellors', $2 || '|otherSchool/HEAD', NULL, NULL))
           AS k(register, key, type, record)
        WHERE a.name = 'otherSchool'`,
        [world.keyOf(village), told ? "O-1" : "O-2"],
      );
      const counsel = [{ name: "school", here: true }];
      await agree("school", id);
      await agree("village", id);
      expect(await state()).toEqual({ enrolled: [{ name: "school" }], counsel });
      if (told) await sql("UPDATE register_key SET digest = '\\x02' WHERE register = 'counsellors'");
      await unmerge("school", id, 3);
      const both = back ? [{ name: "otherSchool", here: false }, ...counsel] : counsel;
      expect(await state()).toEqual({ enrolled: [{ name: "otherSchool" }, { name: "school" }], counsel: both });
      await expectRebuilt();
    },
  );

  it("what has come since stays with the record that stayed, and what has ended since stays ended", async () => {
    const { id, school, village } = await offered();
    await lives(school, village);
    await agree("school", id);
    await agree("village", id);
    await sql("SELECT hub_end_involvement('Minor', $1, (SELECT id FROM agency WHERE name = 'police'), '{LIAISON}')", [
      world.keyOf(school),
    ]);
    await sql("UPDATE case_file SET stage = 'CLOSED', closed_on = '2026-03-09' WHERE number = 'both'");
    await unmerge("village", id, 3);
    expect(await sql("SELECT FROM involvement WHERE kind = 'LIAISON' AND until IS NULL")).toEqual([]);
    expect(await sql("SELECT FROM case_minor WHERE role = 'SUSPECT'")).toEqual([]);
    await expectRebuilt();
  });

  it("take along what is proposed to correct, and what was corrected while they were one is undone with it (R40)", async () => {
    const { id, school, village } = await offered();
    const caring = as("LEFT_BEHIND_CARE");
    const propose = async (value: string) =>
      payload(await caring("social/CHILD_SUPERVISOR", CORRECT, { id: village, value }));
    const about = async (who: string, request: unknown) => {
      const query = "query ($id: ID!) { correctionRequest(id: $id) { about } }";
      return (await caring(who, query, { id: request })).body.data?.["correctionRequest"];
    };
    const accept = async (request: unknown) => payload(await caring("village/HEAD", ACCEPT, { id: request }))["status"];
    const addresses = () => sql("SELECT home_address FROM minor ORDER BY id = $1", [world.keyOf(village)]);
    const [early, late] = [await propose("东村 6 号"), await propose("东村 9 号")];
    await agree("school", id);
    await agree("village", id);
    for (const who of ["social/CHILD_SUPERVISOR", "village/HEAD"])
      expect(await about(who, early["id"])).toEqual({ about: school });
    expect(await about("school/HEAD", early["id"])).toBeNull(); // it was not asked
    expect(await accept(early["id"])).toBe("ACCEPTED");
    expect(await addresses()).toEqual([{ home_address: "东村 6 号" }]);

    await unmerge("school", id, 3);
    expect(await addresses()).toEqual([{ home_address: null }, { home_address: null }]);
    expect(await about("village/HEAD", late["id"])).toEqual({ about: village });
    expect(await accept(late["id"])).toBe("ACCEPTED");
    expect(await addresses()).toEqual([{ home_address: null }, { home_address: "东村 9 号" }]);
  });

  it("whoever was shown the record that mixed the two is told, once they are two again (J10)", async () => {
    const { id, school } = await offered();
    await sees("village");
    await agree("school", id);
    await agree("village", id);
    await sees("school");
    await unmerge("village", id, 3);
    await sees("village");
    const readings = async (who: string) => list(head(who, "{ mixedReadings { day minor } }"), "mixedReadings");
    expect(await readings("school/HEAD")).toEqual([]);
    const { store, questions } = world.hub;
    await findMixedReadings((text, params) => store.query(text, params), questions.world.ids);
    expect(await readings("school/HEAD")).toEqual([{ day: expect.any(String), minor: school }]);
    expect(await readings("village/HEAD")).toEqual([]);
  });

  it.each`
    conflict               | with
    ${"with one of them"}  | ${"village"}
    ${"with a case of it"} | ${"00000000-0000-7000-8000-ccccccccccc7"}
  `("a conflict of interest $conflict hides both for 7 days after they came apart (J10)", async ({ with: record }) => {
    const { id, school, village } = await offered();
    await lives(school, village);
    await sql(
      `INSERT INTO involvement (record_type, record, agency, person, kind, basis, key)
       SELECT $2, $1, agency, id, 'CONFLICT', 'test', 0 FROM person WHERE subject = 'school/REGISTRAR'`,
      record === "village" ? [world.keyOf(village), "Minor"] : [record, "Case"],
    );
    const registrar = () => sees("school", "REGISTRAR");
    expect(await registrar()).toEqual(["王雨"]);
    await agree("school", id);
    await agree("village", id);
    expect(await registrar()).toBeNull();

    await unmerge("school", id, 3);
    expect([await registrar(), await sees("school"), await sees("village")]).toEqual([
      null,
      ["王雨"],
      ["汪宇", "王雨"],
    ]);
    await expectRebuilt();
    const days = (by: string) =>
      sql("UPDATE involvement SET since = since - $1::interval, until = until - $1::interval WHERE basis = 'J10'", [
        by,
      ]);
    await days("6 days 23 hours 59 minutes");
    await sql("SELECT hub_sweep()");
    expect(await registrar()).toBeNull();
    await days("1 minute");
    await sql("SELECT hub_sweep()");
    expect(await registrar()).toEqual(["王雨"]);
    await expectRebuilt();
  });

  it("a case that closes takes its suspect out of what is kept of the two as well (R20, JDPL 59)", async () => {
    const { id, school, village } = await offered();
    await lives(school, village);
    await agree("school", id);
    await agree("village", id);
    const kept = "SELECT FROM merge_proposal WHERE before->'case_minor' @> '[{\"role\": \"SUSPECT\"}]'";
    expect(await sql(kept)).toHaveLength(1);
    await sql("UPDATE case_file SET stage = 'CLOSED', closed_on = '2026-03-09' WHERE number = 'both'");
    expect(await sql(kept)).toEqual([]);
  });

  it("that are two stay two: the pair is remembered, whatever is registered again", async () => {
    const { id, school } = await proposed();
    expect(payload(await decide(id, 1, "KEEP_APART"))).toEqual({ state: "APART", version: 2 });
    await sql("SELECT hub_know((SELECT id FROM agency WHERE name = 'school'), $1)", [
      JSON.stringify([{ minor: world.keyOf(school), tokens: await tokensOf(school) }]),
    ]);
    expect(await proposals()).toEqual([]);
    expect(await sql("SELECT state FROM merge_proposal")).toEqual([{ state: "APART" }]);
  });

  it.each`
    who                   | ask        | code                         | because
    ${"otherSchool/HEAD"} | ${MERGE}   | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"it knows neither"}
    ${"school/REGISTRAR"} | ${MERGE}   | ${"FIELD_NOT_SHARED"}        | ${"a head agrees for his agency"}
    ${"otherSchool/HEAD"} | ${UNMERGE} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"it knows neither"}
    ${"school/HEAD"}      | ${UNMERGE} | ${"CONFLICT"}                | ${"nothing is merged yet"}
  `("$who is answered $code: $because", async ({ who, ask, code }) => {
    const { id } = await offered();
    expect(codeOf(await head(who, ask, { id, version: 2 }))).toBe(code);
  });

  it("a proposal that is not put to the agencies is not there for them, and a settled one is a CONFLICT", async () => {
    const { id } = await proposed();
    const none = await head("school/HEAD", MERGE, { id, version: 1 });
    expect(codeOf(none)).toBe("NOT_FOUND_OR_NOT_SHARED");
    expect((await head("school/HEAD", MERGE, { id: "00000000-0000-4000-8000-000000000000", version: 1 })).body).toEqual(
      none.body,
    );
    await decide(id, 1, "OFFER");
    expect(codeOf(await head("school/HEAD", MERGE, { id, version: 1 }))).toBe("CONFLICT");
    expect(codeOf(await decide(id, 1, "KEEP_APART"))).toBe("CONFLICT");
  });

  it("stay two, with nothing half-done, while they stand in one case in different relations", async () => {
    const { id, school, village } = await offered();
    await opens("clash", { VICTIM: [school], SUSPECT: [village] });
    await agree("school", id);
    const before = await everything();
    expect(codeOf(await head("village/HEAD", MERGE, { id, version: 2 }))).toBe("CONFLICT");
    expect(await everything()).toEqual(before);
    expect(await sql("SELECT FROM merge_agreement")).toHaveLength(1);
  });

  it("somebody with a conflict of interest with either is asked about neither", async () => {
    const { village } = await offered();
    await sql(
      `INSERT INTO involvement (record_type, record, agency, person, kind, basis, key)
       SELECT 'Minor', $1, agency, id, 'CONFLICT', 'test', 0 FROM person WHERE subject IN ('school/HEAD', 'social/CHILD_SUPERVISOR')`,
      [world.keyOf(village)],
    );
    expect(await offers("school")).toEqual([]);
    expect(await proposals()).toEqual([]);
    expect(await offers("village")).toHaveLength(1);
  });

  async function proposed(): Promise<Proposal & { readonly school: string; readonly village: string }> {
    const school = String(payload(await registers("school", "王雨", { guardians: [mother] }))["id"]);
    const village = String(payload(await registers("village", "汪宇", { phone: "000-2", guardians: [mother] }))["id"]);
    const [proposal] = await proposals();
    if (!proposal) throw new Error("Nothing is proposed");
    return { ...proposal, school, village };
  }
  async function offered(): ReturnType<typeof proposed> {
    const proposal = await proposed();
    expect(payload(await decide(proposal.id, 1, "OFFER"))).toEqual({ state: "OFFERED", version: 2 });
    return proposal;
  }

  const mother = { fullName: "林芳", relation: "母亲" };
  const registers = (name: AgencyName, fullName: string, more: object = {}) =>
    head(`${name}/HEAD`, REGISTER, {
      input: { fullName, givenName: "某", birthDate: "2015-05-06", sex: "FEMALE", residence: VILLAGE, ...more },
    });
  const list = async (asked: ReturnType<typeof head>, field: string) => {
    const found = (await asked).body.data?.[field];
    if (!Array.isArray(found)) throw new Error(`No ${field}`);
    return found;
  };
  const proposals = () => list(supervisor("social/CHILD_SUPERVISOR", PROPOSALS), "mergeProposals");
  const offers = (name: AgencyName) => list(head(`${name}/HEAD`, OFFERS), "mergeOffers");
  const named = (...names: AgencyName[]) => names.map((name) => ({ name }));
  const decide = (id: string, version: number, decision: string) =>
    supervisor("social/CHILD_SUPERVISOR", DECIDE, { id, version, decision });
  const agree = async (name: AgencyName, id: string) => payload(await head(`${name}/HEAD`, MERGE, { id, version: 2 }));
  const unmerge = async (name: AgencyName, id: string, version: number) =>
    payload(await head(`${name}/HEAD`, UNMERGE, { id, version }));
  const sees = async (name: AgencyName, post = "HEAD") => {
    const { body } = await head(`${name}/${post}`, "{ minors { nodes { fullName } } }");
    return JSON.stringify(body.data).match(/(?<="fullName":")[^"]+/g);
  };
  const tokensOf = async (minor: string) =>
    (
      await sql<{ token: string }>("SELECT encode(token, 'hex') AS token FROM identity_token WHERE minor = $1", [
        world.keyOf(minor),
      ])
    ).map(({ token }) => token);

  async function opens(number: string, concerned: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const key = `00000000-0000-7000-8000-${number.length.toString().padStart(12, "c")}`;
    await sql(
      `INSERT INTO case_file (id, ref, place, number, kind, stage, opened_on, lead_agency)
         SELECT $1, $1, $2, $3, 'BULLYING', 'FILED', '2026-03-04', id FROM agency WHERE name = 'police'`,
      [key, VILLAGE, number],
    );
    await sql(
      `SELECT hub_involve(jsonb_agg(jsonb_build_object('record_type', 'Case', 'record', $1::uuid, 'agency', agency, 'person', person, 'kind', kind, 'basis', 'test')))
           FROM (SELECT id AS agency, NULL::uuid AS person, unnest(ARRAY['SOURCE', 'PART']) AS kind FROM agency WHERE name = 'police'
                 UNION ALL SELECT agency, id, 'NAMED' FROM person WHERE subject = 'police/CASE_OFFICER') r`,
      [key],
    );
    for (const [role, minors] of Object.entries(concerned))
      for (const minor of minors)
        await sql("INSERT INTO case_minor (case_file, minor, role) VALUES ($1, $2, $3)", [
          key,
          world.keyOf(minor),
          role,
        ]);
  }

  /** What a merge has to bring together: enrolment, the same liaison of both, cases of one and of both, a look-up. */
  async function lives(school: string, village: string): Promise<void> {
    await sql(
      "INSERT INTO enrolment (id, minor, school, grade, since) SELECT gen_random_uuid(), $1, id, 3, '2024-09-01' FROM agency WHERE name = 'school'",
      [world.keyOf(school)],
    );
    for (const [minor, since] of [
      [school, "2025-03-01"],
      [village, "2025-02-01"],
    ] as const)
      await sql(
        `INSERT INTO involvement (record_type, record, agency, person, kind, since, basis, key)
         SELECT 'Minor', $1, agency, id, 'LIAISON', $2::timestamptz, 'test', 0 FROM person WHERE subject = 'police/CASE_OFFICER'`,
        [world.keyOf(minor), since],
      );
    await sql(
      `INSERT INTO care_registration (id, ref, place, minor, registered_by, status, since)
       SELECT gen_random_uuid(), gen_random_uuid(), $2, $1, id, 'LEFT_BEHIND', '2025-01-01' FROM agency WHERE name = 'village'`,
      [world.keyOf(village), VILLAGE],
    );
    await opens("both", { SUSPECT: [school, village] });
    await opens("village", { VICTIM: [village] });
    await sql(
      "INSERT INTO minor_lookup (minor, told, on_day) SELECT $1, id, '2026-03-01' FROM agency WHERE name = 'village'",
      [world.keyOf(village)],
    );
  }

  /** All that there is about minors; derived rows without the ids that they were given anew. */
  async function everything(): Promise<unknown> {
    const tables = ["minor", "guardian", "entrusted_care", "enrolment", "case_minor", "incident_minor", "register_key"];
    const whole = [...tables, "idempotency", "identity_token", "minor_lookup", "case_file", "care_registration"].map(
      (table) => `'${table}', (SELECT json_agg(to_jsonb(r) - 'digest' ORDER BY to_jsonb(r)::text) FROM ${table} r)`,
    );
    const [state] = await sql<{ state: unknown }>(
      `SELECT json_build_object(${whole.join(", ")}, 'involvement',
         (SELECT json_agg(r ORDER BY r::text) FROM (SELECT CASE WHEN via IS NULL THEN id END, record, agency, person, kind, key, since, until, via, swept FROM involvement) r)) AS state`,
    );
    return state;
  }

  const sources = async () =>
    (
      await sql<{ names: string[] }>(
        `SELECT array_agg(a.name ORDER BY a.name) AS names FROM minor m JOIN involvement i ON i.record = m.id AND i.kind = 'SOURCE'
           JOIN agency a ON a.id = i.agency WHERE i.key = ANY (m.involved) GROUP BY m.id`,
      )
    ).map(({ names }) => names);

  /** Arrays and derived rows are what facts and edges alone give. */
  async function expectRebuilt(): Promise<void> {
    const now = await everything();
    await sql("SELECT hub_rebuild()");
    expect(await everything()).toEqual(now);
  }
});
