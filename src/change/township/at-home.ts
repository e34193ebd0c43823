import { stringify } from "csv-stringify/sync";
import type { Policy } from "../../policy/policy.js";
import type { Cast, Cells } from "./cast.js";
import type { Child } from "./children.js";
import { castOf, type Registers, TOWNSHIP_SEED } from "./generate.js";
import type { People } from "./names.js";

/** What each keeps of a child, by table. @param number of the child at the agency: a row's `minor` */
type Kept = (number: string, child: Child, people: People) => Readonly<Record<string, readonly Cells[]>>;
/** Rows of a table in which a child may stand more than once. */
const numbered = (number: string, rows: readonly Cells[]): Cells[] =>
  rows.map((row, at) => ({ key: `${number}-${at + 1}`, ...row }));

const TERMS = ["2025-1", "2025-2"];
const NOTES = [
  "谈到夜里睡不好,想念父母;约定每周三放学后再谈。",
  "说在班里没有朋友;练习了两种和同学打招呼的办法。",
  "情绪平稳,愿意画画;画里只有自己和祖母。",
];

/** A school: R13 to R16b. */
const pupil: Kept = (number, { story }, people) => {
  // Whom README and tests speak of have something of everything.
  const often = (share: number) => story || people.chance(share);
  const counselled = COUNSELLED.includes(number);
  return {
    attendance: numbered(
      number,
      TERMS.map((term) => {
        const days = people.int(0, story ? 9 : 4);
        return {
          term,
          days_absent: String(days),
          dropout_risk: days > 6 ? "WATCHED" : "NONE",
          visit_asked: days > 3 ? "yes" : "no",
        };
      }),
    ),
    health_record: often(0.1)
      ? [
          people.pick([
            { allergies: "青霉素", chronic_illness: "", disability: "", what_to_mind: "用药前先问家长" },
            { allergies: "", chronic_illness: "哮喘", disability: "", what_to_mind: "不参加长跑;书包里有喷雾" },
            { allergies: "花生", chronic_illness: "", disability: "", what_to_mind: "不吃带花生的点心" },
            { allergies: "", chronic_illness: "", disability: "听力三级", what_to_mind: "请坐第一排,说话时面对孩子" },
          ]),
        ]
      : [],
    psychological_need: often(0.08)
      ? [{ level: people.pick(["LOW", "MEDIUM", "HIGH"]), finding: people.pick(["睡眠差", "不愿说话", "容易发怒"]) }]
      : [],
    counselling_session: counselled
      ? numbered(
          number,
          NOTES.map((notes, at) => ({ held_on: `2025-09-${String(10 + 7 * at)}`, notes })),
        )
      : [],
    life_risk: counselled ? [{ summary: "说过不想活,家中有农药;夜间不要独处。" }] : [],
  };
};
/** By the school's counselling teacher: examples/township/README.md. */
const COUNSELLED = ["S1-0002", "S1-0007"];

/** A rescue station: R34 and R41. */
const client: Kept = (number, { story }, people) => {
  const left = story || people.chance(0.5);
  const found_at = people.pick(["汽车站", "集市", "夜市", "公园"]);
  const condition = people.pick(["疲惫,衣着单薄,无外伤", "手臂有旧淤青,已拍照", "发热38度,已就诊", "状况良好"]);
  const checked = story || people.chance(0.4);
  return {
    stay: numbered(number, [
      {
        admitted_at: "2025-07-20T22:40:00+08:00",
        found_at: story ? "派出所送来" : found_at,
        condition: story ? "手臂有淤青,已拍照;夜里惊醒" : condition,
        left_on: left ? "2025-07-28" : "",
        left_for: left ? "CARE_INSTITUTION" : "",
      },
    ]),
    identity_check: checked
      ? numbered(number, [
          { kind: people.pick(["DNA", "FACE"]), status: story ? "MATCHED" : "ASKED_FOR", checked_on: "2025-07-21" },
        ])
      : [],
  };
};

/** Agencies of the demo that keep rows at home: folder below examples/agencies/, code in the township. */
const AT_HOME = [
  { folder: "school", code: "school-jinyuan-1", kept: pupil },
  { folder: "station", code: "rescue-station-yunling", kept: client },
] as const;

/** Path below examples/agencies/ -> CSV, one a table: the same for the same seed. */
export function generateAtHome(policy: Policy, seed: number = TOWNSHIP_SEED): Registers {
  const cast = castOf(policy, seed);
  return new Map(AT_HOME.flatMap(({ folder, code, kept }) => [...tablesOf(cast, folder, code, kept)]));
}

function* tablesOf({ children, draw }: Cast, folder: string, code: string, kept: Kept): Iterable<[string, string]> {
  const people = draw.people(`at home ${code}`);
  const tables = new Map<string, Cells[]>();
  for (const child of children) {
    const minor = child.known.get(code);
    if (minor === undefined) continue;
    for (const [table, rows] of Object.entries(kept(minor, child, people)))
      tables.set(table, [...(tables.get(table) ?? []), ...rows.map((row) => ({ minor, ...row }))]);
  }
  for (const [table, rows] of tables)
    yield [`${folder}/demo/${table}.csv`, stringify(rows, { header: true, columns: Object.keys(rows[0] ?? {}) })];
}
