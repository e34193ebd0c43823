import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A PostgreSQL of a test's own, to be stopped and started again. It ends with this process, however that ends. */
export interface OwnCluster {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

const ALL = "/usr/lib/postgresql";
// `read` returns when the pipe from this process closes.
const SERVE = `"$BIN/postgres" -D "$FOLDER" -p "$PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
  -c fsync=off -c lc_messages=C & read -r _; kill -INT $!; wait $!`;

export async function ownCluster(): Promise<OwnCluster> {
  const [version = ""] = readdirSync(ALL).sort((a, b) => Number(b) - Number(a));
  const bin = join(ALL, version, "bin");
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const user = process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : {};
  const folder = mkdtempSync(join(tmpdir(), "hub-own-postgres-"));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const options = ["-D", folder, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"];
  execFileSync(join(bin, "initdb"), options, { ...user, cwd: folder, stdio: "ignore" });
  const port = await freePort();
  let shell: ChildProcess | undefined;

  const stop = async () => {
    if (!shell) return;
    const gone = once(shell, "exit");
    shell.stdin?.end();
    await gone;
    shell = undefined;
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async start() {
      const env = { PATH: process.env["PATH"], BIN: bin, FOLDER: folder, PORT: String(port) };
      const started = spawn("sh", ["-c", SERVE], { ...user, cwd: folder, env, stdio: ["pipe", "ignore", "pipe"] });
      shell = started;
      for await (const line of createInterface({ input: started.stderr }))
        if (line.includes("ready to accept connections")) break;
      started.stderr.resume();
    },
    stop,
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new TypeError("A TCP port was asked for");
  return address.port;
}
