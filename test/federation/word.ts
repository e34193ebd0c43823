import { createHash } from "node:crypto";

/** A word of the hub's, taken apart by hand: what was signed, and the minor and levels that the signed root stands for. */
export interface Word {
  readonly signed: string;
  readonly minor: string;
  readonly levels: Readonly<Record<string, string>>;
  readonly byTheHub: boolean;
  readonly assigned: boolean;
  /** Of the tree that the word says it belongs to. */
  readonly root: string;
}

export function wordIn(relation: string): Word {
  const [signed = "", leaf = "", ...path] = relation.split("~");
  const text = Buffer.from(leaf, "base64url").toString("utf8");
  const [, minor, levels, byTheHub, assigned] = JSON.parse(text);
  return { signed, minor, levels, byTheHub, assigned, root: path.reduce(ofTwo, ofLeaf(text)) };
}

/** A word of a tree with no other leaf. @param sign what stands for its root */
export async function wordOf(
  {
    minor,
    levels,
    byTheHub = false,
    assigned = false,
  }: { readonly [said in "minor" | "levels" | "byTheHub" | "assigned"]?: unknown },
  sign: (root: string) => Promise<string>,
): Promise<string> {
  const leaf = JSON.stringify(["salt", minor, levels, byTheHub, assigned]);
  return `${await sign(ofLeaf(leaf))}~${Buffer.from(leaf).toString("base64url")}`;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");
const ofLeaf = (text: string) => sha256(`\0${text}`);
const ofTwo = (one: string, other: string) => sha256(`\u0001${[one, other].sort().join("")}`);
