import type { Asker } from "./decide.js";
import { askers } from "./decide.js";
import { type Facts, submasks } from "./facts.js";
import { type PolicyRow, type Role, SHOWN_LEVELS, type ShownLevel } from "./policy.js";
import type { TruthTable, TruthTables } from "./tables.js";

type Shown = ShownLevel | "-";

/** What a role is shown of a group under one policy and not under the other. */
export interface Difference {
  readonly row: string;
  readonly group: string;
  readonly groupZh: string;
  readonly role: Role;
  /** The cells as they are written; "" where the row is not there. */
  readonly cells: { readonly before: string; readonly after: string };
  /** Empty where the cells differ in what no field or nobody's post and purpose comes to. */
  readonly effects: readonly Effect[];
}

export interface Effect {
  readonly before: Shown;
  readonly after: Shown;
  /** The fewest facts at which it comes about: any of these. */
  readonly when: readonly Facts[];
  readonly posts: readonly string[];
  readonly purposes: readonly string[];
}

/**
 * Compares two policies by what their rule trees answer, so that a change of posts or purposes is seen where it tells.
 * @returns by row and role, in the order of the later policy
 */
export function differences(before: TruthTables, after: TruthTables): Difference[] {
  const rows = new Map([...before.policy.rows, ...after.policy.rows]);
  const everybody = new Map(
    [...askers(before.policy), ...askers(after.policy)].map((asker) => [
      `${asker.role} ${asker.post.post} ${asker.purpose?.purpose}`,
      asker,
    ]),
  );
  const roles = new Set([...everybody.values()].map(({ role }) => role));
  return [...rows.values()].flatMap((row) =>
    [...roles].flatMap((role): Difference[] => {
      const cells = { before: cellIn(before, row, role), after: cellIn(after, row, role) };
      const changes = [...everybody.values()]
        .filter((asker) => asker.role === role)
        .flatMap((asker) => changesFor(before, after, row, asker));
      const effects = joined(changes);
      if (effects.length === 0 && cells.before === cells.after) return [];
      const { group, groupZh } = row;
      return [{ row: row.row, group, groupZh, role, cells, effects }];
    }),
  );
}

interface Change extends Pick<Effect, "before" | "after" | "when"> {
  readonly asker: Asker;
}

function changesFor(before: TruthTables, after: TruthTables, row: PolicyRow, asker: Asker): Change[] {
  if (SHOWN_LEVELS.every((level) => isSame(before.of(row, level, asker), after.of(row, level, asker)))) return [];
  const mask = SHOWN_LEVELS.reduce(
    (bits, level) => bits | before.of(row, level, asker).mask | after.of(row, level, asker).mask,
    0,
  );
  const found = new Map<string, { before: Shown; after: Shown; when: Facts[] }>();
  for (const facts of [...submasks(mask)].sort((a, b) => bitsIn(a) - bitsIn(b))) {
    const levels = { before: before.level(row, asker, facts), after: after.level(row, asker, facts) };
    if (levels.before === levels.after) continue;
    const key = `${levels.before} ${levels.after}`;
    const known = found.get(key) ?? { ...levels, when: [] };
    // More of the same: it came about with fewer facts already.
    if (!known.when.some((fewer) => (fewer & facts) === fewer)) known.when.push(facts);
    found.set(key, known);
  }
  return [...found.values()].map((change) => ({ ...change, asker }));
}

const isSame = (a: TruthTable, b: TruthTable): boolean =>
  a.shown.size === b.shown.size &&
  (a.shown.size === 0 || a.mask === b.mask) &&
  [...a.shown].every((facts) => b.shown.has(facts));

/** Who meets the same change for the same facts is named together. */
function joined(changes: readonly Change[]): Effect[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = JSON.stringify([change.before, change.after, change.when]);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { before, after, when } = first;
    const posts = unique(same.map(({ asker }) => asker.post.post));
    const purposes = unique(same.map(({ asker }) => asker.purpose?.purpose ?? ""));
    return [{ before, after, when, posts, purposes }];
  });
}

const unique = (words: readonly string[]): string[] => [...new Set(words)];
const bitsIn = (facts: Facts): number => facts.toString(2).replaceAll("0", "").length;

function cellIn({ policy }: TruthTables, { row }: PolicyRow, role: Role): string {
  const known = policy.rows.get(row);
  if (!known) return "";
  return (
    (known.cells.get(role) ?? []).map(({ level, conditions }) => `${level}:${conditions.join(",")}`).join("|") || "-"
  );
}
