import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from "graphql";
import { badUserInput, Refusal } from "../errors.js";
import type { Activation } from "./activate.js";
import type { Asker } from "./decide.js";
import type { Purpose } from "./policy.js";
import { mayShow, purposeNotAllowed, purposeRequired, refusalOf } from "./say.js";

/** Reads selections: response keys of one object type and the fields merged into each. */
export type Collect = (type: GraphQLObjectType, nodes: readonly FieldNode[] | null) => Map<string, FieldNode[]>;

/**
 * The stated purpose.
 * @returns null when none is stated
 * @throws Mistake BAD_USER_INPUT a purpose that the policy does not know; Refusal PURPOSE_NOT_ALLOWED
 */
export function statedPurpose(
  { policy, tables }: Activation,
  asker: Asker,
  stated: string | undefined,
): Purpose | null {
  if (stated === undefined || stated === "") return null;
  const purpose = policy.purposes.get(stated);
  if (!purpose)
    throw badUserInput(
      "X-Hub-Purpose",
      `"${stated.slice(0, 60)}" is no purpose of the policy`,
      "请求头 X-Hub-Purpose 中的目的不在政策列表内",
      `One of ${[...policy.purposes.values()]
        .filter(({ roles }) => roles.has(asker.role))
        .map(({ purpose: name }) => name)
        .join(", ")}`,
    );
  if (!purpose.roles.has(asker.role)) throw purposeNotAllowed(tables, asker, stated);
  return purpose;
}

/**
 * What is refused before anything runs: every field of the question that can never be shown to this asker.
 * Rows play no part in it.
 */
export function staticRefusals(
  activation: Activation,
  schema: GraphQLSchema,
  asker: Asker,
  root: GraphQLCompositeType,
  collect: Collect,
): GraphQLError[] {
  const { coordinates, tables } = activation;
  const refused = new Map<string, GraphQLError>();
  let withoutPurpose = false;
  visit(root, null, []);
  return withoutPurpose ? [purposeRequired(tables, asker)] : [...refused.values()];

  function visit(type: GraphQLCompositeType, nodes: readonly FieldNode[] | null, path: readonly string[]): void {
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    for (const object of types)
      for (const [key, fields] of collect(object, nodes)) {
        const field = object.getFields()[fields[0]?.name.value ?? ""];
        if (!field) continue;
        const at = [...path, key];
        const coordinate = `${object.name}.${field.name}`;
        const guard = coordinates.get(coordinate);
        // What is conferred is asked for by a gateway, which has refused before; no word is given, and nothing is said.
        if (guard && guard.kind !== "public" && guard.kind !== "confers") {
          if (!asker.purpose) withoutPurpose = true;
          else if (!refused.has(coordinate) && !mayShow(tables, guard, asker))
            refused.set(coordinate, placed(refusalOf(tables, coordinate, guard, asker), at));
        }
        const below = getNamedType(field.type);
        if (isCompositeType(below)) visit(below, fields, at);
      }
  }
}

/** GraphQL puts a path on errors of execution only; a refusal before it says where as well. */
export function placed(refusal: Refusal, path: readonly string[]): GraphQLError {
  return Object.assign(refusal, { path });
}
