import type { ShownLevel } from "../policy/policy.js";

/** A record that was shown, and which of its groups at which level. */
export type Subject = {
  /** The hub's encrypted global id: never a raw key, never a value. */
  readonly ref: string;
  /** GraphQL type, e.g. "Minor". */
  readonly type: string;
  /** Policy row -> level, e.g. `{ R1: "M", R6: "F" }`. */
  readonly groups: Readonly<Record<string, ShownLevel>>;
};

/**
 * What the log says about one answer: who saw whose record, what for, on which basis, under which policy.
 * It holds no personal value. Source: GDSR 29 (use, process and effect of shared data are recorded, 3 years).
 */
export type DisclosureEntry = {
  readonly requestId: string;
  /** Asia/Shanghai: `shanghaiTime`. */
  readonly at: string;
  /** null: a department system on its own reach. */
  readonly person: string | null;
  readonly client: string;
  readonly agency: string;
  readonly post: string;
  readonly purpose: string | null;
  /** Statutes of the purpose, e.g. ["MPL 11"]. */
  readonly basis: readonly string[];
  /** SHA-256 of the document. */
  readonly operation: string;
  readonly operationName: string | null;
  readonly policy: { readonly version: number; readonly hash: string };
  readonly subjects: readonly Subject[];
  /** Policy rows of which published counts were shown, at level A: of nobody. Not there where none was. */
  readonly counted?: readonly string[];
  /** Subgraphs of agencies that were told what they may show, by their names; the groups are among the subjects'. */
  readonly told?: readonly string[];
  readonly kind: "READ" | "WRITE";
};

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON with sorted keys and no blanks: the same value is always the same bytes, so that it can be hashed. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

// Array.isArray does not narrow a readonly array.
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
