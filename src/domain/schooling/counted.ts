import type { Subject } from "../../statistics/subject.js";
import { SchoolStage } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "enrolments",
    description: "Minors who are enrolled, by stage of schooling. 在学未成年人",
    group: "R12",
    from: "minor r JOIN enrolment e ON e.minor = r.id",
    tables: ["minor", "enrolment"],
    dimensions: [
      {
        name: "STAGE",
        description: "Stage of schooling. 学段",
        value: "CASE WHEN e.grade <= 6 THEN 'PRIMARY' WHEN e.grade <= 9 THEN 'JUNIOR_HIGH' ELSE 'SENIOR_HIGH' END",
        values: Object.values(SchoolStage),
      },
    ],
  },
];
