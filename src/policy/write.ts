import { isAboutMinor } from "../store/record-types.js";
import { isEdge } from "./anchor.js";
import type { WriteGuard, Written } from "./coordinates.js";
import { type Asker, bitsOf } from "./decide.js";
import { FACT, type Facts } from "./facts.js";
import { type Condition, type PolicyRow, SHOWN_LEVELS } from "./policy.js";
import type { TruthTables } from "./tables.js";

/** What may hold of a record for whoever made it, by the child that it is about. */
const byChild = ({ record }: PolicyRow): Facts =>
  isAboutMinor(record) ? FACT.j | FACT.k | FACT.p | FACT.l | FACT.s | FACT.c | FACT.e : 0;
/** What may hold of a new record for its maker, if its place lies within his agency's duty. */
const maker = (anchor: PolicyRow): Facts => FACT.o | FACT.scope | FACT.j | FACT.named | byChild(anchor);
/** What may hold of a record that is there for whoever changes it. */
const party = (anchor: PolicyRow): Facts => FACT.o | FACT.scope | FACT.p | FACT.named | byChild(anchor);

/** Beside edges: whoever takes part may bring others in. */
const OPEN_TO_PARTICIPANTS: ReadonlySet<string> = new Set(["Case.participants"]);

/** Whether the asker can ever perform this mutation; rows play no part in it. */
export const mayPerform = (tables: TruthTables, guard: WriteGuard, asker: Asker): boolean =>
  hasRight(guard, asker) &&
  guard.written.every((written) => !written.always || mayWrite(tables, written, asker)) &&
  tables.level(guard.anchor, asker, guard.isNew ? maker(guard.anchor) : party(guard.anchor)) !== "-";

export const hasRight = ({ may }: Pick<WriteGuard, "may">, { post }: Asker): boolean =>
  may === undefined || post.may.has(may);

/**
 * Whether the asker can ever write this field: his agency is among the writers, post and purpose open it, and an edge
 * leads to records that may exist for him.
 */
export const mayWrite = (tables: TruthTables, { guard: { row, leadsTo } }: Written, asker: Asker): boolean =>
  mayWriteRow(tables, row, asker) && (leadsTo === undefined || tables.possible(leadsTo, SHOWN_LEVELS, asker));

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

/** What must hold of a record that is there, for this field of it to be written. */
export const relationsToWrite = ({ coordinate, guard: { row } }: Written): readonly Condition[] =>
  isEdge(row.record) || OPEN_TO_PARTICIPANTS.has(coordinate) ? ["o", "p"] : ["o"];

/** Whether it holds. On NAMED_ONLY rows the writer is a person named on the record as well. */
export const isRelated = (written: Written, facts: Facts): boolean =>
  relationsToWrite(written).some((condition) => facts & bitsOf(condition)) &&
  (!written.guard.row.limits.has("NAMED_ONLY") || (facts & FACT.named) !== 0);

/** By policy row what must hold of the record: of a new one its place, of one that is there a relation to it. */
export function writeConditions(
  tables: TruthTables,
  { anchor, isNew, written }: WriteGuard,
  asker: Asker,
): ReadonlyMap<PolicyRow, readonly Condition[]> {
  if (isNew) return new Map([[anchor, tables.level(anchor, asker, maker(anchor) & ~FACT.j) === "-" ? ["j"] : []]]);
  const always = written.filter((one) => one.always);
  if (always.length === 0) return new Map([[anchor, ["p"]]]);
  return new Map(always.map((one) => [one.guard.row, relationsToWrite(one)]));
}
