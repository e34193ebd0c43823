import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, tokenFor } from "../src/cli/running.js";
import { runningDemo } from "../src/server/demo-people.js";
import { memoryOf, start, stop } from "./process.js";

/** From its start to its first answer. */
export interface StartUp {
  /** Seconds on an empty folder: database, migrations and the demo township are made. */
  readonly emptyFolder: number;
  /** Seconds on the folder that is there then. */
  readonly existingFolder: number;
  /** Resident megabytes after the second start. */
  readonly rssMb: number;
}

interface Started {
  readonly seconds: number;
  readonly rssMb: number;
}

/** Starts the demo with its embedded database twice, and asks each time as a school's registrar. */
export const startUp = (): Promise<StartUp> => twice(startOnce);

/** Starts something on an empty folder, and again on what is there then. */
export async function twice(startOnce: (folder: string) => Promise<Started>): Promise<StartUp> {
  const folder = mkdtempSync(join(tmpdir(), "hub-bench-"));
  try {
    const first = await startOnce(folder);
    const second = await startOnce(folder);
    return { emptyFolder: first.seconds, existingFolder: second.seconds, rssMb: second.rssMb };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startOnce(folder: string): Promise<Started> {
  const port = String(await freePort());
  const started = performance.now();
  const hub = start("../src/main.js", { HUB_DATA_DIR: folder, PORT: port }, "any");
  try {
    let demo = runningDemo(folder);
    for (; !demo; demo = runningDemo(folder)) {
      assert.equal(hub.exitCode, null, "the demo hub has ended");
      await sleep(20);
    }
    const { data } = await ask(demo, await tokenFor(demo, "school/registrar"), {
      query: "{ minors(first: 1) { nodes { fullName } } }",
      purpose: "COMPULSORY_EDUCATION",
    });
    const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
    assert.match(JSON.stringify(data), /"fullName":"./, "the registrar is shown a pupil");
    return { seconds, rssMb: memoryOf(hub).now };
  } finally {
    await stop(hub);
  }
}

/** The demo's identity provider takes the next port. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
