import type { Activation } from "./activate.js";
import type { Guard, WriteGuard } from "./coordinates.js";
import type { Asker } from "./decide.js";
import { type Expectation, expectationOf, inWords } from "./explain.js";
import type { Alternative, Condition, Level, Policy, PolicyRow, Post, Purpose, Role, Scope } from "./policy.js";
import { levelsOf, mayShow, rowsOf } from "./say.js";
import { writeConditions } from "./write.js";

/** One alternative of a cell, at one field. */
export interface Access {
  readonly coordinate: string;
  readonly row: string;
  readonly group: string;
  readonly groupZh: string;
  readonly level: Level;
  readonly conditions: readonly Condition[];
}

/** Every guarded field, with what opens it to the role for some post and purpose; `-` where nothing does. */
export function accessOf({ coordinates, tables, policy }: Activation, role: Role): Access[] {
  const askers = askersOf(policy, role);
  return [...coordinates]
    .filter(([, { kind }]) => kind !== "confers") // no client sees it
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([coordinate, guard]) => {
      const open = askers.find((asker) => mayShow(tables, guard, asker));
      const entry = ({ row, group, groupZh }: PolicyRow, level: Level, conditions: readonly Condition[]): Access => ({
        coordinate,
        row,
        group,
        groupZh,
        level,
        conditions,
      });
      if (open && guard.kind === "write")
        return [...writeConditions(tables, guard, open)].map(([row, conditions]) => entry(row, "F", conditions));
      return rowsOf(guard).flatMap((row) => {
        const shown = open ? (row.cells.get(role) ?? []).filter(({ level }) => isLevelOf(guard, level)) : [];
        return shown.length > 0
          ? shown.map(({ level, conditions }) => entry(row, level, conditions))
          : [entry(row, "-", [])];
      });
    });
}

const isLevelOf = (guard: Guard, level: Level): boolean => levelsOf(guard).some((one) => one === level);

/** A field in words: what its groups are, who of a role may see it, when and for what. */
export interface Explanation {
  readonly coordinate: string;
  readonly groups: readonly GroupExplanation[];
  /** Posts of the role that it is open to, and purposes; of nobody, none. */
  readonly posts: readonly string[];
  readonly purposes: readonly string[];
  readonly expectation: Expectation;
}

export interface GroupExplanation {
  readonly row: string;
  readonly group: string;
  readonly groupZh: string;
  readonly reason: string;
  /** "F: the value, when ..."; of a mutation who writes the group. */
  readonly rules: readonly string[];
}

/** @returns null for a coordinate that the schema does not have */
export function explanationOf(activation: Activation, asker: Asker, coordinate: string): Explanation | null {
  const { coordinates, tables, policy } = activation;
  const guard = coordinates.get(coordinate);
  const expectation = expectationOf(activation, asker, coordinate);
  if (!guard || !expectation) return null;
  if (guard.kind === "public") return { coordinate, groups: [], posts: [], purposes: [], expectation };
  const open = askersOf(policy, asker.role).filter((one) => mayShow(tables, guard, one));
  return {
    coordinate,
    groups: rowsOf(guard).map((row) => ({
      row: row.row,
      group: row.group,
      groupZh: row.groupZh,
      reason: row.reason,
      rules: guard.kind === "write" ? writersOf(guard, row) : alternativesOf(guard, row, asker.role),
    })),
    posts: unique(open.map(({ post }) => `${post.post} ${post.postZh}${SCOPE_WORDS[post.scope]}`)),
    purposes: unique(
      open.flatMap(({ purpose }) =>
        purpose ? `${purpose.purpose} ${purpose.purposeZh} (${purpose.basis.join("; ")})` : [],
      ),
    ),
    expectation,
  };
}

/** Of a field that counts those that count, of others those that show. */
const alternativesOf = (guard: Guard, row: PolicyRow, role: Role): string[] =>
  (row.cells.get(role) ?? [])
    .filter(({ level }) => (level === "A") === (guard.kind === "count"))
    .map((alternative) => inOneLine(row, alternative));

/** A mutation that always writes nothing of a group is for whoever takes part. */
const writersOf = ({ written }: WriteGuard, { writers }: PolicyRow): string[] =>
  written.some(({ always }) => always) ? [`Writers: ${[...writers].join(", ")}`] : [];

const inOneLine = ({ at }: PolicyRow, { level, conditions }: Alternative): string => {
  const shown = level === "F" ? "the value 原值" : level === "A" ? "a count 计数" : (at[level] ?? "");
  return `${level}: ${shown}, when ${conditions.map(inWords).join(", or ")}`;
};

const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  AGENCY: "",
  ASSIGNED: ", of records assigned 限被指派",
  OWN_CLASS: ", of the own class 限本班",
};

export const purposesOf = (policy: Policy, role: Role): Purpose[] =>
  [...policy.purposes.values()].filter(({ roles }) => roles.has(role));

/** Everybody of this role who could ask, with one post or with any. */
export const askersOf = (policy: Policy, role: Role, posts: readonly Post[] = policy.postsOf(role)): Asker[] =>
  posts.flatMap((post) => purposesOf(policy, role).map((purpose) => ({ role, post, purpose })));

const unique = (words: readonly string[]): string[] => [...new Set(words)];
