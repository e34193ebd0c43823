import {
  type FieldNode,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Collect } from "../policy/refuse.js";

/** What a list inside a record is taken for. */
const NESTED = 10;

/** Rows that a question may reach: the sizes of pages and lists, multiplied down the nesting. */
export function rowsAsked(
  type: GraphQLObjectType,
  variables: Readonly<Record<string, unknown>>,
  collect: Collect,
  nodes: readonly FieldNode[] | null = null,
  above = 1,
  page = NESTED,
): number {
  let rows = 0;
  for (const fields of collect(type, nodes).values()) {
    const [node] = fields;
    const field = node && type.getFields()[node.name.value];
    const below = field && getNamedType(field.type);
    if (!node || !field || !isObjectType(below)) continue;
    const { first } = field.args.some(({ name }) => name === "first") ? getArgumentValues(field, node, variables) : {};
    const list = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
    const here = list ? above * page : above;
    rows +=
      (list ? here : 0) +
      rowsAsked(below, variables, collect, fields, here, typeof first === "number" ? first : NESTED);
  }
  return rows;
}
