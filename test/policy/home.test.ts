import { FACT } from "../../src/policy/facts.js";
import { atHome, outsider, TOLD } from "../../src/policy/home.js";
import { parsePolicy } from "../../src/policy/load.js";
import { shipped } from "./shipped.js";

const policy = parsePolicy(shipped);
const station = atHome("RESCUE_STATION");
const rowOf = (name: string) => policy.rows.get(name) ?? fail();
const officer = (purpose: string) => ({
  role: "RESCUE_STATION" as const,
  post: policy.post("RESCUE_STATION", "INTAKE_WORKER") ?? fail(),
  purpose: policy.purposes.get(purpose) ?? fail(),
});

describe("a station's own officer, who has opened break-glass at the hub (R16b: F:c,e)", () => {
  it.each`
    row       | purpose                 | told      | level  | why
    ${"R16b"} | ${"LIFE_SAFETY"}        | ${TOLD.F} | ${"F"} | ${"reads the summary that the station keeps"}
    ${"R16b"} | ${"LIFE_SAFETY"}        | ${0}      | ${"-"} | ${"reads nothing without the hub's word"}
    ${"R16b"} | ${"RESCUE_AND_TRACING"} | ${TOLD.F} | ${"-"} | ${"reads nothing for another purpose: nothing but LIFE_SAFETY opens by e"}
    ${"R16"}  | ${"LIFE_SAFETY"}        | ${TOLD.F} | ${"-"} | ${"reads no notes, which never leave their counsellor"}
  `("$row for $purpose, told $told: $why", ({ row, purpose, told, level }) => {
    expect(station.level(rowOf(row), officer(purpose), FACT.o | told)).toBe(level);
  });

  it("not where he stands in a conflict of interest", () => {
    const facts = FACT.o | FACT.conflict | TOLD.F;
    expect(station.level(rowOf("R16b"), officer("LIFE_SAFETY"), facts)).toBe("-");
  });
});

it("what the hub tells of an outsider is not widened by it", () => {
  for (const told of [TOLD.X, TOLD.B])
    expect(station.level(rowOf("R16b"), outsider("RESCUE_STATION"), told)).toBe(told === TOLD.X ? "X" : "B");
});

function fail(): never {
  throw new Error("not in the shipped policy");
}
