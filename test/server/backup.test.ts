import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type HubConfig, parseConfig } from "../../src/config.js";
import { backUp } from "../../src/server/backup/backup.js";
import { testRestore } from "../../src/server/backup/restore-test.js";
import { type DatabaseUrls, freshDatabase } from "../support/database.js";
import { startHub } from "../support/hub.js";
import { ask } from "./asking.js";
import { town } from "./town.js";

const folder = mkdtempSync(join(tmpdir(), "hub-backup-"));
const configs = new Map<string, HubConfig>();
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

  it("is written into no folder that holds something", async () =>
    expect(backUp(config(kind), backup)).rejects.toMatchObject({ code: "CONFIG" }));

  it("is refused where the dump is cut off, and leaves nothing behind", async () => {
    const harmed = join(folder, `${kind}-cut`);
    cpSync(backup, harmed, { recursive: true });
    truncateSync(join(harmed, kind === "embedded" ? "database.tar.gz" : "database.dump"), 5_000);
    await expect(testRestore(config(kind), harmed)).rejects.toMatchObject({ exitCode: 1 });
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

const edit = (file: string, from: string, to: string) =>
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));

async function superuser(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.superUrl });
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
    [
      "postgresql",
      {
        DATABASE_URL: database.url,
        DATABASE_MIGRATION_URL: database.migrationUrl,
        DATABASE_ADMIN_URL: database.superUrl,
      },
    ],
  ] as const) {
    const environment = { HUB_DATA_DIR: join(folder, kind), HUB_DEMO: "1", ...urls };
    const hub = await startHub(kind === "embedded" ? kind : database, town, undefined, undefined, environment);
    for (const query of ["{ minors { nodes { fullName } } }", "{ cases { nodes { id } } }"]) await ask(hub, query);
    await hub.close();
    configs.set(kind, parseConfig(environment, null));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
