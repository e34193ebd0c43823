import type { Command } from "commander";
import { readConfig } from "../config.js";
import { backUp } from "../server/backup/backup.js";

export function add(program: Command): void {
  program
    .command("backup")
    .argument("<folder>", "an empty folder, or one to be made")
    .description("write database, id key and heads of the log into a folder, as of one moment. 备份")
    .addHelpText(
      "after",
      `\nExample: DATABASE_ADMIN_URL=... ${program.name()} backup /backup/2026-03-01      (the embedded database only while nothing runs on it)`,
    )
    .action(async (folder: string) => {
      const { contents } = await backUp(readConfig(), folder);
      const rows = Object.values(contents.rows).reduce((sum, count) => sum + count, 0);
      console.log(
        `Backed up ${rows.toLocaleString("en")} rows to ${folder}. Try it: ${program.name()} restore-test ${folder}`,
      );
    });
}
