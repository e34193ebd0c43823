import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** What a page leaves running ends with it. */
const START = "set -euo pipefail; trap 'jobs -p | xargs -r kill' EXIT";

export interface Followed {
  readonly code: number | null;
  /** What the commands printed, and which they were: `+ command` before each. */
  readonly said: string;
}

/**
 * Follows a page as a reader would: its ```sh blocks, one after the other, in one shell and in the hub's folder. The
 * first command that fails ends it. Of the environment the shell has `env`, path and home.
 * @param page  "docs/operating.md"
 * @param part    of its blocks, as for `slice`: where the reader has something else to do in between
 * @param folder  a copy of the hub's, where the page changes it
 */
export async function follow(
  page: string,
  env: Readonly<Record<string, string>>,
  { part = [0], folder = ROOT }: { part?: readonly [from: number, to?: number]; folder?: string } = {},
): Promise<Followed> {
  const blocks = [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, block]) => block)
    .slice(...part);
  const { PATH = "", HOME = "" } = process.env;
  const shell = spawn("bash", ["-c", [START, ...blocks.map((block) => `set -x\n${block}`)].join("\n")], {
    cwd: folder,
    env: { PATH, HOME, ...env },
  });
  const said: Buffer[] = [];
  for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (text: Buffer) => said.push(text));
  const [code] = await once(shell, "close");
  return { code, said: Buffer.concat(said).toString() };
}
