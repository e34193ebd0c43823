import "reflect-metadata";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { type HubConfig, parseConfig } from "../../src/config.js";
import { agencyStoreOf, asOwnerAtHome } from "../../src/server/agency.js";
import { backUp } from "../../src/server/backup/backup.js";
import { restoreBackup } from "../../src/server/backup/restore.js";
import { seedSchool } from "../federation/school.js";
import { preparedDatabase, prepareFolder } from "../support/prepared.js";

const SCHOOL_FOLDER = join(import.meta.dirname, "../../examples/agencies/school");
const folder = mkdtempSync(join(tmpdir(), "agency-backup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an agency's backup", () => {
  const configOf = (environment: Readonly<Record<string, string>>): HubConfig =>
    parseConfig({ HUB_DEMO: "0", ...environment }, JSON.stringify({ federation: { name: "school" } }));
  const backedUp = async (environment: Readonly<Record<string, string>>, backup: string) => {
    const config = configOf(environment);
    await asOwnerAtHome(config, SCHOOL, (owner, { ids }) => seedSchool(owner, ids, { lin: "M-1", chen: "M-2" }));
    const { contents } = await backUp(config, backup);
    expect(contents.rows).toMatchObject({ minor: 2, attendance: 2, counselling_session: 1, minor_link: 2 });
  };

  it("of PostgreSQL is tried by its own program, over its own tables", async () => {
    const { url, migrationUrl, superUrl } = await preparedDatabase("tables");
    const urls = { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl, DATABASE_ADMIN_URL: superUrl };
    const here = { HUB_DATA_DIR: join(folder, "postgresql"), ...urls };
    const backup = join(folder, "postgresql-backup");
    await backedUp(here, backup);
    const said = execFileSync("node", [join(SCHOOL_FOLDER, "dist/main.js"), "restore-test", backup], {
      env: { PATH: process.env["PATH"], HUB_CONFIG: join(SCHOOL_FOLDER, "hub.yaml"), HUB_DEMO: "0", ...here },
      cwd: folder,
      encoding: "utf8",
    });
    expect(said).toContain("A relation shows the 2 records that it is to");
    expect(said).toMatch(/\nOK\n$/);
  });

  it("of the embedded database is gone on from where nothing is", async () => {
    const here = { HUB_DATA_DIR: join(folder, "embedded") };
    const backup = join(folder, "embedded-backup");
    await prepareFolder(here.HUB_DATA_DIR, "tables");
    await backedUp(here, backup);
    const again = configOf({ HUB_DATA_DIR: join(folder, "again") });
    const findings = await restoreBackup(again, backup, (config) => agencyStoreOf(config, SCHOOL));
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
  });
});
