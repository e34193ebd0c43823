import { SupervisionKind } from "../../../domain/supervision/index.js";
import { optional, required } from "../column.js";
import { agency, day, key, member, pastDay, text } from "../parsers.js";
import type { Said } from "../report.js";
import { ownRecords } from "./own-records.js";
import { isShownBy } from "./shown-by.js";

const R25 = { group: "R25" };

/** Opinions that a procuratorate has sent, and what came of them. The reply is the addressee's: `replySupervision`. */
export const legalSupervisions = ownRecords({
  name: "legal-supervisions",
  group: "R25",
  record: { type: "LegalSupervision", table: "legal_supervision" },
  columns: {
    key: required(key),
    supervised: required(agency, { ...R25, once: true }),
    kind: required(member(SupervisionKind), R25),
    matter: required(text, R25),
    issued_on: required(pastDay, R25),
    due_on: required(day, R25),
    result: optional(text, R25),
    closed_on: optional(pastDay, R25),
  },
  kept: ["result", "closed_on"],
  order: [{ day: "issued_on", later: ["replied_on", "closed_on"] }],
  check({ supervised, issued_on, due_on, result, closed_on }, refuse, { policy }) {
    if (!isShownBy(policy, "R25", "a", supervised.kind)) refuse("supervised", NOT_SHOWN);
    if (due_on < issued_on) refuse("due_on", BEFORE_ISSUE);
    if (closed_on !== null && closed_on < issued_on) refuse("closed_on", BEFORE_ISSUE);
    if ((result === null) !== (closed_on === null)) refuse("result", RESULT_AND_DAY);
  },
  once: ({ supervised }, { id }) => ({ place: supervised.division, addressee: supervised.id, submitted_by: id }),
  others: ({ supervised }, procuratorate) => [
    ["PART", procuratorate],
    ["ADDRESSEE", supervised],
  ],
  columnsOf: ({ kind, matter, issued_on, due_on, result, closed_on }) => ({
    kind,
    subject: matter,
    issued_on,
    due_on,
    result,
    closed_on,
  }),
});

const NOT_SHOWN: Said = {
  code: "CONTRADICTION",
  message: "This kind of agency is shown no opinion and could not reply",
  messageZh: "该类部门不接收法律监督意见",
  remedy: "Name the agency that is to reply",
};
const BEFORE_ISSUE: Said = {
  code: "CONTRADICTION",
  message: "It lies before the day of issue",
  messageZh: "早于发出日期",
  remedy: "Compare the days",
};
const RESULT_AND_DAY: Said = {
  code: "CONTRADICTION",
  message: "A result and its day come together",
  messageZh: "监督结果与办结日期应同时填写",
  remedy: "Fill in both, or neither",
};
