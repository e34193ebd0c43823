import type { IdCipher } from "../../store/global-id.js";
import { type CellRules, type Columns, permit, said } from "./column.js";
import type { Header, Line } from "./header.js";
import { lookUp, type Target } from "./known.js";
import type { Importing, Item, Register } from "./register.js";
import type { Refusals, Said } from "./report.js";

/** A row that the file says right. */
export interface Found {
  readonly line: number;
  readonly key: string;
  readonly row: Item<Columns>["row"];
  /** The text of its cells, by column. */
  readonly cells: Readonly<Record<string, string>>;
  /** Of what its cells say, in hex. */
  readonly digest: string;
}

/** The rows of one file as values; what is wrong with one goes to the refusals. */
export class Values {
  /** Numbers of the rows so far. */
  readonly numbers = new Set<string>();
  /** What else no second row may say. */
  readonly #others = new Set<string>();
  readonly #columns: readonly [string, Columns[string]][];

  constructor(
    private readonly register: Register<Columns>,
    private readonly importing: Importing,
    private readonly rules: CellRules,
    private readonly refusals: Refusals,
  ) {
    this.#columns = Object.entries(register.columns);
  }

  async of(header: Header, lines: readonly Line[]): Promise<Found[]> {
    const known = await lookUp(this.importing, named(this.#columns, lines));
    const rows = lines.map((line) => {
      const refuse = (column: string | null, why: Said) =>
        this.refusals.refuse(line.line, column === null ? null : header.titleOf(column), why);
      const row: Record<string, unknown> = {};
      for (const [name, column] of this.#columns) {
        const text = line.cell(name);
        try {
          permit(column, text, this.rules);
          row[name] = column.read(text, name, known);
        } catch (error) {
          refuse(name, said(error));
        }
      }
      const { key: numbered, unique, check } = this.register;
      const key = numbered.map(line.cell).join("|");
      const once = (seen: Set<string>, value: string, columns: readonly string[], why: Said) => {
        if (seen.has(value)) refuse(columns[0] ?? null, why);
        seen.add(value);
      };
      once(this.numbers, key, numbered, REPEATED_KEY);
      if (unique) once(this.#others, JSON.stringify(unique.map(line.cell)), unique, REPEATED_RECORD);
      if (!this.refusals.has(line.line)) check?.(row, refuse, this.importing);
      const cells = Object.fromEntries(this.#columns.map(([name]) => [name, line.cell(name)]));
      return { line: line.line, key, row, cells, digest: digest(this.#columns, line, this.importing.ids) };
    });
    return rows.filter(({ line }) => !this.refusals.has(line));
  }
}

/** What the cells of a batch name, so that all of it is looked up at once. */
function named(columns: readonly [string, Columns[string]][], lines: readonly Line[]): Map<Target, Set<string>> {
  const wanted = new Map<Target, Set<string>>();
  for (const [name, { names, split }] of columns) {
    if (names === undefined) continue;
    const texts = wanted.get(names) ?? new Set<string>();
    for (const line of lines) for (const text of split(line.cell(name))) texts.add(text);
    wanted.set(names, texts);
  }
  return wanted;
}

/** Over the text of the cells, not over the records that they mean: two of these may become one. */
function digest(columns: readonly [string, Columns[string]][], line: Line, ids: IdCipher): string {
  const cells = columns.filter(([, { once }]) => !once).map(([name]) => [name, line.cell(name)]);
  return ids.digest(JSON.stringify(cells)).toString("hex");
}

const REPEATED_KEY: Said = {
  code: "REPEATED_KEY",
  message: "The number stands in an earlier row already",
  messageZh: "该编号在前面的行中已出现",
  remedy: "Keep one row for it",
};
const REPEATED_RECORD: Said = {
  code: "REPEATED_KEY",
  message: "An earlier row is about the same under another number",
  messageZh: "前面的行已用另一编号登记同一事项",
  remedy: "Keep one row for it",
};
