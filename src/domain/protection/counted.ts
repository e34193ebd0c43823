import type { Subject } from "../../statistics/subject.js";
import { ProtectionMeasureKind } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "protectionMeasures",
    description: "Warning letters and protection orders by the month of issue. 告诫书、人身安全保护令(按发出月份)",
    group: "R24",
    from: "protection_measure r",
    tables: ["protection_measure"],
    on: "r.issued_on",
    dimensions: [
      {
        name: "KIND",
        description: "Letter of the police, or order of the court. 措施类别",
        value: "r.kind",
        values: Object.values(ProtectionMeasureKind),
      },
    ],
  },
];
