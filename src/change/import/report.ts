import type { Mistake } from "../../errors.js";

/** What can be wrong with a file or a row of it. */
export type ImportCode =
  | "UNKNOWN_ENCODING"
  | "NOT_CSV"
  | "NOT_XLSX"
  | "TOO_LARGE"
  | "FORMULA"
  | "MERGED_CELLS"
  | "ROUNDED_NUMBER"
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
  | "NO_LONGER_YOURS"
  | "HAS_LEFT"
  | "NOT_FOUND_OR_NOT_SHARED";

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

/** What happens to a row: a record was not known; it was, and its row has changed; the file has its row no more. */
export type Happening = "NEW" | "CHANGED" | "ENDED";

export interface RowChange {
  readonly happening: Happening;
  /** null: ended, so that no row says it. */
  readonly line: number | null;
  /** The agency's own number. */
  readonly key: string;
}

export interface ImportReport {
  readonly register: string;
  readonly dryRun: boolean;
  /** Whether what is counted has been written, or would be undone: a dry run, or a file that is refused. */
  readonly written: boolean;
  readonly new: number;
  readonly changed: number;
  /** Rows of known records that say the same as before. */
  readonly unchanged: number;
  /** Numbers whose row a complete file has no more. */
  readonly ended: number;
  /** Rows with at least one error. Any of them, and nothing is written - unless valid rows were to be taken. */
  readonly refused: number;
  /** In the order of the file, ended ones last; the first 1,000. */
  readonly changes: readonly RowChange[];
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

/** The file cannot be read from this line on. */
export class FileRefused extends Error {
  constructor(
    readonly line: number,
    readonly said: Said,
  ) {
    super(said.message);
  }
}

/** Errors and changes that a report lists. */
export const MOST_LISTED = 1_000;

/** Collects what is wrong with one file; of the rows themselves only those of the batch at hand. */
export class Refusals {
  #lines = 0;
  readonly #errors: RowError[] = [];
  #batch = new Map<number, RowError[]>();

  refuse(line: number, column: string | null, { code, message, messageZh, remedy }: Said): void {
    // By name: what was thrown may carry more than may be said.
    const error = { line, column, code, message, messageZh, remedy };
    const row = this.#batch.get(line);
    if (row) row.push(error);
    else {
      this.#batch.set(line, [error]);
      this.#lines++;
    }
    if (this.#errors.length < MOST_LISTED) this.#errors.push(error);
  }

  /** In the batch at hand. */
  has(line: number): boolean {
    return this.#batch.has(line);
  }

  /** Errors of the batch, by line; the next batch begins. */
  take(): ReadonlyMap<number, readonly RowError[]> {
    const batch = this.#batch;
    this.#batch = new Map();
    return batch;
  }

  get lines(): number {
    return this.#lines;
  }

  get errors(): readonly RowError[] {
    return this.#errors.toSorted((a, b) => a.line - b.line);
  }
}
