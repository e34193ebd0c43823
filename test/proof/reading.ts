import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { FACT } from "../../src/policy/facts.js";
import { byType } from "../support/tables.js";

/**
 * The three tables as a reader of docs/access-model.md understands them, from the CSV files alone: the yardstick of
 * the proof. Nothing of src/policy decides here; only the names of the bits are shared.
 */
const table = (file: string): Record<string, string>[] =>
  parse<Record<string, string>>(readFileSync(new URL(`../../policies/${file}`, import.meta.url), "utf8"), {
    columns: true,
  });

const matrix = new Map(table("access-matrix.csv").map((row) => [row["row"] ?? "", row]));
export const ROLES = Object.keys([...matrix.values()][0] ?? {}).filter((column) => /^[A-Z_]+$/.test(column));

type Groups = (row: string) => boolean;
export interface Post {
  readonly name: string;
  readonly groups: Groups;
  readonly scope: string;
  /** Beside reading. */
  readonly rights: readonly string[];
}
export interface Purpose {
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: Groups;
}
export interface Asker {
  readonly role: string;
  readonly post: Post;
  /** null = none stated */
  readonly purpose: Purpose | null;
}
export type Shown = "F" | "M" | "B" | "X";
export type Level = Shown | "A" | "-";

const words = (text = "") => text.split(" ").filter(Boolean);
const groupsOf = (text = ""): Groups => {
  const listed = words(text);
  return (row) => (listed.includes("*") ? !listed.includes(`-${row}`) : listed.includes(row));
};

export const PURPOSES: readonly Purpose[] = table("purposes.csv").map((line) => ({
  name: line["purpose"] ?? "",
  roles: words(line["roles"]),
  groups: groupsOf(line["groups"]),
}));
const posts = table("posts.csv");
/** Posts of `*` exist in every agency. */
export const postsOf = (role: string): Post[] =>
  posts
    .filter((line) => line["role"] === role || line["role"] === "*")
    .map((line) => ({
      name: line["post"] ?? "",
      groups: groupsOf(line["groups"]),
      scope: line["scope"] ?? "",
      rights: words(line["may"]),
    }));
export const purposesOf = (role: string): Purpose[] => PURPOSES.filter(({ roles }) => roles.includes(role));

/** Everybody who can ask: each post of the role with each of its purposes. */
export const askersOf = (role: string): Asker[] =>
  postsOf(role).flatMap((post) => purposesOf(role).map((purpose) => ({ role, post, purpose })));

type Cell = readonly (readonly [Level, readonly string[]])[];
/** "F:p,e|M:j" -> [["F", ["p", "e"]], ["M", ["j"]]] */
const readCell = (text = ""): Cell =>
  text.split("|").flatMap((part): [Level, string[]][] => {
    const [level, signs = ""] = part.split(":");
    return level === "F" || level === "M" || level === "B" || level === "X" || level === "A"
      ? [[level, signs.split(",")]]
      : [];
  });
const cells = new Map(
  [...matrix].map(([row, line]) => [row, new Map(ROLES.map((role) => [role, readCell(line[role])]))]),
);
function cellOf(row: string, role: string): Cell {
  const cell = cells.get(row)?.get(role);
  if (!cell) throw new Error(`no cell ${row} ${role}`);
  return cell;
}
const limits = new Map([...matrix].map(([row, line]) => [row, new Set(words(line["limits"]))]));
export const limited = (row: string, limit: string) => limits.get(row)?.has(limit) === true;

export const writes = (row: string, role: string): boolean => words(matrix.get(row)?.["writers"]).includes(role);

/** Bits that a sign asks for: whoever is a named person takes part, so `p` holds of him as well. */
const SIGNS: Readonly<Record<string, number>> = { ...FACT, p: FACT.p | FACT.named, "p*": FACT.named };
const bitsOf = (sign: string): number => {
  const bits = SIGNS[sign];
  if (bits === undefined) throw new Error(`no condition ${sign}`);
  return bits;
};

/** Who is asked for by name on a NAMED_ONLY row: "o, a, r held by a person named on the record". */
const HELD_BY_AGENCIES = ["o", "a", "r"];

/** The cell, narrowed in the order of the README: conflict, purpose, post, cell. */
export function levelOf(row: string, { role, post, purpose }: Asker, facts: number): Level {
  if (facts & FACT.conflict) return "-";
  if (!purpose?.roles.includes(role) || !purpose.groups(row)) return "-";
  if (!post.groups(row)) return "-";
  if (post.scope !== "AGENCY" && !(facts & FACT.scope)) return "-";
  const holds = (sign: string) => {
    if (sign === "e" && purpose.name !== "LIFE_SAFETY") return false;
    if (HELD_BY_AGENCIES.includes(sign) && limited(row, "NAMED_ONLY") && !(facts & FACT.named)) return false;
    return (facts & bitsOf(sign)) !== 0;
  };
  const counting = (level: Level) => level === "A" || purpose.name !== "STATISTICS";
  const [level] = cellOf(row, role).find(([given, signs]) => counting(given) && signs.some(holds)) ?? ["-"];
  return level === "F" && limited(row, "MASK_IF_MINOR_AUTHOR") && facts & FACT.minorAuthor ? "M" : level;
}

/** Bits on which the cell can depend at all, asked from this post. */
export function bitsNamed(row: string, { role, post }: Asker): number {
  const signs = cellOf(row, role).flatMap(([, named]) => named);
  const byName = limited(row, "NAMED_ONLY") && signs.some((sign) => HELD_BY_AGENCIES.includes(sign));
  return (
    signs.reduce<number>((bits, sign) => bits | bitsOf(sign), FACT.conflict) |
    (post.scope === "AGENCY" ? 0 : FACT.scope) |
    (limited(row, "MASK_IF_MINOR_AUTHOR") ? FACT.minorAuthor : 0) |
    (byName ? FACT.named : 0)
  );
}

/** Some cell of the row gives this level; "R6.B". */
export const isGiven = (leaf: string): boolean => {
  const [row = "", level = ""] = leaf.split(".");
  return ROLES.some((role) => cellOf(row, role).some(([given]) => given === level));
};

export const cellNames = (row: string, role: string, sign: string): boolean =>
  cellOf(row, role).some(([, signs]) => signs.includes(sign));

/** Signs that some cell of these rows names for a role. */
export const signsOf = (rows: readonly string[], role: string): Set<string> =>
  new Set(rows.flatMap((row) => cellOf(row, role).flatMap(([, signs]) => signs)));

/** Every set of these bits. */
export function* subsetsOf(bits: number): Generator<number> {
  let subset = bits;
  do {
    subset = (subset - 1) & bits;
    yield subset;
  } while (subset !== bits);
}

/** Anchors: a row of the type exists for the viewer if and only if this group is shown. */
export const ANCHOR = byType(
  (type) => [...matrix].find(([, line]) => line["record"] === type && line["anchor"] === "yes")?.[0] ?? "",
);
export { RECORD_TYPES, type RecordType } from "../../src/store/record-types.js";

/** What a leaf of the rule tree must answer. The flip test puts others in its place. */
export type Leaf = (row: string, level: Shown, asker: Asker, facts: number) => boolean;
export const asWritten: Leaf = (row, level, asker, facts) => levelOf(row, asker, facts) === level;
