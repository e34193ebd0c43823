import "reflect-metadata";
import { type Activation, activate } from "../../src/policy/activate.js";
import { loadPolicy } from "../../src/policy/load.js";
import { buildHubSchema } from "../../src/server/schema.js";

describe("activation of the shipped policy", () => {
  let activation: Activation;
  beforeAll(async () => {
    activation = await activate(await loadPolicy("policies"), await buildHubSchema());
  });

  it("asks every leaf for every role, post, purpose and combination of facts", () => {
    expect(activation.tables.asks).toBeGreaterThan(300_000);
  });

  it.each`
    coordinate             | kind
    ${"Minor.homeAddress"} | ${"group"}
    ${"Case.victims"}      | ${"group"}
    ${"Minor.cases"}       | ${"edge"}
    ${"Query.minors"}      | ${"root"}
    ${"Mutation.openCase"} | ${"root"}
    ${"Division.name"}     | ${"public"}
  `("gives $coordinate a rule of the kind $kind", ({ coordinate, kind }) =>
    expect(activation.coordinates.get(coordinate)?.kind).toBe(kind),
  );
});
