import type { GraphQLResolveInfo } from "graphql";

/** A fetched row as graphql-js walks it. */
export interface PlannedRow {
  /** Bits of src/policy/facts.ts that hold between viewer and row. */
  readonly facts: number;
  /** What the question called `responseKey` at this place. */
  get(responseKey: string): unknown;
}

const isPlannedRow = (value: unknown): value is PlannedRow =>
  typeof value === "object" && value !== null && "get" in value && "facts" in value;

/** What the statement fetched for this field: the resolver of every field of a shared record. */
export function planned(parent: unknown, info: GraphQLResolveInfo): unknown {
  if (!isPlannedRow(parent)) throw new TypeError(`${info.parentType.name}.${info.fieldName} was not planned`);
  return parent.get(String(info.path.key));
}
