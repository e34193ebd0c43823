import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import pg from "pg";
import type { DataSource } from "typeorm";
import { parseConfig } from "../../src/config.js";
import { ENTITIES } from "../../src/domain/index.js";
import { prepareDemo } from "../../src/server/demo.js";
import { activateIn, checkIdKey, closingOf, idCipherOf, policyInForce } from "../../src/server/foundation.js";
import { closeMonths, dueMonths } from "../../src/statistics/close.js";
import { openEmbedded } from "../../src/store/embedded.js";
import { prepare } from "../../src/store/store.js";
import { type DatabaseUrls, freshDatabase } from "./database.js";

/**
 * What test files begin with. Making it takes seconds, so whoever comes first does, as the start of a hub would, and
 * the others copy it. How a hub comes to it is tried where that is the question: migrations, db init, the first start.
 */
const CONTENTS = {
  /** Migrated, and nothing else. */
  tables: async () => {},
  /** As `npm start` leaves it once it has closed what is due, without the population around the people of the examples. */
  demo: async (owner: DataSource) => {
    const folder = mkdtempSync(join(tmpdir(), "hub-"));
    const config = parseConfig({ HUB_DATA_DIR: folder, HUB_DEMO: "1", HUB_DEMO_SCALE: "0" }, null);
    const { activation } = await policyInForce(config);
    const ids = idCipherOf(config);
    rmSync(folder, { recursive: true });
    await checkIdKey((sql, params) => owner.query(sql, params), ids, config);
    await activateIn(owner, activation);
    await prepareDemo(owner, ids, config, activation.policy);
    // Every month since: each copy would begin with closing them all, and there are more of them every month.
    const due = await dueMonths(owner, { first: false });
    await closeMonths(owner, due, closingOf(config, activation.policy));
  },
};
type Contents = keyof typeof CONTENTS;

/** The embedded database of this data folder; one that is there stays. */
export async function prepareFolder(dataDir: string, contents: Contents): Promise<void> {
  const database = join(dataDir, "database");
  if (existsSync(database)) return;
  const made = join(runFolder(), contents);
  await oneAtATime(contents, async () => {
    if (existsSync(made)) return;
    const making = `${made}.new`;
    const embedded = await openEmbedded(making);
    await prepare({ dataDir: making, entities: ENTITIES }, CONTENTS[contents], embedded);
    await embedded.close();
    renameSync(making, made);
  });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  cpSync(join(made, "database"), database, { recursive: true });
}

/** A new database on the test cluster, or on the one that a test has started for itself. */
export function preparedDatabase(contents: Contents): Promise<DatabaseUrls> {
  const note = join(runFolder(), `${contents}-${new URL(process.env["HUB_TEST_POSTGRES"] ?? "").port}.json`);
  return oneAtATime(contents, async () => {
    if (!existsSync(note)) {
      const made = await freshDatabase();
      await prepare({ ...made, dataDir: runFolder(), entities: ENTITIES }, CONTENTS[contents]);
      writeFileSync(note, JSON.stringify(made));
    }
    return freshDatabase(JSON.parse(readFileSync(note, "utf8")));
  });
}

/** Test files run side by side. */
async function oneAtATime<T>(contents: Contents, work: () => Promise<T>): Promise<T> {
  const cluster = new pg.Client({ connectionString: process.env["HUB_TEST_POSTGRES"] });
  await cluster.connect();
  try {
    await cluster.query("SELECT pg_advisory_lock(hashtext($1))", [contents]);
    return await work();
  } finally {
    await cluster.end();
  }
}

function runFolder(): string {
  const folder = process.env["HUB_TEST_FOLDER"];
  if (!folder) throw new Error("HUB_TEST_FOLDER is not set: jest's globalSetup makes it");
  return folder;
}
