import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import type { Reference } from "./entities.js";
import { keyOf, type Words } from "./nobodys-words.js";
import { isRecord } from "./nodes.js";

/** Values that are read of one answer: each field that was asked for of each object, and each entry of a list. */
export const MOST_VALUES = 150_000;

/**
 * The part of an agency's answer that answers what was asked: keys of the question, values of the schema's types, each
 * record in its place. What else was sent is not looked at. Reading ends with the first value that does not fit: graphql-js
 * would go on, and make an error of each.
 * @returns the records, in the order of the references
 * @throws GraphQLError, TypeError it does not fit. The text may repeat what was sent
 */
export function contained(
  schema: GraphQLSchema,
  { document }: Words,
  references: readonly Reference[],
  data: object,
): readonly unknown[] {
  const query = schema.getQueryType();
  if (!query) throw new TypeError("Agencies are asked for records");
  checkPlaces(references, ownValue(data, "_entities"));
  let left = MOST_VALUES;
  const [entities] = Object.values(ofObject(query, selectionsOf(document), data));
  if (!Array.isArray(entities)) throw new TypeError("No records");
  return entities;

  function ofType(type: GraphQLOutputType, node: FieldNode, value: unknown): unknown {
    if (isNonNullType(type)) {
      const is = ofType(type.ofType, node, value);
      if (is === null) throw new TypeError("Nothing where something must be");
      return is;
    }
    if (value === null || value === undefined) return null;
    if (isListType(type)) {
      if (!Array.isArray(value)) throw new TypeError("No list");
      count(value.length);
      return value.map((one) => ofType(type.ofType, node, one));
    }
    if (isLeafType(type)) {
      // Scalars of the subgraph's own are taken as they are, but for an object in place of a value.
      if (typeof value === "object") throw new TypeError("An object is no value");
      return type.serialize(value);
    }
    if (!isRecord(value)) throw new TypeError("No object");
    const its = isAbstractType(type) ? schema.getType(String(ownValue(value, "__typename"))) : type;
    if (!isObjectType(its) || !isOf(its, type.name)) throw new TypeError("An object of another type");
    return node.selectionSet ? ofObject(its, node.selectionSet, value) : {};
  }

  function ofObject(type: GraphQLObjectType, { selections }: SelectionSetNode, value: object): Record<string, unknown> {
    return Object.fromEntries(
      selections.flatMap((selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD)
          throw new TypeError("Questions to agencies have no named fragments");
        if (selection.kind === Kind.INLINE_FRAGMENT)
          return isOf(type, selection.typeCondition?.name.value ?? type.name)
            ? Object.entries(ofObject(type, selection.selectionSet, value))
            : [];
        count(1);
        const { alias, name } = selection;
        const key = (alias ?? name).value;
        if (name.value === "__typename") return [[key, type.name]];
        const its = type.getFields()[name.value];
        if (!its) throw new TypeError(`${type.name} has no ${name.value}`);
        return [[key, ofType(its.type, selection, ownValue(value, keyOf(selection)))]];
      }),
    );
  }

  function isOf(type: GraphQLObjectType, name: string): boolean {
    const other = schema.getType(name);
    return type === other || (isAbstractType(other) && schema.isSubType(other, type));
  }

  function count(values: number): void {
    left -= values;
    if (left < 0) throw new TypeError("More values than anybody reads");
  }
}

function selectionsOf({ definitions }: DocumentNode): SelectionSetNode {
  const [operation] = definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError("A question to an agency is one operation");
  return operation.selectionSet;
}

/** Never from a prototype, which an answer might have brought. */
export const ownValue = (source: unknown, key: string): unknown =>
  typeof source === "object" && source !== null && Object.hasOwn(source, key) ? Reflect.get(source, key) : null;

/** As many as were referred to, and each the one that was: else one child's answer could stand at another. */
function checkPlaces(references: readonly Reference[], found: unknown): void {
  if (!Array.isArray(found) || found.length !== references.length)
    throw new TypeError("Not as many records as were referred to");
  references.forEach(({ __typename, id }, n) => {
    if (found[n] === null) return;
    if (ownValue(found[n], "__typename") !== __typename || ownValue(found[n], "id") !== id)
      throw new TypeError("Another record than was referred to");
  });
}
