import type { Subject } from "../../statistics/subject.js";
import { EmergencyGrade, IncidentKind, IncidentStatus } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "incidents",
    description: "Sensitive incidents by the month in which they happened. 敏感事件(按发生月份)",
    group: "R26",
    from: "sensitive_incident r",
    tables: ["sensitive_incident"],
    on: "(r.occurred_at AT TIME ZONE 'Asia/Shanghai')::date",
    dimensions: [
      {
        name: "KIND",
        description: "What kind of incident. 类别",
        value: "r.kind",
        values: Object.values(IncidentKind),
      },
      { name: "LEVEL", description: "How grave. 等级", value: "r.level", values: Object.values(EmergencyGrade) },
      {
        name: "STATUS",
        description: "How far the response had come when the month was closed. 关账时的处置状态",
        value: "r.status",
        values: Object.values(IncidentStatus),
      },
    ],
  },
];
