import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");
const HUB = join(ROOT, "dist/cli/hub.js");
type Env = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built `hub` as somebody at a terminal would; of the environment it has only `env` and the path. */
export function hub(args: readonly string[], env: Env = {}): Promise<Ended> {
  return ended(start([HUB, ...args], env));
}

/** Runs a line of shell, in the repository's folder. */
export function shell(line: string, env: Env = {}): Promise<Ended> {
  return ended(spawn("bash", ["-c", line], { cwd: ROOT, env: environment(env) }));
}

export interface Running {
  /** What it printed until it was ready. */
  readonly banner: string;
  /** "http://127.0.0.1:45123" */
  readonly address: string;
  /** @returns its exit status */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the built hub and waits until it says that it has started. @throws Error with what it said instead */
export async function startBuiltHub(env: Env): Promise<Running> {
  const child = start([HUB, "start"], { PORT: "0", ...env });
  const errors: string[] = [];
  child.stderr?.on("data", (text: Buffer) => errors.push(text.toString()));
  const lines: string[] = [];
  if (!child.stdout) throw new TypeError("spawn pipes standard output");
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (/started in/i.test(line)) break;
  }
  const banner = lines.join("\n");
  const [address] = /http:\/\/[^/\s]+/.exec(banner) ?? [];
  if (!address) throw new Error(`The hub did not start:\n${banner}${errors.join("")}`);
  return {
    banner,
    address,
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode !== null) return child.exitCode;
      const gone = once(child, "exit");
      child.kill(signal);
      const [code] = await gone;
      return code;
    },
  };
}

function start(args: readonly string[], env: Env): ChildProcess {
  if (!existsSync(HUB)) throw new Error("Build the hub first: npm run build");
  return spawn(process.execPath, args, { cwd: ROOT, env: environment(env) });
}

const environment = (env: Env) => ({ PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env });

async function ended(child: ChildProcess): Promise<Ended> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on("data", (text: Buffer) => out.push(text));
  child.stderr?.on("data", (text: Buffer) => err.push(text));
  const [code] = await once(child, "close");
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}
