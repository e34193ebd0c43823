import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Finding } from "./finding.js";

const said = z.tuple([z.string(), z.string()]);
const told = z.object({
  at: z.string(),
  findings: z.array(
    z.object({ check: z.string(), state: z.enum(["ok", "watch", "red"]), said, mend: said.optional() }),
  ),
});

/** What a running hub last found; `hub doctor` cannot open the embedded database beside it. */
export type Told = z.infer<typeof told>;

const fileIn = (dataDir: string) => join(dataDir, "doctor.json");

export function tell(dataDir: string, findings: readonly Finding[]): void {
  const file = fileIn(dataDir);
  writeFileSync(`${file}.new`, JSON.stringify({ at: new Date().toISOString(), findings }));
  renameSync(`${file}.new`, file);
}

export const lastTold = (dataDir: string): Told | undefined =>
  existsSync(fileIn(dataDir)) ? told.parse(JSON.parse(readFileSync(fileIn(dataDir), "utf8"))) : undefined;
