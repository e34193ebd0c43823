import { createRequire } from "node:module";

// Its types are those of its CommonJS build.
const load: typeof import("highs").default = createRequire(import.meta.url)("highs");

/** A linear program in the deltas of cells: names, bounds and rows that come to zero. */
export interface Program {
  /** Variable -> its part of what is maximised. */
  readonly gain: ReadonlyMap<string, number>;
  /** Each sums to zero: variable -> factor. */
  readonly rows: readonly ReadonlyMap<string, number>[];
  /** Variable -> least and greatest value; infinite where it has none. */
  readonly bounds: ReadonlyMap<string, readonly [least: number, greatest: number]>;
}

/** Solves linear programs exactly enough for counts: to a millionth. */
export interface Solver {
  /** @returns the value of each variable. @throws Error it has no optimum, which no program of the hub's should */
  maximise(program: Program): ReadonlyMap<string, number>;
}

/** HiGHS, compiled to WebAssembly: loaded when something is closed, which is once a month. */
export async function openSolver(): Promise<Solver> {
  const highs = await load();
  return {
    maximise(program) {
      const solution = highs.solve(textOf(program), { output_flag: false, presolve: "off" });
      if (solution.Status !== "Optimal")
        throw new Error(`The suppression of statistics has no solution: ${solution.Status}`);
      return new Map(Object.values(solution.Columns).map(({ Name, Primal }) => [Name, Primal]));
    },
  };
}

/** The LP format of CPLEX, as HiGHS reads it. */
const textOf = ({ gain, rows, bounds }: Program): string =>
  [
    "Maximize",
    ` gain: ${sumOf(gain)}`,
    "Subject To",
    ...rows.map((row, i) => ` r${i}: ${sumOf(row)} = 0`),
    "Bounds",
    ...[...bounds].map(([name, [least, greatest]]) => ` ${boundOf(least)} <= ${name} <= ${boundOf(greatest)}`),
    "End",
  ].join("\n");

// Lines of the format end at 510 characters.
const sumOf = (terms: ReadonlyMap<string, number>): string =>
  [...terms].map(([name, factor]) => `${factor < 0 ? "-" : "+"} ${Math.abs(factor)} ${name}`).join("\n ");

const boundOf = (bound: number): string => (Number.isFinite(bound) ? `${bound}` : bound < 0 ? "-inf" : "+inf");
