import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConfigError, type HubConfig } from "../../config.js";
import type { Finding } from "../doctor/finding.js";
import { storeConfigOf } from "../foundation.js";
import { HEADS, KEY } from "./backup.js";
import { examine, lookAt, manifestIn } from "./restore-test.js";
import { restoreToStay } from "./whole.js";

/**
 * Restores a backup to go on from it: database, id key and heads of the log, where nothing of them is yet; then looks at
 * it as `testRestore` does. What is found wrong stays, for somebody to look at: a hub does not become ready on it. Without
 * the key, which comes last, no hub starts on what a run that was cut off has left; the next run goes on from there.
 * @param storeOf as of `testRestore`
 * @throws ConfigError the folder is no backup of this kind of database, or there is a database, key or log already;
 *   PgToolFailed, DumpUnreadable: nothing has been restored
 */
export async function restoreBackup(config: HubConfig, folder: string, storeOf = storeConfigOf): Promise<Finding[]> {
  const made = await manifestIn(config, folder);
  const key = { file: config.keys.file, bytes: await readFile(join(folder, KEY)) };
  const ofLog = join(folder, HEADS);
  const heads = { file: join(config.database.dataDir, HEADS), bytes: existsSync(ofLog) ? await readFile(ofLog) : null };
  const cutOff = existsSync(heads.file) && heads.bytes?.equals(await readFile(heads.file));
  for (const { file } of cutOff ? [key] : [key, heads])
    if (existsSync(file)) throw new ConfigError(`${file}: expected nothing there before a backup is restored`);
  // Written before the database, for the disk may have no room; the key gets its name last.
  const files = [heads, key].flatMap(({ file, bytes }) => (bytes ? [{ file, bytes, half: `${file}.restoring` }] : []));
  try {
    for (const { file, bytes, half } of files) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(half, bytes, { mode: 0o600, flush: true });
    }
    const seen = await restoreToStay(config, folder, made.contents, lookAt);
    for (const { file, half } of files) await rename(half, file);
    return await examine({ config, storeOf }, folder, made, {}, seen);
  } finally {
    for (const { half } of files) await rm(half, { force: true });
  }
}
