import "reflect-metadata";
import { createRequire } from "node:module";
import type { GraphQLSchema } from "graphql";
import { activate, type EdgeOpening, edgeOpenings } from "../../src/policy/activate.js";
import { type Coordinates, type Guard, SchemaError } from "../../src/policy/coordinates.js";
import { FACT } from "../../src/policy/facts.js";
import { parsePolicy } from "../../src/policy/load.js";
import type { PolicyRow } from "../../src/policy/policy.js";
import { ActivationError } from "../../src/policy/tables.js";
import { allow, buildTree, deny, type Leaf, type LeafContext } from "../../src/policy/tree.js";
import { buildHubSchema } from "../../src/server/schema.js";
import { shipped } from "./shipped.js";

const require = createRequire(import.meta.url);
const { rule }: typeof import("graphql-shield") = require("graphql-shield");

const policy = parsePolicy(shipped);
let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildHubSchema();
});

describe("the policy is activated", () => {
  it("by asking every leaf for everybody, once for each set of facts", async () => {
    const { tree, tables } = await activate(policy, schema);
    expect(tree.leaves.size).toBeGreaterThan(40);
    expect(tables.asks).toBeGreaterThan(300_000);
    expect(tables.milliseconds).toBeGreaterThan(0);
  });

  it.each`
    what                                   | leaf
    ${"a leaf that always allows"}         | ${allow}
    ${"a leaf that always denies"}         | ${deny}
    ${"a leaf that knows one fact"}        | ${leaf(({ facts }) => (facts & FACT.o) !== 0)}
    ${"a leaf that hides from a conflict"} | ${leaf(({ facts }) => !(facts & FACT.conflict))}
  `("with $what", async ({ leaf }) => {
    await expect(activate(policy, schema, new Map([["R6.F", leaf]]))).resolves.toBeDefined();
  });
});

describe("the policy is not activated", () => {
  it.each`
    what                                         | leaf                                                                       | says
    ${"a leaf that throws"}                      | ${leaf(() => fail())}                                                      | ${/^R6\.F throws for POLICE_STATION\/\S+ at facts \d+$/}
    ${"a leaf that throws for some facts only"}  | ${leaf(({ facts }) => (facts & FACT.j ? fail() : false))}                  | ${/^R6\.F throws for SOCIAL_AFFAIRS_OFFICE/}
    ${"a leaf that throws for one purpose only"} | ${leaf((_row, asker) => asker.purpose?.purpose === "PLACEMENT" && fail())} | ${/^R6\.F throws for \S+\/PLACEMENT at/}
    ${"a leaf that shows less where more holds"} | ${leaf(({ facts }) => !(facts & FACT.p))}                                  | ${/^R6\.F shows less for POLICE_STATION\/\S+ at facts \d+ than at \d+$/}
  `("with $what", async ({ leaf, says }) => {
    const activation = activate(policy, schema, new Map([["R6.F", leaf]]));
    await expect(activation).rejects.toThrow(ActivationError);
    await expect(activation).rejects.toThrow(says);
  });

  it("with two different leaves of one name", () => {
    const row = policy.rows.get("R6");
    if (!row) throw new Error("no row R6");
    const guard = (of: PolicyRow): Guard => ({
      kind: "group",
      row: of,
      levels: ["F"],
      content: ["F"],
      mask: undefined,
    });
    const tree = (other: PolicyRow) => () => {
      const coordinates: Coordinates = new Map([
        ["Minor.homeAddress", guard(row)],
        ["Minor.residence", guard(other)],
      ]);
      return buildTree(policy, coordinates, () => true);
    };
    expect(tree({ ...row })).toThrow(SchemaError);
    expect(tree({ ...row })).toThrow("R6.F: two different leaves have this name");
    expect(tree(row)).not.toThrow();
  });
});

/** What travels over an edge to the records behind it: whoever holds this relation to its case or incident. */
describe("relations that open an edge, for some post and purpose of the role:", () => {
  let openings: EdgeOpening[];
  beforeAll(async () => {
    openings = edgeOpenings(await activate(policy, schema));
  });
  it.each`
    edge      | role                             | opens
    ${"R17m"} | ${"POLICE_STATION"}              | ${"ASSIGNED NAMED PART SOURCE"}
    ${"R17m"} | ${"SCHOOL"}                      | ${"ASSIGNED NAMED PART"}
    ${"R17m"} | ${"EDUCATION_BUREAU"}            | ${""}
    ${"R19"}  | ${"POLICE_STATION"}              | ${"NAMED"}
    ${"R19"}  | ${"EDUCATION_BUREAU"}            | ${""}
    ${"R20"}  | ${"PROCURATORATE"}               | ${"NAMED"}
    ${"R20"}  | ${"WOMENS_FEDERATION"}           | ${""}
    ${"R27m"} | ${"VILLAGE_COMMUNITY"}           | ${"SOURCE"}
    ${"R27m"} | ${"GOVERNANCE_EMERGENCY_OFFICE"} | ${"ASSIGNED NAMED PART SOURCE"}
    ${"R28m"} | ${"PUBLICITY_CULTURE_CENTRE"}    | ${"ASSIGNED NAMED PART"}
    ${"R28m"} | ${"JUSTICE_OFFICE"}              | ${""}
  `("$edge $role: $opens", ({ edge, role, opens }) => {
    const kinds = openings.filter((opening) => opening.edge === edge && opening.role === role).map(({ kind }) => kind);
    expect(kinds.sort().join(" ")).toBe(opens);
  });
});

function leaf(decides: (row: { facts: number }, asker: LeafContext["asker"]) => boolean): Leaf {
  return rule("R6.F", { cache: "no_cache" })((row: { facts: number }, _args: unknown, { asker }: LeafContext) =>
    decides(row, asker),
  );
}
function fail(): never {
  throw new Error("a fault of the leaf");
}
