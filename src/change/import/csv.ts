import { CsvError, parse } from "csv-parse/sync";
import type { Refusals, Said } from "./report.js";

/** A row of a file. */
export interface Line {
  /** On which it begins, from 1. */
  readonly line: number;
  /** Trimmed text of the cell under this column. */
  cell(column: string): string;
}

/** Longest row in characters: an unclosed quote would otherwise take the rest of the file. */
const LONGEST_ROW = 100_000;

/**
 * Reads CSV (RFC 4180, UTF-8, with or without byte order mark) with exactly these columns, in any order.
 * @returns the rows that have a cell for each column; what is wrong with the others goes to `refusals`
 */
export function readCsv(text: string, columns: readonly string[], refusals: Refusals): Line[] {
  const broken = text.indexOf("\uFFFD");
  if (broken >= 0) {
    refusals.refuse(text.slice(0, broken).split("\n").length, null, NOT_UTF8);
    return [];
  }
  const [header, ...rows] = records(text, refusals);
  if (!header) {
    if (refusals.lines === 0) refusals.refuse(1, null, NO_HEADER);
    return [];
  }
  const found = header.cells.map((cell) => cell.trim());
  for (const name of found) if (!columns.includes(name)) refusals.refuse(header.line, name, unknown(columns));
  for (const name of columns) {
    if (!found.includes(name)) refusals.refuse(header.line, name, MISSING);
    if (found.indexOf(name) !== found.lastIndexOf(name)) refusals.refuse(header.line, name, REPEATED);
  }
  if (refusals.lines > 0) return [];

  return rows.flatMap(({ line, cells }) => {
    if (cells.length !== found.length) {
      refusals.refuse(line, null, wrongNumber(cells.length, found.length));
      return [];
    }
    return [{ line, cell: (column) => cells[found.indexOf(column)]?.trim() ?? "" }];
  });
}

function records(text: string, refusals: Refusals): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let read = 0;
  try {
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_ROW,
      on_record: (cells: string[], { lines }) => {
        // The reader counts to the end of a row; people look for its beginning.
        rows.push({ line: lines - cells.join("").split("\n").length + 1, cells });
        read = lines;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    refusals.refuse(read + 1, null, NOT_CSV);
    return [];
  }
  return rows;
}

const NOT_UTF8: Said = {
  code: "NOT_UTF8",
  message: "The file is not UTF-8",
  messageZh: "文件不是UTF-8编码",
  remedy: 'Save it as "CSV UTF-8" (另存为“CSV UTF-8(逗号分隔)”)',
};
const NOT_CSV: Said = {
  code: "NOT_CSV",
  message: "The file cannot be read as CSV from here on",
  messageZh: "自此行起无法按CSV读取",
  remedy: 'Close every quote; within a quoted cell write a quote twice ("")',
};
const NO_HEADER: Said = {
  code: "NOT_CSV",
  message: "The file has no header row",
  messageZh: "文件没有表头行",
  remedy: "Begin with the names of the columns, see docs/registers.md",
};
const MISSING: Said = {
  code: "MISSING_COLUMN",
  message: "The column is missing",
  messageZh: "缺少该列",
  remedy: "Add it; its cells may be empty where docs/registers.md says so",
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
  remedy: `The columns are ${columns.join(", ")}`,
});
const wrongNumber = (cells: number, columns: number): Said => ({
  code: "WRONG_NUMBER_OF_CELLS",
  message: `${cells} cells under ${columns} columns`,
  messageZh: `该行有${cells}格,表头有${columns}列`,
  remedy: "Quote the cells that hold a comma",
});
