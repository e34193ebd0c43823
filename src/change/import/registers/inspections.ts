import { HazardKind, HazardLevel, HazardOrigin } from "../../../domain/hazards/index.js";
import { list, optional, required } from "../column.js";
import { agency, division, key, member, pastDay, text } from "../parsers.js";
import type { Said } from "../report.js";
import { ownRecords } from "./own-records.js";
import { isShownBy } from "./shown-by.js";

const R31 = { group: "R31" };

/** Inspections that an agency has made, a row a finding (B26). Rectification and closure are the hub's own commands. */
export const inspections = ownRecords({
  name: "inspections",
  group: "R31",
  record: { type: "Hazard", table: "hazard" },
  columns: {
    key: required(key),
    division: required(division, { once: true }),
    place_name: required(text, R31),
    kind: required(member(HazardKind), R31),
    inspected_on: required(pastDay, R31),
    level: optional(member(HazardLevel), { ...R31, once: true }),
    finding: required(text, R31),
    responsible_person: optional(text, { group: "R31b" }),
    entered_on: optional(pastDay, { ...R31, once: true }),
    notified: list(agency, { once: true }),
    inspected_with: list(agency, { once: true }),
  },
  counted: ["place_name", "kind", "found_on", "finding"],
  order: [{ day: "found_on", cell: "inspected_on", later: ["opened_on", "rectified_on"] }],
  check({ inspected_on, level, entered_on, notified, inspected_with }, refuse, { policy }) {
    if (entered_on !== null && level === null) refuse("level", NO_LEVEL);
    if (entered_on !== null && entered_on < inspected_on) refuse("entered_on", BEFORE);
    if (!notified.every(({ kind }) => isShownBy(policy, "R31", "a", kind))) refuse("notified", NOTHING);
    if (!inspected_with.every(({ kind }) => isShownBy(policy, "R31", "p", kind))) refuse("inspected_with", NOTHING);
  },
  once: ({ division, level, entered_on }, { id }) => ({
    place: division,
    level,
    opened_on: entered_on,
    origin: HazardOrigin.INSPECTION,
    found_by: id,
    recurrences: 0,
  }),
  others: ({ notified, inspected_with }, inspector) => [
    ...[inspector, ...inspected_with].map((one) => ["PART", one] as const),
    ...notified.map((one) => ["ADDRESSEE", one] as const),
  ],
  columnsOf: ({ place_name, kind, inspected_on, finding, responsible_person }) => ({
    place_name,
    kind,
    found_on: inspected_on,
    finding,
    responsible_person,
  }),
});

const NO_LEVEL: Said = {
  code: "CONTRADICTION",
  message: "What comes into the ledger has a level, which sets its deadline",
  messageZh: "入账隐患须有等级,以确定整改期限",
  remedy: "Fill in the level, or empty entered_on",
};
const BEFORE: Said = {
  code: "CONTRADICTION",
  message: "It came into the ledger before it was found",
  messageZh: "入账日期早于检查日期",
  remedy: "Compare the days",
};
const NOTHING: Said = {
  code: "CONTRADICTION",
  message: "It would show some of these kinds of agencies nothing",
  messageZh: "所列部门中有的不因此看到检查情况",
  remedy:
    "Notify schools, rescue stations and care institutions; inspect with police, governance office or procuratorate",
};
