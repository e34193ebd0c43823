import { createPeople } from "../../src/change/township/names.js";
import { csv, child as row } from "./import/desk.js";
import { asker, codeOf, payload, rowsIn, startWorld, VILLAGE, WANGS_NUMBER, type World } from "./world.js";

const OUTCOME = `digest written new changed unchanged ended refused
  changes { happening line key } errors { line column code message messageZh remedy }`;
const PLAN = `mutation Plan($input: RegisterInput!) { importPlan(input: $input) { ${OUTCOME} } }`;
const APPLY = `mutation Apply($input: RegisterInput!, $digest: String!) { importApply(input: $input, digest: $digest) { ${OUTCOME} } }`;

/** As a department system brings registers: docs/registers.md. */
describe("a register over GraphQL", () => {
  let world: World;
  const ask = asker(() => world, "COMPULSORY_EDUCATION");
  beforeAll(async () => {
    world = await startWorld("postgresql");
    await world.sql(
      "INSERT INTO client (client_id, agency) SELECT name, id FROM agency WHERE kind IN ('SCHOOL', 'EDUCATION_BUREAU')",
    );
    await world.sql(`INSERT INTO register_key (agency, register, key, record_type, record, digest)
      SELECT '00000000-0000-0000-0000-000000000000', 'agencies', name, 'Agency', id, '' FROM agency`);
  });
  afterEach(async () => {
    await world.sql("DELETE FROM minor WHERE id IN (SELECT record FROM register_key WHERE register = 'minors')");
    await world.sql("DELETE FROM register_key WHERE register <> 'agencies'");
    await world.sql("DELETE FROM idempotency");
  });
  afterAll(() => world?.close());

  const child = (key: string, more = {}) => row(key, { residence: VILLAGE, ...more });
  const minors = (...rows: ReturnType<typeof child>[]) => ({ register: "minors", csv: csv("minors", rows) });
  const plan = async (input: object, as = "client:school") => payload(await ask(as, PLAN, { input }));
  const apply = (input: object, digest: unknown, key?: string, as = "client:school") =>
    ask(as, APPLY, { input, digest }, key);

  it("is planned, which writes nothing, and then applied as planned", async () => {
    const before = await rowsIn(world);
    const input = minors(child("S-1"), child("S-2"));
    const planned = await plan(input);
    expect(planned).toMatchObject({ written: false, new: 2, changed: 0, refused: 0 });
    expect(planned["changes"]).toEqual([
      { happening: "NEW", line: 2, key: "S-1" },
      { happening: "NEW", line: 3, key: "S-2" },
    ]);
    expect(await rowsIn(world)).toEqual(before);

    const applied = payload(await apply(input, planned["digest"]));
    expect(applied).toEqual({ ...planned, written: true });
    const { minor = 0 } = await rowsIn(world);
    expect(minor - (before["minor"] ?? 0)).toBe(2);
    expect(await plan(input)).toMatchObject({ new: 0, unchanged: 2 });
  });

  it("is taken as rows of cells too", async () => {
    const [header = "", ...rows] = csv("minors", [child("S-1"), child("S-2", { sex: "X" })])
      .trim()
      .split("\n");
    const planned = await plan({ register: "minors", rows: [header, ...rows].map((line) => line.split(",")) });
    expect(planned).toMatchObject({ new: 1, refused: 1, errors: [{ line: 3, column: "sex", code: "BAD_VALUE" }] });
  });

  it.each`
    changed                             | between
    ${"the content"}                    | ${async () => minors(child("S-1", { sex: "MALE" }))}
    ${"what was known of the register"} | ${async () => void payload(await apply(minors(child("S-1")), (await plan(minors(child("S-1"))))["digest"]))}
  `("is refused with CONFLICT when $changed has changed since the plan", async ({ between }) => {
    const { digest } = await plan(minors(child("S-1")));
    const input = (await between()) ?? minors(child("S-1"));
    const before = await rowsIn(world);
    expect(codeOf(await apply(input, digest))).toBe("CONFLICT");
    expect(await rowsIn(world)).toEqual(before);
  });

  it("is applied once for one Idempotency-Key, and answered alike", async () => {
    const input = minors(child("S-1"));
    const { digest } = await plan(input);
    const first = payload(await apply(input, digest, "K-1"));
    expect(first).toMatchObject({ written: true, new: 1 });
    expect(payload(await apply(input, digest, "K-1"))).toEqual(first);
    expect(codeOf(await apply(minors(child("S-2")), digest, "K-1"))).toBe("IDEMPOTENCY_MISMATCH");
    expect(codeOf(await apply(input, digest, "K-2"))).toBe("CONFLICT");
  });

  it("is not half written: refused rows take the others along, unless valid ones are asked for", async () => {
    const input = minors(child("S-1"), child("S-2", { birth_date: "" }));
    const before = await rowsIn(world);
    const { digest } = await plan(input);
    expect(payload(await apply(input, digest))).toMatchObject({ written: false, refused: 1 });
    expect(await rowsIn(world)).toEqual(before);

    const valid = { ...input, acceptValid: true };
    const applied = payload(await apply(valid, (await plan(valid))["digest"]));
    expect(applied).toMatchObject({ written: true, new: 1, refused: 1 });
  });

  it("says the same of a child whom another agency knows", async () => {
    const known = await plan(minors(child("S-1", { citizen_number: WANGS_NUMBER, birth_date: "2016-03-02" })));
    const other = createPeople(1).citizenNumber("2016-03-02", "FEMALE", "990102");
    const unknown = await plan(minors(child("S-1", { citizen_number: other, birth_date: "2016-03-02" })));
    expect({ ...known, digest: null }).toEqual({ ...unknown, digest: null });
  });

  it("is on record with its records when it is written", async () => {
    const input = minors(child("S-1"));
    const applied = payload(await apply(input, (await plan(input))["digest"]));
    expect(applied).toMatchObject({ written: true });
    const lines = await world.sql<{ line: string }>("SELECT entries AS line FROM disclosure_segment ORDER BY seq");
    expect(lines.at(-1)?.line).toMatch(/"kind":"WRITE".*"operationName":"Apply"/);
  });

  it.each`
    who                | register     | code
    ${"school/HEAD"}   | ${"minors"}  | ${"FIELD_NOT_SHARED"}
    ${"client:bureau"} | ${"minors"}  | ${"NOT_A_WRITER"}
    ${"client:school"} | ${"cases"}   | ${"NOT_A_WRITER"}
    ${"client:school"} | ${"persons"} | ${"BAD_USER_INPUT"}
    ${"client:school"} | ${"nothing"} | ${"BAD_USER_INPUT"}
  `("of $register is not for $who to bring: $code", async ({ who, register, code }) => {
    const answer = await ask(who, PLAN, { input: { register, csv: csv("minors", [child("S-1")]) } });
    const [error] = (answer.body.data?.["importPlan"] as { errors?: { code: string }[] } | undefined)?.errors ?? [];
    expect(error?.code ?? codeOf(answer)).toBe(code);
  });

  it("is either CSV or rows", async () => {
    expect(codeOf(await ask("client:school", PLAN, { input: { register: "minors" } }))).toBe("BAD_USER_INPUT");
    expect(codeOf(await ask("client:school", PLAN, { input: { ...minors(), rows: [["a"]] } }))).toBe("BAD_USER_INPUT");
  });

  describe("and the ids of its minors here", () => {
    const LINKS =
      "query Links($numbers: [String!]!) { minorLinks(numbers: $numbers) { number minor refused { code messageZh remedy } } }";
    const links = async (numbers: readonly string[], as = "client:school") =>
      (await ask(as, LINKS, { numbers })).body.data?.["minorLinks"];

    it("are told to the system that brought them, by its own numbers", async () => {
      const input = minors(child("S-1"), child("S-2"));
      await apply(input, (await plan(input))["digest"]);
      expect(await links(["S-2", "S-1", "S-3"])).toEqual([
        { number: "S-1", minor: expect.any(String), refused: null },
        { number: "S-2", minor: expect.any(String), refused: null },
      ]);
      const lines = await world.sql<{ line: string }>("SELECT entries AS line FROM disclosure_segment ORDER BY seq");
      expect(lines.at(-1)?.line).toMatch(/"operationName":"Links".*"subjects":\[\{"groups":\{\}.*"type":"Minor"/);
    });

    it("are not of a pupil who has left: the school that had enrolled the child is told so, and nobody else", async () => {
      const roster = (...keys: string[]) => ({
        register: "roster",
        complete: true,
        csv: csv(
          "roster",
          keys.map((key) => child(key, { grade: "3", since: "2025-09-01" })),
        ),
      });
      for (const input of [roster("S-1", "S-2"), roster("S-1")])
        expect(payload(await apply(input, (await plan(input))["digest"]))).toMatchObject({ written: true });
      expect(
        await world.sql("SELECT FROM enrolment e JOIN register_key n ON n.record = e.minor AND n.key = 'S-2'"),
      ).toEqual([]);
      const refused = {
        code: "HAS_LEFT",
        messageZh: "该未成年人已离开本单位",
        remedy: expect.stringMatching(/roster/),
      };
      expect(await links(["S-1", "S-2"])).toEqual([
        { number: "S-1", minor: expect.any(String), refused: null },
        { number: "S-2", minor: null, refused },
      ]);
      // Of a child that it has a conflict of interest with, not even that.
      await world.sql(`SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', 'Minor', 'record', n.record,
        'agency', n.agency, 'kind', 'CONFLICT', 'basis', 'test'))) FROM register_key n WHERE n.key = 'S-2' AND n.register = 'minors'`);
      expect(await links(["S-2", "S-3"])).toEqual([]);
    });

    it("are not of a child with whom the agency has a conflict of interest", async () => {
      const input = minors(child("S-1"));
      await apply(input, (await plan(input))["digest"]);
      await world.sql(`SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', 'Minor', 'record', n.record,
        'agency', n.agency, 'kind', 'CONFLICT', 'basis', 'test'))) FROM register_key n WHERE n.key = 'S-1'`);
      expect(await links(["S-1"])).toEqual([]);
    });

    it("are told to nobody else", async () => {
      const input = minors(child("S-1"));
      await apply(input, (await plan(input))["digest"]);
      expect(codeOf(await ask("school/HEAD", LINKS, { numbers: ["S-1"] }))).toBe("FIELD_NOT_SHARED");
      expect(await links(["S-1"], "client:bureau")).toEqual([]);
    });

    it("are at most 500 at once", async () => {
      const numbers = Array.from({ length: 501 }, (_, n) => `S-${n}`);
      expect(codeOf(await ask("client:school", LINKS, { numbers }))).toBe("BAD_USER_INPUT");
    });
  });
});
