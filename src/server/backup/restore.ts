import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConfigError, type HubConfig } from "../../config.js";
import type { Finding } from "../doctor/finding.js";
import { HEADS, KEY } from "./backup.js";
import { examine, lookAt, manifestIn } from "./restore-test.js";
import { restoreToStay } from "./whole.js";

/**
 * Restores a backup to go on from it: database, id key and heads of the log, where nothing of them is yet; then looks at
 * it as `testRestore` does. What is found wrong stays, for somebody to look at: a hub does not become ready on it.
 * @throws ConfigError the folder is no backup of this kind of database, or there is a database, key or log already;
 *   PgToolFailed, DumpUnreadable: nothing has been restored
 */
export async function restoreBackup(config: HubConfig, folder: string): Promise<Finding[]> {
  const { dataDir } = config.database;
  const made = await manifestIn(config, folder);
  const key = config.keys.file;
  const heads = join(dataDir, HEADS);
  for (const file of [key, heads])
    if (existsSync(file)) throw new ConfigError(`${file}: expected nothing there before a backup is restored`);
  const seen = await restoreToStay(config, folder, lookAt);
  for (const into of [dirname(key), dataDir]) await mkdir(into, { recursive: true, mode: 0o700 });
  await copyFile(join(folder, KEY), key);
  if (existsSync(join(folder, HEADS))) await copyFile(join(folder, HEADS), heads);
  return examine(config, folder, made, {}, seen);
}
