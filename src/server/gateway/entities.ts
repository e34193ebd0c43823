import { signedPartOf, viewerFor, viewerNamedIn } from "../../federation/relation.js";
import { UNREGISTERED } from "../../viewer/context.js";
import { ownValue } from "./contained.js";
import type { GatewayContext } from "./context.js";
import type { Part } from "./plan.js";
import { NoAnswer } from "./subgraph-call.js";

/** A record as an agency is asked about it, with the hub's word of one group where it needs any. */
export interface Reference {
  readonly __typename: string;
  readonly id: string;
  readonly relation?: string;
}

/**
 * How a record of the hub's answer is referred to; null where the agency needs the hub's word, and it gives none.
 * @throws NoAnswer it never gives any: the agency is not registered for the row
 */
export function referenceTo({ agency, type, id: idKey, relation: key }: Part, at: object): Reference | null {
  const id = ownValue(at, idKey);
  if (typeof id !== "string") return null;
  if (key === undefined) return { __typename: type, id };
  const relation = ownValue(at, key);
  if (relation === UNREGISTERED) throw new NoAnswer(agency, "NOT_REGISTERED");
  return typeof relation === "string" ? { __typename: type, id, relation } : null;
}

/** References of one call: what an agency's limits, its question's rows and the reading of its answer are good for. */
export const MOST_REFERENCES = 200;

/**
 * Whether the asker is one of the agency's own people: the hub says so, in its word. An agency believes no word for another
 * viewer than the call's, and where a subgraph has the records of several agencies, one answer may hold words that name the asker,
 * of his own agency's children, and words that do not.
 */
export function ownIn({ claims, requestId }: GatewayContext): (reference: Reference) => boolean {
  const asker = viewerFor(true, claims, requestId);
  const owns = new Map<string, boolean>();
  return ({ relation = "" }) => {
    const word = signedPartOf(relation);
    const own = owns.get(word) ?? viewerNamedIn(word) === asker;
    owns.set(word, own);
    return own;
  };
}

/**
 * Largest answer that is read, in bytes. Reading the worst that fits, in bytes and in values (MOST_VALUES), takes the one
 * thread 0.07 s where one child was asked for, and 0.12 s where 200 were.
 */
export const mostBytesOf = (references: readonly Reference[]): number =>
  Math.min(2 * 1024 * 1024, 256 * 1024 + references.length * 10 * 1024);
