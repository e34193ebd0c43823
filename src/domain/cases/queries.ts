import { Field } from "type-graphql";
import { DateFilter, DivisionFilter, enumFilter, FilterType, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { Case, CaseKind, CaseStage } from "./record.js";

const CaseKindFilter = enumFilter("CaseKindFilter", CaseKind);
const CaseStageFilter = enumFilter("CaseStageFilter", CaseStage);

@FilterType()
class CaseFilter {
  @Field(() => TextFilter, { nullable: true }) number?: TextFilter;
  @Field(() => CaseKindFilter, { nullable: true }) kind?: object;
  @Field(() => CaseStageFilter, { nullable: true }) stage?: object;
  @Field(() => DateFilter, { nullable: true }) openedOn?: DateFilter;
  @Field(() => DateFilter, { nullable: true }) closedOn?: DateFilter;
  @Field(() => TextFilter, { nullable: true, description: "YYYY-MM" }) stageMonth?: TextFilter;
  @Field(() => DivisionFilter, { nullable: true }) division?: DivisionFilter;
  @Field(() => TextFilter, { nullable: true }) narrative?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) partnerSummary?: TextFilter;
}

const CaseOrder = orderOf("Case", { OPENED_ON: "openedOn", CLOSED_ON: "closedOn", STAGE: "stage", KIND: "kind" });

export const CaseQueries = recordQueries(Case, {
  one: { name: "case", description: "One case, if it exists for you. 一个案件" },
  many: { name: "cases", description: "Cases that exist for you. 对您可见的案件" },
  filter: CaseFilter,
  order: CaseOrder,
});
