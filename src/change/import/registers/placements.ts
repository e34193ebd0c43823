import { PlacementKind } from "../../../domain/placement/index.js";
import { optional, required } from "../column.js";
import { agency, key, member, pastDay, recordOf, text } from "../parsers.js";
import type { Said } from "../report.js";
import { ownRecords } from "./own-records.js";

/** Children whom an agency has placed outside their family (B7). */
export const placements = ownRecords({
  name: "placements",
  group: "R32",
  record: { type: "Placement", table: "placement" },
  columns: {
    key: required(key),
    minor: required(recordOf("minors"), { once: true }),
    kind: required(member(PlacementKind), { group: "R32" }),
    office: required(agency, { group: "R32" }),
    placed_on: required(pastDay, { group: "R32" }),
    reviewed_on: optional(pastDay, { group: "R32" }),
    ended_on: optional(pastDay, { group: "R32" }),
    address: optional(text, { group: "R33", enveloped: true }),
    foster_carer: optional(text, { group: "R33", enveloped: true }),
  },
  counted: ["kind", "office", "placed_on", "reviewed_on", "ended_on"],
  kept: ["reviewed_on", "ended_on"],
  order: [
    { day: "placed_on", later: ["reviewed_on", "ended_on"] },
    { day: "reviewed_on", later: ["ended_on"] },
  ],
  check({ office, placed_on, reviewed_on, ended_on }, refuse) {
    if (office.kind !== "SOCIAL_AFFAIRS_OFFICE") refuse("office", NO_OFFICE);
    if (reviewed_on !== null && reviewed_on < placed_on) refuse("reviewed_on", BEFORE);
    if (ended_on !== null && ended_on < (reviewed_on ?? placed_on)) refuse("ended_on", BEFORE);
  },
  once: ({ minor }, { id }) => ({ minor, placed_by: id }),
  columnsOf: ({ kind, office, placed_on, reviewed_on, ended_on, address, foster_carer }) => ({
    kind,
    office: office.id,
    placed_on,
    reviewed_on,
    ended_on,
    address,
    foster_carer,
  }),
});

const NO_OFFICE: Said = {
  code: "BAD_VALUE",
  message: "A social affairs office answers for every placement",
  messageZh: "安置须由社会事务办负责",
  remedy: "Write the code of the office of the child's place of residence",
};
const BEFORE: Said = {
  code: "CONTRADICTION",
  message: "It lies before the placement or its last review",
  messageZh: "早于安置日期或最近评估日期",
  remedy: "Compare the days",
};
