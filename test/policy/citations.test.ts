import { citationsIn } from "../../src/policy/citations.js";
import { parsePolicy } from "../../src/policy/load.js";
import { shipped } from "./shipped.js";

describe("the basis of a policy row is what its reason cites", () => {
  const { rows } = parsePolicy(shipped);

  it.each`
    row       | basis
    ${"R1"}   | ${["MPL 4, 43, 81"]}
    ${"R2"}   | ${["PIPL 6"]}
    ${"R5"}   | ${["plan (7)", "MPL 43"]}
    ${"R10"}  | ${["plan (6)1", "Drug Rehab Reg. 7"]}
    ${"R13"}  | ${["plan (6)1, (7)1"]}
    ${"R14"}  | ${["PIPL 28", "MHL 4", "plan (5)2"]}
    ${"R16b"} | ${["PIPL 13(1)(4)"]}
    ${"R17"}  | ${["plan, work requirements (2)"]}
    ${"R19"}  | ${["MPL 103, 111, 112", "WRPL 24"]}
    ${"R20"}  | ${["JDPL 3, 42, 51, 59", "CPL 281, 286"]}
    ${"R27"}  | ${["Emergency Law 84, 85"]}
    ${"R32"}  | ${["MPL 92-94"]}
    ${"R35"}  | ${["GDSR 29", "RMO 36"]}
  `("$row: $basis", ({ row, basis }) => {
    expect(rows.get(row)?.basis).toEqual(basis);
  });

  it.each([
    "minimum necessity",
    "a placement address is R33 and never written here",
    "B26: a shop owner is a person too",
  ])("and nothing of its prose: %s", (prose) => expect(citationsIn(prose)).toEqual([]));
});
