import { type Answer, type Sql, startHub, type TestHub } from "../support/hub.js";

/** One office with 150 cases, each about the same 150 children. */
const MANY = 150;

describe("lists inside records", () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub("embedded", crowd);
  }, 120_000);
  afterAll(() => hub?.close());
  const ask = (query: string): Promise<Answer> => hub.ask("head", query, { purpose: "CASE_HANDLING" });

  it("are served whole, however much longer than they were taken for", async () => {
    const id = hub.questions.world.ids.encode("Minor", CHILD);
    const { status, body } = await ask(`{ minor(id: "${id}") { cases { id } } }`);
    expect({ status, cases: JSON.stringify(body.data).match(/"id"/g)?.length }).toEqual({ status: 200, cases: MANY });
  });

  it("or not at all: of more than 20,000 records nothing is served, and nothing is on record", async () => {
    const before = await logged();
    const { status, body } = await ask("{ cases(first: 1) { nodes { minors { id } } } }");
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(await logged()).toBe(before + 1);

    const id = hub.questions.world.ids.encode("Minor", CHILD);
    const much = await ask(`{ minor(id: "${id}") { cases { minors { id } } } }`);
    expect({ status: much.status, data: much.body.data, code: much.body.errors?.[0]?.extensions["code"] }).toEqual({
      status: 400,
      data: undefined,
      code: "COST_EXCEEDED",
    });
    expect(much.body.errors?.[0]?.message).toBe(`The question has rows ${1 + MANY + MANY * MANY}; the limit is 20000`);
    expect(await logged()).toBe(before + 1);
  });

  /** Lines of the disclosure log. */
  async function logged(): Promise<number> {
    const [last] = await hub.store.query<{ n: number }>(
      "SELECT coalesce(max(last_entry), 0)::int AS n FROM disclosure_segment",
    );
    return last?.n ?? 0;
  }

  async function crowd(sql: Sql): Promise<void> {
    await sql("INSERT INTO division VALUES (990101101000, '金源镇'), (990101101200, '东村')");
    await sql(
      `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
       VALUES ($1, 'SOCIAL_AFFAIRS_OFFICE', '社会事务办', 990101101000, 'STATUTORY_DUTY', '政务数据共享条例')`,
      [OFFICE],
    );
    await sql("INSERT INTO agency_duty VALUES ($1, 'Minor', '990101101')", [OFFICE]);
    await sql(
      "INSERT INTO person (id, subject, name, agency, post) VALUES (gen_random_uuid(), 'head', '甲', $1, 'HEAD')",
      [OFFICE],
    );
    await sql("SET session_replication_role = replica"); // the keys of all rows are rebuilt at once
    await sql(
      `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
       SELECT ${keyOf("a")}, ${keyOf("a")}, 990101101200, '林小满', '小满', '2016-03-02', 'FEMALE' FROM generate_series(1, ${MANY}) n`,
    );
    await sql(
      `INSERT INTO case_file (id, ref, place, kind, stage, opened_on, lead_agency)
       SELECT ${keyOf("b")}, ${keyOf("b")}, 990101101200, 'GUARDIANSHIP', 'FILED', '2026-03-01', $1 FROM generate_series(1, ${MANY}) n`,
      [OFFICE],
    );
    await sql(
      "INSERT INTO case_minor (case_file, minor, role) SELECT c.id, m.id, 'CONCERNED' FROM case_file c, minor m",
    );
    await sql("SET session_replication_role = DEFAULT");
    for (const kind of ["SOURCE", "PART"])
      await sql(
        `SELECT hub_involve(jsonb_agg(jsonb_build_object('record_type', 'Case', 'record', id, 'agency', $1::text, 'kind', $2::text, 'basis', 'test')))
           FROM case_file`,
        [OFFICE, kind],
      );
    await sql("SELECT hub_rebuild()");
  }
});

const OFFICE = "00000000-0000-7000-8000-0000000000a2";
/** Key of the n-th row, in SQL. */
const keyOf = (letter: string) => `('00000000-0000-7000-8000-${letter}' || lpad(n::text, 11, '0'))::uuid`;
const CHILD = "00000000-0000-7000-8000-a00000000001";
