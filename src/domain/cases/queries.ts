import { DateFilter, DivisionFilter, enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { Case, CaseKind, CaseStage } from "./record.js";

const CaseKindFilter = enumFilter("CaseKindFilter", CaseKind);
const CaseStageFilter = enumFilter("CaseStageFilter", CaseStage);

const CaseFilter = filterOf("Case", {
  number: TextFilter,
  kind: CaseKindFilter,
  stage: CaseStageFilter,
  openedOn: DateFilter,
  closedOn: DateFilter,
  stageMonth: TextFilter,
  division: DivisionFilter,
  narrative: TextFilter,
  partnerSummary: TextFilter,
});

const CaseOrder = orderOf("Case", { OPENED_ON: "openedOn", CLOSED_ON: "closedOn", STAGE: "stage", KIND: "kind" });

export const CaseQueries = recordQueries(Case, {
  one: { name: "case", description: "One case, if it exists for you. 一个案件" },
  many: { name: "cases", description: "Cases that exist for you. 对您可见的案件" },
  filter: CaseFilter,
  order: CaseOrder,
});
