import type { IdCipher } from "../../src/store/global-id.js";

const key = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

/**
 * Two invented pupils with what the school keeps of them, its head, the counsellor of the first, and another one.
 * @param known ids of the pupils at the hub
 * @param head  how the identity provider calls the head
 */
export async function seedSchool(
  owner: { query(sql: string, params?: unknown[]): Promise<unknown> },
  ids: IdCipher,
  known: { readonly lin: string; readonly chen: string },
  head = "head",
): Promise<void> {
  const sql = (text: string, params: unknown[] = []) => owner.query(text, params);
  await sql("INSERT INTO division VALUES (990101101000, '柳河镇'), (990101101200, '柳荫村')");
  await sql(
    `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
     VALUES ($1, 'SCHOOL', '柳河小学', 990101101000, 'AGREEMENT', '示例')`,
    [key(1)],
  );
  for (const [n, subject, post] of [
    [2, head, "HEAD"],
    [3, "counsellor", "COUNSELLING_TEACHER"],
    [4, "other counsellor", "COUNSELLING_TEACHER"],
  ] as const)
    await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, $4)", [
      key(n),
      subject,
      key(1),
      post,
    ]);
  for (const [n, hubId, absent, asked] of [
    [11, known.lin, 7, true],
    [12, known.chen, 1, false],
  ] as const) {
    await sql(
      `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
       VALUES ($1, $2, 990101101200, '示例', '例', '2016-03-02', 'FEMALE')`,
      [key(n), ids.ref(key(n))],
    );
    await sql("INSERT INTO minor_link (hub_id, minor) VALUES ($1, $2)", [hubId, key(n)]);
    await sql("INSERT INTO attendance (minor, term, days_absent, visit_asked) VALUES ($1, '2026-1', $2, $3)", [
      key(n),
      absent,
      asked,
    ]);
  }
  await sql("INSERT INTO counselling_session (minor, held_on, notes) VALUES ($1, '2026-03-04', '谈到家里的事')", [
    key(11),
  ]);
  await sql("INSERT INTO psychological_need VALUES ($1, 'HIGH', '睡眠差')", [key(11)]);
  await sql(
    "INSERT INTO health_record (minor, allergies, chronic_illness, what_to_mind) VALUES ($1, '青霉素', '哮喘', '不参加长跑')",
    [key(11)],
  );
  await sql("INSERT INTO life_risk VALUES ($1, '说过不想活,家中有农药')", [key(11)]);
  const source = (n: number) => ({
    record_type: "Minor",
    record: key(n),
    agency: key(1),
    kind: "SOURCE",
    basis: "示例",
  });
  await sql("SELECT hub_involve($1)", [
    JSON.stringify([source(11), source(12), { ...source(11), person: key(3), kind: "COUNSELLOR" }]),
  ]);
}
