import type { DataSource } from "typeorm";
import { type Home, ownAgency } from "./home.js";
import { telling } from "./telling.js";

/** What an agency owes the hub. Numbers alone: nobody is among them. */
export interface Outbox {
  /** Rows that wait to be told. */
  readonly waiting: number;
  /** Seconds for which the oldest of them has waited; 0 where none does. */
  readonly oldest: number;
  /** Rows that the hub has refused: they wait for a person. */
  readonly refused: number;
}

/** Minors of the agency's own numbers. */
export interface Linked {
  readonly linked: number;
  /** Without the hub's id: nothing is served of them. */
  readonly missing: number;
}

export const outboxOf = (database: DataSource): Promise<Outbox> =>
  telling(database, async (manager) => {
    const [outbox = { waiting: 0, oldest: 0, refused: 0 }] = await manager.query<Outbox[]>(
      `SELECT count(*) FILTER (WHERE refused IS NULL)::int AS waiting,
              coalesce(extract(epoch FROM now() - min(happened_at) FILTER (WHERE refused IS NULL)), 0)::float8 AS oldest,
              count(*) FILTER (WHERE refused IS NOT NULL)::int AS refused
         FROM hub_event`,
    );
    return outbox;
  });

/** @throws Mistake BAD_USER_INPUT the agency does not stand in its own directory */
export const linkedOf = (database: DataSource, home: Pick<Home, "role" | "agency">): Promise<Linked> =>
  telling(database, async (manager) => {
    const { id } = await ownAgency(manager, home);
    await manager.query("SELECT set_config('hub.agency', $1, true)", [id]);
    const [linked = { linked: 0, missing: 0 }] = await manager.query<Linked[]>(
      `SELECT count(l.minor)::int AS linked, (count(*) - count(l.minor))::int AS missing
         FROM register_key k
         LEFT JOIN minor_link l ON l.minor = k.record
        WHERE k.agency = $1 AND k.register = 'minors'`,
      [id],
    );
    return linked;
  });
