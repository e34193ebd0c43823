import { createRequire } from "node:module";
import type { GraphQLSchema } from "graphql";
import type { IRules } from "graphql-shield";
import { type Coordinates, type Guard, SchemaError } from "./coordinates.js";
import { type Asker, AT_HUB, type Decider } from "./decide.js";
import type { Facts } from "./facts.js";
import type { ToldByRow } from "./home.js";
import { type GivenLevel, type PolicyRow, SHOWN_LEVELS } from "./policy.js";
import { remembered } from "./remembered.js";

/**
 * THE rule tree. A leaf says whether one group is shown at one level; a coordinate is an `or` of leaves; nothing
 * else in the hub decides. SQL is derived from the leaves' answers (tables.ts), and where graphql-js walks, the
 * same leaves run again as middleware.
 *
 * CommonJS builds of both packages: the ESM one of graphql-shield fails on Node 24, and a middleware made by the
 * other copy of graphql-middleware is not recognised. Of shield's operators only `or`, `allow` and `deny` are used:
 * `chain` and `race` deny everybody on Node 24, `not` allows when its rule throws.
 */
const require = createRequire(import.meta.url);
type Shield = typeof import("graphql-shield");
const { or, rule, shield, ...leaves }: Shield = require("graphql-shield");
export const allow: Shield["allow"] = leaves.allow;
export const deny: Shield["deny"] = leaves.deny;
const { applyMiddleware }: typeof import("graphql-middleware") = require("graphql-middleware");

/** What a leaf may look at: the asker in the context, the facts of the row. */
export interface LeafContext {
  readonly asker: Asker;
}
interface LeafParent {
  readonly facts: Facts;
  readonly told?: ToldByRow | undefined;
}
export type Leaf = ReturnType<ReturnType<Shield["rule"]>> | typeof allow | typeof deny;

export interface RuleTree {
  /** "R6.F" -> rule. */
  readonly leaves: ReadonlyMap<string, Leaf>;
  readonly rules: { readonly [type: string]: { readonly [field: string]: Leaf | ReturnType<Shield["or"]> } };
}

export const leafName = (row: PolicyRow, level: GivenLevel): string => `${row.row}.${level}`;

/** `told`: at an agency, what the hub says of the group, beside what holds of the row. */
const groupLeaf = (decider: Decider, row: PolicyRow, level: GivenLevel): Leaf =>
  rule(leafName(row, level), { cache: "no_cache" })(
    ({ facts, told }: LeafParent, _args: unknown, { asker }: LeafContext) =>
      decider.level(row, asker, facts | (told?.[row.row] ?? 0)) === level,
  );

/** For root fields and ways back along edges: may this asker be shown or do anything there, whatever the record? */
export type Reachable = (asker: Asker, guard: Guard) => boolean;

/**
 * @param given     leaves that are not made anew
 * @param reachable answers from the truth tables of these very leaves, once they are asked
 * @throws SchemaError two different leaves with one name
 */
export function buildTree(
  coordinates: Coordinates,
  reachable: Reachable,
  given: ReadonlyMap<string, Leaf> = new Map(),
  decider: Decider = AT_HUB,
): RuleTree {
  const leaves = new Map<string, Leaf>();
  const rowOfLeaf = new Map<string, PolicyRow>();
  const leaf = (row: PolicyRow, level: GivenLevel): Leaf => {
    const name = leafName(row, level);
    if ((rowOfLeaf.get(name) ?? row) !== row) throw new SchemaError([`${name}: two different leaves have this name`]);
    rowOfLeaf.set(name, row);
    const made = leaves.get(name) ?? given.get(name) ?? groupLeaf(decider, row, level);
    leaves.set(name, made);
    return made;
  };
  const reach = (name: string, guard: Guard): Leaf =>
    rule(name, { cache: "no_cache" })((_parent: unknown, _args: unknown, { asker }: LeafContext) =>
      reachable(asker, guard),
    );
  const ruleOf = (coordinate: string, guard: Guard) => {
    switch (guard.kind) {
      case "public":
        return allow;
      case "group":
        return or(...guard.levels.map((level) => leaf(guard.row, level)));
      case "edge":
        for (const row of guard.rows) leaf(row, "F");
        return reach(coordinate, guard);
      case "count":
        leaf(guard.row, "A");
        return reach(coordinate, guard);
      case "root":
      case "write":
        // Whether a record exists for the viewer is decided at every level of its anchor.
        for (const anchor of guard.kind === "root" ? guard.anchors : [guard.anchor])
          for (const level of SHOWN_LEVELS) leaf(anchor, level);
        return reach(coordinate, guard);
      case "needs":
      case "confers":
        for (const row of guard.kind === "needs" ? [...guard.rows, ...guard.asks] : guard.rows)
          for (const level of SHOWN_LEVELS) if (level === "F" || row.at[level] !== undefined) leaf(row, level);
        return reach(coordinate, guard);
    }
  };

  const rules: Record<string, Record<string, Leaf | ReturnType<Shield["or"]>>> = {};
  for (const [coordinate, guard] of coordinates) {
    const [type = "", field = ""] = coordinate.split(".");
    rules[type] = { ...rules[type], [field]: ruleOf(coordinate, guard) };
  }
  return { leaves, rules };
}

/**
 * The tree as middleware, on the coordinates that depend on a row or on the asker; on the others it would say
 * `allow` at the price of a wrapper on every field of every row.
 * A denial is null without an error; errors of resolvers come through.
 */
export function enforce(schema: GraphQLSchema, tree: RuleTree, coordinates: Coordinates): GraphQLSchema {
  const rules: IRules = tree.rules;
  const all = shield(rules, {
    debug: false,
    fallbackRule: deny,
    // shield's type wants an Error here; null makes a denial look like an absent value, which is the point.
    fallbackError: () => null as unknown as Error,
    allowExternalErrors: true,
    hashFunction: () => "",
  }).generate(schema);
  const wrapped = Object.fromEntries(
    Object.entries(all).map(([type, fields]) => [
      type,
      Object.fromEntries(
        Object.entries(fields)
          .map(([field, middleware]) => ({ field, middleware, guard: coordinates.get(`${type}.${field}`) }))
          .filter(({ guard }) => guard?.kind !== "public")
          .map(({ field, middleware, guard }) => [field, remembered(middleware, guard)]),
      ),
    ]),
  );
  return applyMiddleware(
    schema,
    Object.fromEntries(Object.entries(wrapped).filter(([, fields]) => Object.keys(fields).length > 0)),
  );
}
