import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DataSource, MigrationInterface, QueryRunner } from "typeorm";

const FOLDER = new URL("../../migrations/", import.meta.url);

/** The database was migrated by a newer hub. Older code must not touch it. */
export class NewerDatabase extends Error {
  readonly code = "NEWER_DATABASE";
  readonly exitCode = 2;
  constructor(unknown: readonly string[]) {
    super(
      `The database has migrations that this version does not know (${unknown.join(", ")}). Start the newer hub again, ` +
        "or restore a backup from before the upgrade. 数据库版本高于本程序版本。",
    );
  }
}

export type Migration = new () => MigrationInterface;

/** One SQL file a migration, in the order of the time in its name; forward only. */
export const migrationsIn = (folder: URL): readonly Migration[] =>
  readdirSync(folder)
    .filter((file) => /^\d{13}-[a-z-]+\.sql$/.test(file))
    .sort()
    .map(
      (file) =>
        class implements MigrationInterface {
          readonly name = nameOf(file);
          async up(runner: QueryRunner): Promise<void> {
            await runner.query(readFileSync(fileURLToPath(new URL(file, folder)), "utf8"));
          }
          async down(): Promise<void> {
            throw new Error(`${file} goes forward only; restore a backup instead`);
          }
        },
    );

export const MIGRATIONS = migrationsIn(FOLDER);
/** What an agency's database has besides, that holds rows at home: the tie to the hub's ids. */
export const AGENCY_MIGRATIONS = migrationsIn(new URL("agency/", FOLDER));

// TypeORM wants the time at the end of the name.
const nameOf = (file: string) => file.replace(/^(\d{13})-([a-z-]+)\.sql$/, "$2-$1");

/** Brings the schema up to date with TypeORM's own runner, each migration in a transaction of its own. */
export async function migrate(owner: DataSource): Promise<void> {
  const known = new Set(owner.migrations.map(({ name }) => name));
  const newer = (await executed(owner)).filter((name) => !known.has(name));
  if (newer.length > 0) throw new NewerDatabase(newer);
  await owner.runMigrations({ transaction: "each" });
}

/** Names of migrations that have run here. */
async function executed(owner: DataSource): Promise<string[]> {
  const [{ table }] = await owner.query<[{ table: string | null }]>("SELECT to_regclass('migration') AS table");
  if (table === null) return [];
  const rows = await owner.query<{ name: string }[]>("SELECT name FROM migration ORDER BY id");
  return rows.map(({ name }) => name);
}
