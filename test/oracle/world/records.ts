import { CareStatus } from "../../../src/domain/care/index.js";
import { CaseKind, CaseRole, CaseStage } from "../../../src/domain/cases/index.js";
import { CorrectionStatus } from "../../../src/domain/corrections/index.js";
import { GuardianshipRisk, GuardianshipRiskLevel } from "../../../src/domain/guardianship/index.js";
import { HazardKind, HazardLevel, HazardOrigin } from "../../../src/domain/hazards/index.js";
import { EmergencyGrade, IncidentKind, IncidentStatus } from "../../../src/domain/incidents/index.js";
import { CareCategory, Sex } from "../../../src/domain/minors/index.js";
import { SupportNeedKind, SupportNeedLevel, SupportNeedStatus } from "../../../src/domain/needs/index.js";
import { OpinionLevel, OpinionStatus, OpinionTopic } from "../../../src/domain/opinion/index.js";
import { PlacementKind } from "../../../src/domain/placement/index.js";
import { ProtectionMeasureKind } from "../../../src/domain/protection/index.js";
import { SupervisionKind } from "../../../src/domain/supervision/index.js";
import { SupportKind } from "../../../src/domain/support/index.js";
import type { Dice } from "./dice.js";
import { type Directory, VILLAGES } from "./directory.js";

/** Rows by table, in the order of their making; columns as the tables name them. */
export type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

// Beside plain ones: a character beyond the basic plane, quotes and backslashes, a name within another, nothing.
const GIVEN = ["小满", "小", "𠮷祥", "O'Brien\\", '"引号"', "%_", "安", "ß"];
const SURNAMES = ["林", "王", "欧阳", "", "𠮷"];
const WORDS = ["", "东村 3 号", "第一行\n第二行", "{a,b}", "NULL", "金源镇\\路", null, null];
const PHONES = ["13800000001", "0512-0000002", null];
const BIRTHDAYS = ["2012-02-29", "2009-09-01", "2012-03-01", "2016-08-31", "2021-11-24", "2007-01-15", "2099-01-01"];

const HOUR = 3_600_000;
const SINCE = Date.UTC(2025, 0, 1);

/** The records of the world, without relations. */
export function records(dice: Dice, { agencies, people }: Directory, refOf: (key: string) => string): Rows {
  const shared = (n: number) => {
    const id = dice.key(SINCE + n * HOUR);
    return { id, ref: refOf(id), place: dice.oneOf(VILLAGES), involved: [], version: 1 + dice.below(3) };
  };
  const belonging = (minor: { readonly id: string }) => ({
    id: dice.key(SINCE),
    place: null,
    involved: [],
    minor: minor.id,
  });
  const day = () => new Date(SINCE + dice.below(600) * 24 * HOUR).toISOString().slice(0, 10);
  // Just before and after midnight in Shanghai, on the edge of a month.
  const moment = () => dice.oneOf(["2026-01-31T15:59:59.999Z", "2026-01-31T16:00:00.000Z", `${day()}T03:04:05.006Z`]);
  const of = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

  const minors = of(60, (n) => {
    const given = dice.oneOf(GIVEN);
    return {
      ...shared(n),
      full_name: dice.oneOf(SURNAMES) + given,
      given_name: given,
      citizen_number: dice.chance(0.8) ? `99010120120229${String(n).padStart(4, "0")}` : null,
      birth_date: dice.oneOf(BIRTHDAYS),
      sex: dice.oneOf(Object.values(Sex)),
      ethnic_group: dice.oneOf(["01", "11", null]),
      care_categories: dice.some(Object.values(CareCategory), dice.below(3)),
      home_address: dice.oneOf(WORDS),
      phone: dice.oneOf(PHONES),
    };
  });
  const schools = agencies.filter(({ kind }) => kind === "SCHOOL");
  const classes = schools.flatMap((school) =>
    [0, 1, 2].map((n) => ({
      id: dice.key(SINCE),
      school: school.id,
      name: `${n + 1}班`,
      // The third class has no teacher.
      teacher:
        people.filter(({ agency, post }) => agency === school.id && /TEACHER|REGISTRAR/.test(post))[n * 2]?.id ?? null,
    })),
  );
  const cases = of(15, (n) => {
    const stage = dice.oneOf(Object.values(CaseStage));
    return {
      ...shared(n),
      number: dice.oneOf([`金检〔2026〕${n} 号`, null]),
      kind: dice.oneOf(Object.values(CaseKind)),
      stage,
      opened_on: day(),
      closed_on: stage === CaseStage.CLOSED ? day() : null,
      lead_agency: dice.oneOf(agencies).id,
      narrative: dice.oneOf(WORDS),
      partner_summary: dice.oneOf(WORDS),
    };
  });
  const incidents = of(10, (n) => ({
    ...shared(n),
    kind: dice.oneOf(Object.values(IncidentKind)),
    level: dice.oneOf(Object.values(EmergencyGrade)),
    occurred_at: moment(),
    status: dice.oneOf(Object.values(IncidentStatus)),
    narrative: dice.oneOf(WORDS),
    partner_summary: dice.oneOf(WORDS),
  }));
  const alerts = of(10, (n) => ({
    ...shared(n),
    topic: dice.oneOf(Object.values(OpinionTopic)),
    level: dice.oneOf(Object.values(OpinionLevel)),
    heat: dice.oneOf([0, 7, 7, 2_147_483_647]),
    detected_at: moment(),
    status: dice.oneOf(Object.values(OpinionStatus)),
    monitor: dice.oneOf(agencies.filter(({ kind }) => kind === "PUBLICITY_CULTURE_CENTRE")).id,
    source: dice.oneOf(["论坛", "短视频"]),
    reference: `post-${n}`,
    author_account: dice.oneOf(["@某人", "@小满", null]),
    author_is_minor: dice.chance(0.5),
    original_text: dice.oneOf(WORDS),
    redacted_text: dice.oneOf(WORDS),
  }));

  return {
    minor: minors,
    guardian: minors.flatMap((minor) =>
      of(dice.below(3), () => ({
        ...belonging(minor),
        full_name: dice.oneOf(SURNAMES) + dice.oneOf(GIVEN),
        phone: dice.oneOf(PHONES),
        relation: dice.oneOf(["51", "52", "61"]),
      })),
    ),
    entrusted_care: dice.some(minors, 25).map((minor) => ({
      ...belonging(minor),
      carer: dice.oneOf(GIVEN),
      phone: dice.oneOf(PHONES),
      since: day(),
      declared_to_school_on: dice.oneOf([day(), null]),
      declared_to_village_on: dice.oneOf([day(), null]),
    })),
    care_registration: dice.some(minors, 30).flatMap((minor, n) =>
      of(1 + dice.below(2), () => ({
        ...shared(n),
        minor: minor.id,
        registered_by: dice.oneOf(agencies).id,
        status: dice.oneOf(Object.values(CareStatus)),
        carer: dice.oneOf([...GIVEN, null]),
        parents_work_place: dice.oneOf(WORDS),
        since: day(),
        ended_on: dice.oneOf([day(), null]),
      })),
    ),
    guardianship_assessment: dice.some(minors, 25).flatMap((minor, n) =>
      of(1 + dice.below(2), () => ({
        ...shared(n),
        minor: minor.id,
        assessed_by: dice.oneOf(agencies).id,
        assessed_on: day(),
        risks: dice.some(Object.values(GuardianshipRisk), dice.below(3)),
        level: dice.oneOf(Object.values(GuardianshipRiskLevel)),
        findings: dice.oneOf(WORDS),
        visits: dice.below(4),
        last_visit_on: dice.oneOf([day(), null]),
        guidance: dice.oneOf(WORDS),
        next_visit_by: dice.oneOf([day(), null]),
        closed_on: dice.oneOf([day(), null]),
      })),
    ),
    support_need: dice.some(minors, 25).map((minor, n) => ({
      ...shared(n),
      minor: minor.id,
      kind: dice.oneOf(Object.values(SupportNeedKind)),
      level: dice.oneOf(Object.values(SupportNeedLevel)),
      advice: dice.oneOf(WORDS),
      status: dice.oneOf(Object.values(SupportNeedStatus)),
    })),
    support_record: dice.some(minors, 25).map((minor, n) => ({
      ...shared(n),
      minor: minor.id,
      given_by: dice.oneOf(agencies).id,
      kind: dice.oneOf(Object.values(SupportKind)),
      summary: dice.oneOf(WORDS),
      started_on: day(),
      ended_on: dice.oneOf([day(), null]),
    })),
    protection_measure: dice.some(minors, 20).flatMap((minor, n) =>
      of(1 + dice.below(2), () => ({
        ...shared(n),
        minor: minor.id,
        recorded_by: dice.oneOf(agencies).id,
        kind: dice.oneOf(Object.values(ProtectionMeasureKind)),
        number: dice.oneOf([`诫〔2026〕${n} 号`, null]),
        issuer: dice.oneOf(GIVEN),
        terms: dice.oneOf(GIVEN),
        issued_on: day(),
        valid_until: dice.oneOf([day(), null]),
        addressee: dice.oneOf([dice.oneOf(agencies).id, null]),
        ended_on: dice.oneOf([day(), null]),
      })),
    ),
    placement: dice.some(minors, 25).flatMap((minor, n) =>
      of(1 + dice.below(2), () => ({
        ...shared(n),
        minor: minor.id,
        placed_by: dice.oneOf(agencies).id,
        office: dice.oneOf(agencies).id,
        kind: dice.oneOf(Object.values(PlacementKind)),
        placed_on: day(),
        reviewed_on: dice.oneOf([day(), null]),
        ended_on: dice.oneOf([day(), null]),
        address: dice.oneOf(WORDS),
        foster_carer: dice.oneOf([...GIVEN, null]),
      })),
    ),
    hazard: of(15, (n) => {
      const level = dice.oneOf([...Object.values(HazardLevel), null]);
      const opened = level !== null && dice.chance(0.7);
      const assigned = opened && dice.chance(0.7) ? dice.oneOf(agencies) : null;
      const [rectified, verified, closed] = [dice.chance(0.5), dice.chance(0.5), dice.chance(0.3)];
      return {
        ...shared(n),
        found_by: dice.oneOf(agencies).id,
        origin: dice.oneOf(Object.values(HazardOrigin)),
        kind: dice.oneOf(Object.values(HazardKind)),
        level,
        place_name: dice.oneOf(GIVEN),
        found_on: day(),
        finding: dice.oneOf(GIVEN),
        responsible_person: dice.oneOf([...GIVEN, null]),
        opened_on: opened ? day() : null,
        assigned_to: assigned?.id ?? null,
        rectification: assigned && rectified ? dice.oneOf(GIVEN) : null,
        rectified_on: assigned && rectified ? day() : null,
        verified_by:
          assigned && rectified && verified ? dice.oneOf(agencies.filter((agency) => agency !== assigned)).id : null,
        verified_on: assigned && rectified && verified ? day() : null,
        closed_on: opened && closed ? day() : null,
        recurrences: dice.below(3),
      };
    }),
    legal_supervision: of(12, (n) => ({
      ...shared(n),
      submitted_by: dice.oneOf(agencies).id,
      addressee: dice.oneOf(agencies).id,
      kind: dice.oneOf(Object.values(SupervisionKind)),
      subject: dice.oneOf(GIVEN),
      issued_on: day(),
      due_on: day(),
      reply: dice.oneOf(WORDS),
      replied_on: dice.oneOf([day(), null]),
      result: dice.oneOf(WORDS),
      closed_on: dice.oneOf([day(), null]),
    })),
    school_class: classes,
    enrolment: dice.some(minors, 45).map((minor) => {
      const schoolClass = dice.oneOf([...classes, null]);
      return {
        ...belonging(minor),
        school: schoolClass?.school ?? dice.oneOf(schools).id,
        grade: 1 + dice.below(12),
        school_class: schoolClass?.id ?? null,
        class_name: schoolClass?.name ?? null,
        // One who comes to the class next school year has no teacher there yet.
        since: dice.chance(0.1) ? "2098-09-01" : "2025-09-01",
      };
    }),
    case_file: cases,
    case_minor: cases.flatMap(({ id, stage }) =>
      dice.some(minors, dice.below(5)).map((minor) => {
        const role = dice.oneOf(Object.values(CaseRole));
        return {
          case_file: id,
          minor: minor.id,
          place: null,
          involved: [],
          role: stage === CaseStage.CLOSED && role === CaseRole.SUSPECT ? CaseRole.CONCERNED : role,
        };
      }),
    ),
    sensitive_incident: incidents,
    incident_minor: incidents.flatMap(({ id }) =>
      dice.some(minors, dice.below(4)).map((minor) => ({ incident: id, minor: minor.id, place: null, involved: [] })),
    ),
    opinion_alert: alerts,
    incident_alert: dice
      .some(alerts, 7)
      .map((alert) => ({ incident: dice.oneOf(incidents).id, alert: alert.id, place: null, involved: [] })),
    correction_request: of(80, (n) => {
      const [coordinate, corrected] = dice.oneOf<readonly [string, readonly { readonly id: string }[]]>([
        ["Minor.fullName", minors],
        ["Minor.givenName", minors],
        ["Minor.homeAddress", minors],
        ["Minor.phone", minors],
        ["Case.narrative", cases],
        ["SensitiveIncident.level", incidents],
        ["OpinionAlert.heat", alerts],
      ]);
      const { id } = dice.oneOf(corrected);
      return {
        ...shared(n),
        about: refOf(id),
        record: id,
        minor: coordinate.startsWith("Minor.") ? id : null,
        coordinate,
        value: dice.oneOf(WORDS),
        reason: dice.oneOf(WORDS),
        status: dice.oneOf(Object.values(CorrectionStatus)),
        due_on: day(),
        reply: dice.oneOf(WORDS),
      };
    }),
  };
}
