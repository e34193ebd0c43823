import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { Store } from "../../src/store/store.js";
import { preparedDatabase, prepareFolder } from "./prepared.js";

export type Sql = <R extends object>(text: string, values?: readonly unknown[]) => Promise<R[]>;

/** A migrated database: the hub's store, and the login that owns the tables, which row security does not hold back. */
export interface Migrated {
  readonly store: Store;
  asOwner<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Work of the owner that is undone when it has ended, well or badly. */
  undone<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** One more connection; each of the embedded database's is the same session, in the role of the moment. */
  connect(login: "owner" | "serving"): Promise<Sql>;
  close(): Promise<void>;
}

export const DATABASES = ["embedded", "postgresql"] as const;

export async function migrated(kind: (typeof DATABASES)[number]): Promise<Migrated> {
  const folder = mkdtempSync(join(tmpdir(), "hub-"));
  const urls = kind === "postgresql" ? await preparedDatabase("tables") : undefined;
  if (!urls) await prepareFolder(folder, "tables");
  const store = await Store.open({ ...urls, dataDir: folder, entities: [], poolSize: 4 });
  const clients: pg.Client[] = [];

  const connect: Migrated["connect"] = async (login) => {
    const client = new pg.Client(
      urls
        ? { connectionString: login === "owner" ? urls.migrationUrl : urls.url }
        : { host: store.embedded?.socketFolder ?? "", user: "postgres", database: "postgres" },
    );
    clients.push(client);
    await client.connect();
    return async <R extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<R>(text, [...values])).rows;
  };

  const owner = await connect("owner");
  const asOwner: Migrated["asOwner"] = async (work) => {
    if (!urls) await owner("RESET ROLE");
    try {
      return await work(owner);
    } finally {
      if (!urls) await owner("SET ROLE hub_app");
    }
  };
  return {
    store,
    connect,
    asOwner,
    undone: (work) =>
      asOwner(async (sql) => {
        await sql("BEGIN");
        try {
          return await work(sql);
        } finally {
          await sql("ROLLBACK");
        }
      }),
    async close() {
      await Promise.all(clients.map((client) => client.end()));
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
