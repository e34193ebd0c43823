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

/** A file would never run, and what was meant to be in the database would not be. */
export class MigrationUnnamed extends Error {
  override readonly name = "MigrationUnnamed";
  readonly code = "MIGRATION_NAME";
  readonly exitCode = 2;
  constructor(files: readonly string[]) {
    super(
      `${files.join(", ")}: expected 13 digits (the time in milliseconds), a hyphen, lower-case letters and hyphens, e.g. ` +
        "1796000000000-school-term.sql. Rename it, and run `db migrate`. " +
        "迁移文件名应为 13 位毫秒时间、连字符、小写字母与连字符,请改名后执行 db migrate。",
    );
  }
}

export type Migration = new () => MigrationInterface;

const NAMED = /^(\d{13})-([a-z-]+)\.sql$/;

/**
 * One SQL file a migration, in the order of the time in its name; forward only.
 * @throws MigrationUnnamed
 */
export function migrationsIn(folder: URL): readonly Migration[] {
  const files = readdirSync(folder).filter((file) => /\.sql$/i.test(file));
  const unnamed = files.filter((file) => !NAMED.test(file));
  if (unnamed.length > 0) throw new MigrationUnnamed(unnamed.map((file) => fileURLToPath(new URL(file, folder))));
  return files.sort().map(
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
}

export const MIGRATIONS = migrationsIn(FOLDER);
/** What an agency's database has besides, that holds rows at home: the tie to the hub's ids. */
export const AGENCY_MIGRATIONS = migrationsIn(new URL("agency/", FOLDER));

// TypeORM wants the time at the end of the name.
const nameOf = (file: string) => file.replace(NAMED, "$2-$1");

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
