import { between, irreconcilable, nameOf, namesIn, namesOf } from "../../src/policy/between.js";
import { AT_HUB, askers, isShown } from "../../src/policy/decide.js";
import { BIT, FACT, submasks } from "../../src/policy/facts.js";
import { atHome, outsider, TOLD } from "../../src/policy/home.js";
import { parsePolicy } from "../../src/policy/load.js";
import type { Condition } from "../../src/policy/policy.js";
import { edited, shipped } from "./shipped.js";

const current = parsePolicy(shipped);

describe("while one version of the policy follows another, the stricter answer stands", () => {
  it.each`
    before                             | facts         | level  | why
    ${"R13 SCHOOL := F:o"}             | ${["o"]}      | ${"F"} | ${"both show the value"}
    ${"R13 SCHOOL := X:o"}             | ${["o"]}      | ${"X"} | ${"one shows less"}
    ${"R13 SCHOOL := F:p"}             | ${["o"]}      | ${"-"} | ${"one shows nothing"}
    ${"R13 SCHOOL := F:p"}             | ${["o", "p"]} | ${"F"} | ${"each for a reason of its own"}
    ${"R13 SCHOOL := -"}               | ${["o"]}      | ${"-"} | ${"one shows it to no school"}
    ${"*/HEAD groups := * -R13"}       | ${["o"]}      | ${"-"} | ${"one does not to this post"}
    ${"SCHOOL_SAFETY groups := R1 R2"} | ${["o"]}      | ${"-"} | ${"one does not for this purpose"}
  `("before $before, with $facts: $level, for $why", ({ before, facts, level }) => {
    const previous = parsePolicy(edited(before));
    const row = current.rows.get("R13");
    const [asker] = [...askers(current)].filter(
      ({ role, post, purpose }) => role === "SCHOOL" && post.post === "HEAD" && purpose?.purpose === "SCHOOL_SAFETY",
    );
    if (!row || !asker) throw new TypeError("The policy has both");
    const bits = facts.reduce((sum: number, condition: Condition) => sum | BIT[condition], FACT.scope);
    expect(between(AT_HUB, previous).level(row, asker, bits)).toBe(level);
  });

  it("of everybody, in every row that changes: what is shown, both versions show at that level or in full", () => {
    const previous = parsePolicy(edited("R13 JUSTICE_OFFICE := X:s & R15 JUSTICE_OFFICE := X:s & R6 SCHOOL := B:o"));
    const decider = between(AT_HUB, previous);
    let shown = 0;
    for (const name of ["R13", "R15", "R6"]) {
      const [row, before] = [current.rows.get(name), previous.rows.get(name)];
      if (!row || !before) throw new TypeError(`There is no ${name}`);
      for (const asker of askers(current))
        for (const facts of submasks(decider.named(row, asker))) {
          const level = decider.level(row, asker, facts);
          if (!isShown(level)) continue;
          shown++;
          for (const one of [row, before]) expect(["F", level]).toContain(AT_HUB.level(one, asker, facts));
        }
    }
    expect(shown).toBeGreaterThan(100);
  });

  it("at an agency as well, for its own people; somebody from outside is shown what the hub's word says", () => {
    const previous = parsePolicy(edited("R13 SCHOOL := X:o"));
    const decider = between(atHome("SCHOOL"), previous);
    const row = current.rows.get("R13");
    if (!row) throw new TypeError("The policy has it");
    const [head] = [...askers(current)].filter(
      ({ role, post, purpose }) => role === "SCHOOL" && post.post === "HEAD" && purpose?.purpose === "SCHOOL_SAFETY",
    );
    if (!head) throw new TypeError("The policy has one");
    expect(decider.level(row, head, FACT.o | TOLD.F)).toBe("X");
    expect(decider.level(row, outsider("SCHOOL"), TOLD.F)).toBe("F");
    expect(decider.level(row, outsider("SCHOOL"), 0)).toBe("-");
  });

  it.each([
    ["R13 SCHOOL := X:o", []],
    ["R13 writers := SCHOOL", ["R13: writers"]],
    ["R6 limits := COUNTY_ONLY", ["R6: limits"]],
    ["*/HEAD may := name-persons", ["* HEAD: rights"]],
  ])("is not said of what no level compares: %s", (before, found) => {
    expect(irreconcilable(current, parsePolicy(edited(before)))).toEqual(found);
  });

  it("nor by which row a record is there at all", () => {
    const moved = [...current.rows].map(
      ([name, row]) => [name, { ...row, anchor: name !== "R1" && row.anchor }] as const,
    );
    expect(irreconcilable(current, { rows: new Map(moved), posts: current.posts })).toEqual(["R1: anchor"]);
  });

  it("and both are named, each by number and hash", () => {
    const names = [nameOf({ version: 2, hash: "b" }), nameOf({ version: 1, hash: "a" })];
    expect(namesOf(names)).toBe("2 b, 1 a");
    expect(namesIn("2 b, 1 a")).toEqual(names);
  });
});
