import { hash } from "node:crypto";

/** Leaves under one hash, so that one signature is good for each of them by itself. */
export interface HashTree {
  readonly root: string;
  /** What leads from a leaf to the root. */
  pathOf(leaf: number): readonly string[];
}

/**
 * A Merkle tree over SHA-256, leaves and inner nodes told apart as in RFC 9162, section 2.1.1; the two below a node are
 * in the order of their hashes, so that a path tells no place.
 * @param leaves at least one, none of which can be guessed: whoever has one sees hashes of others
 */
export function hashTree(leaves: readonly string[]): HashTree {
  const levels = [leaves.map(ofLeaf)];
  for (let below = levels[0] ?? []; below.length > 1; below = levels.at(-1) ?? []) levels.push(pairsOf(below));
  const [root = ""] = levels.at(-1) ?? [];
  return {
    root,
    pathOf: (leaf) => levels.flatMap((level, n) => level[(leaf >> n) ^ 1] ?? []),
  };
}

/** The root of the tree that has this leaf, if the path is the leaf's. */
export const rootOf = (leaf: string, path: readonly string[]): string => path.reduce(ofTwo, ofLeaf(leaf));

function pairsOf(below: readonly string[]): string[] {
  const above: string[] = [];
  for (let n = 0; n < below.length; n += 2) {
    const [one = "", other] = below.slice(n, n + 2);
    above.push(other === undefined ? one : ofTwo(one, other));
  }
  return above;
}

const ofLeaf = (text: string) => hash("sha256", `\0${text}`, "base64url");
const ofTwo = (one: string, other: string) =>
  hash("sha256", one < other ? `\u0001${one}${other}` : `\u0001${other}${one}`, "base64url");
