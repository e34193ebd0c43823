import {
  type DocumentNode,
  executeSync,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  getNamedType,
  isLeafType,
  visit,
} from "graphql";
import type { Reference } from "./entities.js";
import { keyOf, type Words } from "./nobodys-words.js";

/** Values that are looked at of one answer: what graphql-js takes 0.1 s for. */
const MOST_VALUES = 150_000;

/**
 * The part of an agency's answer that answers what was asked: keys of the question, values of the schema's types, each
 * record in its place. What else was sent is not looked at.
 * @returns the records, in the order of the references
 * @throws GraphQLError, TypeError it does not fit. The text may repeat what was sent
 */
export function contained(
  schema: GraphQLSchema,
  { document }: Words,
  variables: Readonly<Record<string, unknown>>,
  references: readonly Reference[],
  data: object,
): readonly unknown[] {
  if (objectsIn(data) * fieldsIn(document) > MOST_VALUES) throw new TypeError("More values than anybody reads");
  checkPlaces(references, ownValue(data, "_entities"));
  const { data: fits, errors } = executeSync({
    schema,
    document,
    rootValue: data,
    variableValues: variables,
    fieldResolver: own,
    typeResolver: namedType,
  });
  const [error] = errors ?? [];
  if (error) throw error;
  const [entities] = Object.values(fits ?? {});
  if (!Array.isArray(entities)) throw new TypeError("No records");
  return entities;
}

/** Objects and lists, however deep; each is asked for all fields at most. */
function objectsIn(data: unknown): number {
  let objects = 0;
  let level = [data];
  while (level.length > 0) {
    const within = level.filter((value) => typeof value === "object" && value !== null);
    objects += within.length;
    level = within.flatMap((value) => Object.values(value ?? {}));
  }
  return objects;
}

function fieldsIn(document: DocumentNode): number {
  let fields = 0;
  visit(document, { Field: () => void fields++ });
  return fields;
}

/** Never from a prototype, which an answer might have brought. */
export const ownValue = (source: unknown, key: string): unknown =>
  typeof source === "object" && source !== null && Object.hasOwn(source, key) ? Reflect.get(source, key) : null;

const own: GraphQLFieldResolver<unknown, unknown> = (source, _args, _context, info) => {
  const [node] = info.fieldNodes;
  const value = node && ownValue(source, keyOf(node));
  // Scalars of the subgraph's own are taken as they are, but for an object in place of a value.
  if (isLeafType(getNamedType(info.returnType)) && holdsObject(value)) throw new TypeError("An object is no value");
  return value;
};

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

const holdsObject = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(holdsObject) : typeof value === "object" && value !== null;

const namedType: GraphQLTypeResolver<unknown, unknown> = (value) => {
  const name = ownValue(value, "__typename");
  return typeof name === "string" ? name : undefined;
};
