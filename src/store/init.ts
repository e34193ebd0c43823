import pg from "pg";
import { DatabaseUnreachable } from "./store.js";

export interface Logins {
  /** May make logins and databases. */
  readonly adminUrl: string;
  /** Who is to own the tables, with the password that he gets. */
  readonly migrationUrl: string;
  /** Who is to serve: owns nothing. Names the database. */
  readonly url: string;
}

/**
 * Makes what a hub needs on a PostgreSQL server: the roles that nobody logs in as, the two logins with the
 * passwords of their URLs, and the owner's database. What is there already stays; passwords are set anew.
 * @returns what was made, for people
 * @throws DatabaseUnreachable
 */
export async function initDatabase({ adminUrl, migrationUrl, url }: Logins): Promise<string[]> {
  const owner = loginIn(migrationUrl);
  const serving = loginIn(url);
  const { database } = serving;
  const made: string[] = [];

  await withAdmin(adminUrl, async (admin) => {
    const isThere = async (name: string) =>
      (await admin.query("SELECT FROM pg_roles WHERE rolname = $1", [name])).rowCount !== 0;
    for (const name of ["hub_keeper", "hub_statistics", "hub_app"])
      if (!(await isThere(name))) {
        await admin.query(`CREATE ROLE ${id(name)} NOLOGIN`);
        made.push(`role ${name}`);
      }
    for (const { name, password } of [owner, serving]) {
      const there = await isThere(name);
      await admin.query(
        `${there ? "ALTER" : "CREATE"} ROLE ${id(name)} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION LOGIN ${password && `PASSWORD ${text(password)}`}`,
      );
      if (!there) made.push(`login ${name}`);
    }
    // Migrations hand functions over to the two, and make the owner a member where he is not.
    await admin.query(`GRANT hub_keeper, hub_statistics TO ${id(owner.name)} WITH ADMIN OPTION`);
    await admin.query(`GRANT hub_app TO ${id(serving.name)}`);
    const { rowCount } = await admin.query("SELECT FROM pg_database WHERE datname = $1", [database]);
    if (rowCount === 0) {
      await admin.query(`CREATE DATABASE ${id(database)} OWNER ${id(owner.name)}`);
      made.push(`database ${database}`);
    } else await admin.query(`ALTER DATABASE ${id(database)} OWNER TO ${id(owner.name)}`);
  });

  const there = new URL(adminUrl);
  there.pathname = new URL(url).pathname;
  await withAdmin(there.toString(), (admin) => admin.query(`ALTER SCHEMA public OWNER TO ${id(owner.name)}`));
  return made;
}

const id = (name: string) => pg.escapeIdentifier(name);
const text = (value: string) => pg.escapeLiteral(value);

function loginIn(url: string): { readonly name: string; readonly password: string; readonly database: string } {
  const { username, password, pathname } = new URL(url);
  return {
    name: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

async function withAdmin(url: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  try {
    await admin.connect();
  } catch (error) {
    throw new DatabaseUnreachable(url, error);
  }
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
