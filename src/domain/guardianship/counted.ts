import type { Subject } from "../../statistics/subject.js";
import { GuardianshipRiskLevel } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "guardianshipAssessments",
    description: "Assessments of guardianship by the month in which they were made. 监护评估(按评估月份)",
    group: "R9a",
    from: "guardianship_assessment r",
    tables: ["guardianship_assessment"],
    on: "r.assessed_on",
    dimensions: [
      {
        name: "LEVEL",
        description: "How grave the risk is. 监护风险等级",
        value: "r.level",
        values: Object.values(GuardianshipRiskLevel),
      },
    ],
  },
];
