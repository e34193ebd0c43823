import { LAST_DAY, type Subject } from "../../statistics/subject.js";
import { PlacementKind } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "placements",
    description: "Children who are placed outside their family. 在安置中的未成年人",
    group: "R32",
    from: "placement r",
    tables: ["placement"],
    where: `r.placed_on <= ${LAST_DAY} AND (r.ended_on IS NULL OR r.ended_on > ${LAST_DAY})`,
    dimensions: [
      {
        name: "KIND",
        description: "How they are looked after. 安置方式",
        value: "r.kind",
        values: Object.values(PlacementKind),
      },
    ],
  },
];
