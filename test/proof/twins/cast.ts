import { involve, touch } from "./applying.js";
import type { Query, Town } from "./town.js";

/** A case and an incident in which most agencies of the township take part (examples/township/README.md). */
export const CASE = "police-station-jinyuan:C-CONCERNED-1";
export const INCIDENT = "governance-emergency-office-jinyuan:I-ALERT-1";
/** Alerts of the incident, by an adult and by a minor, and one about no incident. */
export const ADULTS_ALERT = "publicity-culture-centre-jinyuan:A-ADULT-1";
export const MINORS_ALERT = "publicity-culture-centre-jinyuan:A-AUTHOR-1";
export const OTHER_ALERT = "publicity-culture-centre-jinyuan:A-ALONE-1";

/** The child of the case. */
export const CONCERNED = "school-jinyuan-1:S1-0001";
/** Pupils of the primary school, which takes part in case and incident. */
export const VICTIM = "school-jinyuan-1:S1-0018";
export const OF_CLASS_3_2 = "school-jinyuan-1:S1-0025";
/** Pupils of the junior high school, which takes part in neither. */
export const SUSPECT = "school-jinyuan-2:S2-0010";
export const TOUCHED = "school-jinyuan-2:S2-0011";
/** Has care liaisons, and is a child of the incident: some see its home address, some only the township. */
export const VISITED = "school-jinyuan-1:S1-0008";
/** What that child needs, raised by the justice office. */
export const NEED = "justice-office-jinyuan:B-V2-0008";
/** Known to the primary school and to 石门村, under this citizen number. */
export const KNOWN = "school-jinyuan-1:S1-0037";
export const NUMBER = "99010120150622758X";
export const VICTIMS_CASE = "police-station-jinyuan:C-VICTIM-1";
/** In foster care, placed by the social affairs office (P-0002) as the victim of a case. */
export const PLACED = "school-jinyuan-1:S1-0002";
export const PLACEMENT = "social-affairs-office-jinyuan:P-0002";

/** A record that only one of the twins has; it has no number. */
export const ELSEWHERE = "019b7600-0000-7000-8000-000000000018";

/** 石门村 of 金源镇, and the community of 清溪镇 */
export const STONE_GATE = "990101101201";
export const QINGXI = "990101102001";

/**
 * What both twins have beside the shipped registers, to have more people who must not know stand close by: named on
 * the case, but from a post or role whose cell is shut; and next to a child, but with no more than its township.
 */
export async function settle(query: Query, keyOf: Town["keyOf"]): Promise<void> {
  const named = [
    "police-station-jinyuan/duty-officer-1",
    "social-affairs-office-jinyuan/child-supervisor-1",
    "village-community-jinyuan-2/village-child-director-1",
    "governance-emergency-office-jinyuan/incident-officer-1",
    "education-bureau-yunling/student-officer-1",
  ];
  await involve(query, [
    ...named.map((person) => ({ type: "Case", record: keyOf(CASE), person, kind: "NAMED" })),
    { type: "Minor", record: keyOf(VISITED), person: "youth-league-jinyuan/youth-worker-1", kind: "LIAISON" },
  ]);
  await touch(query, keyOf(INCIDENT), keyOf(VISITED));
}
