import { ProtectionMeasureKind } from "../../domain/protection/index.js";
import type { Cast, Cells } from "./cast.js";
import { type Child, nameOf } from "./children.js";
import type { Office } from "./world.js";

/** Of each police station. */
const DRAWN = 5;
const TERMS = {
  [ProtectionMeasureKind.WARNING_LETTER]: "告诫加害人不得再次实施家庭暴力,由派出所和村(社区)定期查访。",
  [ProtectionMeasureKind.PROTECTION_ORDER]: "禁止被申请人殴打、威胁申请人,禁止在住所和学校周边接触申请人。",
};

/** Rows of the register `protection-measures` (DV 17, 32): for the first child of the stories, and some of each township. */
export function protectionMeasures(cast: Cast): ReadonlyMap<string, readonly Cells[]> {
  const rows = new Map<string, readonly Cells[]>();
  for (const station of cast.offices.filter(({ role }) => role === "POLICE_STATION")) {
    const people = cast.draw.people(`protection measures ${station.code}`);
    const told = cast.children.filter(
      (child) =>
        child.story && child.township === cast.homeOf(station) && [...child.known.values()].includes("S1-0001"),
    );
    rows.set(
      station.code,
      [...told, ...cast.some(people, cast.homeOf(station), DRAWN)].map((child, at) => {
        const kind = people.pick(Object.values(ProtectionMeasureKind));
        const order = kind === ProtectionMeasureKind.PROTECTION_ORDER;
        return {
          key: cast.draw.number("B", at),
          minor: nameOf(child),
          kind,
          number: `演示${order ? "护" : "诫"}字${at + 1}号`,
          issuer: order ? "演示县人民法院" : station.name,
          terms: TERMS[kind],
          issued_on: `2025-0${people.int(5, 8)}-1${people.int(0, 9)}`,
          valid_until: order ? "2025-11-09" : "",
          addressee: villageOf(cast, child)?.code ?? "",
          ended_on: !child.story && people.chance(0.2) ? "2025-09-20" : "",
        };
      }),
    );
  }
  return rows;
}

const villageOf = (cast: Cast, { residence }: Child): Office | undefined =>
  cast.offices.find(({ role, division }) => role === "VILLAGE_COMMUNITY" && division === residence);
