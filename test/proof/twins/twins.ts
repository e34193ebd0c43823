import pino from "pino";
import { cursorsIn, withPositions } from "../../oracle/comparing.js";
import { type DatabaseUrls, freshDatabase } from "../../support/database.js";
import { type AskOptions, startHub, type TestHub } from "../../support/hub.js";
import type { Secret } from "./secrets.js";
import { asSuperuser, type Query, type Town } from "./town.js";

/** One question or change: who, what, what for. */
export interface Asked extends AskOptions {
  readonly subject: string;
  readonly query: string;
  /** Variables for the cursor of the page before: the page after is asked for as well. */
  readonly cursors?: readonly string[];
}

/** What must be equal of an answer: all but date and request id. */
interface Told {
  readonly status: number;
  readonly headers: readonly string[];
  /** Cursors, which are sealed by chance, are told by their places. */
  readonly text: string;
}

/** What one township said. */
export interface Said {
  /** One a page. */
  readonly told: readonly Told[];
  /** Code of the first error. */
  readonly code: string | undefined;
  readonly requestIds: readonly string[];
  /** Global id that a change asked for as `made`: that of a new record is drawn by chance. */
  readonly made: string | undefined;
}

/** Two hubs on two townships that differ in one secret. */
export interface Twins {
  readonly hub: TestHub;
  ask(asked: Asked): Promise<readonly [Said, Said]>;
  /** What each log says was shown with an answer: who, whom, which groups at which level. */
  logs(): Promise<readonly [Log, Log]>;
  /** Asks both databases. */
  read<Row extends object>(sql: string, params: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}
export type Log = (said: Said) => readonly (string | undefined)[];

/** @param start  hubs, or hubs behind gateways */
export async function openTwins(town: Town, secret: Secret, start = startHub): Promise<Twins> {
  const databases = [await freshDatabase(town.database), await freshDatabase(town.database)] as const;
  await asSuperuser(databases[1], (query) => secret.apply(query, town));
  // One after the other: activation keeps the thread so long that the other's connection would count as lost.
  const one = await start(databases[0], NOTHING, undefined, SILENT);
  const other = await start(databases[1], NOTHING, undefined, SILENT).catch(async (error: unknown) => {
    await one.close();
    throw error;
  });
  const both = async <T>(ask: (hub: TestHub, database: DatabaseUrls) => Promise<T>) =>
    Promise.all([ask(one, databases[0]), ask(other, databases[1])] as const);
  return {
    hub: one,
    ask: (asked) => both((hub) => said(hub, asked)),
    logs: () => both((_hub, database) => asSuperuser(database, readLog)),
    read: async <Row extends object>(sql: string, params: readonly unknown[]) =>
      (await both((_hub, database) => asSuperuser(database, (query) => query<Row>(sql, params)))).flat(),
    close: async () => {
      await both((hub) => hub.close());
    },
  };
}

const NOTHING = async (): Promise<void> => {};
const SILENT = pino({ level: "silent" });
/** Of the moment, not of the answer. */
const PASSING = new Set(["date", "x-hub-request-id"]);
const MADE = "…";

async function said(hub: TestHub, asked: Asked): Promise<Said> {
  const first = await hub.ask(asked.subject, asked.query, asked);
  const cursor = cursorsIn(first.text).at(-1);
  const after = Object.fromEntries((asked.cursors ?? []).map((name) => [name, cursor]));
  const further = cursor && asked.cursors?.length ? [{ ...asked, variables: { ...asked.variables, ...after } }] : [];
  const answers = [first, ...(await Promise.all(further.map((next) => hub.ask(next.subject, next.query, next))))];
  const made = /"made":"([^"]+)"/.exec(first.text)?.[1];
  const [error] = first.body.errors ?? [];
  return {
    told: answers.map(({ status, headers, text }) => ({
      status,
      headers: [...headers].filter(([name]) => !PASSING.has(name)).map((header) => header.join(": ")),
      text: withPositions(made ? text.replaceAll(made, MADE) : text, hub.questions.world.ids),
    })),
    code: error && String(error.extensions["code"]),
    requestIds: answers.map(({ headers }) => headers.get("x-hub-request-id") ?? ""),
    made,
  };
}

async function readLog(query: Query): Promise<Log> {
  const segments = await query<{ entries: string }>("SELECT entries FROM disclosure_segment ORDER BY seq");
  const lines = new Map(
    segments
      .flatMap(({ entries }) => entries.split("\n"))
      .map((line) => {
        const { requestId, at: _at, ...shown } = JSON.parse(line).entry;
        return [String(requestId), JSON.stringify(shown)];
      }),
  );
  return ({ requestIds, made }) =>
    requestIds.map((id) => {
      const line = lines.get(id);
      return made ? line?.replaceAll(made, MADE) : line;
    });
}
