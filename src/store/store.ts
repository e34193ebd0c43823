import { randomBytes } from "node:crypto";
import pg, { type Pool, type PoolClient } from "pg";
import { DataSource, type DataSourceOptions, DefaultNamingStrategy, type EntityManager, type Table } from "typeorm";
import { Fault } from "../errors.js";
import { type Embedded, openEmbedded } from "./embedded.js";
import { MIGRATIONS, type Migration, migrate } from "./migrate.js";
import { RoundTrip, type Step } from "./round-trip.js";
import { type RowReach, SET_VIEWER, viewerSettings } from "./viewer-settings.js";

export interface StoreConfig {
  /** Serving login; without it PGlite in `dataDir`. */
  readonly url?: string | undefined;
  /** Login that owns the tables; default `url`. */
  readonly migrationUrl?: string | undefined;
  readonly dataDir: string;
  readonly poolSize?: number | undefined;
  /** For whoever only looks: nothing is migrated. */
  readonly asItIs?: boolean;
  readonly entities: DataSourceOptions["entities"];
  /** Beside the hub's own: an agency's. */
  readonly migrations?: readonly Migration[];
}

/** Runs one statement and gives its rows. */
export type Query = <Row extends object>(sql: string, params?: unknown[]) => Promise<Row[]>;

/** Column names are the properties' in snake case; constraints are named as PostgreSQL names them. */
class SnakeNames extends DefaultNamingStrategy {
  override foreignKeyName(table: Table | string, columns: string[]): string {
    return `${this.getTableName(table)}_${columns.join("_")}_fkey`;
  }

  override columnName(property: string, custom: string | undefined): string {
    return custom ?? property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

/** The database cannot be opened: no server there, no such login or database. */
export class DatabaseUnreachable extends Error {
  readonly code = "DATABASE_UNREACHABLE";
  readonly exitCode = 2;
  /** @param url whose password is not told */
  constructor(url: string, cause: unknown) {
    const { host, pathname, username } = new URL(url);
    // pg tells by code only when several addresses of one name all refuse.
    const said = cause instanceof Error ? cause.message || ("code" in cause ? cause.code : cause.name) : cause;
    super(
      `The database ${host}${pathname} cannot be opened as ${username}: ${said}. ` +
        "Start it, or correct its URL; `hub db init` makes database and logins. 无法连接数据库。",
      { cause },
    );
  }
}

/** The hub's database, as the serving login. */
export class Store {
  #evicted: string[] = [];

  private constructor(
    readonly kind: "embedded" | "postgresql",
    readonly dataSource: DataSource,
    readonly pool: Pool,
    /** A connection for the disclosure log, whose commit every answer waits for: it does not queue behind questions. */
    readonly logPool: Pool,
    readonly embedded: Embedded | undefined,
  ) {}

  /**
   * Opens the database as the serving login. The embedded one is first prepared by its superuser, PostgreSQL where a
   * login of its own is given for that (`migrationUrl`); else it must have been prepared by `hub db migrate`.
   * @param asOwner runs after migrating: activation of the policy, the demo township
   */
  static async open(
    config: StoreConfig,
    asOwner: (owner: DataSource) => Promise<void> = async () => {},
  ): Promise<Store> {
    const embedded = config.url === undefined ? await openEmbedded(config.dataDir) : undefined;
    try {
      const byOwner =
        embedded !== undefined || (config.migrationUrl !== undefined && config.migrationUrl !== config.url);
      if (byOwner && !config.asItIs) await prepare(config, asOwner, embedded);
      await embedded?.serve();
      const dataSource = await connect(config, embedded, embedded ? 1 : (config.poolSize ?? 10));
      const pool = poolOf(dataSource);
      const logPool = embedded
        ? pool
        : guarded(new pg.Pool({ connectionString: config.url, ...settings(embedded, 1) }));
      return new Store(embedded ? "embedded" : "postgresql", dataSource, pool, logPool, embedded);
    } catch (error) {
      await embedded?.close();
      throw error;
    }
  }

  /** Work on the database as it is: nothing is migrated. */
  static async asItIs<T>(config: StoreConfig, work: (store: Store) => Promise<T>): Promise<T> {
    const store = await Store.open({ ...config, asItIs: true });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  /** @returns of each step the first column of the first row, under row security for this viewer, in one round trip */
  async read(reach: RowReach, ...steps: readonly Step[]): Promise<readonly (string | null)[]> {
    const client = await this.#client();
    try {
      const trip = new RoundTrip([{ statement: SET_VIEWER, values: viewerSettings(reach) }, ...steps], this.#evicted);
      client.query(trip);
      const [, ...texts] = await trip.done;
      client.release();
      return texts;
    } catch (error) {
      client.release(isGone(error));
      throw fault(error);
    }
  }

  /** Statement names that no plan uses any more; closed on each connection at its next turn. */
  evict(name: string): void {
    this.#evicted = [...this.#evicted.slice(-255), name];
  }

  /** One transaction of the viewer for a change; `work` uses this manager and nothing else. */
  async transaction<T>(reach: RowReach, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(SET_VIEWER.text, viewerSettings(reach));
      return work(manager);
    });
  }

  /** Rows that need no viewer: directory, log. */
  async query<T extends object>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    const client = await this.#client();
    try {
      const { rows } = await client.query<T>(sql, [...params]);
      client.release();
      return rows;
    } catch (error) {
      client.release(isGone(error));
      throw fault(error);
    }
  }

  async close(): Promise<void> {
    if (this.logPool !== this.pool) await this.logPool.end();
    await this.dataSource.destroy();
    await this.embedded?.close();
  }

  async #client(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw fault(error);
    }
  }
}

/**
 * Migrates and runs what only the owner may: the whole of `hub db migrate`.
 * @param embedded where it is open already; else nobody else has the folder meanwhile
 * @returns what `asOwner` has
 * @throws DataFolderInUse, NewerDatabase, and whatever the database refuses
 */
export async function prepare<T>(
  config: StoreConfig,
  asOwner: (owner: DataSource) => Promise<T>,
  embedded?: Embedded,
): Promise<T> {
  if (config.url === undefined && !embedded) {
    const opened = await openEmbedded(config.dataDir);
    try {
      return await prepare(config, asOwner, opened);
    } finally {
      await opened.close();
    }
  }
  const owner = await connect({ ...config, url: config.migrationUrl ?? config.url }, embedded, 1, "owner");
  try {
    await migrate(owner);
    return await asOwner(owner);
  } finally {
    await owner.destroy();
  }
}

/** The entities' tables and columns, for whoever writes statements and runs none: no connection is opened. */
export async function describe(entities: DataSourceOptions["entities"]): Promise<DataSource> {
  class Described extends DataSource {
    async describe(): Promise<DataSource> {
      await this.buildMetadatas();
      return this;
    }
  }
  return new Described({ type: "postgres", entities: entities ?? [], namingStrategy: new SnakeNames() }).describe();
}

/** There is no database to ask, or not on this connection, as against a statement that failed. */
function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const state = "code" in error && typeof error.code === "string" ? error.code : "";
  return !("severity" in error) || /^(08|53|57|55P03)/.test(state);
}

/** What cannot be answered for want of a database is said so; a statement that failed is given back as it is. */
export function fault(error: unknown): unknown {
  if (!isGone(error)) return error;
  return new Fault(
    "DATABASE_UNAVAILABLE",
    {
      message: "The database does not answer; try again shortly",
      messageZh: "数据库暂不可用,请稍后重试",
      remedy: "Send the same request again shortly, a change with the same Idempotency-Key",
    },
    error,
  );
}

/**
 * Settings of every connection. Generic plans are what makes a prepared statement worth its name; compiling one of a
 * whole question took 6 s where running it takes 0.1 s. Nobody waits for a lock: a migration that would hold up
 * everybody behind it gives way.
 */
const SESSION = "-c plan_cache_mode=force_generic_plan -c jit=off -c lock_timeout=5000 -c timezone=UTC";

/** Whoever asks is waiting. The owner is not bound: a migration of a large table takes its time. */
const ASKED = " -c statement_timeout=8000";

/** Milliseconds after which a server that is silent counts as gone; a little more than it gives a statement itself. */
const SILENCE = 8_500;

type Login = "serving" | "owner";

const settings = (embedded: Embedded | undefined, max: number, login: Login = "serving") => ({
  max,
  // The embedded database has one connection: a queue for it is no outage.
  connectionTimeoutMillis: embedded ? 30_000 : 4_000,
  idleTimeoutMillis: embedded ? 0 : 30_000,
  keepAlive: true,
  ...(embedded ? {} : login === "owner" ? { options: SESSION } : { options: SESSION + ASKED, query_timeout: SILENCE }),
});

async function connect(
  config: StoreConfig,
  embedded: Embedded | undefined,
  max: number,
  login: Login = "serving",
): Promise<DataSource> {
  const dataSource = new DataSource({
    type: "postgres",
    ...(embedded
      ? { host: embedded.socketFolder, username: "postgres", database: "postgres" }
      : { url: config.url ?? "" }),
    entities: config.entities ?? [],
    migrations: [...MIGRATIONS, ...(config.migrations ?? [])],
    namingStrategy: new SnakeNames(),
    installExtensions: false,
    migrationsTableName: "migration",
    extra: settings(embedded, max, login),
    poolErrorHandler: () => {}, // TypeORM's own, beside ours
  });
  try {
    await dataSource.initialize();
  } catch (error) {
    throw config.url === undefined ? error : new DatabaseUnreachable(config.url, error);
  }
  return dataSource;
}

function poolOf(dataSource: DataSource): Pool {
  const { driver } = dataSource;
  if (!("master" in driver)) throw new TypeError("TypeORM's PostgreSQL driver has no pool");
  const pool: unknown = driver.master;
  if (!isPool(pool)) throw new TypeError("TypeORM's PostgreSQL driver has no pool");
  return guarded(pool);
}

/** pg: a lost connection without a listener, idle or checked out, takes the process down with it. */
function guarded(pool: Pool): Pool {
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool.on("error", () => {}); // replaced at the next use
}

const isPool = (value: unknown): value is Pool =>
  typeof value === "object" && value !== null && "connect" in value && "totalCount" in value;

/** UUIDv7 (RFC 9562): random, in order of making. */
export const newKey = (now: number = Date.now()): string => uuid7(now, randomBytes(16));

/** @param bytes sixteen; the time takes the place of the first six */
export function uuid7(milliseconds: number, bytes: Buffer): string {
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
