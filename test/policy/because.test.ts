import { conditionsMet } from "../../src/policy/decide.js";
import { FACT } from "../../src/policy/facts.js";
import { parsePolicy } from "../../src/policy/load.js";
import type { Role } from "../../src/policy/policy.js";
import { shipped } from "./shipped.js";

const policy = parsePolicy(shipped);
const because = (row: string, role: Role, purpose: string, facts: number) => {
  const found = policy.rows.get(row);
  const post = policy.post(role, "HEAD");
  if (!found || !post) throw new Error(`No ${row}, or ${role} has no head`);
  return conditionsMet(found, { role, post, purpose: policy.purposes.get(purpose) ?? null }, facts);
};

describe("what a level rests on: the conditions that hold, of the alternative that wins", () => {
  const { o, j, p, l, named, e, conflict } = FACT;
  it.each`
    row      | role                   | purpose               | holds                    | facts           | because
    ${"R6"}  | ${"WOMENS_FEDERATION"} | ${"LEFT_BEHIND_CARE"} | ${"takes part"}          | ${p}            | ${["p"]}
    ${"R6"}  | ${"WOMENS_FEDERATION"} | ${"LEFT_BEHIND_CARE"} | ${"is liaison"}          | ${l}            | ${["l"]}
    ${"R6"}  | ${"WOMENS_FEDERATION"} | ${"LEFT_BEHIND_CARE"} | ${"both"}                | ${p | l}        | ${["p"]}
    ${"R1"}  | ${"WOMENS_FEDERATION"} | ${"LEFT_BEHIND_CARE"} | ${"both, in one part"}   | ${p | l}        | ${["p", "l"]}
    ${"R6"}  | ${"WOMENS_FEDERATION"} | ${"LEFT_BEHIND_CARE"} | ${"nothing"}             | ${0}            | ${[]}
    ${"R6"}  | ${"WOMENS_FEDERATION"} | ${"LEFT_BEHIND_CARE"} | ${"what is not named"}   | ${o | j}        | ${[]}
    ${"R6"}  | ${"WOMENS_FEDERATION"} | ${"LEFT_BEHIND_CARE"} | ${"a conflict as well"}  | ${p | conflict} | ${[]}
    ${"R6"}  | ${"WOMENS_FEDERATION"} | ${"STATISTICS"}       | ${"takes part"}          | ${p}            | ${[]}
    ${"R6"}  | ${"WOMENS_FEDERATION"} | ${"no such purpose"}  | ${"takes part"}          | ${p}            | ${[]}
    ${"R1"}  | ${"POLICE_STATION"}    | ${"CASE_HANDLING"}    | ${"named"}               | ${named}        | ${["p"]}
    ${"R1"}  | ${"POLICE_STATION"}    | ${"CASE_HANDLING"}    | ${"break-glass"}         | ${e}            | ${[]}
    ${"R1"}  | ${"POLICE_STATION"}    | ${"LIFE_SAFETY"}      | ${"break-glass"}         | ${e}            | ${["e"]}
    ${"R19"} | ${"POLICE_STATION"}    | ${"CASE_HANDLING"}    | ${"takes part, unnamed"} | ${p}            | ${[]}
  `("$row for $role under $purpose, where it $holds: $because", ({ row, role, purpose, facts, because: expected }) =>
    expect(because(row, role, purpose, facts)).toEqual(expected),
  );
});
