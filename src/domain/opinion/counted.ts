import type { Subject } from "../../statistics/subject.js";
import { OpinionLevel, OpinionStatus, OpinionTopic } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "opinionAlerts",
    description: "Public-opinion alerts by the month in which they were found. 舆情(按发现月份)",
    group: "R28",
    from: "opinion_alert r",
    tables: ["opinion_alert"],
    on: "(r.detected_at AT TIME ZONE 'Asia/Shanghai')::date",
    dimensions: [
      { name: "TOPIC", description: "What it is about. 主题", value: "r.topic", values: Object.values(OpinionTopic) },
      { name: "LEVEL", description: "How grave. 等级", value: "r.level", values: Object.values(OpinionLevel) },
      {
        name: "STATUS",
        description: "How far the response had come when the month was closed. 关账时的处置状态",
        value: "r.status",
        values: Object.values(OpinionStatus),
      },
    ],
  },
];
