import type { IdCipher } from "../../src/store/global-id.js";
import type { Sql } from "../support/hub.js";

/** What no log line and no refusal may hold: every value about a person in this town, all invented. */
export const PERSONAL = {
  child: "陆晴晴",
  number: "990101201603021238",
  address: "柳荫巷 17 号后院",
  placed: "清溪路 40 号",
  phone: "13900000017",
  guardian: "陆大海",
  staff: "贺校长",
  narrative: "放学后在桥边被人推搡",
  author: "user_qingfeng_88",
} as const;

const key = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

/**
 * One record of each type; the school "near" is a part of all, the school "far" of none. The placement is the social
 * affairs office's.
 */
export const RECORDS = {
  Minor: key(101),
  Case: key(102),
  SensitiveIncident: key(103),
  OpinionAlert: key(104),
  CareRegistration: key(107),
  GuardianshipAssessment: key(108),
  SupportNeed: key(109),
  SupportRecord: key(110),
  ProtectionMeasure: key(111),
  Placement: key(120),
  LegalSupervision: key(121),
  CorrectionRequest: key(122),
  Hazard: key(123),
} as const;
/** A key that no row has. */
export const INVENTED = key(999);
export const AGENCY = key(1);
/** The social affairs office of `office/head`. */
export const OFFICE = key(6);
/** The social affairs office of `otherOffice/head`, which is a part of nothing here. */
export const PARTNER = key(7);

/** The school of `broken/head` knows one incident, whose kind no version of the hub has known. */
const BROKEN = { agency: key(5), incident: key(106) } as const;

/** Schools that each know one child of their own and nobody else's. */
export const SCHOOLS = Array.from({ length: 12 }, (_, i) => ({
  subject: `school${i}/head`,
  agency: key(200 + i),
  child: key(300 + i),
  name: `孩子${i}号`,
}));

const AGENCIES: readonly (readonly [id: string, kind: string, subject: string])[] = [
  [AGENCY, "SCHOOL", "near/head"],
  [key(2), "SCHOOL", "far/head"],
  [key(3), "POLICE_STATION", "police/head"],
  [key(4), "PUBLICITY_CULTURE_CENTRE", "publicity/head"],
  [BROKEN.agency, "SCHOOL", "broken/head"],
  [OFFICE, "SOCIAL_AFFAIRS_OFFICE", "office/head"],
  [PARTNER, "SOCIAL_AFFAIRS_OFFICE", "otherOffice/head"],
  ...SCHOOLS.map(({ agency, subject }) => [agency, "SCHOOL", subject] as const),
];

export async function town(query: Sql, ids: IdCipher): Promise<void> {
  await query("INSERT INTO division VALUES (990101101000, '柳河镇'), (990101101200, '柳荫村')");
  for (const [id, kind, subject] of AGENCIES) {
    await query(
      `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
       VALUES ($1, $2, $3, 990101101000, 'AGREEMENT', '示例')`,
      [id, kind, subject],
    );
    await query("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $3, $1, 'HEAD')", [
      id,
      subject,
      PERSONAL.staff,
    ]);
  }
  const child = (id: string, name: string) =>
    query(
      `INSERT INTO minor (id, ref, place, full_name, given_name, citizen_number, birth_date, sex, home_address, phone)
       VALUES ($1, $2, 990101101200, $3, $3, $4, '2016-03-02', 'FEMALE', $5, $6)`,
      [id, ids.ref(id), name, PERSONAL.number, PERSONAL.address, PERSONAL.phone],
    );
  await child(RECORDS.Minor, PERSONAL.child);
  for (const school of SCHOOLS) await child(school.child, school.name);
  await query("INSERT INTO guardian (id, minor, full_name, phone, relation) VALUES ($1, $2, $3, $4, 'FATHER')", [
    key(105),
    RECORDS.Minor,
    PERSONAL.guardian,
    PERSONAL.phone,
  ]);
  await query(
    `INSERT INTO case_file (id, ref, place, kind, stage, opened_on, lead_agency, narrative)
     VALUES ($1, $2, 990101101200, 'BULLYING', 'FILED', '2026-03-04', $3, $4)`,
    [RECORDS.Case, ids.ref(RECORDS.Case), key(3), PERSONAL.narrative],
  );
  await query("INSERT INTO case_minor (case_file, minor, role) VALUES ($1, $2, 'CONCERNED')", [
    RECORDS.Case,
    RECORDS.Minor,
  ]);
  for (const [id, kind] of [
    [RECORDS.SensitiveIncident, "BULLYING"],
    [BROKEN.incident, "NO_SUCH_KIND"],
  ])
    await query(
      `INSERT INTO sensitive_incident (id, ref, place, kind, level, occurred_at, status, narrative)
       VALUES ($1, $2, 990101101200, $3, 'III', '2026-03-04T05:06:07Z', 'REPORTED', $4)`,
      [id, ids.ref(String(id)), kind, PERSONAL.narrative],
    );
  await query(
    `INSERT INTO opinion_alert (id, ref, place, topic, level, heat, detected_at, status, monitor, source, reference, author_account)
     VALUES ($1, $2, 990101101200, 'BULLYING', 'BLUE', 7, '2026-03-04T05:06:07Z', 'DETECTED', $3, 'forum', '1', $4)`,
    [RECORDS.OpinionAlert, ids.ref(RECORDS.OpinionAlert), key(4), PERSONAL.author],
  );
  await query(
    `INSERT INTO care_registration (id, ref, place, minor, registered_by, status, carer, since)
     VALUES ($1, $2, 990101101200, $3, $4, 'LEFT_BEHIND', $5, '2026-03-04')`,
    [RECORDS.CareRegistration, ids.ref(RECORDS.CareRegistration), RECORDS.Minor, AGENCY, PERSONAL.guardian],
  );
  await query(
    `INSERT INTO guardianship_assessment (id, ref, place, minor, assessed_by, assessed_on, level, findings, next_visit_by)
     VALUES ($1, $2, 990101101200, $3, $4, '2026-03-04', 'HIGH', $5, '2026-04-03')`,
    [
      RECORDS.GuardianshipAssessment,
      ids.ref(RECORDS.GuardianshipAssessment),
      RECORDS.Minor,
      AGENCY,
      PERSONAL.narrative,
    ],
  );
  await query(
    `INSERT INTO support_need (id, ref, place, minor, kind, level, status)
     VALUES ($1, $2, 990101101200, $3, 'STUDY', 'LOW', 'OPEN')`,
    [RECORDS.SupportNeed, ids.ref(RECORDS.SupportNeed), RECORDS.Minor],
  );
  await query(
    `INSERT INTO support_record (id, ref, place, minor, given_by, kind, summary, started_on)
     VALUES ($1, $2, 990101101200, $3, $4, 'PLAN', $5, '2026-03-04')`,
    [RECORDS.SupportRecord, ids.ref(RECORDS.SupportRecord), RECORDS.Minor, AGENCY, PERSONAL.narrative],
  );
  await query(
    `INSERT INTO protection_measure (id, ref, place, minor, recorded_by, kind, issuer, terms, issued_on)
     VALUES ($1, $2, 990101101200, $3, $4, 'WARNING_LETTER', '派出所', $5, '2026-03-04')`,
    [RECORDS.ProtectionMeasure, ids.ref(RECORDS.ProtectionMeasure), RECORDS.Minor, key(3), PERSONAL.narrative],
  );
  await query(
    `INSERT INTO placement (id, ref, place, minor, placed_by, kind, office, placed_on, address, foster_carer)
     VALUES ($1, $2, 990101101200, $3, $4, 'FOSTER', $4, '2026-03-04', $5, $6)`,
    [RECORDS.Placement, ids.ref(RECORDS.Placement), RECORDS.Minor, OFFICE, PERSONAL.placed, PERSONAL.guardian],
  );
  await query(
    `INSERT INTO legal_supervision (id, ref, place, submitted_by, addressee, kind, subject, issued_on, due_on)
     VALUES ($1, $2, 990101101000, $3, $4, 'CORRECTION_OPINION', $5, '2026-03-04', '2026-04-04')`,
    [RECORDS.LegalSupervision, ids.ref(RECORDS.LegalSupervision), key(3), AGENCY, PERSONAL.narrative],
  );
  await query(
    `INSERT INTO correction_request (id, ref, place, about, record, minor, coordinate, value, reason, status, due_on)
     VALUES ($1, $2, 990101101200, $3, $4, $4, 'Minor.homeAddress', $5, $6, 'OPEN', '2026-03-18')`,
    [
      RECORDS.CorrectionRequest,
      ids.ref(RECORDS.CorrectionRequest),
      ids.encode("Minor", RECORDS.Minor),
      RECORDS.Minor,
      PERSONAL.address,
      PERSONAL.narrative,
    ],
  );
  await query(
    `INSERT INTO hazard (id, ref, place, found_by, origin, kind, level, place_name, found_on, finding, opened_on, assigned_to, responsible_person)
     VALUES ($1, $2, 990101101200, $3, 'INSPECTION', 'FIRE', 'MAJOR', '教学楼', '2026-03-04', $4, '2026-03-04', $5, $6)`,
    [RECORDS.Hazard, ids.ref(RECORDS.Hazard), key(3), PERSONAL.narrative, AGENCY, PERSONAL.guardian],
  );
  const relate = (record_type: string, record: string, agency: string, kind: string) => ({
    record_type,
    record,
    agency,
    kind,
    basis: "示例",
  });
  await query("SELECT hub_involve($1)", [
    JSON.stringify([
      relate("Minor", RECORDS.Minor, AGENCY, "SOURCE"),
      ...(["CareRegistration", "SupportNeed", "SupportRecord", "CorrectionRequest"] as const).map((type) =>
        relate(type, RECORDS[type], AGENCY, "SOURCE"),
      ),
      relate("Hazard", RECORDS.Hazard, AGENCY, "ADDRESSEE"),
      relate("LegalSupervision", RECORDS.LegalSupervision, AGENCY, "ADDRESSEE"),
      relate("Placement", RECORDS.Placement, OFFICE, "SOURCE"),
      ...SCHOOLS.map(({ child, agency }) => relate("Minor", child, agency, "SOURCE")),
      ...(["Case", "SensitiveIncident", "OpinionAlert"] as const).map((type) =>
        relate(type, RECORDS[type], AGENCY, "PART"),
      ),
      relate("SensitiveIncident", BROKEN.incident, BROKEN.agency, "SOURCE"),
    ]),
  ]);
}
