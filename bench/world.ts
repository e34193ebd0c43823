import { createHash } from "node:crypto";
import type pg from "pg";
import type { IdCipher } from "../src/store/global-id.js";

/** How large the bench's county is; everything else is in proportion to the minors. */
export interface Size {
  readonly townships: number;
  /** Minors in one township. */
  readonly minors: number;
}

/** Somebody who asks, and what of the world the reads are about. */
export interface Supervisor {
  readonly subject: string;
  /** Her office's system. */
  readonly client: string;
  /** Keys of minors and cases of the township. */
  readonly minors: readonly string[];
  readonly cases: readonly string[];
}

type Kind = "minor" | "case" | "incident" | "alert" | "agency" | "person";

/** A UUIDv7-like key, the same in every run; later ones sort later, as they do in life. */
function keyOf(kind: Kind, n: number): string {
  const random = createHash("sha256").update(`${kind} ${n}`).digest("hex");
  const time = (1_760_000_000_000 + n * 1_000).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}
const keys = (kind: Kind, count: number) => Array.from({ length: count }, (_, n) => keyOf(kind, n));

/** Agencies of one township, in the order of their numbers. */
const AGENCIES = [
  "SOCIAL_AFFAIRS_OFFICE",
  "POLICE_STATION",
  "SCHOOL",
  "SCHOOL",
  "VILLAGE_COMMUNITY",
  "GOVERNANCE_EMERGENCY_OFFICE",
  "PUBLICITY_CULTURE_CENTRE",
  "WOMENS_FEDERATION",
];
const [SOCIAL, POLICE, SCHOOL, , VILLAGE, GOVERNANCE, PUBLICITY] = AGENCIES.keys();

/**
 * Loads an invented county as the superuser, past the triggers, and lets the database derive the rest. In each
 * township a child supervisor of the social affairs office asks: she answers for the place (`j`), takes part in most
 * cases and incidents (`p`), and has a conflict of interest with one child.
 */
export async function buildWorld(
  superuser: pg.Client,
  ids: IdCipher,
  { townships, minors }: Size,
): Promise<Supervisor[]> {
  const each = { minor: minors, case: minors / 2, incident: minors / 10, alert: minors / 5 };
  /** The i-th record of the county is the n-th of township t: the townships' records are made side by side. */
  const numbered = (of: string) =>
    `(SELECT id, (i - 1) / ${townships} AS n, (i - 1) % ${townships} AS t FROM unnest(${of}::uuid[]) WITH ORDINALITY AS r(id, i)) r`;
  /** The n-th key of township t, 0 after the last. */
  const nth = (of: string, count: number, n: string) => `(${of}::uuid[])[(${n}) % ${count} * ${townships} + t + 1]`;
  const agencies = keys("agency", townships * AGENCIES.length);
  const agency = (township: string, role: number | undefined) =>
    `($1::uuid[])[${township} * ${AGENCIES.length} + ${role} + 1]`;
  const sql = async (text: string, ...params: unknown[]) => void (await superuser.query(text, params));
  /** Rows of a shared record: n from 0, its township t, its key and the key as the global id shows it. */
  const records = async (kind: "minor" | "case" | "incident" | "alert", insert: string, columns: string) => {
    const all = keys(kind, townships * each[kind]);
    await sql(
      `INSERT INTO ${insert}
       SELECT id, ref, 990101100001 + t * 1000 + n % 10, ${columns}
         FROM (SELECT r.*, (i - 1) / ${townships} AS n, (i - 1) % ${townships} AS t FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS r(id, ref, i)) r
        WHERE cardinality($1::uuid[]) > 0`,
      agencies,
      all,
      all.map((key) => ids.ref(key)),
    );
    return all;
  };

  await sql("BEGIN");
  await sql("SET LOCAL session_replication_role = replica");
  await sql(
    `INSERT INTO division SELECT 990101100000 + t * 1000 + v, '示例镇' || t || CASE v WHEN 0 THEN '' ELSE '村' || v END
       FROM generate_series(0, $1::int - 1) t, generate_series(0, 10) v`,
    townships,
  );
  await sql(
    `INSERT INTO agency (id, no, kind, name, division, legal_basis_kind, legal_basis_document)
     SELECT id, n, ($2::text[])[(n - 1) % ${AGENCIES.length} + 1], '示例机构' || n, 990101100000 + (n - 1) / ${AGENCIES.length} * 1000, 'STATUTORY_DUTY', '示例文件'
       FROM unnest($1::uuid[]) WITH ORDINALITY AS r(id, n)`,
    agencies,
    AGENCIES,
  );
  await sql(
    `INSERT INTO agency_duty
     SELECT id, type, left(division::text, 9)
       FROM agency, unnest(ARRAY['Minor', 'Case', 'SensitiveIncident', 'OpinionAlert']) type
      WHERE kind <> 'SCHOOL' AND (type <> 'Minor' OR kind IN ('SOCIAL_AFFAIRS_OFFICE', 'VILLAGE_COMMUNITY'))`,
  );
  await sql(
    `INSERT INTO person (id, no, subject, name, agency, post)
     SELECT ($2::uuid[])[t + 1], t + 1, 'supervisor-' || t, '示例督导员' || t, ${agency("t", SOCIAL)}, 'CHILD_SUPERVISOR'
       FROM generate_series(0, $3::int - 1) t`,
    agencies,
    keys("person", townships),
    townships,
  );
  await sql("INSERT INTO client (client_id, agency) SELECT 'office-' || no - 1, agency FROM person");

  const children = await records(
    "minor",
    "minor (id, ref, place, full_name, given_name, citizen_number, birth_date, sex, ethnic_group, care_categories, home_address, phone)",
    `'林小' || n, '小' || n, '99010120120101' || lpad((n % 10000)::text, 4, '0'), date '2009-01-01' + (n * 37 % 5000)::int,
     (ARRAY['FEMALE', 'MALE'])[n % 2 + 1], '01', CASE WHEN n % 4 = 0 THEN ARRAY['LEFT_BEHIND'] ELSE '{}' END,
     '示例镇示例村' || n % 97 || '号', '1380000' || lpad((n % 10000)::text, 4, '0')`,
  );
  await sql(
    `INSERT INTO guardian (id, minor, full_name, phone, relation)
     SELECT md5(id::text || g)::uuid, id, '林家长' || n, '1390000' || lpad((n % 10000)::text, 4, '0'), (ARRAY['FATHER', 'MOTHER'])[g]
       FROM unnest($1::uuid[]) WITH ORDINALITY AS m(id, n), generate_series(1, 2) g`,
    children,
  );
  await sql(
    `INSERT INTO enrolment (id, minor, school, grade, class_name, since)
     SELECT md5(id::text)::uuid, id, ${agency("t", SCHOOL)}, 1 + n % 9, n % 9 + 1 || '班', date '2024-09-01'
       FROM ${numbered("$2")}`,
    agencies,
    children,
  );
  const cases = await records(
    "case",
    "case_file (id, ref, place, number, kind, stage, opened_on, lead_agency, narrative, partner_summary)",
    `'案' || n, (ARRAY['BULLYING', 'MALTREATMENT', 'OTHER_HARM'])[n % 3 + 1], (ARRAY['ACCEPTED', 'FILED', 'INVESTIGATION'])[n % 3 + 1],
     date '2025-01-01' + (n % 300)::int, ${agency("t", POLICE)}, '案情' || n, '协作摘要:请关注在校情况' || n`,
  );
  const incidents = await records(
    "incident",
    "sensitive_incident (id, ref, place, kind, level, occurred_at, status, narrative, partner_summary)",
    `(ARRAY['INJURY', 'BULLYING', 'MISSING'])[n % 3 + 1], (ARRAY['III', 'IV'])[n % 2 + 1],
     timestamptz '2025-06-01 08:00+08' + n * interval '1 hour', 'VERIFIED',
     '某日午间,两名学生在操场发生争执,经老师劝解后联系家长,已安排走访。编号' || n, '已安排走访' || n`,
  );
  const alerts = await records(
    "alert",
    "opinion_alert (id, ref, place, topic, level, heat, detected_at, status, monitor, source, reference, author_account, original_text, redacted_text)",
    `(ARRAY['BULLYING', 'SCHOOL_SAFETY'])[n % 2 + 1], (ARRAY['YELLOW', 'BLUE'])[n % 2 + 1], (n % 500)::int,
     timestamptz '2025-06-01 09:00+08' + n * interval '1 hour', 'VERIFIED', ${agency("t", PUBLICITY)}, '示例论坛', 'post-' || n, 'user-' || n, '原文' || n, '已遮蔽文本' || n`,
  );

  // A case and an incident of a township are about its children, an alert belongs to one of its incidents.
  await sql(
    `INSERT INTO case_minor (case_file, minor, role)
     SELECT id, ${nth("$1", each.minor, "n * 2 + k * 7")}, CASE WHEN n % 10 = 9 THEN 'VICTIM' ELSE 'CONCERNED' END
       FROM ${numbered("$2")}, generate_series(0, 1) k
      WHERE k = 0 OR n % 2 = 0`,
    children,
    cases,
  );
  await sql(
    `INSERT INTO incident_minor (incident, minor)
     SELECT id, ${nth("$1", each.minor, "n * 11 + k * 5")}
       FROM ${numbered("$2")}, generate_series(0, 1) k`,
    children,
    incidents,
  );
  await sql(
    `INSERT INTO incident_alert (incident, alert)
     SELECT ${nth("$1", each.incident, "n")}, id FROM ${numbered("$2")}`,
    incidents,
    alerts,
  );

  const involve = (type: string, of: readonly string[], role: number | undefined, kind: string, which = "true") =>
    sql(
      `INSERT INTO involvement (record_type, record, agency, kind, basis, key)
       SELECT '${type}', id, ${agency("t", role)}, '${kind}', 'bench', involvement_key(t * ${AGENCIES.length} + ${role} + 1, false, '${kind}', 0, false)
         FROM ${numbered("$2")}
        WHERE ${which}`,
      agencies,
      of,
    );
  await involve("Minor", children, SCHOOL, "SOURCE");
  await involve("Minor", children, VILLAGE, "SOURCE");
  for (const kind of ["SOURCE", "PART"]) await involve("Case", cases, POLICE, kind);
  await involve("Case", cases, SOCIAL, "PART", "n % 4 <> 3");
  await involve("Case", cases, SCHOOL, "PART", "n % 2 = 0");
  await involve("SensitiveIncident", incidents, GOVERNANCE, "SOURCE");
  await involve("SensitiveIncident", incidents, SOCIAL, "PART", "n % 5 <> 4");
  await involve("SensitiveIncident", incidents, SCHOOL, "PART");
  await involve("OpinionAlert", alerts, PUBLICITY, "SOURCE");
  await sql(
    `INSERT INTO involvement (record_type, record, agency, person, kind, basis, key)
     SELECT 'Minor', ${nth("$1", each.minor, `${each.minor - 1}`)}, agency, id, 'CONFLICT', 'bench', involvement_key(no, true, 'CONFLICT', 0, false)
       FROM (SELECT *, no - 1 AS t FROM person) p`,
    children,
  );
  await sql("SELECT hub_rebuild()");
  await sql("COMMIT");
  await sql("VACUUM ANALYZE");

  // The last of each township stand in the conflict.
  const of = (all: readonly string[], t: number) => all.slice(0, -4 * townships).filter((_, i) => i % townships === t);
  return Array.from({ length: townships }, (_, t) => ({
    subject: `supervisor-${t}`,
    client: `office-${t}`,
    minors: of(children, t),
    cases: of(cases, t),
  }));
}
