import pg from "pg";
import { GENESIS, type Link, type Segment } from "./chain.js";

/** Sends one statement: a pg pool, or a client inside a transaction. */
export type Query = <Row extends pg.QueryResultRow>(sql: string, params: unknown[]) => Promise<{ rows: Row[] }>;

/** @returns where the chain ends */
export async function readEnd(query: Query): Promise<Link> {
  const { rows } = await query<{ seq: string; last: string; hash: Buffer }>(
    "SELECT seq, last_entry AS last, hash FROM disclosure_segment ORDER BY seq DESC LIMIT 1",
    [],
  );
  const [end] = rows;
  return end ? { seq: Number(end.seq), lastEntry: Number(end.last), hash: end.hash } : GENESIS;
}

/** @returns the next segments after `seq`, at most `limit` */
export async function readSegments(query: Query, seq: number, limit: number): Promise<Segment[]> {
  const { rows } = await query<
    Record<"seq" | "first" | "last" | "at" | "entries", string> & Record<"previous" | "hash", Buffer>
  >(
    `SELECT seq,
            first_entry AS first,
            last_entry  AS last,
            CASE WHEN isfinite(at) THEN (extract(epoch FROM at) * 1000000)::bigint ELSE -1 END AS at,
            entries,
            previous,
            hash
       FROM disclosure_segment
      WHERE seq > $1
      ORDER BY seq
      LIMIT $2`,
    [seq, limit],
  );
  return rows.map(({ first, last, at, ...row }) => ({
    ...row,
    seq: Number(row.seq),
    firstEntry: Number(first),
    lastEntry: Number(last),
    at: BigInt(at),
  }));
}

/** @returns `seq` of a segment that says it follows the one with this hash */
export async function findFollower(query: Query, hash: Buffer): Promise<number | undefined> {
  const { rows } = await query<{ seq: string }>("SELECT seq FROM disclosure_segment WHERE previous = $1 LIMIT 1", [
    hash,
  ]);
  return rows[0] && Number(rows[0].seq);
}

/**
 * Inserts a segment and takes the lines that it seals out of `disclosure_unsealed`, durably, in one statement.
 * @returns false if another hub has put its segment in this place
 */
export async function insertSegment(query: Query, segment: Segment, sealed: readonly string[]): Promise<boolean> {
  const { seq, firstEntry, lastEntry, at, entries, previous, hash } = segment;
  const time = new Date(Number(at / 1000n)).toISOString();
  try {
    await query(
      `WITH sealed AS (DELETE FROM disclosure_unsealed WHERE id = ANY($8::uuid[]))
       INSERT INTO disclosure_segment (seq, first_entry, last_entry, at, entries, previous, hash)
       SELECT $1::bigint, $2::bigint, $3::bigint, $4::timestamptz, $5::text, $6::bytea, $7::bytea ${DURABLY}`,
      [seq, firstEntry, lastEntry, time, entries, previous, hash, sealed],
    );
    return true;
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && cause.code === "23505") return false;
    throw cause;
  }
}

// Holds for the transaction, whatever the server or the login is set to.
const DURABLY = "FROM set_config('synchronous_commit', 'on', true)";

export const insertUnsealed = (
  query: (sql: string, params: unknown[]) => Promise<unknown>,
  id: string,
  entry: string,
) => query(`INSERT INTO disclosure_unsealed (id, entry) SELECT $1::uuid, $2::text ${DURABLY}`, [id, entry]);

/** @returns id -> entry of those that are (still) unsealed */
export async function readUnsealed(query: Query, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await query<{ id: string; entry: string }>(
    "SELECT id, entry FROM disclosure_unsealed WHERE id = ANY($1::uuid[])",
    [ids],
  );
  return new Map(rows.map(({ id, entry }) => [id, entry]));
}

/** @returns the oldest ids that are unsealed */
export async function listUnsealed(query: Query, limit: number): Promise<string[]> {
  const { rows } = await query<{ id: string }>("SELECT id FROM disclosure_unsealed ORDER BY at, id LIMIT $1", [limit]);
  return rows.map(({ id }) => id);
}

/** @returns the newest segment that holds this text, among the last 10,000 */
export async function findRecent(
  query: Query,
  text: string,
): Promise<{ segment: number; first: number; entries: string } | undefined> {
  const { rows } = await query<{ seq: string; first: string; entries: string }>(
    `SELECT seq, first_entry AS first, entries
       FROM (SELECT * FROM disclosure_segment ORDER BY seq DESC LIMIT 10000) AS recent
      WHERE position($1 IN entries) > 0
      LIMIT 1`,
    [text],
  );
  const [found] = rows;
  return found && { segment: Number(found.seq), first: Number(found.first), entries: found.entries };
}
