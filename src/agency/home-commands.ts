import type { Command } from "commander";
import type { DataSource } from "typeorm";
import { addImport } from "../cli/import.js";
import { type HubConfig, readConfig } from "../config.js";
import { type AgencyDefinition, asOwnerAtHome } from "../server/agency.js";
import { refusedEvents, tellAgain, tellHub } from "./events.js";
import type { Home } from "./home.js";
import { hubOf } from "./hub-door.js";
import { importAtHome } from "./import.js";
import { linkMinors } from "./link.js";

/**
 * What an agency does with its own data: `import`, `tell`, `link`. As commands they run with the login that owns the tables,
 * which migrates first. An agency that runs tells and links by itself, where `federation.hub` names the hub: with the login
 * that serves, which imports nothing.
 */
export function addHome(program: Command, definition: AgencyDefinition): void {
  addImport(program, (config, register, file, { dryRun = false, acceptValid = false, complete = false }, along) =>
    asOwnerAtHome(config, definition, (owner, home) =>
      importAtHome(owner, home, config, { register, file, dryRun, acceptValid, complete }, along),
    ),
  ).addHelpText("after", `\nExample: ${program.name()} import roster roster.xlsx --dry-run`);
  program
    .command("tell")
    .description("tell the hub what this agency's imports have changed, now. 向中枢报送变更")
    .option("--again", "also what the hub has refused before")
    .addHelpText("after", `\nExample: ${program.name()} tell --again`)
    .action(async ({ again = false }: { readonly again?: boolean }) => {
      const config = readConfig();
      const lines = await asOwnerAtHome(config, definition, (owner, home) => tell(owner, home, config, again));
      console.log(lines.join("\n"));
    });
  program
    .command("link")
    .description("tie this agency's numbers to the hub's ids, as the hub tells them, now. 与中枢标识建立对应")
    .addHelpText("after", `\nExample: ${program.name()} link`)
    .action(async () => {
      const config = readConfig();
      const { linked, made, removed, missing, ended, findings } = await asOwnerAtHome(
        config,
        definition,
        (owner, home) => linkMinors(owner, home, hubOf(config)),
      );
      for (const { number, code, message, messageZh, remedy } of findings)
        console.log(`${number}: ${code} ${message}. ${messageZh}。 Remedy: ${remedy}`);
      console.log(`${linked} linked (${made} new, ${removed} removed), ${missing} without a link, ${ended} ended`);
      if (missing > 0) process.exitCode = 1;
    });
}

async function tell(owner: DataSource, home: Home, config: HubConfig, again: boolean): Promise<string[]> {
  if (again) await tellAgain(owner, home);
  const { accepted } = await tellHub(owner, home, hubOf(config));
  const refused = await refusedEvents(owner, home);
  if (refused.length > 0) process.exitCode = 1;
  return [
    ...refused.flatMap(({ register, key, refused: against }) =>
      against.map(
        ({ column, code, message, messageZh, remedy }) =>
          `${register} ${key}${column === null ? "" : ` ${column}`}: ${code} ${message}. ${messageZh}。 Remedy: ${remedy}`,
      ),
    ),
    `${accepted} rows taken by the hub, ${refused.length} refused`,
  ];
}
