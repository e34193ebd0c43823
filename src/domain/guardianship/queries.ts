import { Field, InputType } from "type-graphql";
import { DateFilter, enumFilter, filterOf, IntFilter, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { GuardianshipAssessment, GuardianshipRisk, GuardianshipRiskLevel } from "./record.js";

@InputType({ description: "Conditions on risk factors. 风险因素条件" })
class GuardianshipRiskFilter {
  @Field(() => GuardianshipRisk, { nullable: true, description: "It was found. 存在该因素" }) has?: GuardianshipRisk;
}

const GuardianshipAssessmentFilter = filterOf("GuardianshipAssessment", {
  assessedOn: DateFilter,
  risks: GuardianshipRiskFilter,
  level: enumFilter("GuardianshipRiskLevelFilter", GuardianshipRiskLevel),
  findings: TextFilter,
  visits: IntFilter,
  lastVisitOn: DateFilter,
  guidance: TextFilter,
  nextVisitBy: DateFilter,
  closedOn: DateFilter,
});

const GuardianshipAssessmentOrder = orderOf("GuardianshipAssessment", {
  LEVEL: "level",
  ASSESSED_ON: "assessedOn",
  LAST_VISIT_ON: "lastVisitOn",
  NEXT_VISIT_BY: "nextVisitBy",
});

export const GuardianshipQueries = recordQueries(GuardianshipAssessment, {
  one: {
    name: "guardianshipAssessment",
    description: "One guardianship assessment, if it exists for you. 一项监护评估",
  },
  many: {
    name: "guardianshipAssessments",
    description: "Guardianship assessments that exist for you. 对您可见的监护评估",
  },
  filter: GuardianshipAssessmentFilter,
  order: GuardianshipAssessmentOrder,
});
