import type { Policy, PolicyRow } from "./policy.js";

/** `Case.victims` and the like: a relation with a group of its own, not a type. */
export const isEdge = (record: string): boolean => record.includes(".");

/** Follows its minor instead of having an anchor of its own. */
export const GUARDIAN = "Guardian";

/** The type that a group's rows are read from: an edge's is the record it starts from, a guardian's the minor. */
export function ownerOf(record: string): string {
  const [type = record] = record.split(".");
  return type === GUARDIAN ? "Minor" : type;
}

/**
 * The row whose cell says whether a record exists for the viewer: at F, M, B or X it does.
 * A guardian follows its minor, an edge the record it starts from.
 * @param record as the matrix writes it: "Minor", "Guardian", "Case.victims"
 * @returns undefined for a type without anchor, which cannot get a GraphQL type
 */
export function anchorOf(policy: Pick<Policy, "rows">, record: string): PolicyRow | undefined {
  const owner = ownerOf(record);
  return [...policy.rows.values()].find((row) => row.anchor && row.record === owner);
}
