import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, type HubConfig } from "../../config.js";
import { type Head, readHeads } from "../../disclosure/heads.js";
import { sayVerification, verifyLog } from "../../disclosure/verify.js";
import { Store, type StoreConfig } from "../../store/store.js";
import { examineRestored } from "../doctor/examine.js";
import { type Finding, type Found, ok, red } from "../doctor/finding.js";
import { OPEN_ROWS, OPEN_TABLES } from "../doctor/walls.js";
import { storeConfigOf } from "../foundation.js";
import { HEADS, KEY, MANIFEST, type Manifest, manifest } from "./backup.js";
import { type Contents, contentsOf } from "./contents.js";
import { kindOf, type Restored, restore, type WholeQuery } from "./whole.js";

/**
 * Restores a backup beside the database and looks whether a hub could go on from it: all rows are there, the log is
 * whole, the id key is its own, and the serving login is held back there too. Nothing of it stays.
 * @param storeOf an agency's own tables are migrated by more than the hub's
 * @throws ConfigError the folder is no backup of this kind of database; PgToolFailed the dump cannot be restored
 */
export async function testRestore(config: HubConfig, folder: string, storeOf = storeConfigOf): Promise<Finding[]> {
  const made = await manifestIn(config, folder);
  const scratch = await mkdtemp(join(tmpdir(), "hub-restore-"));
  try {
    return await restore(config, folder, scratch, lookAt, (at, seen) =>
      examine({ config, storeOf }, folder, made, at, seen),
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

export interface Restoring {
  readonly config: HubConfig;
  readonly storeOf: (config: HubConfig) => StoreConfig;
}

/** As the hub of the backup, with the key that was kept. */
export async function examine(
  { config, storeOf }: Restoring,
  folder: string,
  made: Manifest,
  at: Restored,
  { contents, related }: Seen,
): Promise<Finding[]> {
  const restored = { ...config, keys: { file: join(folder, KEY) } };
  return Store.asItIs({ ...storeOf(config), ...at, migrationUrl: undefined }, async (store) => [
    { check: "rows", ...compare(made.contents, contents) },
    { check: "log", ...(await verify(store, folder)) },
    ...(await examineRestored({ config: restored, store })),
    { check: "hidden", ...(await hidden(store, Object.keys(contents.rows))) },
    { check: "shown", ...(await shown(store, related)) },
  ]);
}

/** @throws ConfigError the folder is no backup of this kind of database */
export async function manifestIn(config: HubConfig, folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) throw new ConfigError(`${folder}: expected a backup; there is no ${MANIFEST} in it`);
  const made = manifest.parse(JSON.parse(await readFile(file, "utf8")));
  if (made.kind !== kindOf(config))
    throw new ConfigError(
      `DATABASE_URL: expected one for a backup of ${made.kind}, none for one of the embedded database`,
    );
  return made;
}

/** A key that some rows of `minor` carry, and how many. */
interface Related {
  readonly key: string;
  readonly rows: number;
}

/** What the superuser sees of a restored database, to be compared with what the hub's login does. */
interface Seen {
  readonly contents: Contents;
  readonly related: Related | undefined;
}

export async function lookAt(query: WholeQuery): Promise<Seen> {
  const [related] = await query<Related>(
    `SELECT key::text, count(*)::int AS rows FROM minor, unnest(involved) AS key
      WHERE key = (SELECT involved[1] FROM minor WHERE involved <> '{}' LIMIT 1)
      GROUP BY key`,
  );
  return { contents: await contentsOf(query), related };
}

const ANOTHER = ["Take another backup and try that one", "请重新备份后再试"] as const;

function compare({ rows }: Contents, restored: Contents): Found {
  const tables = [...new Set([...Object.keys(rows), ...Object.keys(restored.rows)])];
  const differ = tables.filter((table) => rows[table] !== restored.rows[table]);
  const told = differ.map((table) => `${table} ${restored.rows[table] ?? 0}/${rows[table] ?? 0}`).join(", ");
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return differ.length === 0
    ? ok(`All ${all} rows of ${tables.length} tables came back`, `${tables.length} 张表共 ${all} 行全部恢复`)
    : red([`Rows restored of rows backed up: ${told}`, `行数不符:${told}`], ANOTHER);
}

async function verify(store: Store, folder: string): Promise<Found> {
  const heads: AsyncIterable<Head> | Head[] = existsSync(join(folder, HEADS)) ? readHeads(folder) : [];
  const result = await verifyLog({ query: (sql, params) => store.pool.query(sql, params), heads });
  const [en = "", zh = ""] = sayVerification(result).split("\n");
  return result.ok
    ? ok(en, zh)
    : red([en, zh], ["Keep this backup, and verify the log of the running hub", "请保留本备份并核验现行日志"]);
}

/** Whoever is nobody sees nothing. */
async function hidden(store: Store, tables: readonly string[]): Promise<Found> {
  const open: string[] = [];
  for (const table of tables.filter((name) => !OPEN_TABLES.includes(name))) {
    const [readable] = await store.query<{ is: boolean }>("SELECT has_table_privilege($1, 'SELECT') AS is", [table]);
    if (!readable?.is) continue;
    const [row] = await store.query<{ is: boolean }>(
      `SELECT EXISTS (SELECT FROM "${table}" WHERE ${OPEN_ROWS[table] ?? false} IS NOT TRUE) AS is`,
    );
    if (row?.is) open.push(table);
  }
  return open.length === 0
    ? ok("Without a viewer the serving login sees no row about a person", "无查询人时服务账号看不到任何个人数据")
    : red(
        [`Without a viewer the serving login sees ${open.join(", ")}`, `无查询人时可见:${open.join("、")}`],
        ["Mend row security where the backup came from", "请修复源库的行级安全"],
      );
}

/** And whoever has a relation sees what it is to: a database that shows nothing is no use. */
async function shown(store: Store, related: Related | undefined): Promise<Found> {
  if (!related) return ok("There is no record with a relation", "没有带关系的记录");
  const reach = { keys: new Map([["Minor", [BigInt(related.key)]]]), places: new Map(), agency: "", asker: "" };
  const seen = await store.transaction(reach, async (manager) => {
    const [counted] = await manager.query<{ rows: number }[]>("SELECT count(*)::int AS rows FROM minor");
    return counted?.rows;
  });
  return seen === related.rows
    ? ok(`A relation shows the ${seen} records that it is to`, `有关系者可见其 ${seen} 条记录`)
    : red([`A relation to ${related.rows} records shows ${seen}`, `应见 ${related.rows} 条,实见 ${seen} 条`], ANOTHER);
}
