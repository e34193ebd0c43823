import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** The servers have one core for themselves, the database and the load generator the next. */
const CORE = { servers: "0", others: "1", any: `0-${availableParallelism() - 1}` } as const;
let pinned = false;

/** Puts this process, and what it starts, on the others' core. @returns false where that cannot be done */
export function pin(): boolean {
  try {
    if (availableParallelism() < 2) return false;
    execFileSync("taskset", ["-acp", CORE.others, String(process.pid)], { stdio: "ignore" });
    pinned = true;
  } catch {
    // Not Linux: all share what there is.
  }
  return pinned;
}

/** Lets a process and its like go first, where we may, so that what else the machine does disturbs a race less. */
export function favour(pid: number | string): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, "-10");
  } catch {
    // Only root may, and only on Linux.
  }
}

const running = new Set<ChildProcess>();

/** Starts a file as a process, on the servers' core, on any, or where we are. */
export function start(file: string, env: NodeJS.ProcessEnv = {}, core?: "servers" | "any"): ChildProcess {
  const onCore = pinned && core ? { execPath: "taskset", execArgv: ["-c", CORE[core], process.execPath] } : {};
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    ...onCore,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const gone = once(child, "exit");
  child.kill();
  await gone;
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop));
}

/** The next message of a process. @throws Error when it ends instead, or says that it failed */
export function said<T>(from: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`A process of the bench has ended with ${code}`));
    from.once("exit", ended).once("message", (message: T & { error?: string }) => {
      from.off("exit", ended);
      if (message.error === undefined) resolve(message);
      else reject(new Error(message.error));
    });
  });
}

/** Resident megabytes of a process: now, and at its peak. */
export function memoryOf({ pid }: ChildProcess): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (key: string) => Math.round(Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
}

/** Milliseconds for which a process has had a processor, with all its threads. */
export function processorTimeOf({ pid }: ChildProcess): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const ticks = fields.split(" ");
  return (Number(ticks[11]) + Number(ticks[12])) * 10; // Linux counts hundredths of a second
}
