import { hasTerm, ProtectionMeasureKind } from "../../../domain/protection/index.js";
import { optional, required } from "../column.js";
import { agency, day, key, member, pastDay, recordOf, text } from "../parsers.js";
import type { Said } from "../report.js";
import { ENDS_BEFORE } from "./care-registrations.js";
import { ownRecords } from "./own-records.js";

const R24 = { group: "R24" };

/** Warning letters and protection orders that a police station keeps (DV 17, 32). */
export const protectionMeasures = ownRecords({
  name: "protection-measures",
  group: "R24",
  record: { type: "ProtectionMeasure", table: "protection_measure" },
  columns: {
    key: required(key),
    minor: required(recordOf("minors"), { once: true }),
    kind: required(member(ProtectionMeasureKind), R24),
    number: optional(text, R24),
    issuer: required(text, R24),
    terms: required(text, R24),
    issued_on: required(pastDay, R24),
    valid_until: optional(day, R24),
    addressee: optional(agency, { ...R24, once: true }),
    ended_on: optional(pastDay, R24),
  },
  kept: ["ended_on"],
  order: [{ day: "issued_on", later: ["ended_on"] }],
  check({ kind, issued_on, valid_until, addressee, ended_on }, refuse) {
    if (!hasTerm(kind, issued_on, valid_until)) refuse("valid_until", TERM);
    if (addressee !== null && addressee.kind !== "VILLAGE_COMMUNITY") refuse("addressee", NO_VILLAGE);
    if (ended_on !== null && ended_on < issued_on) refuse("ended_on", ENDS_BEFORE);
  },
  once: ({ minor, addressee }, { id }) => ({ minor, recorded_by: id, addressee: addressee?.id ?? null }),
  others: ({ addressee }) => (addressee === null ? [] : [["ADDRESSEE", addressee]]),
  columnsOf: ({ kind, number, issuer, terms, issued_on, valid_until, ended_on }) => ({
    kind,
    number,
    issuer,
    terms,
    issued_on,
    valid_until,
    ended_on,
  }),
});

const TERM: Said = {
  code: "CONTRADICTION",
  message: "An order is valid for at most six months from its issue; a letter has no last day",
  messageZh: "保护令有效期自出具之日起不超过六个月;告诫书无有效期",
  remedy: "For an order write its last day; for a letter empty the cell",
};
const NO_VILLAGE: Said = {
  code: "CONTRADICTION",
  message: "A copy would show this kind of agency nothing",
  messageZh: "该类部门不接收保护措施文书",
  remedy: "Name the village or community, or empty the cell",
};
