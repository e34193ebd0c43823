import type { Program, Solver } from "./linear.js";

/** Why a cell is empty; NONE where it is not. */
export type Withheld = "NONE" | "SUPPRESSED_SMALL" | "SUPPRESSED_COMPLEMENTARY";

/** A cell of everything that is published of one subject about one county, with its true count. */
export interface Cell {
  readonly count: number;
  withheld: Withheld;
  /** It was published, or withheld, when an earlier period was closed, and stays so. */
  readonly fixed: boolean;
}

/** A cell that is the sum of others, as everybody knows: a county of its townships, a total of its kinds. */
export interface Sum {
  readonly total: Cell;
  readonly parts: readonly Cell[];
}

/** What a reader may come to know of a small cell: the least and the greatest count that all else allows. */
interface Range {
  least: number;
  greatest: number;
}

/** Worth more than any cell that could be withheld for it. */
const FREEDOM = 10_000;

/**
 * Withholds what is smaller than `k`, and as much beside it as must be, so that whoever reads every cell that is
 * published, with its reason, and adds and subtracts as he likes, still finds any count from 0 to k - 1 possible for
 * each small cell (docs/decisions/0011-statistics-are-closed-once.md). For each small cell a linear program asks for the
 * cheapest change of counts that everybody would take for true and in which this cell is 0, or k - 1; published cells
 * that have to change in it are withheld. Whatever was possible stays possible when more is withheld, so each cell is
 * looked at once.
 * @param cells  those that are new are withheld here; their true counts agree with `sums`
 * @param k      least count that is published
 */
export async function protect(cells: readonly Cell[], sums: readonly Sum[], k: number, solver: Solver): Promise<void> {
  for (const cell of cells) if (!cell.fixed && cell.count < k) cell.withheld = "SUPPRESSED_SMALL";
  const ranges = new Map<Cell, Range>();
  for (const cell of cells)
    if (cell.withheld === "SUPPRESSED_SMALL") ranges.set(cell, { least: cell.count, greatest: cell.count });

  // With nothing published there is nothing to add and subtract.
  if (cells.every(({ withheld }) => withheld !== "NONE")) return;

  for (const direction of [1, -1] as const) {
    const isPressed = (cell: Cell) => {
      const { least = 0, greatest = k - 1 } = ranges.get(cell) ?? {};
      return direction > 0 ? greatest < k - 1 : least > 0;
    };
    const pressed = () => [...ranges.keys()].filter(isPressed);
    // As many at once as go, and nothing withheld for it: most are free already.
    for (let left = pressed(), before = left.length + 1; left.length > 0 && left.length < before; left = pressed()) {
      before = left.length;
      moved(cells, ranges, solver.maximise(programOf(cells, sums, k, left, direction, false)));
    }
    for (const cell of pressed()) {
      if (!isPressed(cell)) continue;
      const deltas = solver.maximise(programOf(cells, sums, k, [cell], direction, true));
      moved(cells, ranges, deltas);
      for (const [i, other] of cells.entries())
        if (isOpen(other) && (shift(deltas, `p${i}`) !== 0 || shift(deltas, `n${i}`) !== 0))
          other.withheld = "SUPPRESSED_COMPLEMENTARY";
      await new Promise(setImmediate); // the hub goes on answering
    }
  }
}

const isOpen = ({ withheld, fixed }: Cell): boolean => withheld === "NONE" && !fixed;

/** Counts from which the solver's are told apart: they are whole, but for what it rounds. */
const shift = (deltas: ReadonlyMap<string, number>, name: string): number => {
  const delta = deltas.get(name) ?? 0;
  return Math.abs(delta) < 1e-6 ? 0 : delta;
};

/**
 * Moves the counts of these cells up or down as far as it goes. A cell that is withheld moves within what its reason
 * says; one that is published does not, or at a price (`p` up, `n` down) if it may be withheld for it.
 */
function programOf(
  cells: readonly Cell[],
  sums: readonly Sum[],
  k: number,
  wanted: readonly Cell[],
  direction: 1 | -1,
  mayWithhold: boolean,
): Program {
  const gain = new Map<string, number>();
  const bounds = new Map<string, readonly [number, number]>();
  const termsOf = new Map<Cell, readonly (readonly [name: string, factor: number])[]>();
  for (const [i, cell] of cells.entries()) {
    const { count, withheld } = cell;
    if (withheld !== "NONE") {
      termsOf.set(cell, [[`d${i}`, 1]]);
      bounds.set(
        `d${i}`,
        withheld === "SUPPRESSED_SMALL" ? [-count, k - 1 - count] : [k - count, Number.POSITIVE_INFINITY],
      );
    } else if (mayWithhold && isOpen(cell)) {
      termsOf.set(cell, [
        [`p${i}`, 1],
        [`n${i}`, -1],
      ]);
      bounds.set(`p${i}`, [0, Number.POSITIVE_INFINITY]);
      bounds.set(`n${i}`, [0, count - k]);
      // What is large tells more.
      for (const name of [`p${i}`, `n${i}`]) gain.set(name, -Math.log2(count));
    }
  }
  for (const cell of wanted) for (const [name] of termsOf.get(cell) ?? []) gain.set(name, direction * FREEDOM);
  const rows = sums.flatMap(({ total, parts }) => {
    const row = new Map(
      [total, ...parts].flatMap((cell, i) =>
        (termsOf.get(cell) ?? []).map(([name, factor]) => [name, i === 0 ? -factor : factor] as const),
      ),
    );
    return row.size > 0 ? [row] : [];
  });
  return { gain, rows, bounds };
}

/** What a change that everybody would take for true tells of each small cell: that it may be so. */
function moved(cells: readonly Cell[], ranges: ReadonlyMap<Cell, Range>, deltas: ReadonlyMap<string, number>): void {
  for (const [i, cell] of cells.entries()) {
    const range = ranges.get(cell);
    if (!range) continue;
    const count = Math.round(cell.count + shift(deltas, `d${i}`));
    range.least = Math.min(range.least, count);
    range.greatest = Math.max(range.greatest, count);
  }
}
