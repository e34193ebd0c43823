import { PlacementKind } from "../../domain/placement/index.js";
import type { Role } from "../../policy/policy.js";
import type { Cast, Cells } from "./cast.js";
import { nameOf } from "./children.js";
import type { People } from "./names.js";

/** The stories' placements, by number of the child: one that was over soon, one after harm, one with relatives, one in an emergency. */
const STORIES: readonly (readonly [child: string, Cells])[] = [
  [
    "S1-0001",
    {
      kind: PlacementKind.INSTITUTION,
      placed_on: "2025-07-28",
      reviewed_on: "2025-08-14",
      ended_on: "2025-08-20",
      address: "云岭县城关镇青松路8号",
    },
  ],
  [
    "S1-0002",
    { kind: PlacementKind.FOSTER, placed_on: "2025-09-12", address: "清溪镇竹园村6组11号", foster_carer: "沈玉兰" },
  ],
  [
    "S1-0006",
    {
      kind: PlacementKind.OTHER,
      placed_on: "2025-08-04",
      reviewed_on: "2025-09-02",
      address: "金源镇柳溪村2组7号",
      foster_carer: "舅舅",
    },
  ],
  ["S1-0007", { kind: PlacementKind.INSTITUTION, placed_on: "2025-09-29", address: "云岭县城关镇青松路8号" }],
];

/** Children of these agencies are placed by whom, and how. */
const HOUSES: Readonly<Partial<Record<Role, { readonly by: Role; readonly kind: PlacementKind }>>> = {
  CARE_INSTITUTION: { by: "SOCIAL_AFFAIRS_OFFICE", kind: PlacementKind.INSTITUTION },
  RESCUE_STATION: { by: "RESCUE_STATION", kind: PlacementKind.WELFARE_HOME },
};
const DAYS = ["2025-07-15", "2025-08-11", "2025-09-08"];
const REVIEWED = "2025-09-18";

/**
 * Rows of the registers `placements` (B7): the children of the care institutions are placed by the office of their
 * township, those whom a rescue station has taken in by the station.
 * @param stories  and what README and tests speak of
 */
export function placements(cast: Cast, stories: boolean): ReadonlyMap<string, readonly Cells[]> {
  const people = cast.draw.people("placements");
  const rows = new Map<string, Cells[]>();
  const add = (agency: string, row: Cells) => {
    const its = rows.get(agency) ?? [];
    rows.set(agency, [...its, { key: cast.draw.number("P", its.length), ...row }]);
  };
  const office = "social-affairs-office-jinyuan";
  if (stories) for (const [child, row] of STORIES) add(office, { minor: `school-jinyuan-1:${child}`, office, ...row });

  for (const house of cast.offices) {
    const { by, kind } = HOUSES[house.role] ?? {};
    if (!by || !kind) continue;
    for (const child of cast.children.filter(({ known, story }) => known.has(house.code) && !story)) {
      const [its] = cast.near(child.township, "SOCIAL_AFFAIRS_OFFICE");
      const [maker] = cast.near(child.township, by);
      if (its && maker)
        add(maker.code, { minor: nameOf(child), kind, office: its.code, ...placed(people, house.name) });
    }
  }
  return rows;
}

const placed = (people: People, address: string): Cells => ({
  placed_on: people.pick(DAYS),
  reviewed_on: people.chance(0.6) ? REVIEWED : "",
  address,
});
