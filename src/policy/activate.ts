import type { GraphQLSchema } from "graphql";
import { isEdge } from "./anchor.js";
import { type Coordinates, readCoordinates } from "./coordinates.js";
import { AT_HUB, askers, type Decider } from "./decide.js";
import { FACT, type Facts } from "./facts.js";
import type { Policy } from "./policy.js";
import { mayShow } from "./say.js";
import { TruthTables } from "./tables.js";
import { buildTree, enforce, type Leaf, type RuleTree } from "./tree.js";

/** A policy in force over a schema: everything that decides, and nothing else does. */
export interface Activation {
  readonly policy: Policy;
  readonly at: Decider;
  readonly coordinates: Coordinates;
  readonly tree: RuleTree;
  readonly tables: TruthTables;
  /** The schema with the rule tree as middleware. */
  readonly schema: GraphQLSchema;
}

/**
 * Builds the rule tree, asks it, and puts it around the schema.
 * @throws SchemaError, ActivationError the hub does not start
 */
export const activate = (policy: Policy, schema: GraphQLSchema, at: Decider = AT_HUB): Promise<Activation> =>
  build(policy, schema, at);

/**
 * The same policy over the same schema, with other leaves in place of some: the flip test. Leaves are pure, so those
 * that stay are not asked again. And the same policy over a larger schema: the subgraph, the gateway.
 * @param schema without the rule tree
 */
export const withLeaves = (
  before: Activation,
  schema: GraphQLSchema,
  replaced: ReadonlyMap<string, Leaf>,
  at: Decider = before.at,
): Promise<Activation> => build(before.policy, schema, at, before, new Map([...before.tree.leaves, ...replaced]));

async function build(
  policy: Policy,
  schema: GraphQLSchema,
  at: Decider,
  before?: Activation,
  leaves?: ReadonlyMap<string, Leaf>,
): Promise<Activation> {
  const coordinates = readCoordinates(schema, policy, at.place);
  const tables = new TruthTables(policy, at);
  const tree = buildTree(coordinates, (asker, guard) => mayShow(tables, guard, asker), leaves, at);
  await tables.ask(tree, before);
  return { policy, at, coordinates, tree, tables, schema: enforce(schema, tree, coordinates) };
}

/** A relation of `kind` to the owner of an edge, by an agency of `role`, opens the edge. */
export interface EdgeOpening {
  readonly edge: string;
  readonly role: string;
  readonly kind: "SOURCE" | "PART" | "ASSIGNED" | "NAMED";
}

/** Which relations open which edge, for any post and purpose of a role: what derived relations travel over. */
export function edgeOpenings({ policy, tables }: Activation): EdgeOpening[] {
  const openings = new Map<string, EdgeOpening>();
  const kinds: [EdgeOpening["kind"], Facts][] = [
    ["SOURCE", FACT.o],
    ["PART", FACT.p],
    ["ASSIGNED", FACT.p],
    ["NAMED", FACT.p | FACT.named],
  ];
  for (const row of policy.rows.values()) {
    if (!isEdge(row.record)) continue;
    for (const asker of askers(policy)) {
      const { mask, shown } = tables.of(row, "F", asker);
      for (const [kind, facts] of kinds)
        if (shown.has((facts | FACT.scope) & mask)) {
          const opening = { edge: row.row, role: asker.role, kind };
          openings.set(Object.values(opening).join(" "), opening);
        }
    }
  }
  return [...openings.values()];
}
