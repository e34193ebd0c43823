import { GuardianshipRisk, GuardianshipRiskLevel } from "../../../domain/guardianship/index.js";
import { list, optional, required } from "../column.js";
import { day, key, member, pastDay, recordOf, text, whole } from "../parsers.js";
import type { Said } from "../report.js";
import { ownRecords } from "./own-records.js";

const R9a = { group: "R9a" };

/** Assessments of guardianship, and the guidance since (B8). */
export const guardianshipAssessments = ownRecords({
  name: "guardianship-assessments",
  group: "R9a",
  record: { type: "GuardianshipAssessment", table: "guardianship_assessment" },
  columns: {
    key: required(key),
    minor: required(recordOf("minors"), { once: true }),
    assessed_on: required(pastDay, R9a),
    risks: list(member(GuardianshipRisk), R9a),
    level: required(member(GuardianshipRiskLevel), R9a),
    findings: optional(text, R9a),
    visits: required(whole(0, 1_000), R9a),
    last_visit_on: optional(pastDay, R9a),
    guidance: optional(text, R9a),
    next_visit_by: optional(day, R9a),
    closed_on: optional(pastDay, R9a),
  },
  check({ assessed_on, visits, last_visit_on, next_visit_by, closed_on }, refuse) {
    if (last_visit_on === null ? visits > 0 : visits === 0) refuse("visits", VISITS);
    const last = last_visit_on ?? assessed_on;
    if (last < assessed_on) refuse("last_visit_on", EARLIER);
    if (next_visit_by !== null && next_visit_by < last) refuse("next_visit_by", EARLIER);
    if (closed_on !== null && closed_on < last) refuse("closed_on", EARLIER);
    if ((closed_on === null) !== (next_visit_by !== null)) refuse("next_visit_by", OPEN_OR_CLOSED);
  },
  once: ({ minor }, { id }) => ({ minor, assessed_by: id }),
  columnsOf: ({ key: _key, minor: _minor, ...row }) => row,
});

const VISITS: Said = {
  code: "CONTRADICTION",
  message: "Visits have a last day, and a last day is that of a visit",
  messageZh: "走访次数与最近走访日期不一致",
  remedy: "Fill both in, or write 0 and leave the day empty",
};
const EARLIER: Said = {
  code: "CONTRADICTION",
  message: "Earlier than what came before it: assessment, last visit",
  messageZh: "早于评估或最近一次走访日期",
  remedy: "Compare the days",
};
const OPEN_OR_CLOSED: Said = {
  code: "CONTRADICTION",
  message: "A next visit is due while guidance goes on, and none when it is closed",
  messageZh: "未结束的须填写下次走访期限,已结束的不得填写",
  remedy: "Fill in either next_visit_by or closed_on",
};
