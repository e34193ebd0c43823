import { CareStatus } from "../../../domain/care/index.js";
import { optional, required } from "../column.js";
import { key, member, pastDay, recordOf, text } from "../parsers.js";
import type { Said } from "../report.js";
import { ownRecords } from "./own-records.js";

/** Left-behind and migrant children as an agency has registered them (B18). */
export const careRegistrations = ownRecords({
  name: "care-registrations",
  group: "R38",
  record: { type: "CareRegistration", table: "care_registration" },
  columns: {
    key: required(key),
    minor: required(recordOf("minors"), { once: true }),
    status: required(member(CareStatus), { group: "R38" }),
    carer: optional(text, { group: "R38" }),
    parents_work_place: optional(text, { group: "R38" }),
    since: required(pastDay, { group: "R38" }),
    ended_on: optional(pastDay, { group: "R38" }),
  },
  kept: ["ended_on"],
  order: [{ day: "since", later: ["ended_on"] }],
  check({ since, ended_on }, refuse) {
    if (ended_on !== null && ended_on < since) refuse("ended_on", ENDS_BEFORE);
  },
  once: ({ minor }, { id }) => ({ minor, registered_by: id }),
  columnsOf: ({ status, carer, parents_work_place, since, ended_on }) => ({
    status,
    carer,
    parents_work_place,
    since,
    ended_on,
  }),
});

export const ENDS_BEFORE: Said = {
  code: "CONTRADICTION",
  message: "Ended before it began",
  messageZh: "终止日期早于起始日期",
  remedy: "Compare the two days",
};
