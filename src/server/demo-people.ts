import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ROLES } from "../policy/policy.js";

/** POLICE_STATION -> police-station: how roles and posts are written on a command line. */
export const kebab = (word: string): string => word.toLowerCase().replaceAll("_", "-");

const holder = z.object({
  /** "school/class-teacher": the first of the directory who holds this post, of an agency of this kind. */
  as: z.string().optional(),
  name: z.string(),
  agencyName: z.string(),
  role: z.enum(ROLES),
  post: z.string(),
});
const demoPeople = z.object({
  hub: z.url(),
  issuer: z.url(),
  persons: z.array(holder.extend({ subject: z.string() })),
  clients: z.array(holder.extend({ clientId: z.string(), secret: z.string() })),
});

/** Where the running demo listens, and for whom it gives tokens. */
export type DemoPeople = z.infer<typeof demoPeople>;

/** Of an invented system: the same everywhere, as everything of the demo. */
export const demoSecret = (clientId: string): string => createHash("sha256").update(`demo ${clientId}`).digest("hex");

const fileIn = (dataDir: string) => join(dataDir, "demo-people.json");

/** For `hub token`, which is another process. Its owner's alone: the secrets of invented systems are secrets too. */
export function publishDemo(dataDir: string, people: DemoPeople): void {
  writeFileSync(fileIn(dataDir), JSON.stringify(people, null, 1), { mode: 0o600 });
}

export const withdrawDemo = (dataDir: string): void => rmSync(fileIn(dataDir), { force: true });

/** @returns null where no demo hub is running on this data folder */
export function runningDemo(dataDir: string): DemoPeople | null {
  try {
    return demoPeople.parse(JSON.parse(readFileSync(fileIn(dataDir), "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
