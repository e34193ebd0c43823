import type { Cast, Cells } from "./cast.js";
import { nameOf } from "./children.js";
import { type Office, TOWNSHIPS } from "./world.js";

const basis = "演示";
/** Hours: break-glass ends after a day, a share after a year (policy/README, e and r). */
const DAY = "24";
const YEAR = "8760";

/**
 * Rows of the register `relations`: what the policy knows and no command makes yet. Each kind stands at a child of the
 * stories first, where README and tests look for it, then at some others.
 */
export function relations(cast: Cast): Cells[] {
  const people = cast.draw.people("relations");
  const [jinyuan] = TOWNSHIPS;
  const some = (count: number, within = "") =>
    jinyuan ? cast.some(people, jinyuan, count, ({ residence }) => residence.startsWith(within)).map(nameOf) : [];
  const by = (code: string, post: string, kind: string, minors: readonly string[], more: Cells = {}): Cells[] => {
    const office = cast.office(code);
    return minors.map((minor) => ({ agency: code, person: holder(office, post), kind, minor, basis, ...more }));
  };
  const agency = (code: string, kind: string, record: Cells): Cells => ({ agency: code, kind, basis, ...record });
  const S1 = (no: number) => `school-jinyuan-1:S1-000${no}`;

  return [
    // l: care liaison
    ...by("youth-league-jinyuan", "YOUTH_WORKER", "LIAISON", [S1(1), ...some(6)]),
    ...by("womens-federation-jinyuan", "WOMEN_CHILDREN_OFFICER", "LIAISON", [S1(1), S1(8), ...some(6)]),
    ...by("social-organisation-yunling", "VOLUNTEER", "LIAISON", [S1(8), ...some(4)]),
    ...by("village-community-jinyuan-2", "VILLAGE_CHILD_DIRECTOR", "LIAISON", [S1(8)]),
    ...by("school-jinyuan-1", "CLASS_TEACHER", "LIAISON", [S1(8)]),
    // s: sunshine programme
    ...by("justice-office-jinyuan", "SUPPORT_LIAISON", "SUNSHINE", [S1(6), ...some(5)]),
    ...by("village-community-jinyuan-2", "SUNSHINE_LIAISON", "SUNSHINE", [S1(6), ...some(3)]),
    // c: counselling
    ...by("school-jinyuan-1", "COUNSELLING_TEACHER", "COUNSELLOR", [S1(2), S1(7)]),
    ...by("social-organisation-yunling", "COUNSELLOR", "COUNSELLOR", [S1(2)]),
    ...by("youth-league-jinyuan", "YOUTH_WORKER", "COUNSELLOR", [S1(7)]),
    // a: addressee of a notice or referral
    ...[S1(6), ...some(4)].map((minor) => agency("justice-office-jinyuan", "ADDRESSEE", { minor })),
    ...[S1(2), ...some(4)].map((minor) => agency("education-bureau-yunling", "ADDRESSEE", { minor })),
    agency("education-bureau-yunling", "ADDRESSEE", { case: "police-station-jinyuan:C-CLASS-1" }),
    // r: an approved share request, for one group
    ...["R1", "R6"].map((policy_row) =>
      agency("education-bureau-yunling", "SHARE", { minor: S1(3), policy_row, hours: YEAR }),
    ),
    agency("police-station-jinyuan", "SHARE", {
      placement: "social-affairs-office-jinyuan:P-0002",
      policy_row: "R33",
      hours: YEAR,
    }),
    // e: break-glass
    ...by("police-station-jinyuan", "DUTY_OFFICER", "BREAK_GLASS", [S1(7)], { hours: DAY }),
    ...by("police-station-jinyuan", "CASE_OFFICER", "BREAK_GLASS", [S1(7)], { hours: DAY }),
    ...by("social-affairs-office-jinyuan", "CHILD_SUPERVISOR", "BREAK_GLASS", [S1(7)], { hours: DAY }),
    ...by("governance-emergency-office-jinyuan", "INCIDENT_OFFICER", "BREAK_GLASS", [S1(7)], { hours: DAY }),
    ...by("rescue-station-yunling", "INTAKE_WORKER", "BREAK_GLASS", [S1(7)], { hours: DAY }),
    // assigned, where the post sees only what its holder is assigned to
    ...by("social-affairs-office-jinyuan", "RESCUE_OFFICER", "ASSIGNED", [S1(1), S1(6), ...some(3)]),
    ...by("care-institution-yunling", "CARER", "ASSIGNED", knownTo("care-institution-yunling", "H")),
    ...by("rescue-station-yunling", "SOCIAL_WORKER", "ASSIGNED", knownTo("rescue-station-yunling", "R")),
    // conflict of interest: a person's own child, and a school that is itself under suspicion
    {
      agency: "police-station-jinyuan",
      person: "police-station-jinyuan/case-officer-2",
      kind: "CONFLICT",
      minor: S1(4),
      basis,
    },
    agency("school-jinyuan-2", "CONFLICT", { case: "police-station-jinyuan:C-CLOSED-1" }),
    // s, in the village whose people the command line finds first
    ...by("village-community-jinyuan-1", "SUNSHINE_LIAISON", "SUNSHINE", some(3, "990101101001")),
  ];
}

const knownTo = (code: string, letter: string): string[] => [1, 2, 3].map((no) => `${code}:${letter}-000${no}`);

function holder({ code, staff }: Office, post: string): string {
  const found = staff.find((one) => one.post === post);
  if (!found) throw new RangeError(`${code} has nobody at the post ${post}`);
  return found.subject;
}
