import type { Command } from "commander";
import { readConfig } from "../config.js";
import type { Activation } from "../policy/activate.js";
import type { Guard } from "../policy/coordinates.js";
import { CONDITION_WORDS } from "../policy/explain.js";
import type { Condition, Level, PolicyRow, Role } from "../policy/policy.js";
import { levelsOf, mayShow, rowsOf } from "../policy/say.js";
import { writeConditions } from "../policy/write.js";
import { policyInForce } from "../server/foundation.js";
import { alignedTable } from "./table.js";
import { askersOf, roleOf } from "./words.js";

/** One alternative of a cell, at one field. */
interface Entry {
  readonly coordinate: string;
  readonly row: string;
  readonly group: string;
  readonly groupZh: string;
  readonly level: Level;
  readonly conditions: readonly Condition[];
}

export function add(program: Command): void {
  program
    .command("matrix")
    .description("print at which level a role is shown which field, what it may change, and when. 可见范围")
    .requiredOption("--role <role>", "in kebab-case, e.g. police-station")
    .option("--json", "for programs")
    .addHelpText("after", "\nExample: hub matrix --role school")
    .action(async ({ role, json }: { role: string; json?: true }) => {
      const { activation } = await policyInForce(readConfig());
      const entries = matrixOf(activation, roleOf(role));
      console.log(json ? JSON.stringify(entries, null, 2) : asTable(entries));
    });
}

/** Every guarded field, with what opens it to the role for some post and purpose; `-` where nothing does. */
export function matrixOf({ coordinates, tables, policy }: Activation, role: Role): Entry[] {
  const askers = askersOf(policy, role);
  return [...coordinates]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([coordinate, guard]) => {
      const open = askers.find((asker) => mayShow(tables, guard, asker));
      const entry = ({ row, group, groupZh }: PolicyRow, level: Level, conditions: readonly Condition[]): Entry => ({
        coordinate,
        row,
        group,
        groupZh,
        level,
        conditions,
      });
      if (open && guard.kind === "write")
        return [...writeConditions(tables, guard, open)].map(([row, conditions]) => entry(row, "F", conditions));
      return rowsOf(guard).flatMap((row) => {
        const shown = open ? (row.cells.get(role) ?? []).filter(({ level }) => isLevelOf(guard, level)) : [];
        return shown.length > 0
          ? shown.map(({ level, conditions }) => entry(row, level, conditions))
          : [entry(row, "-", [])];
      });
    });
}

const isLevelOf = (guard: Guard, level: Level): boolean => levelsOf(guard).some((one) => one === level);

const asTable = (entries: readonly Entry[]): string =>
  alignedTable([
    ["FIELD", "GROUP", "LEVEL", "WHEN"],
    ...entries.map(({ coordinate, row, groupZh, level, conditions }) => [
      coordinate,
      `${row} ${groupZh}`,
      level,
      conditions.map((condition) => CONDITION_WORDS[condition].en).join("; or "),
    ]),
  ]);
