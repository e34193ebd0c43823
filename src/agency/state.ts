import type { DataSource } from "typeorm";
import type { Role } from "../policy/policy.js";
import { ownAgencies } from "./home.js";
import { telling } from "./telling.js";

/** What those who keep records here owe the hub: each tells its own. Numbers alone: nobody is among them. */
export interface Outbox {
  /** Rows that wait to be told. */
  readonly waiting: number;
  /** Seconds for which the oldest of them has waited; 0 where none does. */
  readonly oldest: number;
  /** Rows that the hub has refused: they wait for a person. */
  readonly refused: number;
}

/** Minors of the own numbers of whoever keeps records here. */
export interface Linked {
  readonly linked: number;
  /** Without the hub's id, and not for having left: nothing is served of them. */
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

/** @throws Mistake BAD_USER_INPUT no agency of the kind stands in its own directory */
export const linkedOf = (database: DataSource, role: Role): Promise<Linked> =>
  telling(database, async (manager) => {
    const all: Linked[] = [];
    for (const { id } of await ownAgencies(manager, role)) {
      await manager.query("SELECT set_config('hub.agency', $1, true)", [id]);
      all.push(
        ...(await manager.query<Linked[]>(
          `SELECT count(l.minor)::int AS linked, (count(*) - count(l.minor))::int AS missing
             FROM register_key k
             LEFT JOIN standing_link l ON l.minor = k.record
            WHERE k.agency = $1 AND k.register = 'minors' AND NOT hub_has_left(k.record)`,
          [id],
        )),
      );
    }
    return {
      linked: all.reduce((sum, { linked }) => sum + linked, 0),
      missing: all.reduce((sum, { missing }) => sum + missing, 0),
    };
  });
