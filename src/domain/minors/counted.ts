import { LAST_DAY, type Subject } from "../../statistics/subject.js";
import { AgeBand } from "./age.js";
import { CareCategory, Sex } from "./record.js";

/** Who is a minor on the last day of the quarter, in the band of that day. */
const BAND = `age_band(r.birth_date, ${LAST_DAY})`;
const MINORS = { from: "minor r", tables: ["minor"], where: `${BAND} IS NOT NULL` };

/** GB/T 3304: 56 ethnic groups, 97 another, 98 a foreigner naturalised. */
const ETHNIC_GROUPS = [...Array.from({ length: 56 }, (_, i) => String(i + 1).padStart(2, "0")), "97", "98"];

export const COUNTED: readonly Subject[] = [
  {
    name: "ages",
    description: "Minors by band of age. 未成年人年龄",
    group: "R3",
    ...MINORS,
    dimensions: [{ name: "AGE_BAND", description: "Band of age. 年龄段", value: BAND, values: Object.values(AgeBand) }],
  },
  {
    name: "sexes",
    description: "Minors by sex. 未成年人性别",
    group: "R4a",
    ...MINORS,
    dimensions: [{ name: "SEX", description: "Sex as registered. 性别", value: "r.sex", values: Object.values(Sex) }],
  },
  {
    name: "ethnicGroups",
    description: "Minors by ethnic group. 未成年人民族",
    group: "R4b",
    ...MINORS,
    dimensions: [
      {
        name: "ETHNIC_GROUP",
        description: "GB/T 3304, two digits. 民族",
        value: "r.ethnic_group",
        optional: true,
        values: ETHNIC_GROUPS,
      },
    ],
  },
  {
    name: "careCategories",
    description: "Reasons why care is due; a child with two counts twice. 关爱类别(具有两类者计两次)",
    group: "R5",
    from: "minor r CROSS JOIN LATERAL unnest(r.care_categories) AS care(category)",
    tables: ["minor"],
    where: MINORS.where,
    dimensions: [
      {
        name: "CARE_CATEGORY",
        description: "Why care is due. 关爱类别",
        value: "care.category",
        values: Object.values(CareCategory),
      },
    ],
  },
  { name: "residents", description: "Minors who live there. 居住的未成年人", group: "R6", ...MINORS, dimensions: [] },
  {
    name: "entrustedCare",
    description: "Minors in entrusted care, MPL 22. 委托照护的未成年人",
    group: "R9b",
    from: "minor r JOIN entrusted_care e ON e.minor = r.id",
    tables: ["minor", "entrusted_care"],
    where: MINORS.where,
    dimensions: [],
  },
];
