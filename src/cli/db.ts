import type { Command } from "commander";
import { ConfigError, type HubConfig, readConfig } from "../config.js";
import { prepareDemo } from "../server/demo.js";
import { activateIn, checkIdKey, idCipherOf, policyInForce, storeConfigOf } from "../server/foundation.js";
import { initDatabase, type Logins } from "../store/init.js";
import { prepare } from "../store/store.js";

export function add(program: Command): void {
  const db = program.command("db").description("prepare a PostgreSQL database. 数据库");
  db.command("init")
    .description("make roles, logins and the database; needs DATABASE_ADMIN_URL. May be run again")
    .addHelpText("after", "\nExample: DATABASE_ADMIN_URL=postgres://postgres:...@db/postgres hub db init")
    .action(async () => {
      const made = await initDatabase(loginsOf(readConfig()));
      console.log(made.length > 0 ? `Made ${made.join(", ")}.` : "All of it was there already.");
    });
  db.command("migrate")
    .description("bring the tables up to date and activate the policy, as DATABASE_MIGRATION_URL")
    .addHelpText("after", "\nExample: DATABASE_MIGRATION_URL=postgres://hub_owner:...@db/hub hub db migrate")
    .action(migrate);
}

async function migrate(): Promise<void> {
  const config = readConfig();
  if (config.database.url === undefined)
    throw new ConfigError("DATABASE_URL: expected the database to migrate; the embedded one is migrated at each start");
  const { activation } = await policyInForce(config);
  const { policy } = activation;
  await prepare(storeConfigOf(config), async (owner) => {
    await activateIn(owner, activation);
    if (!config.demo) return;
    const ids = idCipherOf(config);
    await checkIdKey((sql, params) => owner.query(sql, params), ids, config);
    await prepareDemo(owner, ids, config, policy);
  });
  console.log(`The database is up to date; policy version ${policy.version} (${policy.hash.slice(0, 12)}) is active.`);
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
