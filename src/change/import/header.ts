import type { Columns } from "./column.js";
import type { RawRow } from "./file.js";
import type { Refusals, Said } from "./report.js";
import { type FileTitles, REJECT_TITLES, TITLES } from "./titles.js";

/** A row of a file. */
export interface Line {
  /** On which it begins, from 1. */
  readonly line: number;
  /** Trimmed text of the cell under this column; in half width where the column holds no free text. */
  cell(column: string): string;
}

/** The first row of a file: which column stands where. */
export interface Header {
  /** As the file has them. */
  readonly titles: readonly string[];
  /** Title of a column, as the file has it. */
  titleOf(column: string): string;
  /** @returns null for a row that is refused as a whole, or that is empty */
  line(row: RawRow, refusals: Refusals): Line | null;
}

/** @returns null where the first row does not name exactly these columns, in any order; `refusals` says why */
export function headerOf(
  { line, cells, broken }: RawRow,
  columns: Columns,
  { columns: own, ignore, without }: FileTitles,
  refusals: Refusals,
): Header | null {
  const titles = trimmedEnd(cells);
  const names = Object.keys(columns);
  const titlesOf = (name: string) => columns[name]?.titles ?? TITLES[name] ?? [];
  const nameOf = (title: string): string | null | undefined => {
    const mapped = Object.entries(own).find(([one]) => plain(one) === title)?.[1];
    if (mapped !== undefined) return mapped;
    if ([...ignore, ...REJECT_TITLES].some((one) => plain(one) === title)) return null;
    return names.find((name) => name === title || titlesOf(name).some((one) => plain(one) === title));
  };
  const found = titles.map((title) => nameOf(plain(title)));
  const refuse = (title: string, said: Said) => refusals.refuse(line, title, said);
  for (const [place, said] of broken ?? []) refuse(titles[place] ?? "", said);
  for (const [place, name] of found.entries())
    if (name === undefined)
      refuse(titles[place] ?? "", unknown(names.map((name) => `${name} ${titlesOf(name)[0] ?? ""}`.trim())));
  for (const name of names) {
    if (!found.includes(name) && !without.includes(name) && !columns[name]?.mayLack) refuse(name, MISSING);
    if (found.indexOf(name) !== found.lastIndexOf(name)) refuse(name, REPEATED);
  }
  if (refusals.has(line)) return null;

  const places = new Map(found.flatMap((name, place) => (name ? [[name, place]] : [])));
  return {
    titles,
    titleOf: (column) => titles[places.get(column) ?? -1] ?? column,
    line(row, refusals) {
      const filled = trimmedEnd(row.cells);
      if (filled.length === 0) return null;
      for (const [place, said] of row.broken ?? []) refusals.refuse(row.line, titles[place] ?? null, said);
      const cells = Math.max(filled.length, Math.min(row.cells.length, titles.length));
      if (cells !== titles.length) refusals.refuse(row.line, null, wrongNumber(cells, titles.length));
      if (refusals.has(row.line)) return null;
      return {
        line: row.line,
        cell: (column) => {
          const text = (row.cells[places.get(column) ?? -1] ?? "").trim().replace(QUOTED, "");
          return columns[column]?.plain ? plain(text) : text;
        },
      };
    },
  };
}

/** What keeps Excel from taking a text for a formula, as `--accept-valid` writes it. */
const QUOTED = /^'(?=[=+\-@\t\r＝＋－＠])/u;

/** In half width, as a number, a code or a title is meant. */
const plain = (text: string): string => text.normalize("NFKC").trim();

/** Excel leaves empty cells behind. */
function trimmedEnd(cells: readonly string[]): readonly string[] {
  const last = cells.findLastIndex((cell) => cell.trim() !== "");
  return cells.slice(0, last + 1).map((cell) => cell.trim());
}

const MISSING: Said = {
  code: "MISSING_COLUMN",
  message: "The column is missing",
  messageZh: "缺少该列",
  remedy:
    "Add it; its cells may be empty where docs/registers.md says so. hub.yaml can say that your file has none: registers, without",
};
const REPEATED: Said = {
  code: "REPEATED_COLUMN",
  message: "The column stands twice",
  messageZh: "该列重复",
  remedy: "Keep one",
};
const unknown = (columns: readonly string[]): Said => ({
  code: "UNKNOWN_COLUMN",
  message: "The register has no such column",
  messageZh: "登记表没有该列",
  remedy: `The columns are ${columns.join(", ")}; hub.yaml can name yours: registers`,
});
const wrongNumber = (cells: number, columns: number): Said => ({
  code: "WRONG_NUMBER_OF_CELLS",
  message: `${cells} cells under ${columns} columns`,
  messageZh: `该行有${cells}格,表头有${columns}列`,
  remedy: "Quote the cells that hold a comma",
});
