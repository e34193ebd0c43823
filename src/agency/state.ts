import type { DataSource } from "typeorm";
import { answeredFor, notOne, type Whose } from "./home.js";
import { telling } from "./telling.js";

/** What is counted of the agencies that a program answers for. */
interface Counted {
  /** Their codes. */
  readonly of: readonly string[];
}

/** What they owe the hub. Numbers alone: nobody is among them. */
export interface Outbox extends Counted {
  /** Rows that wait to be told. */
  readonly waiting: number;
  /** Seconds for which the oldest of them has waited; 0 where none does. */
  readonly oldest: number;
  /** Rows that the hub has refused: they wait for a person. */
  readonly refused: number;
}

/** Minors of their own numbers. */
export interface Linked extends Counted {
  readonly linked: number;
  /** Without the hub's id, and neither for having left nor because the relation has ended: nothing is served of them. */
  readonly missing: number;
  /** Whose number the hub has taken and does not name any more. */
  readonly ended: number;
}

export const outboxOf = (database: DataSource, whose: Whose): Promise<Outbox> =>
  telling(database, async (manager) => {
    const agencies = await answeredFor(manager, whose);
    const [outbox = { waiting: 0, oldest: 0, refused: 0 }] = await manager.query<Omit<Outbox, "of">[]>(
      `SELECT count(*) FILTER (WHERE refused IS NULL)::int AS waiting,
              coalesce(extract(epoch FROM now() - min(happened_at) FILTER (WHERE refused IS NULL)), 0)::float8 AS oldest,
              count(*) FILTER (WHERE refused IS NOT NULL)::int AS refused
         FROM hub_event
        WHERE agency = ANY ($1)`,
      [agencies.map(({ id }) => id)],
    );
    return { ...outbox, of: agencies.map(({ code }) => code) };
  });

/** @throws Mistake BAD_USER_INPUT no such agency stands in its own directory */
export const linkedOf = (database: DataSource, whose: Whose): Promise<Linked> =>
  telling(database, async (manager) => {
    const agencies = await answeredFor(manager, whose);
    if (agencies.length === 0) throw notOne(0, whose.role, whose.agency);
    const all: Omit<Linked, "of">[] = [];
    for (const { id, alone } of agencies) {
      await manager.query("SELECT set_config('hub.agency', $1, true)", [id]);
      all.push(
        ...(await manager.query<Omit<Linked, "of">[]>(
          `SELECT count(l.minor)::int AS linked, count(*) FILTER (WHERE l.minor IS NULL AND t.key IS NULL)::int AS missing,
                  count(*) FILTER (WHERE l.minor IS NULL AND t.key IS NOT NULL)::int AS ended
             FROM register_key k
             LEFT JOIN standing_link l ON l.minor = k.record
             LEFT JOIN taken_number t ON $2 AND (t.agency, t.key) = (k.agency, k.key)
            WHERE k.agency = $1 AND k.register = 'minors' AND NOT hub_has_left(k.record)`,
          // Of several nobody here knows what the hub has taken: importAtHome.
          [id, alone],
        )),
      );
    }
    return {
      of: agencies.map(({ code }) => code),
      linked: all.reduce((sum, { linked }) => sum + linked, 0),
      missing: all.reduce((sum, { missing }) => sum + missing, 0),
      ended: all.reduce((sum, { ended }) => sum + ended, 0),
    };
  });
