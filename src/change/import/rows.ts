import type { EntityManager } from "typeorm";
import { OPERATOR_ID } from "./known.js";
import type { Importing } from "./register.js";

type Value = string | number | boolean | null | readonly string[];
/** A row of a table: its keys are columns, the same in every row of one call. */
export type TableRow = Readonly<Record<string, Value>>;

const BATCH = 1_000;

/** One statement for a thousand rows. @param sql has the rows as JSON in $1, `values` from $2 on */
export async function inBatches(
  manager: EntityManager,
  rows: readonly object[],
  sql: string,
  values: readonly string[] = [],
): Promise<void> {
  for (let at = 0; at < rows.length; at += BATCH)
    await manager.query(sql, [JSON.stringify(rows.slice(at, at + BATCH)), ...values]);
}

/** @param conflict what to do about rows that are there, e.g. "ON CONFLICT DO NOTHING"; `values` are $2 ... in it */
export async function insertRows(
  manager: EntityManager,
  table: string,
  rows: readonly TableRow[],
  conflict = "",
  values: readonly string[] = [],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(", ");
  await inBatches(
    manager,
    rows,
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1) ${conflict}`,
    values,
  );
}

/**
 * Writes the other columns of the rows with these ids.
 * @param counted  columns of the anchor's group: the version of a record tells of no others
 * @param kept     columns that a command fills as well: null leaves what is there
 */
export async function updateRows(
  manager: EntityManager,
  table: string,
  rows: readonly TableRow[],
  counted: readonly string[],
  kept: readonly string[] = [],
): Promise<void> {
  const told = (column: string) => (kept.includes(column) ? `coalesce(n.${column}, t.${column})` : `n.${column}`);
  const sets = Object.keys(rows[0] ?? {})
    .filter((column) => column !== "id")
    .map((column) => `${column} = ${told(column)}`);
  await inBatches(
    manager,
    rows,
    `UPDATE ${table} t SET ${sets.join(", ")}, version = ${versionSql(counted, "t", told)}
       FROM jsonb_populate_recordset(NULL::${table}, $1) n WHERE t.id = n.id`,
  );
}

/** The version of a row `t` that is updated from `n`, with what `told` says of each column. */
export const versionSql = (
  counted: readonly string[],
  t = "t",
  told = (column: string): string => `n.${column}`,
): string =>
  `${t}.version + ((${counted.map((column) => `${t}.${column}`)}) IS DISTINCT FROM (${counted.map(told)}))::int`;

/** A row that an agency's register has brought before. */
export interface Numbered {
  readonly key: string;
  /** null: the row is no record of its own. */
  readonly record: string | null;
  /** Of the row as it came last, in hex. */
  readonly digest: string;
}

/**
 * What is remembered of these numbers in an agency's register. Each is looked up by itself: while a table is filled the
 * planner knows nothing of it, and would read all of the register for every batch.
 */
export const numbersOf = (
  manager: EntityManager,
  agency: string | null,
  register: string,
  keys: readonly string[],
): Promise<Numbered[]> =>
  manager.query(
    `SELECT n.key, n.record, encode(n.digest, 'hex') AS digest
       FROM unnest($3::text[]) k(key)
      CROSS JOIN LATERAL (SELECT * FROM register_key WHERE agency = $1 AND register = $2 AND key = k.key OFFSET 0) n`,
    [agency, register, keys],
  );

/** Records that numbers of the agency mean in one of its registers. */
export async function recordsOfNumbers(
  register: string,
  keys: readonly string[],
  { manager, agency }: Importing,
): Promise<ReadonlyMap<string, string>> {
  const numbers = await numbersOf(manager, agency?.id ?? null, register, keys);
  return new Map(numbers.flatMap(({ key, record }) => (record === null ? [] : [[key, record] as const])));
}

/**
 * Writes down which records these numbers of a register mean, and what their rows said: without a digest, nobody knows any
 * more what they said last.
 * @param record_type  null: the rows are no records of their own
 */
export const rememberNumbers = (
  register: string,
  record_type: string | null,
  items: readonly { readonly key: string; readonly id: string; readonly digest?: string }[],
  { manager, agency }: Importing,
): Promise<void> =>
  insertRows(
    manager,
    "register_key",
    items.map(({ key, id, digest = "" }) => ({
      agency: agency?.id ?? OPERATOR_ID,
      register,
      key,
      record_type,
      record: record_type === null ? null : id,
      digest: `\\x${digest}`,
    })),
    "ON CONFLICT (agency, register, key) DO UPDATE SET digest = EXCLUDED.digest",
  );

/** A relation that a row tells: `person` = of that person, not of the whole agency. */
export interface Relation {
  readonly record_type: string;
  readonly record: string;
  readonly agency: string;
  readonly person: string | null;
  readonly kind: string;
  readonly policy_row?: string | null;
  readonly until?: string | null;
  readonly basis: string;
}

export const involve = (manager: EntityManager, relations: readonly Relation[]): Promise<void> =>
  inBatches(manager, relations, "SELECT hub_involve($1)");
