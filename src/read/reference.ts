/** A representation of Federation's `_entities`, as its scalar `_Any` reads it: a record of this type with this global id. */
export interface Reference {
  readonly __typename: string;
  readonly id: string;
  /** What the hub has signed of it, where it is asked of an agency. */
  readonly relation?: string | null | undefined;
}

export const isReference = (value: unknown): value is Reference =>
  typeof value === "object" &&
  value !== null &&
  "__typename" in value &&
  typeof value.__typename === "string" &&
  "id" in value &&
  typeof value.id === "string";

/** The references among the arguments of a field, in their order. */
export const referencesIn = (args: Readonly<Record<string, unknown>>): readonly Reference[] => {
  const { representations } = args;
  return Array.isArray(representations) ? representations.filter(isReference) : [];
};
