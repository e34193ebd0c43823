import type { Mistake } from "../../errors.js";

/** What can be wrong with a file or a row of it. */
export type ImportCode =
  | "NOT_UTF8"
  | "NOT_CSV"
  | "UNKNOWN_COLUMN"
  | "MISSING_COLUMN"
  | "REPEATED_COLUMN"
  | "WRONG_NUMBER_OF_CELLS"
  | "EMPTY"
  | "BAD_VALUE"
  | "UNKNOWN_REFERENCE"
  | "REPEATED_KEY"
  | "DEMO_ONLY"
  | "NOT_A_WRITER"
  | "CONTRADICTION"
  | "NO_LONGER_YOURS";

/** What is wrong, without the value: a log of errors must not become a copy of the register. */
export interface Said {
  readonly code: ImportCode;
  readonly message: string;
  readonly messageZh: string;
  readonly remedy: string;
}

export interface RowError extends Said {
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
  /** null: the row or the file as a whole. */
  readonly column: string | null;
}

export interface ImportReport {
  readonly register: string;
  readonly dryRun: boolean;
  /** Rows of records that were not known; of known ones whose row has changed; of known ones with the same row. */
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Rows with at least one error. Any of them, and nothing is written. */
  readonly refused: number;
  /** In the order of the file; the first 1,000. */
  readonly errors: readonly RowError[];
}

/** What a cell refuses, where no parser of the domain says it. */
export class CellRefused extends Error {
  constructor(readonly said: Said) {
    super(said.message);
  }
}

/** A parser's mistake as the error of a cell. */
export const badValue = ({ message, extensions }: Mistake): Said => ({
  code: "BAD_VALUE",
  message,
  messageZh: String(extensions["messageZh"]),
  remedy: String(extensions["remedy"]),
});

const MOST_ERRORS = 1_000;

/** Collects what is wrong with one file. */
export class Refusals {
  readonly #lines = new Set<number>();
  readonly #errors: RowError[] = [];

  refuse(line: number, column: string | null, said: Said): void {
    this.#lines.add(line);
    // By name: what was thrown may carry more than may be said.
    const { code, message, messageZh, remedy } = said;
    if (this.#errors.length < MOST_ERRORS) this.#errors.push({ line, column, code, message, messageZh, remedy });
  }

  has(line: number): boolean {
    return this.#lines.has(line);
  }

  get lines(): number {
    return this.#lines.size;
  }

  get errors(): readonly RowError[] {
    return this.#errors.toSorted((a, b) => a.line - b.line);
  }
}
