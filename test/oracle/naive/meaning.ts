import type { GraphQLField } from "graphql";
import type { ObjectLiteral } from "typeorm";
import { shanghaiDay } from "../../../src/calendar.js";
import { ageBand } from "../../../src/domain/minors/age.js";
import { fieldMarks } from "../../../src/read/marks.js";

/** What a computed field means, in TypeScript: the records say it in SQL. */
const COMPUTED: Readonly<Record<string, (row: ObjectLiteral, now: Date) => unknown>> = {
  "Minor.ageBand": ({ birthDate }, now) => ageBand(birthDate, shanghaiDay(now)),
  "Minor.careNeeded": ({ careCategories }) => careCategories.length > 0,
  "GuardianshipAssessment.guidanceUnderWay": ({ closedOn }) => closedOn === null,
  "Minor.township": ({ place }) => township(place),
  "Enrolment.stage": ({ grade }) => (grade <= 6 ? "PRIMARY" : grade <= 9 ? "JUNIOR_HIGH" : "SENIOR_HIGH"),
  "Case.stageMonth": ({ openedOn }) => openedOn.slice(0, 7),
  "SensitiveIncident.township": ({ place }) => township(place),
  "SensitiveIncident.month": ({ occurredAt }) => shanghaiDay(occurredAt).slice(0, 7),
  "OpinionAlert.township": ({ place }) => township(place),
  "SupportRecord.underWay": ({ endedOn }) => endedOn === null,
  "OpinionAlert.month": ({ detectedAt }) => shanghaiDay(detectedAt).slice(0, 7),
  "Hazard.township": ({ place }) => township(place),
  "Hazard.month": ({ foundOn }) => foundOn.slice(0, 7),
  "Hazard.dueOn": ({ openedOn, closedOn, level }) =>
    openedOn && !closedOn && level ? after(DAYS[level] ?? 0, openedOn) : null,
  "Hazard.status": (hazard) => {
    const reached = ["closedOn", "verifiedOn", "rectifiedOn", "assignedTo", "openedOn", "level"].find(
      (column) => hazard[column] !== null,
    );
    return reached === undefined ? "NO_FINDING" : REACHED[reached];
  },
  "LegalSupervision.status": ({ repliedOn, closedOn }) => (closedOn ? "CLOSED" : repliedOn ? "REPLIED" : "SUBMITTED"),
  "Placement.status": ({ reviewedOn, endedOn }) => (endedOn ? "ENDED" : reviewedOn ? "CONTINUED" : "PLACED"),
  "Placement.caredFor": ({ endedOn }) => endedOn === null,
  "Placement.reviewDueOn": ({ placedOn, reviewedOn, endedOn }) => (endedOn ? null : after(30, reviewedOn ?? placedOn)),
};
const after = (days: number, day: string) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
const DAYS: Readonly<Record<string, number>> = { MAJOR: 3, LARGER: 10, GENERAL: 30 };
const REACHED: Readonly<Record<string, string>> = {
  closedOn: "CLOSED",
  verifiedOn: "VERIFIED",
  rectifiedOn: "RECTIFIED",
  assignedTo: "ASSIGNED",
  openedOn: "IN_LEDGER",
  level: "FOUND",
};
const township = (place: string) => `${place.slice(0, 9)}000`;

/** The value of a field of a row, whoever asks. */
export function meaningOf(type: string, field: GraphQLField<unknown, unknown>, row: ObjectLiteral, now: Date): unknown {
  const { computed, from } = fieldMarks(field);
  if (!computed) return row[from ?? field.name];
  const meaning = COMPUTED[`${type}.${field.name}`];
  if (!meaning) throw new TypeError(`Say in COMPUTED what ${type}.${field.name} means`);
  return meaning(row, now);
}
