import { randomBytes } from "node:crypto";
import pg from "pg";

/** A database, by the login that comes in. */
export interface DatabaseUrls {
  readonly url: string;
  readonly migrationUrl: string;
  readonly superUrl: string;
}

/**
 * A new database on the test cluster, with an owner and a serving login as `hub db init` makes them.
 * @param like  a database that nobody is connected to, to be copied; an empty one without it
 */
export async function freshDatabase(like?: DatabaseUrls): Promise<DatabaseUrls> {
  const cluster = process.env["HUB_TEST_POSTGRES"];
  if (!cluster) throw new Error("HUB_TEST_POSTGRES is not set: jest's globalSetup starts the test cluster");
  const name = `hub_${randomBytes(6).toString("hex")}`;
  const admin = new pg.Client({ connectionString: cluster });
  await admin.connect();
  try {
    // Test files run side by side and roles belong to the cluster.
    await admin.query("SELECT pg_advisory_lock(4711)");
    for (const role of [
      "hub_keeper NOLOGIN",
      "hub_statistics NOLOGIN",
      "hub_app NOLOGIN",
      "hub_owner LOGIN CREATEROLE",
      "hub_serving LOGIN",
    ]) {
      const { rowCount } = await admin.query("SELECT FROM pg_roles WHERE rolname = $1", [role.split(" ")[0]]);
      if (rowCount === 0) await admin.query(`CREATE ROLE ${role}`);
    }
    await admin.query("GRANT hub_app TO hub_serving; GRANT hub_keeper, hub_statistics TO hub_owner WITH ADMIN OPTION");
    const template = like ? ` TEMPLATE ${new URL(like.url).pathname.slice(1)}` : "";
    await admin.query(`CREATE DATABASE ${name} OWNER hub_owner${template}`);
  } finally {
    await admin.end();
  }
  const as = (user: string) => Object.assign(new URL(cluster), { username: user, pathname: `/${name}` }).toString();
  const superuser = new URL(cluster);
  const owner = new pg.Client({
    connectionString: Object.assign(new URL(cluster), { pathname: `/${name}` }).toString(),
  });
  await owner.connect();
  await owner.query("ALTER SCHEMA public OWNER TO hub_owner");
  await owner.end();
  return { url: as("hub_serving"), migrationUrl: as("hub_owner"), superUrl: as(superuser.username) };
}

/** Somebody waits for what we hold locked; somebody is connected as the serving login. */
export const WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
export const CONNECTED = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'hub_serving'";
