import type { Command } from "commander";
import { ConfigError, type HubConfig, readConfig } from "../config.js";
import type { Policy } from "../policy/policy.js";
import { initDatabase, type Logins } from "../store/init.js";

/**
 * `db init` and `db migrate`: of the hub, or of an agency that runs on tables of its own.
 * @param migrate brings the tables up to date and activates the policy, with the migration login
 */
export function addDatabase(program: Command, migrate: (config: HubConfig) => Promise<Policy>): void {
  const db = program.command("db").description("prepare a PostgreSQL database. 数据库");
  db.command("init")
    .description("make roles, logins and the database; needs DATABASE_ADMIN_URL. May be run again")
    .addHelpText("after", `\nExample: DATABASE_ADMIN_URL=postgres://postgres:...@db/postgres ${program.name()} db init`)
    .action(async () => {
      const made = await initDatabase(loginsOf(readConfig()));
      console.log(made.length > 0 ? `Made ${made.join(", ")}.` : "All of it was there already.");
    });
  db.command("migrate")
    .description("bring the tables up to date and activate the policy, as DATABASE_MIGRATION_URL")
    .addHelpText(
      "after",
      `\nExample: DATABASE_MIGRATION_URL=postgres://hub_owner:...@db/hub ${program.name()} db migrate`,
    )
    .action(async () => {
      const config = readConfig();
      if (config.database.url === undefined)
        throw new ConfigError(
          "DATABASE_URL: expected the database to migrate; the embedded one is migrated at each start",
        );
      const { version, hash } = await migrate(config);
      console.log(`The database is up to date; policy version ${version} (${hash.slice(0, 12)}) is active.`);
    });
}

function loginsOf({ database: { adminUrl, migrationUrl, url } }: HubConfig): Logins {
  if (adminUrl === undefined)
    throw new ConfigError("DATABASE_ADMIN_URL: expected the URL of a login that may make logins and databases");
  if (migrationUrl === undefined || url === undefined || new URL(migrationUrl).username === new URL(url).username)
    throw new ConfigError(
      "DATABASE_URL, DATABASE_MIGRATION_URL: expected the two logins to be made; who serves must not own the tables",
    );
  return { adminUrl, migrationUrl, url };
}
