import { type FieldNode, Kind, type SelectionNode } from "graphql";

/** Pieces of the questions that the gateway writes. */
export const named = (value: string) => ({ kind: Kind.NAME, value }) as const;

export const setOf = (selections: readonly SelectionNode[]) => ({ kind: Kind.SELECTION_SET, selections }) as const;

/** @param strings arguments, each a text */
export const field = (name: string, alias?: string, strings: Readonly<Record<string, string>> = {}): FieldNode => ({
  kind: Kind.FIELD,
  name: named(name),
  ...(alias === undefined ? {} : { alias: named(alias) }),
  arguments: Object.entries(strings).map(([key, value]) => ({
    kind: Kind.ARGUMENT,
    name: named(key),
    value: { kind: Kind.STRING, value },
  })),
});

/** An object of an answer, and no list. */
export const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
