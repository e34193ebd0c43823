import { defaultFieldResolver, type GraphQLResolveInfo } from "graphql";

/** A fetched row as graphql-js walks it. */
export interface PlannedRow {
  /** Bits of src/policy/facts.ts that hold between viewer and row. */
  readonly facts: number;
  /** What the question called `responseKey` at this place. */
  get(responseKey: string): unknown;
}

const isPlannedRow = (value: unknown): value is PlannedRow =>
  typeof value === "object" && value !== null && "facts" in value && "get" in value && typeof value.get === "function";

/**
 * What the statement fetched for this field: the resolver of everything that is planned.
 * @throws TypeError the field was not part of the plan, which is a fault of the hub
 */
export function planned(parent: unknown, info: GraphQLResolveInfo): unknown {
  if (!isPlannedRow(parent)) throw new TypeError(`${info.parentType.name}.${info.fieldName} was not planned`);
  return parent.get(String(info.path.key));
}

/** Resolver of fields without one: fetched rows by the client's word, directory objects by property. */
export const readField = (parent: unknown, args: object, context: unknown, info: GraphQLResolveInfo): unknown =>
  isPlannedRow(parent) ? planned(parent, info) : defaultFieldResolver(parent, { ...args }, context, info);
