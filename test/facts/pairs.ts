import type { AgencyName, PersonName } from "../support/small-world.js";
import type { Change, ROW_OF } from "./changes.js";

const take = (record: string, agency: AgencyName, person?: PersonName): Change => ({
  do: "involve",
  relation: { type: "Case", record, agency, person, kind: person ? "NAMED" : "PART" },
  from: "before",
  timed: false,
});
const timed = (change: Change): Change => (change.do === "involve" ? { ...change, timed: true } : change);
const leave = (record: string, agency: AgencyName): Change => ({
  do: "endPart",
  record: { type: "Case", record },
  agency,
});
const conflict = (record: string, agency: AgencyName): Change => ({
  do: "involve",
  relation: { type: "Case", record, agency, kind: "CONFLICT" },
  from: "before",
  timed: false,
});
export const tie = (owner: string, far: string, role: keyof typeof ROW_OF = "CONCERNED"): Change => ({
  do: "tie",
  edge: { ownerType: "Case", owner, farType: "Minor", far, role },
});
const touch = (far: string): Change => ({
  do: "tie",
  edge: { ownerType: "SensitiveIncident", owner: "incident1", farType: "Minor", far, role: "CONCERNED" },
});
const ALERT: Change = {
  do: "tie",
  edge: {
    ownerType: "SensitiveIncident",
    owner: "incident1",
    farType: "OpinionAlert",
    far: "alert1",
    role: "CONCERNED",
  },
};
export const CLOSE: Change = { do: "close", caseFile: "case1" };
const ENROL: Change = { do: "enrol", minor: "ann", school: "school", schoolClass: "3A" };
const TEACH: Change = { do: "teach", schoolClass: "3A", teacher: "colleague" };
const ACTIVATE: Change = { do: "activate", openings: [] };
const GUARDIAN: Change = { do: "addGuardian", minor: "ann" };
const SWEEP: Change = { do: "sweep" };
const EXPIRE: Change = { do: "expire", relation: 0 };

/** Two changes at once, and what has happened before. */
export const PAIRS: readonly { one: Change; other: Change; given: readonly Change[] }[] = [
  { one: leave("case1", "police"), other: tie("case1", "ann"), given: [take("case1", "police")] },
  { one: leave("case1", "police"), other: tie("case1", "ben"), given: [take("case1", "police"), tie("case1", "ann")] },
  { one: leave("case1", "police"), other: GUARDIAN, given: [take("case1", "police"), tie("case1", "ann")] },
  {
    one: leave("case1", "police"),
    other: take("case1", "social"),
    given: [take("case1", "police"), tie("case1", "ann")],
  },
  { one: take("case1", "police"), other: take("case1", "social"), given: [tie("case1", "ann")] },
  { one: take("case1", "police"), other: take("case1", "police"), given: [tie("case1", "ann")] },
  { one: take("case1", "police"), other: tie("case1", "ann"), given: [] },
  { one: take("case1", "police"), other: take("case2", "social"), given: [tie("case1", "ann"), tie("case2", "ann")] },
  { one: take("case1", "police"), other: ENROL, given: [tie("case1", "ann")] },
  { one: take("case1", "school"), other: ENROL, given: [tie("case1", "ann")] },
  { one: TEACH, other: ENROL, given: [] },
  {
    one: CLOSE,
    other: take("case1", "police", "officer"),
    given: [take("case1", "police"), tie("case1", "ann", "SUSPECT")],
  },
  {
    one: take("case1", "police", "officer"),
    other: leave("case1", "social"),
    given: [take("case1", "police"), take("case1", "social"), tie("case1", "ann")],
  },
  {
    one: CLOSE,
    other: tie("case1", "ben", "VICTIM"),
    given: [take("case1", "police"), take("case1", "police", "officer"), tie("case1", "ann", "SUSPECT")],
  },
  { one: tie("case1", "ann"), other: tie("case2", "ann"), given: [take("case1", "police"), take("case2", "police")] },
  { one: conflict("case1", "police"), other: tie("case2", "ann"), given: [tie("case1", "ann")] },
  { one: conflict("case1", "police"), other: ALERT, given: [tie("case1", "ann"), touch("ann")] },
  { one: tie("case1", "ann"), other: ALERT, given: [conflict("case1", "police"), touch("ann")] },
  {
    one: conflict("case1", "police"),
    other: conflict("case2", "police"),
    given: [tie("case1", "ann"), tie("case2", "ann"), tie("case3", "ann")],
  },
  { one: SWEEP, other: take("case1", "police"), given: [timed(take("case1", "police")), tie("case1", "ann"), EXPIRE] },
  {
    one: SWEEP,
    other: leave("case1", "police"),
    given: [timed(take("case1", "police")), take("case1", "police"), tie("case1", "ann"), EXPIRE],
  },
  { one: ACTIVATE, other: tie("case1", "ann"), given: [take("case1", "police")] },
  { one: ACTIVATE, other: take("case1", "police"), given: [tie("case1", "ann")] },
];

/** As a title. */
export const say = (change: Change): string =>
  JSON.stringify(change)
    .replace(/"(do|relation|record|edge|type|ownerType|farType|from|timed)":/g, "")
    .replace(/[{}"]/g, "");
