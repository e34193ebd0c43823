import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const verification = z.object({ at: z.string(), ok: z.boolean() });

/** When the whole log was last verified (Asia/Shanghai), and how that ended. */
export type Verification = z.infer<typeof verification>;

const fileIn = (dataDir: string) => join(dataDir, "verified.json");

export function keepVerification(dataDir: string, kept: Verification): void {
  const file = fileIn(dataDir);
  writeFileSync(`${file}.new`, JSON.stringify(kept));
  renameSync(`${file}.new`, file);
}

/** @returns undefined where the log was never verified from here */
export const lastVerification = (dataDir: string): Verification | undefined =>
  existsSync(fileIn(dataDir)) ? verification.parse(JSON.parse(readFileSync(fileIn(dataDir), "utf8"))) : undefined;
