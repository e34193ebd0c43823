import type { Subject } from "../../statistics/subject.js";
import { SupportNeedKind } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "supportNeeds",
    description: "Support needs by the month in which they were raised. 支持需要(按提出月份)",
    group: "R39",
    from: "support_need r",
    tables: ["support_need"],
    // A need has no date of its own; a single one is in no count.
    on: "(hub_arrived(r.id) AT TIME ZONE 'Asia/Shanghai')::date",
    dimensions: [
      {
        name: "KIND",
        description: "What kind of support. 支持需要类别",
        value: "r.kind",
        values: Object.values(SupportNeedKind),
      },
    ],
  },
];
