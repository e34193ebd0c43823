import type { Subject } from "../../statistics/subject.js";
import { SupportKind } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "supportRecords",
    description: "Visits, assistance and plans by the month in which they began. 走访、帮扶与支持计划(按开始月份)",
    group: "R36",
    from: "support_record r",
    tables: ["support_record"],
    on: "r.started_on",
    dimensions: [
      {
        name: "KIND",
        description: "What is done. 帮扶方式",
        value: "r.kind",
        values: Object.values(SupportKind),
      },
    ],
  },
];
