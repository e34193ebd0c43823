import "reflect-metadata";
import { type Activation, activate, withLeaves } from "../../src/policy/activate.js";
import { askers } from "../../src/policy/decide.js";
import { loadPolicy } from "../../src/policy/load.js";
import { allow } from "../../src/policy/tree.js";
import { buildHubSchema } from "../../src/server/schema.js";

describe("activation of the shipped policy", () => {
  let activation: Activation;
  beforeAll(async () => {
    activation = await activate(await loadPolicy("policies"), await buildHubSchema());
  });

  it("asks every leaf for every role, post, purpose and combination of facts", () => {
    expect(activation.tables.asks).toBeGreaterThan(300_000);
  });

  it("asks one leaf alone where another stands in for it, and lets the others stand", async () => {
    const { policy, tree, tables } = activation;
    const [row, asker] = [policy.rows.get("R6"), [...askers(policy)].find(({ role }) => role === "SCHOOL")];
    if (!row || !asker) throw new RangeError("the shipped policy has R6 and schools");
    const flipped = await withLeaves(activation, await buildHubSchema(), new Map([["R6.F", allow]]));
    expect(flipped.tables.of(row, "F", asker).shown).toContain(0);
    expect(tables.of(row, "F", asker).shown).not.toContain(0);
    expect(flipped.tables.asks).toBeLessThan(tables.asks / 10);
    expect([...tree.leaves.keys()].filter((leaf) => flipped.tree.leaves.get(leaf) !== tree.leaves.get(leaf))).toEqual([
      "R6.F",
    ]);
    expect(flipped.tables.of(row, "B", asker)).toEqual(tables.of(row, "B", asker));
  });

  it.each`
    coordinate             | kind
    ${"Minor.homeAddress"} | ${"group"}
    ${"Case.victims"}      | ${"group"}
    ${"Minor.cases"}       | ${"edge"}
    ${"Query.minors"}      | ${"root"}
    ${"Mutation.openCase"} | ${"write"}
    ${"Division.name"}     | ${"public"}
  `("gives $coordinate a rule of the kind $kind", ({ coordinate, kind }) =>
    expect(activation.coordinates.get(coordinate)?.kind).toBe(kind),
  );
});
