import { asker, DATABASES, LIN, payload, startWorld, VILLAGE, type World } from "../change/world.js";

const MANY = 101;
const OPEN = `mutation ($minors: [ID!]) {
  openCase(input: { kind: OTHER_HARM, openedOn: "2026-03-01", division: "${VILLAGE}", minors: $minors }) { id } }`;

/** A page has the size that the asker gives; a list inside a record has none, so it is whole. */
describe.each(DATABASES)("a list inside a record, on %s, gives all of", (database) => {
  let world: World;
  let id: string;
  beforeAll(async () => {
    world = await startWorld(database);
    const opened = await ask("social/HEAD", OPEN, { minors: [world.id("Minor", LIN)] });
    id = String(payload(opened)["id"]);
    await world.sql(
      `INSERT INTO guardian (id, minor, full_name, relation)
       SELECT gen_random_uuid(), $1, '监护人' || n, '其他' FROM generate_series(1, ${MANY}) n`,
      [LIN],
    );
    await world.sql(
      `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
       SELECT gen_random_uuid(), gen_random_uuid(), place, '林 ' || n, given_name, birth_date, sex
         FROM minor, generate_series(2, ${MANY}) n WHERE id = $1`,
      [LIN],
    );
    await world.sql(
      "INSERT INTO case_minor (case_file, minor, role) SELECT $1, id, 'CONCERNED' FROM minor WHERE full_name LIKE '林 %'",
      [world.keyOf(id)],
    );
    await world.sql(
      `INSERT INTO case_file (id, ref, place, kind, stage, opened_on, lead_agency)
       SELECT gen_random_uuid(), gen_random_uuid(), place, kind, stage, opened_on, lead_agency
         FROM case_file, generate_series(2, ${MANY}) WHERE id = $1`,
      [world.keyOf(id)],
    );
    await world.sql(
      `SELECT hub_involve(jsonb_agg(jsonb_build_object('record_type', 'Case', 'record', id, 'agency', lead_agency, 'kind', 'PART', 'basis', 'test')))
         FROM case_file WHERE id <> $1`,
      [world.keyOf(id)],
    );
    await world.sql(
      "INSERT INTO case_minor (case_file, minor, role) SELECT id, $1, 'CONCERNED' FROM case_file WHERE id <> $2",
      [LIN, world.keyOf(id)],
    );
  });
  afterAll(() => world?.close());
  const ask = asker(() => world, "CASE_HANDLING");

  it.each`
    of             | query                                                                     | root
    ${"minors"}    | ${"query ($id: ID!) { case(id: $id) { list: minors { fullName } } }"}     | ${() => id}
    ${"guardians"} | ${"query ($id: ID!) { minor(id: $id) { list: guardians { fullName } } }"} | ${() => world.id("Minor", LIN)}
    ${"cases"}     | ${"query ($id: ID!) { minor(id: $id) { list: cases { id } } }"}           | ${() => world.id("Minor", LIN)}
  `(`${MANY} $of`, async ({ query, root }: { query: string; root: () => string }) => {
    const { text } = await ask("social/HEAD", query, { id: root() });
    expect(text.match(/"(fullName|id)":/g)).toHaveLength(MANY);
  });
});
