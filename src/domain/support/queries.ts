import { DateFilter, enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { SupportKind, SupportRecord } from "./record.js";

const SupportRecordFilter = filterOf("SupportRecord", {
  kind: enumFilter("SupportKindFilter", SupportKind),
  summary: TextFilter,
  startedOn: DateFilter,
  endedOn: DateFilter,
});

const SupportRecordOrder = orderOf("SupportRecord", {
  KIND: "kind",
  STARTED_ON: "startedOn",
  ENDED_ON: "endedOn",
});

export const SupportQueries = recordQueries(SupportRecord, {
  one: { name: "supportRecord", description: "One support record, if it exists for you. 一条走访帮扶记录" },
  many: { name: "supportRecords", description: "Support records that exist for you. 对您可见的走访帮扶记录" },
  filter: SupportRecordFilter,
  order: SupportRecordOrder,
});
