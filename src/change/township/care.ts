import { CareStatus } from "../../domain/care/index.js";
import type { Cast, Cells } from "./cast.js";
import { type Child, nameOf } from "./children.js";
import type { People } from "./names.js";

/** Where parents of left-behind children work, and where migrant children have come from. */
const WORK_PLACES = ["广东省东莞市", "广东省深圳市宝安区", "浙江省义乌市", "江苏省昆山市", "福建省晋江市"];
/** Rounds of the census in which agencies have registered, and the day on which some registrations ended. */
const ROUNDS = ["2024-03-11", "2024-09-09", "2025-03-10"];
const ENDED = "2025-08-31";

/**
 * Rows of the registers `care-registrations` (B18): the school registers its pupils, the village who goes to no school of the
 * township; of the stories' children each agency has a registration of its own, the women's federation as well.
 */
export function careRegistrations(cast: Cast): ReadonlyMap<string, readonly Cells[]> {
  const people = cast.draw.people("care registrations");
  const rows = new Map<string, Cells[]>();
  for (const child of cast.children) {
    const status = statusOf(child);
    if (!status) continue;
    const federations = child.story ? cast.near(child.township, "WOMENS_FEDERATION") : [];
    const registering = [
      ...[...child.known].filter(([agency]) =>
        child.story
          ? /^(school|village)-/.test(agency)
          : agency === (child.pupil?.school ?? [...child.known.keys()][0]),
      ),
      ...federations.map(({ code }) => [code, nameOf(child)] as const),
    ];
    for (const [agency, minor] of registering) {
      const row = { key: `K-${minor.replace(/^.*:/, "")}`, minor, status, ...registrationOf(people, child) };
      rows.set(agency, [...(rows.get(agency) ?? []), row]);
    }
  }
  return rows;
}

function registrationOf(people: People, { cells, story }: Child): Cells {
  return {
    carer: cells["carer"] ?? "",
    parents_work_place: people.chance(0.85) ? people.pick(WORK_PLACES) : "",
    since: people.pick(ROUNDS),
    ended_on: !story && people.chance(0.08) ? ENDED : "",
  };
}

function statusOf({ cells }: Child): CareStatus | undefined {
  const categories = cells["care_categories"] ?? "";
  const [leftBehind, migrant] = [categories.includes("LEFT_BEHIND"), categories.includes("MIGRANT")];
  if (leftBehind && migrant) return CareStatus.BOTH;
  return leftBehind ? CareStatus.LEFT_BEHIND : migrant ? CareStatus.MIGRANT : undefined;
}
