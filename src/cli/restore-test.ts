import type { Command } from "commander";
import { readConfig } from "../config.js";
import { testRestore } from "../server/backup/restore-test.js";
import type { Finding } from "../server/doctor/finding.js";
import { say } from "../server/doctor/say.js";
import { storeConfigOf } from "../server/foundation.js";

/** @param storeOf of the hub, or of an agency that keeps rows at home */
export function add(program: Command, storeOf = storeConfigOf): void {
  program
    .command("restore-test")
    .argument("<folder>", "what `backup` has written")
    .description(
      "restore a backup beside the database, look whether one could go on from it, and take it away. 恢复演练",
    )
    .addHelpText("after", `\nExample: DATABASE_ADMIN_URL=... ${program.name()} restore-test /backup/2026-03-01`)
    .action(async (folder: string) => tell(await testRestore(readConfig(), folder, storeOf)));
}

/** Prints what was found of a restored backup; ends with 1 where something is wrong. */
export function tell(findings: readonly Finding[]): void {
  console.log(say(findings));
  const red = findings.filter(({ state }) => state === "red").map(({ check }) => check);
  console.log(red.length === 0 ? "OK" : `Not OK: ${red.join(", ")}`);
  if (red.length > 0) process.exitCode = 1;
}
