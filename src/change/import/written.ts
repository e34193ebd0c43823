import type { Columns } from "./column.js";
import { OPERATOR_ID } from "./known.js";
import type { Importing, Register, Written } from "./register.js";
import type { Said } from "./report.js";
import { rememberNumbers } from "./rows.js";
import type { Sorted } from "./sorted.js";

/**
 * Writes a batch and what its numbers mean, or nothing of it.
 * @param refuse  takes what only the database knows to be wrong
 * @returns       lines that it took, for which nothing is written
 */
export async function write(
  register: Register<Columns>,
  { fresh, changed }: Sorted,
  importing: Importing,
  refuse: (line: number, column: string, why: Said) => void,
): Promise<ReadonlySet<number>> {
  const { manager } = importing;
  await manager.query("SAVEPOINT batch");
  const wrong = new Set<number>();
  await register.write({ fresh, changed }, importing, (line, column, why) => {
    wrong.add(line);
    refuse(line, column, why);
  });
  if (wrong.size > 0) await manager.query("ROLLBACK TO SAVEPOINT batch");
  else await rememberNumbers(register.name, register.record?.type ?? null, [...fresh, ...changed], importing);
  await manager.query("RELEASE SAVEPOINT batch");
  return wrong;
}

/** Records that the rows of a batch are about. */
export const recordsOf = ({ record, about }: Register<Columns>, { fresh, changed }: Sorted): Written[] =>
  [...fresh, ...changed].flatMap(({ id, row }) => about?.(row) ?? (record ? [{ type: record.type, id }] : []));

/** A number that a complete file has no more, and the record that it means. */
export interface Gone {
  readonly key: string;
  readonly record: string | null;
}

/** @param numbers  all that the file has */
export const goneFrom = (
  register: Register<Columns>,
  numbers: ReadonlySet<string>,
  { manager, agency }: Importing,
): Promise<Gone[]> =>
  manager.query(
    "SELECT key, record FROM register_key WHERE agency = $1 AND register = $2 AND key <> ALL ($3) ORDER BY key",
    [agency?.id ?? OPERATOR_ID, register.name, [...numbers]],
  );

/** Ends what these numbers mean, and forgets them. @returns the records */
export async function end(
  register: Register<Columns>,
  gone: readonly Gone[],
  importing: Importing,
): Promise<Written[]> {
  const { manager, agency } = importing;
  await register.end?.(gone, importing);
  await manager.query("DELETE FROM register_key WHERE agency = $1 AND register = $2 AND key = ANY ($3)", [
    agency?.id ?? OPERATOR_ID,
    register.name,
    gone.map(({ key }) => key),
  ]);
  const { record } = register;
  return gone.flatMap(({ record: id }) => (record && id !== null ? [{ type: record.type, id }] : []));
}
