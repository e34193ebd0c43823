import { SupportNeedKind, SupportNeedLevel, SupportNeedStatus } from "../../domain/needs/index.js";
import { SupportKind } from "../../domain/support/index.js";
import type { Role } from "../../policy/policy.js";
import type { Cast, Cells } from "./cast.js";
import { type Child, nameOf } from "./children.js";
import type { People } from "./names.js";

/** Who raises a need, or helps, for a child that it knows itself. */
const KNOWING: readonly Role[] = ["SCHOOL", "RESCUE_STATION", "CARE_INSTITUTION"];
const HELPING: readonly Role[] = ["SCHOOL", "VILLAGE_COMMUNITY", "RESCUE_STATION", "CARE_INSTITUTION"];
/** Who does so for the children of the stories. */
const RAISING: readonly Role[] = ["SOCIAL_AFFAIRS_OFFICE", "JUSTICE_OFFICE", "WOMENS_FEDERATION"];
const VISITING: readonly Role[] = ["SOCIAL_AFFAIRS_OFFICE", "WOMENS_FEDERATION", "YOUTH_LEAGUE", "SOCIAL_ORGANISATION"];

/** What to do, by kind: never why. */
const ADVICE: Readonly<Record<SupportNeedKind, string>> = {
  [SupportNeedKind.PSYCHOLOGICAL]: "请班主任每周单独谈心一次;不在同学面前提及家庭。",
  [SupportNeedKind.STUDY]: "请安排放学后作业辅导;缺课当日电话联系。",
  [SupportNeedKind.LIVING]: "请核对是否已享受临时救助和营养午餐。",
  [SupportNeedKind.CARE]: "请确认放学后由谁接送和照看。",
  [SupportNeedKind.SELF_PROTECTION]: "请安排一次防溺水、防侵害教育。",
  [SupportNeedKind.LEGAL]: "请告知法律援助窗口和电话。",
};
const SUMMARIES: Readonly<Record<SupportKind, string>> = {
  [SupportKind.VISIT]: "入户走访,见到孩子和照护人,居住和饮食正常。",
  [SupportKind.ASSISTANCE]: "送去书包、校服和一学期的伙食补贴。",
  [SupportKind.PLAN]: "每周电话一次,每月走访一次,期末评估。",
};

/** Rows of the registers `support-needs`, by agency code. */
export function supportNeeds(cast: Cast): ReadonlyMap<string, readonly Cells[]> {
  const people = cast.draw.people("support needs");
  return ofChildren(cast, people, KNOWING, RAISING, () => {
    const kind = people.pick(Object.values(SupportNeedKind));
    return {
      kind,
      level: people.pick(Object.values(SupportNeedLevel)),
      advice: people.chance(0.8) ? ADVICE[kind] : "",
      status: people.chance(0.8) ? SupportNeedStatus.OPEN : SupportNeedStatus.CLOSED,
    };
  });
}

/** Rows of the registers `support-records`, by agency code. */
export function supportRecords(cast: Cast): ReadonlyMap<string, readonly Cells[]> {
  const people = cast.draw.people("support records");
  return ofChildren(cast, people, HELPING, VISITING, () => {
    const kind = people.pick(Object.values(SupportKind));
    const started_on = people.pick(["2025-04-18", "2025-06-05", "2025-09-12"]);
    return {
      kind,
      summary: people.chance(0.9) ? SUMMARIES[kind] : "",
      started_on,
      ended_on: kind === SupportKind.VISIT ? started_on : people.chance(0.3) ? "2025-09-26" : "",
    };
  });
}

/** Of each twelfth child by whoever knows it, of each that an institution knows, and of the stories' by others as well. */
function ofChildren(
  cast: Cast,
  people: People,
  knowing: readonly Role[],
  near: readonly Role[],
  contents: () => Cells,
): ReadonlyMap<string, readonly Cells[]> {
  const rows = new Map<string, Cells[]>();
  const add = (agency: string, minor: string) =>
    rows.set(agency, [...(rows.get(agency) ?? []), { key: `B-${minor.replace(/^.*:/, "")}`, minor, ...contents() }]);
  for (const child of cast.children) {
    for (const [agency, number] of child.known) {
      // The house of a story's child keeps its stay at home, and raises nothing.
      if (child.story && HOUSE.test(agency)) continue;
      if (knowing.includes(cast.office(agency).role) && (isCertain(child, agency) || people.chance(1 / 12)))
        add(agency, number);
    }
    if (child.story)
      for (const role of near) for (const { code } of cast.near(child.township, role)) add(code, nameOf(child));
  }
  return rows;
}

const HOUSE = /^(rescue|care)-/;
const isCertain = ({ story }: Child, agency: string): boolean => story || HOUSE.test(agency);
