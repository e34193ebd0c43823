import type { Policy, Role } from "../../policy/policy.js";
import { RECORD_TYPES, type RecordType } from "../../store/record-types.js";
import type { Draw } from "./cast.js";

/** The invented places: province 99 is not assigned. Two townships in each of two counties. */
const COUNTIES = [
  { id: "yunling", code: "990101", name: "云岭县" },
  { id: "baihe", code: "990102", name: "白河县" },
] as const;
export const TOWNSHIPS: readonly Township[] = [
  { id: "jinyuan", code: "990101101", name: "金源镇", villages: ["金源社区", "石门村", "柳溪村"] },
  { id: "qingxi", code: "990101102", name: "清溪镇", villages: ["清溪社区", "竹园村", "大坪村"] },
  { id: "shangqiao", code: "990102101", name: "上桥镇", villages: ["上桥社区", "梨树村", "河湾村"] },
  { id: "xiatang", code: "990102102", name: "下塘镇", villages: ["下塘社区", "枫林村", "沙洲村"] },
];
export interface Township {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** The first is a community (001), the others are villages (201, 202). */
  readonly villages: readonly string[];
}

export const villageCode = (township: Township, no: number): string =>
  `${township.code}${no === 0 ? "001" : String(200 + no)}`;

export const DIVISIONS: readonly { readonly code: string; readonly name: string }[] = [
  { code: "99", name: "演示省" },
  { code: "9901", name: "演示市" },
  ...COUNTIES,
  ...TOWNSHIPS.flatMap((township) => [
    township,
    ...township.villages.map((name, no) => ({ code: villageCode(township, no), name })),
  ]),
].map(({ code, name }) => ({ code: code.padEnd(12, "0"), name }));

/** An agency of the demo. */
export interface Office {
  /** Operator's code: role, place, and a number where there are several: "school-jinyuan-1". */
  readonly code: string;
  readonly role: Role;
  readonly name: string;
  /** 2, 4, 6, 9 or 12 digits: where it has its seat and, if its cells ask for it, its duties. */
  readonly division: string;
  readonly staff: readonly Staff[];
}

export interface Staff {
  /** "school-jinyuan-1/class-teacher-1" */
  readonly subject: string;
  readonly name: string;
  readonly post: string;
}

export const kebab = (word: string): string => word.toLowerCase().replaceAll("_", "-");

const IN_A_TOWNSHIP: readonly (readonly [Role, string])[] = [
  ["POLICE_STATION", "派出所"],
  ["SOCIAL_AFFAIRS_OFFICE", "社会事务办"],
  ["JUSTICE_OFFICE", "司法所"],
  ["YOUTH_LEAGUE", "团委"],
  ["WOMENS_FEDERATION", "妇联"],
  ["GOVERNANCE_EMERGENCY_OFFICE", "社会治理和应急管理办"],
  ["PUBLICITY_CULTURE_CENTRE", "宣传文化服务中心"],
];
const IN_THE_COUNTY: readonly (readonly [Role, string])[] = [
  ["EDUCATION_BUREAU", "教育局"],
  ["PROCURATORATE", "人民检察院"],
  ["RESCUE_STATION", "救助管理站"],
  ["CARE_INSTITUTION", "未成年人救助保护中心"],
  ["CUSTODY_AUTHORITY", "强制隔离戒毒所"],
  ["SOCIAL_ORGANISATION", "青禾社会工作服务中心"],
  ["ANALYST", "未成年人保护数据分析室"],
  ["AUDITOR", "数据共享审计室"],
];
/** Posts that several people of an agency hold. */
const SEVERAL: Readonly<Record<string, number>> = { CASE_OFFICER: 2 };

/** Every agency with at least one person for every post that its role has. */
export function offices(policy: Policy, draw: Draw): Office[] {
  const office = (role: Role, place: string, division: string, name: string, teachers = 0): Office => {
    const code = `${kebab(role)}-${place}`;
    const people = draw.people(code);
    const posts = policy.postsOf(role).filter(({ may }) => !may.has("machine"));
    const staff = posts.flatMap(({ post }) => {
      const count = post === "CLASS_TEACHER" ? teachers : (SEVERAL[post] ?? 1);
      return Array.from({ length: count }, (_, at) => ({
        subject: `${code}/${kebab(post)}-${at + 1}`,
        name: people.guardianName(),
        post,
      }));
    });
    return { code, role, name, division, staff };
  };
  const [first] = COUNTIES;
  return [
    ...TOWNSHIPS.flatMap((township) => [
      ...IN_A_TOWNSHIP.map(([role, name]) => office(role, township.id, township.code, township.name + name)),
      ...SCHOOLS.map(({ name, grades }, at) =>
        office(
          "SCHOOL",
          `${township.id}-${at + 1}`,
          township.code,
          township.name + name,
          grades.length * CLASSES_A_GRADE,
        ),
      ),
      ...township.villages.map((name, no) =>
        office(
          "VILLAGE_COMMUNITY",
          `${township.id}-${no + 1}`,
          villageCode(township, no),
          `${township.name}${name}${no === 0 ? "居委会" : "村委会"}`.replace("村村委会", "村委会"),
        ),
      ),
    ]),
    ...COUNTIES.flatMap((county) =>
      IN_THE_COUNTY.map(([role, name]) => office(role, county.id, county.code, county.name + name)),
    ),
    // Both counties share one hub.
    office("OPERATOR", first.id, first.code, `${first.name}数据中枢运维组`),
  ];
}

/** The schools of every township, and the years of schooling that each has. */
export const SCHOOLS: readonly { readonly name: string; readonly grades: readonly number[] }[] = [
  { name: "中心小学", grades: [1, 2, 3, 4, 5, 6] },
  { name: "初级中学", grades: [7, 8, 9] },
];
export const CLASSES_A_GRADE = 2;

/** Record types on which a cell of the role asks for jurisdiction (j). */
export const dutiesOf = (policy: Policy, role: Role): RecordType[] =>
  RECORD_TYPES.filter((type) =>
    [...policy.rows.values()].some(
      ({ record, cells }) =>
        (record.split(".")[0] === type || (record === "Guardian" && type === "Minor")) &&
        cells.get(role)?.some(({ conditions }) => conditions.includes("j")),
    ),
  );

/** GDSR 2, 43: who shares by a statutory duty of its own. */
export const legalBasisOf = (role: Role): readonly [kind: string, document: string] => {
  if (["SCHOOL", "VILLAGE_COMMUNITY", "YOUTH_LEAGUE", "WOMENS_FEDERATION", "SOCIAL_ORGANISATION"].includes(role))
    return ["AGREEMENT", "云岭县未成年人保护信息共享协议(演示)第3号"];
  if (role === "PUBLICITY_CULTURE_CENTRE" || role === "OPERATOR")
    return ["DELEGATION", "云岭县未成年人保护信息共享委托书(演示)第7号"];
  if (role === "PROCURATORATE") return ["BY_REFERENCE", "政务数据共享条例第四十三条"];
  return ["STATUTORY_DUTY", "政务数据共享条例第二条"];
};
