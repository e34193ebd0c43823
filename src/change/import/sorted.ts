import type { Columns } from "./column.js";
import { OPERATOR_ID } from "./known.js";
import type { Importing, Item, Register } from "./register.js";
import type { Said } from "./report.js";
import { numbersOf } from "./rows.js";
import type { Found } from "./values.js";

/** A row, and the record that it says something of. */
export type Sortable = Item<Columns> & Found;

/** Which rows of a batch are new, changed, or as they were. */
export interface Sorted {
  readonly fresh: readonly Sortable[];
  readonly changed: readonly Sortable[];
  readonly unchanged: number;
}

/** @param refuse  takes a line whose record is the agency's no longer */
export async function sort(
  register: Register<Columns>,
  rows: readonly Found[],
  importing: Importing,
  refuse: (line: number, why: Said) => void,
): Promise<Sorted> {
  const keys = rows.map(({ key }) => key);
  const numbers = await numbersOf(importing.manager, importing.agency?.id ?? OPERATOR_ID, register.name, keys);
  const remembered = new Map(numbers.map((number) => [number.key, number]));
  const fresh: Sortable[] = [];
  const changed: Sortable[] = [];
  for (const row of rows) {
    const number = remembered.get(row.key);
    if (number === undefined) fresh.push({ ...row, id: importing.newId(register.name, row.key) });
    else if (number.digest !== row.digest)
      changed.push({ ...row, id: number.record ?? importing.newId(register.name, row.key) });
  }
  const there = await register.existing?.(fresh, importing);
  const adopted = fresh.flatMap((item) => {
    const id = there?.get(item.key);
    return id === undefined ? [] : [{ ...item, id }];
  });
  const lost = await lostOf(register, [...changed, ...adopted], importing);
  for (const { line } of lost) refuse(line, NO_LONGER_YOURS);
  return {
    fresh: fresh.filter(({ key }) => !there?.has(key)),
    changed: [...changed, ...adopted].filter((item) => !lost.includes(item)),
    unchanged: rows.length - fresh.length - changed.length,
  };
}

/** Rows whose record the agency's number means, but that is not within its reach any more. */
async function lostOf(
  { record }: Register<Columns>,
  changed: readonly Sortable[],
  { manager }: Importing,
): Promise<readonly Sortable[]> {
  if (!record || changed.length === 0) return [];
  const rows = await manager.query<{ id: string }[]>(`SELECT id FROM ${record.table} WHERE id = ANY($1)`, [
    changed.map(({ id }) => id),
  ]);
  const there = new Set(rows.map(({ id }) => id));
  return changed.filter(({ id }) => !there.has(id));
}

const NO_LONGER_YOURS: Said = {
  code: "NO_LONGER_YOURS",
  message: "Your agency is not a source of this record any more",
  messageZh: "贵单位已不再是该记录的来源",
  remedy: "Take the row out, or give a new number",
};
