import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { ConfigError, type HubConfig } from "../../config.js";
import { withDataFolder } from "../../store/embedded.js";
import { DatabaseUnreachable, type Query } from "../../store/store.js";
import { type Contents, holds } from "./contents.js";
import { pgTool } from "./pg-tools.js";

/** As somebody whom row security does not hold back: whoever backs up must see all. */
export type WholeQuery = Query;

/** Where a restored database is, in the words of the store's configuration. */
export interface Restored {
  readonly url?: string;
  readonly dataDir?: string;
}

export type Kind = "embedded" | "postgresql";
export const kindOf = ({ database: { url } }: HubConfig): Kind => (url === undefined ? "embedded" : "postgresql");
const dumpIn = (folder: string, kind: Kind) => join(folder, kind === "embedded" ? "database.tar.gz" : "database.dump");

/**
 * Writes the database into the folder.
 * @param alongside  asks what the dump holds, at the very same moment
 * @throws ConfigError, DatabaseUnreachable, PgToolFailed; DataFolderInUse: the embedded one while its hub runs
 */
export async function dump<T>(
  config: HubConfig,
  folder: string,
  alongside: (query: WholeQuery) => Promise<T>,
): Promise<T> {
  const { url, dataDir } = config.database;
  if (url !== undefined) return dumpPostgres(adminIn(config), databaseOf(url), dumpIn(folder, "postgresql"), alongside);
  if (!existsSync(join(dataDir, "database")))
    throw new ConfigError(`HUB_DATA_DIR: expected a folder with a database; there is none in ${dataDir}`);
  return withDataFolder(dataDir, async (database) => {
    const db = await PGlite.create(database);
    return within(db, async (query) => {
      const archive = await db.dumpDataDir("gzip");
      await writeFile(dumpIn(folder, "embedded"), Buffer.from(await archive.arrayBuffer()), { mode: 0o600 });
      return alongside(query);
    });
  });
}

async function dumpPostgres<T>(
  adminUrl: string,
  database: string,
  file: string,
  alongside: (query: WholeQuery) => Promise<T>,
): Promise<T> {
  const there = inDatabase(adminUrl, database);
  return withClient(there, async (query) => {
    // A dump by anybody else would be an error, or a part of the database.
    const [login] = await query<{ all: boolean }>(
      "SELECT rolsuper OR rolbypassrls AS all FROM pg_roles WHERE rolname = current_user",
    );
    if (!login?.all) throw new ConfigError(ADMIN);
    await query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const [snapshot] = await query<{ id: string }>("SELECT pg_export_snapshot() AS id");
    await pgTool("pg_dump", there, ["--format=custom", `--snapshot=${snapshot?.id}`, `--file=${file}`]);
    return alongside(query);
  });
}

/**
 * Restores the folder's dump beside what is there, for as long as it is looked at.
 * @param scratch  an empty folder
 * @param first    looks at it as the superuser, before `then` opens it as the hub would
 */
export async function restore<Seen, T>(
  config: HubConfig,
  folder: string,
  scratch: string,
  first: (query: WholeQuery) => Promise<Seen>,
  then: (at: Restored, seen: Seen) => Promise<T>,
): Promise<T> {
  const { url } = config.database;
  if (url === undefined) {
    const seen = await unpack(folder, join(scratch, "database"), first);
    return then({ dataDir: scratch }, seen);
  }
  const adminUrl = adminIn(config);
  const name = `hub_restore_test_${process.pid}`;
  return withClient(adminUrl, async (admin) => {
    await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin(`CREATE DATABASE ${name} TEMPLATE template0`);
    try {
      const there = inDatabase(adminUrl, name);
      await pgTool("pg_restore", there, ["--exit-on-error", `--dbname=${name}`, dumpIn(folder, "postgresql")]);
      const seen = await withClient(there, first);
      return await then({ url: inDatabase(url, name), dataDir: scratch }, seen);
    } finally {
      await admin(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
}

/**
 * Restores the folder's dump to stay, where the hub of this configuration looks for its database: all of it or nothing.
 * @param made   what the dump holds: a database that holds just this has been restored by a run that got no further
 * @param first  looks at it as the superuser
 * @throws ConfigError where there is another database already; PgToolFailed, DumpUnreadable
 */
export async function restoreToStay<Seen>(
  config: HubConfig,
  folder: string,
  made: Contents,
  first: (query: WholeQuery) => Promise<Seen>,
): Promise<Seen> {
  const { url, dataDir } = config.database;
  const again = async (query: WholeQuery, message: string) => {
    if (!(await holds(query, made))) throw new ConfigError(message);
    return first(query);
  };
  if (url === undefined) {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return withDataFolder(dataDir, async (database) => {
      if (existsSync(database))
        return within(await PGlite.create(database), (query) =>
          again(query, `HUB_DATA_DIR: expected a folder without a database; there is one in ${dataDir}`),
        );
      const half = `${database}.restoring`;
      await rm(half, { recursive: true, force: true });
      const seen = await unpack(folder, half, first);
      await rename(half, database);
      return seen;
    });
  }
  const name = databaseOf(url);
  const there = inDatabase(adminIn(config), name);
  return withClient(there, async (query) => {
    const [full] = await query("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace LIMIT 1");
    if (full) return again(query, `DATABASE_URL: expected an empty database, as hub db init makes it; ${name} is not`);
    await pgTool("pg_restore", there, ["--single-transaction", `--dbname=${name}`, dumpIn(folder, "postgresql")]);
    return first(query);
  });
}

async function unpack<Seen>(
  folder: string,
  dataDir: string,
  first: (query: WholeQuery) => Promise<Seen>,
): Promise<Seen> {
  const archive = await archiveIn(dumpIn(folder, "embedded"));
  return within(await PGlite.create({ dataDir, loadDataDir: archive }), first);
}

const within = <T>(db: PGlite, work: (query: WholeQuery) => Promise<T>): Promise<T> =>
  work(queryOf(db)).finally(() => db.close());

/** A dump that was cut off, or is none. */
export class DumpUnreadable extends Error {
  readonly code = "DUMP_UNREADABLE";
  readonly exitCode = 1;
  constructor(file: string, cause: unknown) {
    super(`${file} cannot be read: it was cut off, or is no dump. Take another backup. 备份文件不完整。`, { cause });
  }
}

/** Unpacked here: PGlite does not survive an archive that ends too soon. */
async function archiveIn(file: string): Promise<Blob> {
  const packed = await readFile(file);
  try {
    return new Blob([await promisify(gunzip)(packed)]);
  } catch (cause) {
    throw new DumpUnreadable(file, cause);
  }
}

const ADMIN = "DATABASE_ADMIN_URL: expected a login that row security does not bind (superuser or BYPASSRLS)";

function adminIn({ database: { adminUrl } }: HubConfig): string {
  if (adminUrl === undefined) throw new ConfigError(ADMIN);
  return adminUrl;
}

const databaseOf = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1));
const inDatabase = (url: string, name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).toString();

const queryOf =
  (db: PGlite): WholeQuery =>
  async <Row>(sql: string, params: readonly unknown[] = []) =>
    (await db.query<Row>(sql, [...params])).rows;

async function withClient<T>(url: string, work: (query: WholeQuery) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseUnreachable(url, error);
  }
  try {
    return await work(
      async <Row extends pg.QueryResultRow>(sql: string, params: readonly unknown[] = []) =>
        (await client.query<Row>(sql, [...params])).rows,
    );
  } finally {
    await client.end();
  }
}
