import type { Command } from "commander";
import { readConfig } from "../config.js";
import { restoreBackup } from "../server/backup/restore.js";
import { tell } from "./restore-test.js";

export function add(program: Command): void {
  program
    .command("restore")
    .argument("<folder>", "what `hub backup` has written")
    .description(
      "go on from a backup: into an empty database, with its id key and log, and look whether it is whole. 恢复",
    )
    .addHelpText(
      "after",
      "\nExample: DATABASE_URL=... DATABASE_ADMIN_URL=... hub restore /backup/2026-03-01      (after hub db init)",
    )
    .action(async (folder: string) => tell(await restoreBackup(readConfig(), folder)));
}
