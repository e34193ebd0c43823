import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { WholeQuery } from "./whole.js";

/** What a database holds, without a value: enough to see that all of it came back. */
export const contents = z.object({
  /** Table -> rows. */
  rows: z.record(z.string(), z.int()),
  /** Fingerprint of the id key; null where no hub has opened it yet. */
  idKey: z.string().nullable(),
});
export type Contents = z.infer<typeof contents>;

export async function contentsOf(query: WholeQuery): Promise<Contents> {
  const rows = await rowsIn(query);
  const [key] = await query<{ fingerprint: string }>("SELECT fingerprint FROM id_key");
  return { rows, idKey: key?.fingerprint ?? null };
}

/** Whether a database, which may be of any kind, holds just this. */
export const holds = async (query: WholeQuery, wanted: Contents): Promise<boolean> =>
  isDeepStrictEqual(await rowsIn(query), wanted.rows) && (await contentsOf(query)).idKey === wanted.idKey;

async function rowsIn(query: WholeQuery): Promise<Contents["rows"]> {
  const tables = await query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname",
  );
  const rows: Record<string, number> = {};
  for (const { name } of tables) {
    const [counted] = await query<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM "${name}"`);
    rows[name] = counted?.rows ?? 0;
  }
  return rows;
}
