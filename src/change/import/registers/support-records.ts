import { SupportKind } from "../../../domain/support/index.js";
import { optional, required } from "../column.js";
import { key, member, pastDay, recordOf, text } from "../parsers.js";
import { ENDS_BEFORE } from "./care-registrations.js";
import { ownRecords } from "./own-records.js";

/** Visits, assistance and support plans of an agency (B8, B11, B12). */
export const supportRecords = ownRecords({
  name: "support-records",
  group: "R36",
  record: { type: "SupportRecord", table: "support_record" },
  columns: {
    key: required(key),
    minor: required(recordOf("minors"), { once: true }),
    kind: required(member(SupportKind), { group: "R36" }),
    summary: optional(text, { group: "R36" }),
    started_on: required(pastDay, { group: "R36" }),
    ended_on: optional(pastDay, { group: "R36" }),
  },
  kept: ["ended_on"],
  order: [{ day: "started_on", later: ["ended_on"] }],
  check({ started_on, ended_on }, refuse) {
    if (ended_on !== null && ended_on < started_on) refuse("ended_on", ENDS_BEFORE);
  },
  once: ({ minor }, { id }) => ({ minor, given_by: id }),
  columnsOf: ({ kind, summary, started_on, ended_on }) => ({ kind, summary, started_on, ended_on }),
});
