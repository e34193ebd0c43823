import { createHash } from "node:crypto";
import type { Role } from "../../src/policy/policy.js";
import { RECORD_TYPES } from "../../src/store/record-types.js";
import type { Sql } from "../support/hub.js";

/** Two counties: one of four townships and one of two, whose counts run from none to many. */
export const TOWNSHIPS = [
  "990101101000",
  "990101102000",
  "990101103000",
  "990101104000",
  "990102101000",
  "990102102000",
] as const;

/** Who asks: agency's kind, post, and where it answers for records. */
export const PEOPLE = {
  analyst: ["ANALYST", "ANALYST", ["990101", "990102"]],
  townshipAnalyst: ["ANALYST", "ANALYST", ["990101101"]],
  bureau: ["EDUCATION_BUREAU", "HEAD", ["990101"]],
  studentOfficer: ["EDUCATION_BUREAU", "STUDENT_OFFICER", ["990101"]],
  league: ["YOUTH_LEAGUE", "HEAD", ["990101"]],
  youthWorker: ["YOUTH_LEAGUE", "YOUTH_WORKER", ["990101"]],
  coordinator: ["YOUTH_LEAGUE", "COORDINATOR", ["990101"]],
  governance: ["GOVERNANCE_EMERGENCY_OFFICE", "HEAD", ["990101101"]],
  social: ["SOCIAL_AFFAIRS_OFFICE", "HEAD", ["990101"]],
  school: ["SCHOOL", "HEAD", []],
} as const satisfies Record<string, readonly [Role, string, readonly string[]]>;

const idOf = (name: string): string => {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** The directory, and records by the thousand that no agency has a relation to: counting asks for none. */
export async function county(sql: Sql): Promise<void> {
  await sql("INSERT INTO division SELECT code, 'place ' || code FROM unnest($1::bigint[]) AS code", [
    [...TOWNSHIPS, "990101000000", "990102000000", "990100000000"],
  ]);
  for (const [name, [kind, post, duties]] of Object.entries(PEOPLE)) {
    await sql(
      `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
       VALUES ($1, $2, $3, 990101000000, 'STATUTORY_DUTY', 'GDSR 2')`,
      [idOf(name), kind, name],
    );
    await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, $4)", [
      idOf(`person ${name}`),
      name,
      idOf(name),
      post,
    ]);
    for (const prefix of duties)
      for (const type of RECORD_TYPES)
        await sql("INSERT INTO agency_duty VALUES ($1, $2, $3)", [idOf(name), type, prefix]);
  }
  // Skewed, and the same in every run: a cube of a hash brings many of the first few, and few of the rest.
  await sql(
    "CREATE FUNCTION pick(seed text, many int) RETURNS int LANGUAGE sql IMMUTABLE RETURN 1 + floor(power(abs(hashtext(seed)) / 2147483648.0, 3) * many)::int",
  );
  await sql(
    `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex, ethnic_group, care_categories)
     SELECT gen_random_uuid(), gen_random_uuid(), ($1::bigint[])[pick('place' || n, 6)] + 1, 'minor', 'minor',
            date '2008-01-01' + (n * 97) % 6200, (ARRAY['MALE', 'FEMALE', 'UNKNOWN'])[pick('sex' || n, 3)],
            (ARRAY['01', '11', '08', NULL])[pick('ethnic' || n, 4)],
            CASE WHEN n % 3 = 0 THEN ARRAY[(ARRAY['LEFT_BEHIND', 'IN_HARDSHIP', 'MIGRANT', 'ORPHAN'])[pick('care' || n, 4)]] ELSE '{}' END
       FROM generate_series(1, 3000) AS n`,
    [TOWNSHIPS],
  );
  await sql(
    `INSERT INTO case_file (id, ref, place, kind, stage, opened_on, lead_agency)
     SELECT gen_random_uuid(), gen_random_uuid(), ($1::bigint[])[pick('where' || n, 6)] + 1,
            (ARRAY['BULLYING', 'OTHER_HARM', 'DOMESTIC_VIOLENCE', 'GUARDIANSHIP', 'MALTREATMENT', 'SEXUAL_ABUSE'])[pick('kind' || n, 6)],
            (ARRAY['CLOSED', 'FILED', 'INVESTIGATION'])[pick('stage' || n, 3)], date '2025-04-01' + (n * 31) % 91, $2
       FROM generate_series(1, 500) AS n`,
    [TOWNSHIPS, idOf("governance")],
  );
  // In each township and one month: 43 general, 29 larger, 14 major, and 14 inspections that found nothing.
  await sql(
    `INSERT INTO hazard (id, ref, place, found_by, origin, kind, level, place_name, found_on, finding)
     SELECT gen_random_uuid(), gen_random_uuid(), place, $2, 'INSPECTION', 'FIRE',
            CASE WHEN n <= 43 THEN 'GENERAL' WHEN n <= 72 THEN 'LARGER' WHEN n <= 86 THEN 'MAJOR' END, 'place', '2025-04-10', 'finding'
       FROM unnest($1::bigint[]) AS place, generate_series(1, 100) AS n`,
    [TOWNSHIPS, idOf("governance")],
  );
}

/** One more case, as if a department sent it now. */
export const LATE_CASE = `
  INSERT INTO case_file (id, ref, place, kind, stage, opened_on, lead_agency)
  SELECT ($1::text)::uuid, gen_random_uuid(), 990101101001, 'BULLYING', 'FILED', $2::date, id FROM agency WHERE name = 'governance'`;
