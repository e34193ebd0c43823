import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import pg from "pg";
import { prepareFolder } from "../support/prepared.js";

/** A database with the log's tables, and two ways in. */
export interface Store {
  /** As the hub's own login. */
  pool(): pg.Pool;
  /** As somebody who can do everything to the database. */
  owner(sql: string): Promise<void>;
  /** Empties the log. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const POSTGRES = process.env["HUB_TEST_POSTGRES"];

/** Every promise about the log is tried on the embedded database and, where there is one, on PostgreSQL. */
export const STORES: readonly { readonly name: string; readonly open: () => Promise<Store> }[] = [
  { name: "PGlite", open: openEmbedded },
  ...(POSTGRES ? [{ name: "PostgreSQL", open: () => openPostgres(POSTGRES) }] : []),
];

const ROLE = `DO $$ BEGIN CREATE ROLE hub_app NOLOGIN;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`;
const DROP = "DROP TABLE IF EXISTS disclosure_segment, disclosure_unsealed";
const tables = () => readFile("migrations/1764000006000-disclosure.sql", "utf8");

async function openEmbedded(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), "hub-disclosure-"));
  await prepareFolder(folder, "tables");
  const db = await PGlite.create(join(folder, "database"));
  const server = new PGLiteSocketServer({ db, path: join(folder, ".s.PGSQL.5432"), maxConnections: 10 });
  await server.start();
  const pools: pg.Pool[] = [];
  // One session stands behind all connections, so the role is changed for the one who asks and back again.
  const owner = async (sql: string) => {
    await db.exec(`RESET ROLE; ${sql}; SET ROLE hub_app`);
  };
  return {
    pool: () => remember(pools, new pg.Pool({ host: folder, user: "postgres", database: "postgres", max: 1 })),
    owner,
    reset: async () => owner(`${DROP}; ${await tables()}`),
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await server.stop();
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function openPostgres(url: string): Promise<Store> {
  const name = `hub_disclosure_${process.pid}_${Date.now()}`;
  const server = new pg.Pool({ connectionString: url, max: 1 });
  await server.query(`CREATE DATABASE ${name}`);
  const database = new URL(url);
  database.pathname = `/${name}`;
  const pools: pg.Pool[] = [];
  const admin = remember(pools, new pg.Pool({ connectionString: database.href, max: 1 }));
  await admin.query(ROLE);
  const owner = async (sql: string) => {
    await admin.query(sql);
  };
  return {
    pool: () => remember(pools, new pg.Pool({ connectionString: database.href, max: 4, options: "-c role=hub_app" })),
    owner,
    reset: async () => owner(`${DROP}; ${await tables()}`),
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.end();
    },
  };
}

/** To be closed with its store; a connection that is killed in a test does not end the process. */
function remember(pools: pg.Pool[], pool: pg.Pool): pg.Pool {
  pool.on("error", () => undefined);
  pools.push(pool);
  return pool;
}
