import { SupportNeedKind, SupportNeedLevel, SupportNeedStatus } from "../../../domain/needs/index.js";
import { optional, required } from "../column.js";
import { key, member, recordOf, text } from "../parsers.js";
import { ownRecords } from "./own-records.js";

/** What children need, as an agency has raised it (B13). */
export const supportNeeds = ownRecords({
  name: "support-needs",
  group: "R39",
  record: { type: "SupportNeed", table: "support_need" },
  columns: {
    key: required(key),
    minor: required(recordOf("minors"), { once: true }),
    kind: required(member(SupportNeedKind), { group: "R39" }),
    level: required(member(SupportNeedLevel), { group: "R39" }),
    advice: optional(text, { group: "R39" }),
    status: required(member(SupportNeedStatus), { group: "R39" }),
  },
  once: ({ minor }) => ({ minor }),
  columnsOf: ({ kind, level, advice, status }) => ({ kind, level, advice, status }),
});
