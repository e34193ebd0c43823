import type { GraphQLField, GraphQLObjectType } from "graphql";
import type { Belonging, Column, Edge, Pointing, SharedMark } from "./record.js";

/** What the decorators of record.ts have left on a field. */
interface FieldMarks {
  readonly computed?: (column: Column) => string;
  readonly from?: string;
  readonly belonging?: Belonging;
  readonly edge?: Edge;
  readonly pointing?: Pointing;
}

// GraphQL's extensions are untyped; only the decorators in record.ts write these keys.
export const fieldMarks = (field: GraphQLField<unknown, unknown>): FieldMarks => field.extensions;
export const sharedMark = (type: GraphQLObjectType): SharedMark | undefined => {
  const marks: { readonly shared?: SharedMark } = type.extensions;
  return marks.shared;
};
