import {
  executeSync,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  getNamedType,
  isLeafType,
} from "graphql";
import { z } from "zod";
import { keyOf, type Words } from "./nobodys-words.js";

const representations = z.array(z.object({ __typename: z.string() }));

/**
 * The part of an agency's answer that answers what was asked: keys of the question, values of the schema's types, each
 * record in its place. What else was sent is not looked at.
 * @throws GraphQLError it does not fit. The text may repeat what was sent
 */
export function contained(schema: GraphQLSchema, { document, variables }: Words, data: unknown): object | null {
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
  return fits ?? null;
}

/** Never from a prototype, which an answer might have brought. */
const ownValue = (source: unknown, key: string): unknown =>
  typeof source === "object" && source !== null && Object.hasOwn(source, key) ? Reflect.get(source, key) : null;

const own: GraphQLFieldResolver<unknown, unknown> = (source, args, _context, info) => {
  const [node] = info.fieldNodes;
  const value = node && ownValue(source, keyOf(node));
  if (info.fieldName === "_entities") checkPlaces(args, value);
  // Scalars of the subgraph's own are taken as they are, but for an object in place of a value.
  if (isLeafType(getNamedType(info.returnType)) && holdsObject(value)) throw new TypeError("An object is no value");
  return value;
};

/** As many as were referred to, each of the type that was: else one child's answer could stand at another. */
function checkPlaces({ representations: asked }: Readonly<Record<string, unknown>>, found: unknown): void {
  const references = representations.parse(asked);
  if (!Array.isArray(found) || found.length !== references.length)
    throw new TypeError("Not as many records as were referred to");
  references.forEach(({ __typename }, n) => {
    if (found[n] !== null && ownValue(found[n], "__typename") !== __typename)
      throw new TypeError("A record of another type");
  });
}

const holdsObject = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(holdsObject) : typeof value === "object" && value !== null;

const namedType: GraphQLTypeResolver<unknown, unknown> = (value) => {
  const name = ownValue(value, "__typename");
  return typeof name === "string" ? name : undefined;
};
