import { DateFilter, enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { ProtectionMeasure, ProtectionMeasureKind } from "./record.js";

const ProtectionMeasureFilter = filterOf("ProtectionMeasure", {
  kind: enumFilter("ProtectionMeasureKindFilter", ProtectionMeasureKind),
  number: TextFilter,
  issuer: TextFilter,
  terms: TextFilter,
  issuedOn: DateFilter,
  validUntil: DateFilter,
  endedOn: DateFilter,
});

const ProtectionMeasureOrder = orderOf("ProtectionMeasure", {
  KIND: "kind",
  ISSUED_ON: "issuedOn",
  VALID_UNTIL: "validUntil",
});

export const ProtectionQueries = recordQueries(ProtectionMeasure, {
  one: { name: "protectionMeasure", description: "One protection measure, if it exists for you. 一项保护措施" },
  many: { name: "protectionMeasures", description: "Protection measures that exist for you. 对您可见的保护措施" },
  filter: ProtectionMeasureFilter,
  order: ProtectionMeasureOrder,
});
