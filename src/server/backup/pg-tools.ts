import { spawn } from "node:child_process";
import { once } from "node:events";

/** `pg_dump` or `pg_restore` did not do it. */
export class PgToolFailed extends Error {
  readonly code = "PG_TOOL_FAILED";
  readonly exitCode = 1;
}

/** What libpq's own parameters of a URL are called in its environment. */
const VARIABLES: Readonly<Record<string, string>> = {
  host: "PGHOST",
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
};

/**
 * Runs one of PostgreSQL's own programs on a database. The password goes by the environment: arguments can be read by
 * everybody on the machine.
 * @throws PgToolFailed with what it said
 */
export async function pgTool(program: "pg_dump" | "pg_restore", url: string, args: readonly string[]): Promise<void> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    PGHOST: hostname,
    PGPORT: port || "5432",
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  };
  for (const [parameter, variable] of Object.entries(VARIABLES)) {
    const value = searchParams.get(parameter);
    if (value !== null) env[variable] = value;
  }
  const child = spawn(program, ["--no-password", ...args], { env, stdio: ["ignore", "ignore", "pipe"] });
  const said: Buffer[] = [];
  child.stderr.on("data", (text: Buffer) => said.push(text));
  try {
    const [code] = await once(child, "close");
    if (code !== 0) throw new PgToolFailed(`${program}: ${Buffer.concat(said).toString().trim().slice(0, 1_000)}`);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new PgToolFailed(`${program} is not installed here: apt-get install postgresql-client. 缺少 ${program}。`);
    throw error;
  }
}
