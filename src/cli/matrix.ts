import type { Command } from "commander";
import { readConfig } from "../config.js";
import { type Access, accessOf } from "../policy/access.js";
import { CONDITION_WORDS } from "../policy/explain.js";
import { policyInForce } from "../server/foundation.js";
import { alignedTable } from "./table.js";
import { roleOf } from "./words.js";

export function add(program: Command): void {
  program
    .command("matrix")
    .description("print at which level a role is shown which field, what it may change, and when. 可见范围")
    .requiredOption("--role <role>", "in kebab-case, e.g. police-station")
    .option("--json", "for programs")
    .addHelpText("after", "\nExample: hub matrix --role school")
    .action(async ({ role, json }: { role: string; json?: true }) => {
      const { activation } = await policyInForce(readConfig());
      const entries = accessOf(activation, roleOf(role));
      console.log(json ? JSON.stringify(entries, null, 2) : asTable(entries));
    });
}

const asTable = (entries: readonly Access[]): string =>
  alignedTable([
    ["FIELD", "GROUP", "LEVEL", "WHEN"],
    ...entries.map(({ coordinate, row, groupZh, level, conditions }) => [
      coordinate,
      `${row} ${groupZh}`,
      level,
      conditions.map((condition) => CONDITION_WORDS[condition].en).join("; or "),
    ]),
  ]);
