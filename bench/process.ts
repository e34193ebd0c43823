import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** The servers have one core for themselves, the database and the load generator the other. */
const SERVERS = "0";
const OTHERS = "1";

/** Puts this process, and what it starts, on the others' core. @returns false where that cannot be done */
export function pin(): boolean {
  try {
    if (availableParallelism() < 2) return false;
    execFileSync("taskset", ["-acp", OTHERS, String(process.pid)], { stdio: "ignore" });
    return true;
  } catch {
    return false; // not Linux: all share what there is
  }
}

const running = new Set<ChildProcess>();

/** Starts a file of this folder as a process. */
export function start(file: string, env: NodeJS.ProcessEnv = {}, pinned = true): ChildProcess {
  const onCore = pinned ? { execPath: "taskset", execArgv: ["-c", SERVERS, process.execPath] } : {};
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, [], { ...onCore, env: { ...process.env, ...env } });
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
