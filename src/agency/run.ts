import { writeFileSync } from "node:fs";
import { Command } from "commander";
import pino from "pino";
import { add as addBackup } from "../cli/backup.js";
import { addDatabase } from "../cli/database.js";
import { addDoctor } from "../cli/doctor.js";
import { exitWith, stopOnSignal } from "../cli/exit.js";
import { add as addRestore } from "../cli/restore.js";
import { add as addRestoreTest } from "../cli/restore-test.js";
import { add as addVerifyLog } from "../cli/verify-log.js";
import { type HubConfig, readConfig } from "../config.js";
import { sdlIn } from "../federation/subgraph.js";
import {
  type AgencyDefinition,
  agencyInForce,
  agencyStoreOf,
  examineAtHome,
  migrateAgency,
  openAgency,
} from "../server/agency.js";
import { examineAgencyMachine } from "./doctor.js";
import { addHome } from "./home-commands.js";

/**
 * The program of an agency that keeps records at home: the same words and exit codes as `hub` (2 = to be asked
 * differently, 1 = it failed), over the agency's own tables.
 * @param argv as in process.argv: node, the program's file, the command
 */
export async function runAgency(definition: AgencyDefinition, argv: readonly string[] = process.argv): Promise<void> {
  const program = new Command("node dist/main.js")
    .description("An agency's records at home, in the minors hub's shared view. 部门子图")
    .showHelpAfterError("Add --help for an example.")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

  program
    .command("start")
    .description("answer the gateway's calls. 启动")
    .addHelpText("after", `\nExample: DATABASE_URL=postgres://school_login:...@db/school ${program.name()} start`)
    .action(async () => {
      const config = readConfig();
      const agency = await openAgency(config, definition);
      stopOnSignal(agency);
      const { address, guardedAddress } = agency;
      pino().info({ address, guardedAddress, subgraph: config.federation.name }, "the agency answers"); // whatever the level
    });
  program
    .command("schema")
    .description(
      "print what the hub's operator composes of this agency: its fields, each with its policy row. 子图模式",
    )
    .option("--out <file>", "write it there")
    .addHelpText("after", `\nExample: ${program.name()} schema --out school.graphql`)
    .action(async ({ out }: { readonly out?: string }) => {
      const text = `${sdlIn((await agencyInForce(readConfig(), definition)).plain)}\n`;
      if (out === undefined) process.stdout.write(text);
      else writeFileSync(out, text);
    });
  addDatabase(program, (config) => migrateAgency(config, definition));
  addHome(program, definition);
  addVerifyLog(program);
  const storeOf = (config: HubConfig) => agencyStoreOf(config, definition);
  addBackup(program);
  addRestore(program, storeOf);
  addRestoreTest(program, storeOf);
  addDoctor(program, { machine: examineAgencyMachine, whole: (config) => examineAtHome(config, definition) });

  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    exitWith(error);
  }
}
