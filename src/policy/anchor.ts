import type { Policy, PolicyRow } from "./policy.js";

/** `Case.victims` and the like: a relation with a group of its own, not a type. */
export const isEdge = (record: string): boolean => record.includes(".");

/** Follows its minor instead of having an anchor of its own. */
export const GUARDIAN = "Guardian";

/**
 * The row whose cell says whether a record exists for the viewer: at F, M, B or X it does.
 * A guardian follows its minor, an edge the record it starts from.
 * @param record as the matrix writes it: "Minor", "Guardian", "Case.victims"
 * @returns undefined for a type without anchor, which cannot get a GraphQL type
 */
export function anchorOf(policy: Pick<Policy, "rows">, record: string): PolicyRow | undefined {
  const [type] = record.split(".");
  const followed = type === GUARDIAN ? "Minor" : type;
  return [...policy.rows.values()].find((row) => row.anchor && row.record === followed);
}
