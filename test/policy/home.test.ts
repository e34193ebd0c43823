import { FACT } from "../../src/policy/facts.js";
import { atHome, outsider, TOLD, toldBy } from "../../src/policy/home.js";
import { parsePolicy } from "../../src/policy/load.js";
import type { Role, ShownLevel } from "../../src/policy/policy.js";
import { shipped } from "./shipped.js";

const policy = parsePolicy(shipped);
const rowOf = (name: string) => policy.rows.get(name) ?? fail();
const asker = (role: Role, post: string, purpose: string) => ({
  role,
  post: policy.post(role, post) ?? fail(),
  purpose: policy.purposes.get(purpose) ?? fail(),
});
/**
 * @param word level, `*` where it rests on nothing that the agency knows itself, `+` where the child is assigned to the
 * asker at the hub
 */
const told = (row: string, word: string) => {
  const [level] = word;
  const is = ["F", "M", "B", "X"] as const;
  const levels: Record<string, ShownLevel> = Object.fromEntries(
    is.flatMap((one) => (one === level ? [[row, one]] : [])),
  );
  return toldBy({ levels, byTheHub: word.includes("*"), assigned: word.includes("+") })[row] ?? 0;
};

describe("an agency's own people", () => {
  const { o, c, j, conflict } = FACT;
  it.each`
    row       | cell           | role                       | post                | purpose                   | facts           | word    | level  | why
    ${"R16b"} | ${"F:c,e"}     | ${"RESCUE_STATION"}        | ${"INTAKE_WORKER"}  | ${"LIFE_SAFETY"}          | ${o}            | ${"F*"} | ${"F"} | ${"opened break-glass at the hub: reads the summary that the station keeps"}
    ${"R16b"} | ${"F:c,e"}     | ${"RESCUE_STATION"}        | ${"INTAKE_WORKER"}  | ${"LIFE_SAFETY"}          | ${o}            | ${"F"}  | ${"-"} | ${"was the counsellor, and is no more, of which the hub has not heard: no break-glass is made up of it"}
    ${"R16b"} | ${"F:c,e"}     | ${"RESCUE_STATION"}        | ${"INTAKE_WORKER"}  | ${"LIFE_SAFETY"}          | ${o | c}        | ${"F"}  | ${"F"} | ${"is the counsellor, as both know"}
    ${"R16b"} | ${"F:c,e"}     | ${"RESCUE_STATION"}        | ${"INTAKE_WORKER"}  | ${"LIFE_SAFETY"}          | ${o}            | ${"-"}  | ${"-"} | ${"reads nothing without the hub's word"}
    ${"R16b"} | ${"F:c,e"}     | ${"RESCUE_STATION"}        | ${"INTAKE_WORKER"}  | ${"LIFE_SAFETY"}          | ${o | conflict} | ${"F*"} | ${"-"} | ${"stands in a conflict of interest"}
    ${"R16b"} | ${"F:c,e"}     | ${"RESCUE_STATION"}        | ${"INTAKE_WORKER"}  | ${"RESCUE_AND_TRACING"}   | ${o}            | ${"F*"} | ${"-"} | ${"asks for another purpose: nothing but LIFE_SAFETY opens by e"}
    ${"R16"}  | ${"F:c"}       | ${"RESCUE_STATION"}        | ${"HEAD"}           | ${"LIFE_SAFETY"}          | ${o}            | ${"F*"} | ${"-"} | ${"reads no notes, which never leave their counsellor"}
    ${"R14"}  | ${"F:p,e|X:j"} | ${"SOCIAL_AFFAIRS_OFFICE"} | ${"HEAD"}           | ${"CASE_HANDLING"}        | ${0}            | ${"F*"} | ${"F"} | ${"takes part in a case, which the hub alone knows"}
    ${"R14"}  | ${"F:p,e|X:j"} | ${"SOCIAL_AFFAIRS_OFFICE"} | ${"HEAD"}           | ${"CASE_HANDLING"}        | ${j}            | ${"F*"} | ${"F"} | ${"takes part in a case, and has the place besides"}
    ${"R14"}  | ${"F:p,e|X:j"} | ${"SOCIAL_AFFAIRS_OFFICE"} | ${"HEAD"}           | ${"CASE_HANDLING"}        | ${j}            | ${"X"}  | ${"X"} | ${"has the place, as both know"}
    ${"R14"}  | ${"F:p,e|X:j"} | ${"SOCIAL_AFFAIRS_OFFICE"} | ${"HEAD"}           | ${"CASE_HANDLING"}        | ${0}            | ${"X"}  | ${"-"} | ${"has the place no more, as the office knows"}
    ${"R41"}  | ${"F:o"}       | ${"RESCUE_STATION"}        | ${"SOCIAL_WORKER"}  | ${"RESCUE_AND_TRACING"}   | ${o}            | ${"F+"} | ${"F"} | ${"has the child assigned, which the hub knows, in the station, which both know"}
    ${"R41"}  | ${"F:o"}       | ${"RESCUE_STATION"}        | ${"SOCIAL_WORKER"}  | ${"RESCUE_AND_TRACING"}   | ${0}            | ${"F+"} | ${"-"} | ${"has the child assigned, which has left"}
    ${"R41"}  | ${"F:o"}       | ${"RESCUE_STATION"}        | ${"SOCIAL_WORKER"}  | ${"RESCUE_AND_TRACING"}   | ${o}            | ${"F"}  | ${"-"} | ${"was on intake until today, which the hub takes him for: no child is assigned to him"}
    ${"R14"}  | ${"F:p,e|X:j"} | ${"SOCIAL_AFFAIRS_OFFICE"} | ${"RESCUE_OFFICER"} | ${"CASE_HANDLING"}        | ${0}            | ${"F*"} | ${"-"} | ${"was the head until today: takes part by no assignment"}
    ${"R13"}  | ${"F:o"}       | ${"SCHOOL"}                | ${"CLASS_TEACHER"}  | ${"COMPULSORY_EDUCATION"} | ${o}            | ${"F*"} | ${"-"} | ${"teaches the class no more, as the school knows"}
  `("$role $post, $row $cell for $purpose, told $word: $why", ({ row, role, post, purpose, facts, word, level }) => {
    expect(atHome(role).level(rowOf(row), asker(role, post, purpose), facts | told(row, word))).toBe(level);
  });
});

it("what the hub tells of an outsider is not widened by it", () => {
  const station = atHome("RESCUE_STATION");
  for (const level of ["X", "B"] as const)
    expect(station.level(rowOf("R16b"), outsider("RESCUE_STATION"), TOLD[level])).toBe(level);
});

function fail(): never {
  throw new Error("not in the shipped policy");
}
