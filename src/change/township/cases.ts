import { CaseKind, CaseStage } from "../../domain/cases/index.js";
import { civilAge } from "../../domain/minors/index.js";
import type { Role } from "../../policy/policy.js";
import type { Cast, Cells } from "./cast.js";
import { type Child, nameOf } from "./children.js";
import type { People } from "./names.js";
import type { Office, Township } from "./world.js";

interface Lead {
  readonly role: Role;
  /** Cases of each agency. */
  readonly count: number;
  readonly kinds: readonly CaseKind[];
}
const LEADS: readonly Lead[] = [
  {
    role: "POLICE_STATION",
    count: 13,
    kinds: [
      CaseKind.SEXUAL_ABUSE,
      CaseKind.DOMESTIC_VIOLENCE,
      CaseKind.MALTREATMENT,
      CaseKind.BULLYING,
      CaseKind.OTHER_HARM,
    ],
  },
  { role: "SOCIAL_AFFAIRS_OFFICE", count: 5, kinds: [CaseKind.GUARDIANSHIP, CaseKind.ABANDONMENT] },
  { role: "JUSTICE_OFFICE", count: 2, kinds: [CaseKind.GUARDIANSHIP, CaseKind.OTHER_HARM] },
  { role: "RESCUE_STATION", count: 4, kinds: [CaseKind.RESCUE, CaseKind.BEGGING_EXPLOITATION] },
];
/** Who may be asked to take part. */
const PARTNERS: readonly Role[] = [
  "POLICE_STATION",
  "SOCIAL_AFFAIRS_OFFICE",
  "JUSTICE_OFFICE",
  "SCHOOL",
  "WOMENS_FEDERATION",
  "YOUTH_LEAGUE",
  "VILLAGE_COMMUNITY",
  "PROCURATORATE",
];
const OPEN = [CaseStage.ACCEPTED, CaseStage.FILED, CaseStage.INVESTIGATION, CaseStage.TRANSFERRED];

/** Years: whoever is younger answers for no offence. 刑法 17; 治安管理处罚法 12 */
const SUSPECT_FROM = 12;

/** Rows of the registers `cases`, by agency code. @param stories those that README and tests speak of as well */
export function cases(cast: Cast, stories: boolean): ReadonlyMap<string, readonly Cells[]> {
  const rows = new Map<string, readonly Cells[]>();
  for (const { role, count, kinds } of LEADS)
    for (const lead of cast.offices.filter((office) => office.role === role)) {
      const people = cast.draw.people(`cases ${lead.code}`);
      const drawn = Array.from({ length: count * cast.draw.times }, (_, at) => ({
        key: cast.draw.number("C", at),
        ...someCase(people, cast, lead, cast.homeOf(lead), people.pick(kinds)),
      }));
      rows.set(lead.code, [...((stories && STORIES[lead.code]?.(cast, lead)) || []), ...drawn]);
    }
  return rows;
}

function someCase(people: People, cast: Cast, lead: Office, township: Township, kind: CaseKind): Cells {
  const closed = people.chance(0.25);
  const opened = day(people.int(1, 260));
  const suspected = lead.role === "POLICE_STATION" && !closed && kind === CaseKind.BULLYING;
  const oldEnough = ({ cells }: Child) => civilAge(cells["birth_date"] ?? "", opened) >= SUSPECT_FROM;
  const [second] = cast.some(people, township, 1, suspected ? oldEnough : undefined);
  const [first] = cast.some(people, township, 1, (child) => child !== second);
  const [one, other] = [first, second].map((child) => (child ? nameOf(child) : ""));
  const partners = PARTNERS.filter((role) => role !== lead.role && people.chance(0.4)).map((role) =>
    people.pick(cast.near(township, role)),
  );
  const victims = lead.role === "POLICE_STATION" || (lead.role === "SOCIAL_AFFAIRS_OFFICE" && people.chance(0.3));
  return {
    ...about(kind, opened, closed ? CaseStage.CLOSED : people.pick(OPEN)),
    division: people.pick(cast.near(township, "VILLAGE_COMMUNITY")).division,
    ...(victims ? { victims: one ?? "" } : { minors: one ?? "" }),
    ...(suspected
      ? { suspects: other ?? "" }
      : people.chance(0.3)
        ? { minors: victims ? (other ?? "") : `${one};${other}` }
        : {}),
    ...(["POLICE_STATION", "SOCIAL_AFFAIRS_OFFICE"].includes(lead.role) ? TEXTS[kind] : {}),
    ...cast.parts(lead, partners),
  };
}

/** The cases that README and tests speak of (examples/township/README.md). */
const STORIES: Readonly<Record<string, (cast: Cast, lead: Office) => readonly Cells[]>> = {
  "police-station-jinyuan": (cast, lead) => {
    const offices = (...codes: string[]) =>
      cast.parts(
        lead,
        codes.map((code) => cast.office(code)),
      );
    return [
      {
        key: "C-VICTIM-1",
        ...about(CaseKind.SEXUAL_ABUSE, "2025-08-11", CaseStage.INVESTIGATION),
        ...HERE,
        ...TEXTS[CaseKind.SEXUAL_ABUSE],
        victims: "school-jinyuan-1:S1-0002",
        ...offices(
          "social-affairs-office-jinyuan",
          "justice-office-jinyuan",
          "school-jinyuan-1",
          "womens-federation-jinyuan",
          "procuratorate-yunling",
          "rescue-station-yunling",
        ),
      },
      {
        key: "C-SUSPECT-1",
        ...about(CaseKind.BULLYING, "2025-09-02", CaseStage.FILED),
        ...HERE,
        ...TEXTS[CaseKind.BULLYING],
        suspects: "school-jinyuan-2:S2-0001",
        victims: "school-jinyuan-2:S2-0002",
        ...offices(
          "social-affairs-office-jinyuan",
          "justice-office-jinyuan",
          "school-jinyuan-2",
          "procuratorate-yunling",
        ),
      },
      {
        key: "C-CONCERNED-1",
        ...about(CaseKind.DOMESTIC_VIOLENCE, "2025-07-20", CaseStage.ACCEPTED),
        ...HERE,
        ...TEXTS[CaseKind.DOMESTIC_VIOLENCE],
        minors: "school-jinyuan-1:S1-0001",
        ...offices(
          "social-affairs-office-jinyuan",
          "justice-office-jinyuan",
          "school-jinyuan-1",
          "education-bureau-yunling",
          "youth-league-jinyuan",
          "womens-federation-jinyuan",
          "village-community-jinyuan-2",
          "governance-emergency-office-jinyuan",
          "procuratorate-yunling",
          "rescue-station-yunling",
          "care-institution-yunling",
        ),
      },
      {
        key: "C-CONFLICT-1",
        ...about(CaseKind.MALTREATMENT, "2025-08-28", CaseStage.FILED),
        ...HERE,
        ...TEXTS[CaseKind.MALTREATMENT],
        minors: "school-jinyuan-1:S1-0004",
        ...offices("social-affairs-office-jinyuan", "village-community-jinyuan-2"),
      },
      {
        key: "C-CLASS-1",
        ...about(CaseKind.OTHER_HARM, "2025-09-15", CaseStage.ACCEPTED),
        ...HERE,
        minors: "school-jinyuan-1:S1-0005",
        ...offices("school-jinyuan-1"),
      },
      {
        key: "C-CLOSED-1",
        ...about(CaseKind.BULLYING, "2025-03-10", CaseStage.CLOSED),
        ...HERE,
        ...TEXTS[CaseKind.BULLYING],
        victims: "school-jinyuan-2:S2-0003",
        ...offices("school-jinyuan-2", "procuratorate-yunling"),
      },
    ];
  },
  "social-affairs-office-jinyuan": (cast, lead) => [
    {
      key: "C-CARE-1",
      ...about(CaseKind.GUARDIANSHIP, "2025-06-18", CaseStage.INVESTIGATION),
      ...HERE,
      ...TEXTS[CaseKind.GUARDIANSHIP],
      victims: "village-community-jinyuan-2:V2-0006",
      ...cast.parts(lead, [cast.office("police-station-jinyuan"), cast.office("womens-federation-jinyuan")]),
    },
  ],
};

/** 石门村, where the children of the stories live. */
const HERE = { division: "990101101201" };

function about(kind: CaseKind, opened: string, stage: CaseStage): Cells {
  return {
    number: `演示${opened.replaceAll("-", "")}号`,
    kind,
    stage,
    opened_on: opened,
    closed_on: stage === CaseStage.CLOSED ? "2025-09-26" : "",
  };
}

/** The day so many days after 1 January 2025, YYYY-MM-DD. */
const day = (after: number): string => new Date(Date.UTC(2025, 0, 1 + after)).toISOString().slice(0, 10);

const texts = (narrative: string, partner_summary: string): Cells => ({ narrative, partner_summary });
const TEXTS: Readonly<Partial<Record<CaseKind, Cells>>> = {
  [CaseKind.SEXUAL_ABUSE]: texts(
    "报案人称被害人放学途中遭侵害,已固定物证并完成一次性询问。",
    "请安排女性工作人员陪护,不再重复询问。",
  ),
  [CaseKind.DOMESTIC_VIOLENCE]: texts(
    "邻居报警称夜间有打骂声,出警时被监护人手臂有淤青。",
    "请村(居)和学校留意孩子身体状况,有新伤即报。",
  ),
  [CaseKind.MALTREATMENT]: texts(
    "监护人长期不给饭吃,邻里证言一致,已固定伤情照片。",
    "请先行安排临时照护,接触监护人须两人同行。",
  ),
  [CaseKind.BULLYING]: texts("放学后在校外巷内索要财物并推搡,有监控录像。", "请学校分开两名学生的座位和上下学路线。"),
  [CaseKind.OTHER_HARM]: texts("玩耍时被燃放物灼伤,现场提取残留物。", "请协助排查村内燃放物销售点。"),
  [CaseKind.GUARDIANSHIP]: texts("父母外出失联逾六个月,祖母病重无力照料。", "正在评估监护,请提供家庭走访情况。"),
  [CaseKind.ABANDONMENT]: texts("婴儿在卫生院门口被发现,襁褓中无身份材料。", "正在查找监护人,请留意线索。"),
};
