import type { Subject } from "../../statistics/subject.js";
import { HazardLevel } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "hazards",
    description: "Safety hazards by the month in which they were found. 安全隐患(按发现月份)",
    group: "R31",
    from: "hazard r",
    tables: ["hazard"],
    on: "r.found_on",
    // An inspection that has found nothing is none.
    where: "r.level IS NOT NULL",
    dimensions: [
      { name: "LEVEL", description: "How grave. 隐患等级", value: "r.level", values: Object.values(HazardLevel) },
    ],
  },
];
