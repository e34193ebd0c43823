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

/**
 * Of leaves with their paths, the roots that these lead to; what paths have in common is hashed once.
 * @returns a function that gives the root of the tree that has this leaf, if the path is the leaf's
 */
export function rootsOf(): (leaf: string, path: readonly string[]) => string {
  const known = new Map<string, string>();
  const hashed = (one: string, other: string): string => {
    const two = inOrder(one, other);
    const is = known.get(two) ?? ofNode(two);
    known.set(two, is);
    return is;
  };
  return (leaf, path) => path.reduce(hashed, ofLeaf(leaf));
}

function pairsOf(below: readonly string[]): string[] {
  const above: string[] = [];
  for (let n = 0; n < below.length; n += 2) {
    const [one = "", other] = below.slice(n, n + 2);
    above.push(other === undefined ? one : ofNode(inOrder(one, other)));
  }
  return above;
}

const ofLeaf = (text: string) => hash("sha256", `\0${text}`, "base64url");
const inOrder = (one: string, other: string) => (one < other ? one + other : other + one);
const ofNode = (two: string) => hash("sha256", `\u0001${two}`, "base64url");
