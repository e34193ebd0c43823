import { GuardianshipRisk, GuardianshipRiskLevel } from "../../domain/guardianship/index.js";
import type { Cast, Cells } from "./cast.js";
import { nameOf } from "./children.js";
import type { People } from "./names.js";

const FINDINGS = [
  "祖母年过七旬,行动不便,日常照料困难。",
  "父母外出后极少联系,孩子常独自在家过夜。",
  "监护人酗酒,邻里反映夜间有打骂声。",
  "家庭收入不稳定,孩子缺少必要的学习用品。",
];
const GUIDANCE = [
  "已签订监护责任书,约定每周与孩子通话。",
  "指导改用说服教育,不得打骂。",
  "已联系亲属共同照料,并留村(居)联系电话。",
];

/** Children of the stories whose guardianship is assessed: with a case in which all take part, and of the sunshine programme. */
const STORIES = ["S1-0001", "S1-0006"];

/**
 * Rows of the registers `guardianship-assessments` (B8): the social affairs office assesses some children in hardship, and
 * those of a rescue station or a care institution; the women's federation the first child of the stories as well.
 */
export function guardianshipAssessments(cast: Cast): ReadonlyMap<string, readonly Cells[]> {
  const people = cast.draw.people("guardianship assessments");
  const rows = new Map<string, Cells[]>();
  const add = (agency: string, minor: string, cells: Cells) => {
    const its = rows.get(agency) ?? [];
    its.push({ key: cast.draw.number("G", its.length), minor, ...cells });
    rows.set(agency, its);
  };
  for (const child of cast.children) {
    const inHardship = child.cells["care_categories"]?.includes("IN_HARDSHIP") === true && people.chance(0.4);
    const inCare = [...child.known.keys()].some((agency) => /^(rescue-station|care-institution)-/.test(agency));
    const told = child.story && [...child.known.values()].some((number) => STORIES.includes(number));
    if (!(child.story ? told : inHardship || inCare)) continue;
    for (const { code } of cast.near(child.township, "SOCIAL_AFFAIRS_OFFICE"))
      add(code, nameOf(child), assessment(people, child.story));
    if (child.story && [...child.known.values()].includes("S1-0001"))
      for (const { code } of cast.near(child.township, "WOMENS_FEDERATION"))
        add(code, nameOf(child), assessment(people, true));
  }
  return rows;
}

function assessment(people: People, open: boolean): Cells {
  const visits = people.int(0, 3);
  const closed = !open && people.chance(0.25);
  return {
    assessed_on: `2025-0${people.int(2, 4)}-1${people.int(0, 9)}`,
    risks: people.pick(Object.values(GuardianshipRisk)),
    level: people.pick(Object.values(GuardianshipRiskLevel)),
    findings: people.pick(FINDINGS),
    visits: String(visits),
    last_visit_on: visits > 0 ? `2025-0${people.int(5, 8)}-2${people.int(0, 8)}` : "",
    guidance: visits > 0 ? people.pick(GUIDANCE) : "",
    ...(closed ? { closed_on: "2025-09-12" } : { next_visit_by: `2025-1${people.int(0, 2)}-15` }),
  };
}
