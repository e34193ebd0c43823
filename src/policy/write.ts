import { isAboutMinor } from "../store/record-types.js";
import type { WriteGuard, Written } from "./coordinates.js";
import { type Asker, bitsOf } from "./decide.js";
import { FACT, type Facts } from "./facts.js";
import { type Condition, type Level, type PolicyRow, type Role, SHOWN_LEVELS } from "./policy.js";
import type { TruthTables } from "./tables.js";

/** What may hold of a record for whoever made it, by the child that it is about. */
const byChild = ({ record }: PolicyRow): Facts =>
  isAboutMinor(record) ? FACT.j | FACT.k | FACT.p | FACT.l | FACT.s | FACT.c | FACT.e : 0;
/** What may hold of a new record for its maker, if its place lies within his agency's duty. */
const maker = (anchor: PolicyRow): Facts => FACT.o | FACT.scope | FACT.j | FACT.named | byChild(anchor);
/** What may hold of a record that is there for whoever changes it. */
function party({ anchor, written }: WriteGuard, { role }: Asker): Facts {
  const always = alwaysOf(written);
  // What a writer keeps may be shown to him by its place, and not by being his.
  const relation =
    always.length > 0 ? FACT.j | bitsOfAny(always.flatMap((one) => relationsToWrite(one, role))) : FACT.o;
  return relation | FACT.scope | FACT.p | FACT.named | byChild(anchor);
}

const alwaysOf = (written: readonly Written[]) => written.filter(({ always }) => always);
const bitsOfAny = (conditions: readonly Condition[]): Facts => conditions.reduce((bits, one) => bits | bitsOf(one), 0);

/** Whether the asker can ever perform this mutation; rows play no part in it. */
export const mayPerform = (tables: TruthTables, guard: WriteGuard, asker: Asker): boolean =>
  hasRight(guard, asker) &&
  guard.written.every((written) => !written.always || mayWrite(tables, written, asker)) &&
  tables.level(guard.anchor, asker, guard.isNew ? maker(guard.anchor) : party(guard, asker)) !== "-";

export const hasRight = ({ may }: Pick<WriteGuard, "may">, { post }: Asker): boolean =>
  may === undefined || post.may.has(may);

/**
 * Whether the asker can ever write this field: his agency is among the writers, post and purpose open it, and an edge
 * leads to records that may exist for him.
 */
export const mayWrite = (tables: TruthTables, written: Written, asker: Asker): boolean => {
  const { row, leadsTo } = written.guard;
  return (
    isWriter(written, asker.role) &&
    opensToWrite(tables, row, asker) &&
    (leadsTo === undefined || tables.possible(leadsTo, SHOWN_LEVELS, asker))
  );
};

/** The group's `writers`; an answer is written by whoever a record can be addressed to as well. */
export const isWriter = ({ by, guard: { row } }: Written, role: Role): boolean =>
  row.writers.has(role) || (by.includes("a") && names(row, role, "a"));

/** Whether the asker can ever write anything of this group. */
export const mayWriteRow = (tables: TruthTables, row: PolicyRow, asker: Asker): boolean =>
  row.writers.has(asker.role) && opensToWrite(tables, row, asker);

/**
 * A post is bound by its groups. A department system by itself has no groups to read persons with, and writes what its
 * agency writes (a roster, a custody notice): what some post of the agency opens. policies/posts.csv, `machine`
 */
export function opensToWrite(tables: TruthTables, row: PolicyRow, asker: Asker): boolean {
  const posts = asker.post.may.has("machine") ? tables.policy.postsOf(asker.role) : [asker.post];
  return posts.some((post) => tables.possible(row, SHOWN_LEVELS, { ...asker, post }));
}

/**
 * What must hold of a record that is there, for the role to write this field of it. Beside what is its own and what was
 * addressed to it, only what shows it the field.
 */
const relationsToWrite = ({ by, guard: { row, levels } }: Written, role: Role): readonly Condition[] =>
  by.filter((condition) => condition === "o" || condition === "a" || names(row, role, condition, levels));

const names = (row: PolicyRow, role: Role, condition: Condition, at: readonly Level[] = SHOWN_LEVELS): boolean =>
  (row.cells.get(role) ?? []).some(({ level, conditions }) => at.includes(level) && conditions.includes(condition));

/** Whether it holds. On NAMED_ONLY rows the writer is a person named on the record as well. */
export const isRelated = (written: Written, { role }: Asker, facts: Facts): boolean =>
  (facts & bitsOfAny(relationsToWrite(written, role))) !== 0 &&
  (!written.guard.row.limits.has("NAMED_ONLY") || (facts & FACT.named) !== 0);

/** By policy row what must hold of the record: of a new one its place, of one that is there a relation to it. */
export function writeConditions(
  tables: TruthTables,
  { anchor, isNew, written }: WriteGuard,
  asker: Asker,
): ReadonlyMap<PolicyRow, readonly Condition[]> {
  if (isNew) return new Map([[anchor, tables.level(anchor, asker, maker(anchor) & ~FACT.j) === "-" ? ["j"] : []]]);
  const always = alwaysOf(written);
  if (always.length === 0) return new Map([[anchor, ["p"]]]);
  return new Map(always.map((one) => [one.guard.row, relationsToWrite(one, asker.role)]));
}
