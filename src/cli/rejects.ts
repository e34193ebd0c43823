import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { stringify } from "csv-stringify/sync";
import { REJECT_TITLES, type RowError } from "../change/import/index.js";

/**
 * The rows that were refused, as they were sent, with what is wrong beside them: corrected, the file can be sent again
 * as it is. It holds persons' data as the file does, so nobody but its owner reads it.
 */
export class Rejects {
  readonly #path: string;
  #file: number | undefined;
  rows = 0;

  /** @param file that is imported; the rejects are written beside it when they are kept */
  constructor(file: string) {
    this.#path = `${file}.rejects.csv`;
  }

  add(titles: readonly string[], cells: readonly string[], errors: readonly RowError[]): void {
    // Those of a file that is sent again are of the time before.
    const own = titles.flatMap((title, place) => (REJECT_TITLES.some((one) => one === title) ? [] : [place]));
    const all = (of: (error: RowError) => string | number) => errors.map(of).join(" | ");
    if (this.#file === undefined) {
      this.#file = openSync(`${this.#path}.new`, "w", 0o600);
      // The mark tells Excel that it is UTF-8.
      writeSync(this.#file, `\uFEFF${stringify([[...own.map((place) => titles[place]), ...REJECT_TITLES]])}`);
    }
    const row = [
      ...own.map((place) => cells[place] ?? ""),
      errors[0]?.line,
      all(({ column }) => column ?? ""),
      all(({ code }) => code),
      all(({ message, messageZh }) => `${messageZh}。${message}.`),
      all(({ remedy }) => remedy),
    ];
    writeSync(this.#file, stringify([row], { escape_formulas: true }));
    this.rows++;
  }

  /** @returns where they are now; null if there are none */
  keep(): string | null {
    if (this.#file === undefined) return null;
    closeSync(this.#file);
    renameSync(`${this.#path}.new`, this.#path);
    return this.#path;
  }

  drop(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    rmSync(`${this.#path}.new`);
  }
}
