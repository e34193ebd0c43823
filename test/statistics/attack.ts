import { createRequire } from "node:module";

const load: typeof import("highs").default = createRequire(import.meta.url)("highs");

/** What a reader knows of a cell: the least and the greatest count that it can have for him. */
export interface Known {
  readonly least: number;
  readonly greatest: number;
}

/**
 * Everything that a reader can work out of whole numbers: for each wanted cell the least and the greatest count that all
 * he knows allows. Written apart from what the hub does when it withholds.
 * @param cells by name, what he was told of each
 * @param sums  what adds up, as everybody knows: a total and its parts
 */
export async function workOut(
  cells: ReadonlyMap<string, Known>,
  sums: readonly (readonly [total: string, parts: readonly string[]])[],
  wanted: readonly string[],
): Promise<Map<string, Known>> {
  const highs = await load();
  const names = new Map([...cells.keys()].map((cell, i) => [cell, `x${i}`]));
  const nameOf = (cell: string) => names.get(cell) ?? "missing";
  const rules = [
    "Subject To",
    ...sums.map(([total, parts]) => `${parts.map((part) => `+ ${nameOf(part)}`).join("\n ")} - ${nameOf(total)} = 0`),
    "Bounds",
    ...[...cells].map(([cell, { least, greatest }]) =>
      Number.isFinite(greatest) ? `${least} <= ${nameOf(cell)} <= ${greatest}` : `${nameOf(cell)} >= ${least}`,
    ),
    "General",
    ...names.values(),
    "End",
  ].join("\n");
  const found = new Map<string, { least: number; greatest: number }>();
  const solve = (sense: "Minimize" | "Maximize", cell: string) => {
    const solution = highs.solve(`${sense}\n ${nameOf(cell)}\n${rules}`, { output_flag: false });
    if (solution.Status !== "Optimal") throw new Error(`${cell}: ${solution.Status}`);
    // A world that fits all he knows: what stands there of other cells is possible too.
    for (const one of wanted) {
      const count = Math.round(solution.Columns[nameOf(one)]?.Primal ?? Number.NaN) + 0; // no -0
      const range = found.get(one) ?? { least: count, greatest: count };
      found.set(one, { least: Math.min(range.least, count), greatest: Math.max(range.greatest, count) });
    }
  };
  for (const cell of wanted) {
    const told = cells.get(cell);
    if (found.get(cell)?.greatest !== told?.greatest) solve("Maximize", cell);
    if (found.get(cell)?.least !== told?.least) solve("Minimize", cell);
  }
  return found;
}
