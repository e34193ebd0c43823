#!/usr/bin/env node
import "reflect-metadata";
import { Command } from "commander";
import { exitWith } from "./exit.js";

/** Only the command that is asked for is loaded: whoever wants a token need not wait for the database's driver. */
const COMMANDS: Readonly<Record<string, () => Promise<{ add(program: Command): void }>>> = {
  start: () => import("./start.js"),
  token: () => import("./token.js"),
  query: () => import("./query.js"),
  schema: () => import("./schema.js"),
  matrix: () => import("./matrix.js"),
  explain: () => import("./explain.js"),
  import: () => import("./import.js"),
  policy: () => import("./policy.js"),
  statistics: () => import("./statistics.js"),
  "verify-log": () => import("./verify-log.js"),
  db: () => import("./db.js"),
  backup: () => import("./backup.js"),
  restore: () => import("./restore.js"),
  "restore-test": () => import("./restore-test.js"),
  doctor: () => import("./doctor.js"),
  agency: () => import("./agency.js"),
  compose: () => import("./compose.js"),
  gateway: () => import("./gateway.js"),
};

const program = new Command("hub")
  .description("The minors hub: one question, and the part of the answer that is yours. 未成年人保护信息共享中枢")
  .showHelpAfterError("Add --help for an example.")
  // Commander ends with 1 for a command that was given wrongly; here that is 2, and 1 is one that failed.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

try {
  const asked = COMMANDS[process.argv[2] ?? ""];
  for (const load of asked ? [asked] : Object.values(COMMANDS)) (await load()).add(program);
  await program.parseAsync();
} catch (error) {
  exitWith(error);
}
