import { randomUUID } from "node:crypto";
import { stringify } from "csv-stringify/sync";
import type { DataSource, EntityManager } from "typeorm";
import { z } from "zod";
import { type Home, ownAgency } from "./home.js";
import { type HubDoor, RefusedByHub } from "./hub-door.js";
import { telling } from "./telling.js";

const refusal = z.object({
  line: z.int(),
  column: z.string().nullable(),
  code: z.string(),
  message: z.string(),
  messageZh: z.string(),
  remedy: z.string(),
});
/** What the hub says against a row: docs/registers.md, codes. */
export type HubRefusal = Omit<z.infer<typeof refusal>, "line">;

/** A row that the hub has refused: it waits for a person. */
export interface RefusedEvent {
  readonly register: string;
  /** Number of the row in the register. */
  readonly key: string;
  readonly happenedAt: Date;
  readonly refused: readonly HubRefusal[];
}

export interface TellReport {
  /** Rows that the hub has taken. */
  readonly accepted: number;
  /** Rows that it has refused, now or before. */
  readonly refused: number;
}

/** Rows that are sent together, and about how many bytes of them: half of what a hub takes at once. */
const MOST_ROWS = 200;
const MOST_BYTES = 128_000;
/** Errors that an import lists: a row whose error is not told would count as taken. */
const MOST_ERRORS = 1_000;

const PLAN = "mutation Plan($input: RegisterInput!) { importPlan(input: $input) { digest } }";
const APPLY = `mutation Apply($input: RegisterInput!, $digest: String!) {
  importApply(input: $input, digest: $digest) { written errors { line column code message messageZh remedy } } }`;
const planned = z.object({ importPlan: z.object({ digest: z.string() }) });
const applied = z.object({ importApply: z.object({ written: z.boolean(), errors: z.array(refusal) }) });

/**
 * Whether event `n` puts an end to what the earlier `e` of the same agency says: a row of the same number; or of a pupil that
 * has left, what said that he is there, and of one who has come back, that he has left.
 */
export const OVER = `e.agency = n.agency AND ((e.register, e.key) = (n.register, n.key)
  OR coalesce(e.cells ->> 'minor', e.key) = coalesce(n.cells ->> 'minor', n.key)
    AND (n.register = 'departures' AND e.register IN ('roster', 'enrolments', 'counsellors')
      OR n.register IN ('roster', 'enrolments') AND e.register = 'departures'))`;

/**
 * The column of the hub's registers that is ENVELOPED (R2). A row that the hub has refused waits for a person, maybe for
 * weeks, and its number is not to lie in two places meanwhile.
 */
export const WITHHELD = "citizen_number";

/** Registers whose rows bring a minor, under its own number. */
export const BRING: readonly string[] = ["minors", "roster"];

type Cells = Readonly<Record<string, string>>;
interface Event {
  /** Text of a bigint. */
  readonly no: string;
  readonly register: string;
  readonly key: string;
  readonly cells: Cells;
  readonly batch: string | null;
  readonly plan: string | null;
}
interface Batch {
  readonly id: string;
  /** Whose rows they are. */
  readonly agency: string;
  readonly register: string;
  readonly plan: string | null;
  readonly events: readonly Event[];
}

/**
 * Tells the hub what waits to be told of the agency's own, in its order, by the register's own import there: each batch
 * under its own Idempotency-Key, so that one whose answer was lost is taken once. A row is kept until the hub has taken it;
 * one that it refuses is kept with the reason, and holds up nobody.
 * @throws Fault HUB_UNAVAILABLE  the rest waits
 * @throws RefusedByHub           the hub takes nothing from this system, whatever it says: the rest waits
 * @throws Mistake BAD_USER_INPUT whose system it is nobody has said: `ownAgency`
 */
export async function tellHub(database: DataSource, home: Home, hub: HubDoor): Promise<TellReport> {
  const { id: agency } = await telling(database, (manager) => ownAgency(manager, home));
  let accepted = 0;
  for (;;) {
    const batch = await telling(database, (manager) => nextBatch(manager, agency));
    if (!batch) break;
    const refused = await send(database, hub, batch);
    await telling(database, (manager) => settle(manager, batch, refused));
    accepted += batch.events.length - refused.size;
  }
  return { accepted, refused: (await refusedEvents(database, home)).length };
}

/** Rows of the agency's that the hub has refused, in their order. @throws Mistake BAD_USER_INPUT as `ownAgency` */
export const refusedEvents = (database: DataSource, home: Home): Promise<RefusedEvent[]> =>
  telling(database, async (manager) =>
    manager.query(
      `SELECT register, key, happened_at AS "happenedAt", refused FROM hub_event
        WHERE agency = $1 AND refused IS NOT NULL ORDER BY no`,
      [(await ownAgency(manager, home)).id],
    ),
  );

/**
 * After the hub's side was put right - a person of the agency's entered there, say: what it has refused of the agency is
 * told again. What was withheld from a row comes back to it from the minor's own record; without, the hub would take the
 * number out.
 * @param owner login that owns the tables: to the one that serves no minor is there
 * @throws Mistake BAD_USER_INPUT as `ownAgency`
 */
export const tellAgain = (owner: DataSource, home: Home): Promise<void> =>
  telling(owner, async (manager) => {
    const { id } = await ownAgency(manager, home);
    await manager.query(
      `UPDATE hub_event e SET cells = e.cells || jsonb_build_object('${WITHHELD}', m.${WITHHELD})
         FROM register_key n JOIN minor m ON m.id = n.record
        WHERE e.agency = $1 AND e.refused IS NOT NULL AND e.register IN ('minors', 'roster') AND NOT e.cells ? '${WITHHELD}'
          AND n.agency = e.agency AND n.register = 'minors' AND n.key = e.key AND m.${WITHHELD} IS NOT NULL`,
      [id],
    );
    await manager.query(
      `UPDATE hub_event SET refused = NULL
        WHERE agency = $1 AND refused IS NOT NULL AND (register NOT IN ('minors', 'roster') OR cells ? '${WITHHELD}')`,
      [id],
    );
  });

/** The agency's oldest rows that wait, of one register, no number twice. What was sent before is sent again as it was. */
async function nextBatch(manager: EntityManager, agency: string): Promise<Batch | null> {
  await manager.query("SELECT pg_advisory_xact_lock(hashtext('hub_event'))");
  const waiting = await manager.query<Event[]>(
    `SELECT no, register, key, cells, batch, plan FROM hub_event
      WHERE agency = $2 AND refused IS NULL ORDER BY no LIMIT $1`,
    [MOST_ROWS, agency],
  );
  const [first] = waiting;
  if (!first) return null;
  const { register, plan } = first;
  if (first.batch !== null)
    return { id: first.batch, agency, register, plan, events: waiting.filter(({ batch }) => batch === first.batch) };

  const most = Math.floor(MOST_ERRORS / (Object.keys(first.cells).length + 1));
  const keys = new Set<string>();
  let bytes = 0;
  const after = waiting.findIndex((event, place) => {
    bytes += Buffer.byteLength(JSON.stringify(event.cells));
    const full = place === most || (place > 0 && bytes > MOST_BYTES);
    const other = event.register !== register || keys.has(event.key);
    keys.add(event.key);
    return full || other;
  });
  const events = after < 0 ? waiting : waiting.slice(0, after);
  const id = randomUUID();
  await manager.query("UPDATE hub_event SET batch = $1 WHERE no = ANY ($2)", [id, events.map(({ no }) => no)]);
  return { id, agency, register, plan: null, events };
}

/** @returns what the hub says against rows, by `no` */
async function send(
  database: DataSource,
  hub: HubDoor,
  batch: Batch,
): Promise<ReadonlyMap<string, readonly HubRefusal[]>> {
  const { id, register, plan, events } = batch;
  // Files of one register may lack different columns.
  const columns = [...new Set(events.flatMap(({ cells }) => Object.keys(cells)))];
  const rows = events.map(({ cells }) => columns.map((column) => cells[column] ?? ""));
  // As one text: a question has a limited number of values.
  const input = { register, csv: stringify([columns, ...rows]), acceptValid: true };
  const { errors, written } = await apply(plan ?? (await makePlan()));

  const untold = register === "departures" ? await untoldOf(database, batch) : undefined;
  // The hub counts lines of the text: a cell over several lines moves those below it.
  let line = 2;
  const refused = new Map<string, HubRefusal[]>();
  const heard = new Set<unknown>();
  for (const [place, { no, cells }] of events.entries()) {
    const against = errors.filter((error) => error.line === line || error.line === 1);
    for (const error of against) heard.add(error);
    // Of a pupil of whom the hub has never taken anything there is nothing to end.
    if (against.length > 0 && !(untold?.has(cells["minor"] ?? "") && against.every(isOfNobody)))
      refused.set(
        no,
        against.map(({ line: _, ...error }) => error),
      );
    line += 1 + (rows[place] ?? []).join("").split("\n").length - 1;
  }
  // Said of no row of ours: what the hub has read is not what was sent, and nothing of it counts as taken.
  if (!written || heard.size < errors.length)
    for (const { no } of events)
      if (!refused.has(no))
        refused.set(
          no,
          errors.map(({ line: _, ...error }) => error),
        );
  return refused;

  /** Kept before it is carried out: the same key must ask for the same. */
  async function makePlan(): Promise<string> {
    const { importPlan } = await hub.ask(planned, { query: PLAN, variables: { input } });
    await telling(database, (manager) =>
      manager.query("UPDATE hub_event SET plan = $2 WHERE batch = $1", [id, importPlan.digest]),
    );
    return importPlan.digest;
  }

  async function apply(digest: string, again = true): Promise<z.infer<typeof applied>["importApply"]> {
    try {
      const asking = { query: APPLY, variables: { input, digest }, idempotencyKey: id };
      return (await hub.ask(applied, asking)).importApply;
    } catch (error) {
      // Nothing of this batch was taken, and something else has changed there since it was planned.
      if (again && error instanceof RefusedByHub && error.said.extensions.code === "CONFLICT")
        return apply(await makePlan(), false);
      throw error;
    }
  }
}

const isOfNobody = ({ column, code }: HubRefusal): boolean => column === "minor" && code === "UNKNOWN_REFERENCE";

/** Numbers of those of whom the hub has certainly taken nothing: to a system with a wrong account it knows nobody. */
const untoldOf = async (database: DataSource, { agency, events }: Batch): Promise<ReadonlySet<string>> => {
  const numbers = events.map(({ cells }) => cells["minor"]);
  const untold = await telling(database, async (manager) => {
    await manager.query("SELECT set_config('hub.agency', $1, true)", [agency]);
    return manager.query<{ key: string }[]>(
      `SELECT n.key FROM register_key n JOIN untold_minor u ON u.minor = n.record
        WHERE n.agency = $1 AND n.register = 'minors' AND n.key = ANY ($2)`,
      [agency, numbers],
    );
  });
  return new Set(untold.map(({ key }) => key));
};

async function settle(
  manager: EntityManager,
  { agency, register, events }: Batch,
  refused: ReadonlyMap<string, readonly HubRefusal[]>,
): Promise<void> {
  const taken = events.flatMap(({ no }) => (refused.has(no) ? [] : [no]));
  // What was refused before would put what is past over what the hub has now.
  await manager.query(
    `DELETE FROM hub_event e USING hub_event n
      WHERE n.no = ANY ($1) AND e.refused IS NOT NULL AND e.no < n.no AND (${OVER})`,
    [taken],
  );
  await manager.query("DELETE FROM hub_event WHERE no = ANY ($1)", [taken]);
  if (BRING.includes(register)) {
    await manager.query("SELECT set_config('hub.agency', $1, true)", [agency]);
    await manager.query(
      `DELETE FROM untold_minor u USING register_key n
        WHERE u.minor = n.record AND n.agency = $1 AND n.register = 'minors' AND n.key = ANY ($2)`,
      [agency, events.flatMap(({ no, key }) => (refused.has(no) ? [] : [key]))],
    );
  }
  for (const [no, against] of refused)
    await manager.query(
      `UPDATE hub_event SET refused = $2, batch = NULL, plan = NULL,
              cells = CASE WHEN cells ->> '${WITHHELD}' <> '' THEN cells - '${WITHHELD}' ELSE cells END
        WHERE no = $1`,
      [no, JSON.stringify(against)],
    );
}
