import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "./entry.js";

/** An entry that waits for its number. */
export interface Line {
  /** Canonical JSON. */
  readonly entry: string;
  /** Id that the line had in `disclosure_unsealed`, if it is a mutation's. */
  readonly unsealed?: string;
}

/**
 * A line as it stands in a segment. The segment's hash proves that nothing was changed; the number and the check of
 * each line only tell which entry it was.
 */
export const writeLine = (n: number, { entry, unsealed }: Line): string =>
  `{"check":"${checkOf(n, entry)}","entry":${entry},"n":${n}${unsealed ? `,${sealedMark(unsealed)}` : ""}}`;

/** How a line in the chain tells which unsealed line it was. */
export const sealedMark = (id: string): string => `"unsealed":"${id}"`;

const checkOf = (n: number, entry: string): string => createHash("sha256").update(`${n}:${entry}`).digest("base64url");

const written = z.object({ check: z.string(), entry: z.json(), n: z.int() });

export interface BrokenLine {
  readonly problem: "CHANGED" | "MISSING" | "SWAPPED";
  readonly entry: number;
}

/** @returns the first line that is not what was written as number `first` to `last`, if it can be told */
export function findBrokenLine(entries: string, first: number, last: number): BrokenLine | undefined {
  const numbers = entries.split("\n").map(genuineNumber);
  for (let n = first; n <= last; n += 1) {
    const number = numbers[n - first];
    if (number === n) continue;
    if (number === undefined) return { problem: "MISSING", entry: n };
    if (number === TOUCHED) return { problem: "CHANGED", entry: n };
    // Another line stands here: the one that is due was taken out, or is somewhere else.
    const movedUp = number > n && number <= last && !numbers.includes(n);
    return { problem: movedUp ? "MISSING" : "SWAPPED", entry: n };
  }
  return undefined;
}

const TOUCHED = -1;

/** @returns the number that the line was written with, wherever it stands now */
function genuineNumber(line: string): number {
  try {
    const { check, entry, n } = written.parse(JSON.parse(line));
    return check === checkOf(n, canonicalJson(entry)) ? n : TOUCHED;
  } catch {
    return TOUCHED; // what cannot be read was not written by the log
  }
}
