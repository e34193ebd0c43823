import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * The cluster lives as long as the pipe from this process: however this process ends, killed included, the shell's
 * `read` returns, and it stops the server and removes the folder.
 */
const INIT_SERVE_REMOVE = `
  "$BIN/initdb" -D "$FOLDER/data" -U postgres --auth=trust --encoding=UTF8 --no-locale --no-sync >/dev/null || { rm -rf "$FOLDER"; exit 1; }
  "$BIN/postgres" -D "$FOLDER/data" -p "$PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$FOLDER" \
    -c max_connections=200 -c fsync=off -c full_page_writes=off -c lc_messages=C "$@" &
  exec 2>/dev/null
  read -r _
  kill -QUIT $! && wait $!
  rm -rf "$FOLDER"
`;

let shell;

/**
 * Starts one PostgreSQL of our own from Debian's packages on a free loopback port, and leaves its superuser's URL in
 * HUB_TEST_POSTGRES. Where that is set already, the cluster behind it is used.
 * @param settings  for `postgres -c`, e.g. ["fsync=on"] for a bench
 * @returns         the URL
 */
export async function start(settings = []) {
  if (process.env.HUB_TEST_POSTGRES) return process.env.HUB_TEST_POSTGRES;
  const bin = newestServer();
  // PostgreSQL refuses to run as root; Debian's package brings the user `postgres`.
  const user = process.getuid() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  const folder = mkdtempSync(join(tmpdir(), "hub-postgres-"));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  shell = spawn("sh", ["-c", INIT_SERVE_REMOVE, "postgres", ...settings.flatMap((setting) => ["-c", setting])], {
    ...user,
    cwd: folder,
    env: { PATH: process.env.PATH, BIN: bin, FOLDER: folder, PORT: String(port) },
    // Its own group: Ctrl-C is for us, and we close the pipe.
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  try {
    await ready(shell);
  } finally {
    for (const handle of [shell, shell.stdin, shell.stderr]) handle.unref();
  }
  process.env.HUB_TEST_POSTGRES = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return process.env.HUB_TEST_POSTGRES;
}

/** Jest's globalSetup, which would hand its own settings over. HUB_TEST_FOLDER is what the run's test files share. */
export default async function setUp() {
  await start();
  process.env.HUB_TEST_FOLDER = mkdtempSync(join(tmpdir(), "hub-run-"));
}

/** Jest's globalTeardown. */
export async function tearDown() {
  rmSync(process.env.HUB_TEST_FOLDER, { recursive: true });
  await stop();
}

/** Stops it and removes its folder; does nothing to a cluster that was there already. */
export async function stop() {
  if (shell === undefined) return;
  shell.ref();
  const gone = once(shell, "exit");
  shell.stdin.end();
  await gone;
  shell = undefined;
  delete process.env.HUB_TEST_POSTGRES;
}

function newestServer() {
  const all = "/usr/lib/postgresql";
  const versions = existsSync(all) ? readdirSync(all).sort((a, b) => Number(b) - Number(a)) : [];
  const bin = versions.map((version) => join(all, version, "bin")).find((dir) => existsSync(join(dir, "initdb")));
  if (bin === undefined)
    throw new Error(`No PostgreSQL server under ${all}. Remedy: apt-get update && apt-get install -y postgresql`);
  return bin;
}

function idOf(flag) {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** @throws Error with what the server said, when it ends before it is ready */
async function ready({ stderr }) {
  const said = [];
  for await (const line of createInterface({ input: stderr })) {
    if (line.includes("ready to accept connections")) {
      stderr.resume();
      return;
    }
    said.push(line);
  }
  throw new Error(`PostgreSQL did not start:\n${said.join("\n")}`);
}
