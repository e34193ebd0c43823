import { LAST_DAY, type Subject } from "../../statistics/subject.js";
import { CareStatus } from "./record.js";

export const COUNTED: readonly Subject[] = [
  {
    name: "careRegistrations",
    description: "Children registered as left behind or migrant, each once. 登记的留守、流动儿童(每人计一次)",
    group: "R38",
    // School, village and federation may have registered the same child: the last registration counts.
    from: `(SELECT DISTINCT ON (c.minor) c.id, c.place, c.status
              FROM care_registration c
             WHERE c.since <= ${LAST_DAY} AND (c.ended_on IS NULL OR c.ended_on > ${LAST_DAY})
             ORDER BY c.minor, c.since DESC, c.id) r`,
    tables: ["care_registration"],
    dimensions: [
      {
        name: "STATUS",
        description: "Left behind, migrant, or both. 留守、流动情况",
        value: "r.status",
        values: Object.values(CareStatus),
      },
    ],
  },
];
