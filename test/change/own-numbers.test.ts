import { csv } from "./import/desk.js";
import { asker, codeOf, LIN, payload, startWorld, WANG, type World } from "./world.js";

const PLAN = "mutation Plan($input: RegisterInput!) { importPlan(input: $input) { digest } }";
const APPLY = `mutation Apply($input: RegisterInput!, $digest: String!) {
  importApply(input: $input, digest: $digest) { written new changed errors { line code } } }`;
const LINKS = "query Links($numbers: [String!]!) { minorLinks(numbers: $numbers) { number minor } }";

/** docs/decisions/0024: an agency that brings no minors, and the numbers that it gives to those of a case. */
describe("own numbers of a police station", () => {
  let world: World;
  const ask = asker(() => world, "CASE_HANDLING");
  beforeAll(async () => {
    world = await startWorld("postgresql");
    await world.sql(`INSERT INTO register_key (agency, register, key, record_type, record, digest)
      SELECT '00000000-0000-0000-0000-000000000000', 'agencies', name, 'Agency', id, '' FROM agency`);
  });
  afterEach(async () => {
    await world.sql("DELETE FROM register_key WHERE register = 'own-numbers'");
    await world.sql("DELETE FROM involvement WHERE basis = 'test'");
  });
  afterAll(() => world?.close());

  const involve = (minor: string, kind: string, agency = "police") =>
    world.sql(
      `SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', 'Minor', 'record', $1::uuid, 'agency', id,
         'kind', $2::text, 'basis', 'test'))) FROM agency WHERE name = $3`,
      [minor, kind, agency],
    );
  const idOf = (minor: string | null) => (minor === null ? "" : world.id("Minor", minor));
  const bring = async (numbers: Readonly<Record<string, string | null>>, acceptValid = true) => {
    const rows = Object.entries(numbers).map(([key, minor]) => ({ key, hub_id: idOf(minor) }));
    const input = { register: "own-numbers", csv: csv("own-numbers", rows), acceptValid };
    const { digest } = payload(await ask("client:station", PLAN, { input }));
    return payload(await ask("client:station", APPLY, { input, digest }));
  };
  const links = async (...numbers: string[]) =>
    (await ask("client:station", LINKS, { numbers })).body.data?.["minorLinks"];
  const lastLine = async () =>
    (await world.sql<{ line: string }>("SELECT entries AS line FROM disclosure_segment ORDER BY seq")).at(-1)?.line;
  /** Minors of the last line, which is of this operation. */
  const onRecord = async (operation: string) => {
    const line = (await lastLine()) ?? "";
    expect(line).toContain(`"operationName":"${operation}"`);
    return [LIN, WANG].filter((minor) => line.includes(idOf(minor)));
  };

  it("lead to the minor in whose case it takes part, and both that and the asking are on record", async () => {
    await involve(LIN, "PART");
    expect(await bring({ "A-1": LIN })).toEqual({ written: true, new: 1, changed: 0, errors: [] });
    const subject = /"subjects":\[\{"groups":\{\}.*"type":"Minor"/;
    expect(await lastLine()).toMatch(new RegExp(`"kind":"WRITE".*"operationName":"Apply".*${subject.source}`));
    expect(await links("A-1", "A-2")).toEqual([{ number: "A-1", minor: idOf(LIN) }]);
    expect(await lastLine()).toMatch(new RegExp(`"operationName":"Links".*${subject.source}`));
  });

  it("are on record with the child by the plan alone, and where the file is refused for another row", async () => {
    await involve(LIN, "PART");
    const planned = { register: "own-numbers", csv: csv("own-numbers", [{ key: "A-1", hub_id: idOf(LIN) }]) };
    const { digest } = payload(await ask("client:station", PLAN, { input: planned }));
    expect(digest).toBeDefined();
    expect(await onRecord("Plan")).toEqual([LIN]);

    expect(await bring({ "A-1": LIN, "A-2": WANG }, false)).toMatchObject({ written: false });
    expect(await onRecord("Apply")).toEqual([LIN]);
    expect(await bring({ "A-2": WANG })).toMatchObject({ errors: [{ code: "NOT_FOUND_OR_NOT_SHARED" }] });
    expect(await onRecord("Apply")).toEqual([]);
  });

  it("are on record with the child where the file would do something else than was planned: it tells that a relation stands by now", async () => {
    const input = {
      register: "own-numbers",
      csv: csv("own-numbers", [{ key: "A-1", hub_id: idOf(LIN) }]),
      acceptValid: true,
    };
    const { digest } = payload(await ask("client:station", PLAN, { input }));
    expect(await onRecord("Plan")).toEqual([]);
    await involve(LIN, "PART");
    expect(codeOf(await ask("client:station", APPLY, { input, digest }))).toBe("CONFLICT");
    expect(await onRecord("Apply")).toEqual([LIN]);
    expect(await lastLine()).toContain('"kind":"READ"');
    expect(await links("A-1")).toEqual([]);
  });

  it("are on record with whom they meant before, too", async () => {
    await involve(LIN, "PART");
    await involve(WANG, "PART");
    await bring({ "A-1": LIN });
    await bring({ "A-1": WANG });
    expect(await onRecord("Apply")).toEqual([LIN, WANG]);
    await bring({ "A-1": null });
    expect(await onRecord("Apply")).toEqual([WANG]);
  });

  it("make no minor, no source and no relation", async () => {
    const counted = () =>
      world.sql("SELECT (SELECT count(*) FROM minor) AS minors, (SELECT count(*) FROM involvement) AS relations");
    await involve(LIN, "PART");
    const before = await counted();
    await bring({ "A-1": LIN });
    expect(await counted()).toEqual(before);
  });

  it.each(["LIAISON", "ADDRESSEE", "SHARE"])(
    "are not taken by a relation that its cells of what agencies keep do not name (%s)",
    async (kind) => {
      await world.sql(
        `INSERT INTO involvement (record_type, record, agency, person, kind, policy_row, basis, key)
         SELECT 'Minor', $1, a.id, CASE WHEN $2 = 'LIAISON' THEN p.id END, $2, CASE WHEN $2 = 'SHARE' THEN 'R12' END, 'test', 0
           FROM agency a JOIN person p ON p.agency = a.id WHERE a.name = 'police' LIMIT 1`,
        [LIN, kind],
      );
      expect(await bring({ "A-1": LIN })).toMatchObject({ new: 0, errors: [{ code: "NOT_FOUND_OR_NOT_SHARED" }] });
    },
  );

  it("are taken of a child as of one that there is not: whole rows, ids of others, and no id at all", async () => {
    await involve(LIN, "PART");
    await involve(WANG, "PART", "social");
    const nobody = "00000000-0000-7000-8000-0000000000ff";
    const refused = (line: number) => ({ line, code: "NOT_FOUND_OR_NOT_SHARED" });
    expect(await bring({ "A-1": WANG, "A-2": LIN, "A-3": nobody })).toEqual({
      written: true,
      new: 1,
      changed: 0,
      errors: [refused(2), refused(4)],
    });
    expect(await links("A-1", "A-2", "A-3")).toEqual([{ number: "A-2", minor: idOf(LIN) }]);
  });

  it("lead nowhere once the part has ended, while the agency stands in a conflict, or when it says so itself", async () => {
    const there = [{ number: "A-1", minor: idOf(LIN) }];
    await involve(LIN, "PART");
    await bring({ "A-1": LIN });
    await involve(LIN, "CONFLICT");
    expect(await links("A-1")).toEqual([]);
    await world.sql("DELETE FROM involvement WHERE kind = 'CONFLICT'");
    expect(await links("A-1")).toEqual(there);

    await world.sql("UPDATE involvement SET until = now() WHERE record = $1 AND basis = 'test'", [LIN]);
    expect(await links("A-1")).toEqual([]);
    expect(await bring({ "A-1": LIN })).toMatchObject({ errors: [{ code: "NOT_FOUND_OR_NOT_SHARED" }] });
    await involve(LIN, "PART");
    expect(await links("A-1")).toEqual(there);

    expect(await bring({ "A-1": null })).toMatchObject({ changed: 1, errors: [] });
    expect(await links("A-1")).toEqual([]);
  });

  it("mean another child when a changed row says so, and follow a child whose record becomes part of another", async () => {
    await involve(LIN, "PART");
    await involve(WANG, "PART");
    await bring({ "A-1": LIN });
    expect(await bring({ "A-1": WANG })).toMatchObject({ changed: 1 });
    expect(await links("A-1")).toEqual([{ number: "A-1", minor: idOf(WANG) }]);
    await world.sql("SELECT hub_link(ARRAY[$1::uuid], ARRAY[$2::uuid])", [LIN, WANG]);
    expect(await links("A-1")).toEqual([{ number: "A-1", minor: idOf(LIN) }]);
  });
});
