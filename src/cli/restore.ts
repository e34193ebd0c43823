import type { Command } from "commander";
import { readConfig } from "../config.js";
import { restoreBackup } from "../server/backup/restore.js";
import { storeConfigOf } from "../server/foundation.js";
import { tell } from "./restore-test.js";

/** @param storeOf of the hub, or of an agency that keeps rows at home */
export function add(program: Command, storeOf = storeConfigOf): void {
  program
    .command("restore")
    .argument("<folder>", "what `backup` has written")
    .description(
      "go on from a backup: into an empty database, with its id key and log, and look whether it is whole. 恢复",
    )
    .addHelpText(
      "after",
      `\nExample: DATABASE_URL=... DATABASE_ADMIN_URL=... ${program.name()} restore /backup/2026-03-01      (after db init)`,
    )
    .action(async (folder: string) => tell(await restoreBackup(readConfig(), folder, storeOf)));
}
