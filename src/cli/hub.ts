#!/usr/bin/env node
import "reflect-metadata";
import { Command } from "commander";
import { addDb } from "./db.js";
import { exitWith } from "./exit.js";
import { addExplain } from "./explain.js";
import { addImport } from "./import.js";
import { addMatrix } from "./matrix.js";
import { addPolicy } from "./policy.js";
import { addQuery } from "./query.js";
import { addSchema } from "./schema.js";
import { addStart } from "./start.js";
import { addToken } from "./token.js";
import { addVerifyLog } from "./verify-log.js";

const program = new Command("hub")
  .description("The minors hub: one question, and the part of the answer that is yours. 未成年人保护信息共享中枢")
  .showHelpAfterError("Add --help for an example.")
  // Commander ends with 1 for a command that was given wrongly; here that is 2, and 1 is one that failed.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
for (const add of [
  addStart,
  addToken,
  addQuery,
  addSchema,
  addMatrix,
  addExplain,
  addImport,
  addPolicy,
  addVerifyLog,
  addDb,
])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  exitWith(error);
}
