import type { Subject } from "../../statistics/subject.js";
import { CaseKind, CaseStage } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "cases",
    description: "Cases by the month of opening. 案件(按受理月份)",
    group: "R17",
    from: "case_file r",
    tables: ["case_file"],
    on: "r.opened_on",
    dimensions: [
      { name: "KIND", description: "What kind of case. 案件类别", value: "r.kind", values: Object.values(CaseKind) },
      {
        name: "STAGE",
        description: "How far it had come when the month was closed. 关账时的办理阶段",
        value: "r.stage",
        values: Object.values(CaseStage),
      },
    ],
  },
];
