import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type StartUp, twice } from "./start-up.js";

const MAIN = fileURLToPath(new URL("../../dist/federated/main.js", import.meta.url));

/** `npm run start:federated` twice, from its start to the question that it prints: all four answer then. */
export const federatedStart = (): Promise<StartUp> => twice(startOnce);

async function startOnce(folder: string): Promise<{ seconds: number; rssMb: number }> {
  const started = performance.now();
  const all = spawn(process.execPath, [MAIN], {
    env: { ...process.env, HUB_DATA_DIR: folder, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(all, "exit");
  try {
    await new Promise<void>((asked, failed) => {
      let printed = "";
      all.stdout.on("data", (chunk) => {
        printed += String(chunk);
        if (/^curl /m.test(printed)) asked();
      });
      all.once("exit", () => failed(new Error(`The four have ended before they answered: ${printed}`)));
    });
    return { seconds: Number(((performance.now() - started) / 1000).toFixed(1)), rssMb: residentBelow(all.pid ?? 0) };
  } finally {
    all.kill("SIGTERM");
    await gone;
  }
}

/** Resident megabytes of what a process has started. */
function residentBelow(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return Math.round(
    children
      .map((child) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child}/status`, "utf8"))?.[1]) / 1024)
      .reduce((sum, megabytes) => sum + megabytes, 0),
  );
}
