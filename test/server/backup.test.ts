import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { OPERATOR_ID } from "../../src/change/import/index.js";
import { type HubConfig, parseConfig } from "../../src/config.js";
import { backUp } from "../../src/server/backup/backup.js";
import { restoreBackup } from "../../src/server/backup/restore.js";
import { testRestore } from "../../src/server/backup/restore-test.js";
import type { IdCipher } from "../../src/store/global-id.js";
import { type DatabaseUrls, freshDatabase } from "../support/database.js";
import { type Sql, startHub } from "../support/hub.js";
import { ask } from "./asking.js";
import { AGENCY, town } from "./town.js";

const folder = mkdtempSync(join(tmpdir(), "hub-backup-"));
const configs = new Map<string, HubConfig>();
/** What was asked before the backup, and answered. */
const ASKED = "{ minors { nodes { id fullName } } }";
const answers = new Map<string, unknown>();
let database: DatabaseUrls;

const red = async (kind: string, from: string): Promise<string[]> => {
  const findings = await testRestore(config(kind), from);
  return findings.filter(({ state }) => state !== "ok").map(({ check }) => check);
};
const config = (kind: string): HubConfig => {
  const known = configs.get(kind);
  if (!known) throw new TypeError(kind);
  return known;
};

describe.each(["embedded", "postgresql"])("a backup of the %s database", (kind) => {
  const backup = join(folder, `${kind}-backup`);

  it("can be restored: rows, log, id key and row security are what they were", async () => {
    const { contents } = await backUp(config(kind), backup);
    expect(contents.rows).toMatchObject({ minor: 13, disclosure_segment: 2, guardian: 1 });
    const findings = await testRestore(config(kind), backup);
    expect(findings.map(({ check, state }) => `${check} ${state}`)).toEqual(
      ["rows", "log", "migrations", "login", "row-security", "log-append-only", "id-key", "hidden", "shown"].map(
        (check) => `${check} ok`,
      ),
    );
    expect(findings.find(({ check }) => check === "shown")?.said[0]).toMatch(/^A relation shows the [1-9]/);
  });

  it("is restored to stay where nothing is: the hub goes on from it, with the same ids, and it is refused a second time", async () => {
    const dataDir = join(folder, `${kind}-again`);
    const empty = await freshDatabase();
    const environment = { HUB_DATA_DIR: dataDir, HUB_DEMO: "1", ...(kind === "postgresql" ? urlsOf(empty) : {}) };
    const again = parseConfig(environment, null);
    mkdirSync(dataDir);
    cpSync(join(backup, "hub.key"), join(dataDir, "hub.key"));
    await expect(restoreBackup(again, backup)).rejects.toMatchObject({ code: "CONFIG" });
    rmSync(join(dataDir, "hub.key"));

    const cut = cutOff(backup);
    await expect(restoreBackup(again, cut)).rejects.toMatchObject({ exitCode: 1 });
    symlinkSync("/dev/full", join(dataDir, "hub.key.restoring"));
    await expect(restoreBackup(again, backup)).rejects.toMatchObject({ code: "ENOSPC" });
    if (kind === "postgresql") expect(await superuser(TABLES, empty)).toEqual([]);
    expect(readdirSync(dataDir).filter((name) => !name.startsWith("hub.lock"))).toEqual([]);

    await restoreBackup(again, backup);
    // As a run leaves it that was cut off before the key had its name, and one before the heads had theirs.
    rmSync(join(dataDir, "hub.key"));
    await restoreBackup(again, backup);
    for (const file of ["hub.key", "heads.jsonl"]) rmSync(join(dataDir, file));
    const findings = await restoreBackup(again, backup);
    expect(readdirSync(dataDir).filter((name) => name.endsWith(".restoring"))).toEqual([]);
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(["rows", "log", "id-key", "shown"]));
    const hub = await startHub(kind === "embedded" ? kind : empty, async () => {}, undefined, undefined, environment);
    const { data } = await ask(hub, ASKED);
    await hub.close();
    expect(data).toEqual(answers.get(kind));

    for (const file of ["hub.key", "heads.jsonl"]) rmSync(join(dataDir, file));
    await expect(restoreBackup(again, backup)).rejects.toMatchObject({ code: "CONFIG" });
  });

  function cutOff(whole: string): string {
    const cut = `${whole}-cut`;
    cpSync(whole, cut, { recursive: true });
    truncateSync(join(cut, kind === "embedded" ? "database.tar.gz" : "database.dump"), 5_000);
    return cut;
  }

  it("is written into no folder that holds something", async () =>
    expect(backUp(config(kind), backup)).rejects.toMatchObject({ code: "CONFIG" }));

  it("is refused where the dump is cut off, and leaves nothing behind", async () => {
    await expect(testRestore(config(kind), cutOff(backup))).rejects.toMatchObject({ exitCode: 1 });
    if (kind === "postgresql")
      expect(await superuser("SELECT FROM pg_database WHERE datname LIKE 'hub_restore_test_%'")).toEqual([]);
  });
});

it.each`
  what                        | found         | harm
  ${"rows that did not come"} | ${["rows"]}   | ${(at: string) => edit(join(at, "manifest.json"), '"minor": 13', '"minor": 14')}
  ${"a log that was cut off"} | ${["log"]}    | ${(at: string) => writeFileSync(join(at, "heads.jsonl"), '{"seq":9,"hash":"00","lastEntry":9,"at":"x"}\n')}
  ${"another hub's id key"}   | ${["id-key"]} | ${(at: string) => writeFileSync(join(at, "hub.key"), "another hub's key, 32 bytes long.")}
`("a backup is not OK for $what", async ({ found, harm }) => {
  const harmed = join(folder, "harmed");
  cpSync(join(folder, "postgresql-backup"), harmed, { recursive: true });
  harm(harmed);
  expect(await red("postgresql", harmed)).toEqual(found);
  rmSync(harmed, { recursive: true });
});

it("of a database without its second wall is not OK: the serving login would see everything", async () => {
  await superuser("ALTER TABLE guardian DISABLE ROW LEVEL SECURITY");
  const backup = join(folder, "open");
  await backUp(config("postgresql"), backup);
  expect(await red("postgresql", backup)).toEqual(["row-security", "hidden"]);
  await superuser("ALTER TABLE guardian ENABLE ROW LEVEL SECURITY");
});

it("is refused to a login that row security holds back: it would be half of one", async () => {
  const { database: urls, ...rest } = config("postgresql");
  const owner = { ...rest, database: { ...urls, adminUrl: database.migrationUrl } };
  await expect(backUp(owner, join(folder, "half"))).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringMatching(/^DATABASE_ADMIN_URL/),
  });
});

const urlsOf = (at: DatabaseUrls) => ({
  DATABASE_URL: at.url,
  DATABASE_MIGRATION_URL: at.migrationUrl,
  DATABASE_ADMIN_URL: at.superUrl,
});

const edit = (file: string, from: string, to: string) =>
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));

const TABLES = "SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace";
async function superuser(sql: string, { superUrl } = database): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: superUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  database = await freshDatabase();
  for (const [kind, urls] of [
    ["embedded", {}],
    ["postgresql", urlsOf(database)],
  ] as const) {
    const environment = { HUB_DATA_DIR: join(folder, kind), HUB_DEMO: "1", ...urls };
    const registered = async (sql: Sql, ids: IdCipher) => {
      await town(sql, ids);
      await sql("INSERT INTO register_key VALUES ($1, 'agencies', 'near', 'Agency', $2, '')", [OPERATOR_ID, AGENCY]);
    };
    const hub = await startHub(kind === "embedded" ? kind : database, registered, undefined, undefined, environment);
    answers.set(kind, (await ask(hub, ASKED)).data);
    await ask(hub, "{ cases { nodes { id } } }");
    await hub.close();
    configs.set(kind, parseConfig(environment, null));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
