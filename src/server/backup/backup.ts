import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { shanghaiTime } from "../../calendar.js";
import { ConfigError, type HubConfig } from "../../config.js";
import { contents, contentsOf } from "./contents.js";
import { dump, kindOf } from "./whole.js";

export const manifest = z.object({
  /** Asia/Shanghai. */
  at: z.string(),
  kind: z.enum(["embedded", "postgresql"]),
  contents,
});
export type Manifest = z.infer<typeof manifest>;

/** Files of a backup beside the dump. */
export const KEY = "hub.key";
export const HEADS = "heads.jsonl";
export const MANIFEST = "manifest.json";

/**
 * Writes a backup: the database as of one moment, the id key without which its ids mean nothing, the heads that show a
 * cut-off log, and what there is to count. The folder holds everything about everybody: keep it as the database is kept.
 * @param folder  empty, or not there yet
 * @throws ConfigError, DatabaseUnreachable, PgToolFailed; DataFolderInUse: the embedded one while its hub runs
 */
export async function backUp(config: HubConfig, folder: string): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new ConfigError(`${folder}: expected an empty folder, or none`);
  if (!existsSync(config.keys.file))
    throw new ConfigError(`keys.file: expected the id key of this database at ${config.keys.file}`);
  await copyFile(config.keys.file, join(folder, KEY));
  // Before the database, which may go on: heads of what the dump does not hold would tell of a cut.
  const heads = join(config.database.dataDir, HEADS);
  if (existsSync(heads)) await copyFile(heads, join(folder, HEADS));
  const at = shanghaiTime(new Date());
  const made = { at, kind: kindOf(config), contents: await dump(config, folder, contentsOf) };
  // Last: a folder without it is no backup.
  await writeFile(join(folder, MANIFEST), JSON.stringify(made, null, 2), { mode: 0o600 });
  return made;
}
