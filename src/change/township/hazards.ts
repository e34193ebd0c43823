import { HazardKind, HazardLevel } from "../../domain/hazards/index.js";
import type { Cast, Cells } from "./cast.js";
import type { Office } from "./world.js";

/** What is found at a school, around one, and in a house. */
const FINDINGS = {
  school: { kind: HazardKind.FIRE, finding: "教学楼二层疏散通道堆放课桌。", place_name: "教学楼" },
  shop: { kind: HazardKind.VENUE, finding: "校门外200米内网吧接纳未成年人上网。", place_name: "星光网吧" },
  house: { kind: HazardKind.SECURITY, finding: "夜间值守记录完整,未发现问题。", place_name: "院区" },
} as const;
const LEVELS = Object.values(HazardLevel);

/** Rows of the registers `inspections` (R31): by governance offices and police with others, and by schools of their own campus. */
export function inspections(cast: Cast): ReadonlyMap<string, readonly Cells[]> {
  return new Map(
    cast.offices.flatMap((office): [string, readonly Cells[]][] => {
      const rows = rowsOf(cast, office);
      return rows.length === 0 ? [] : [[office.code, rows]];
    }),
  );
}

function rowsOf(cast: Cast, office: Office): readonly Cells[] {
  const people = cast.draw.people(`inspections ${office.code}`);
  const near = (role: Office["role"]) => cast.near(cast.homeOf(office), role);
  const codes = (...roles: Office["role"][]) => roles.flatMap((role) => near(role)[0]?.code ?? []).join(";");
  const row = (at: number, of: Cells): Cells => ({
    key: cast.draw.number("H", at),
    division: near("VILLAGE_COMMUNITY")[0]?.division ?? "",
    level: people.pick(LEVELS),
    inspected_on: `2025-09-0${people.int(1, 9)}`,
    ...of,
  });
  const entry = () => ({ entered_on: `2025-09-1${people.int(0, 9)}` });
  if (office.role === "GOVERNANCE_EMERGENCY_OFFICE")
    return [
      row(0, {
        ...FINDINGS.school,
        ...entry(),
        responsible_person: people.guardianName(),
        notified: near("SCHOOL")
          .map(({ code }) => code)
          .join(";"),
        inspected_with: codes("POLICE_STATION", "PROCURATORATE"),
      }),
      row(1, { ...FINDINGS.house, level: "", notified: codes("RESCUE_STATION", "CARE_INSTITUTION") }),
    ];
  if (office.role === "POLICE_STATION")
    return [
      row(0, {
        ...FINDINGS.shop,
        responsible_person: people.guardianName(),
        notified: codes("SCHOOL"),
        inspected_with: codes("GOVERNANCE_EMERGENCY_OFFICE"),
      }),
    ];
  return office.role === "SCHOOL" ? [row(0, { ...FINDINGS.school, ...entry() })] : [];
}
