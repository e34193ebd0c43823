import { CsvError, parse } from "csv-parse/sync";
import type { PolicyFinding } from "./finding.js";

/** A line of one of the three tables; only the columns that the table has can be asked for. */
export interface Line<Column extends string> {
  /** What the line is about, from the key columns: "R6", "SCHOOL/CLASS_TEACHER". */
  readonly name: string;
  text(column: Column): string;
  refuse(column: Column, problem: string, remedy: string): void;
}

export interface TableShape<Column extends string> {
  readonly file: string;
  readonly columns: readonly Column[];
  /** Columns that name a line; no two lines may share a name. */
  readonly key: readonly Column[];
  /** Columns that may not be empty, beside the key. */
  readonly required: readonly Column[];
}

/**
 * Reads a table and refuses unknown, missing and double columns, double lines and empty names.
 * @returns no lines if the columns are wrong: what stands in them could mean anything
 */
export function readTable<Column extends string>(
  shape: TableShape<Column>,
  text: string,
  findings: PolicyFinding[],
): Line<Column>[] {
  const { file, columns, key, required } = shape;
  const [header, ...records] = readRecords(file, text, findings);
  if (!header) return [];

  const refuseColumn = (column: string, problem: string, remedy: string) =>
    findings.push({ file, line: header.at, column, problem, remedy });
  const unknown = header.cells.filter((name) => !columns.some((column) => column === name));
  const missing = columns.filter((column) => !header.cells.includes(column));
  const twice = columns.filter((column) => header.cells.indexOf(column) !== header.cells.lastIndexOf(column));
  for (const column of unknown) refuseColumn(column, "unknown column", `The columns are ${columns.join(", ")}`);
  for (const column of missing) refuseColumn(column, "the column is missing", "Add it");
  for (const column of twice) refuseColumn(column, "the column stands twice", "Keep one");
  if (unknown.length + missing.length + twice.length > 0) return [];

  const names = new Set<string>();
  return records.map(({ at, cells }) => {
    const textOf = (column: Column) => cells[header.cells.indexOf(column)] ?? "";
    const name = key.map(textOf).join("/");
    const refuse = (column: Column, problem: string, remedy: string) =>
      findings.push({ file, line: at, row: name, column, problem, remedy });

    if (cells.length !== header.cells.length) {
      const problem = `${cells.length} cells under ${header.cells.length} columns`;
      findings.push({ file, line: at, row: name, problem, remedy: "Quote the cells that hold a comma" });
    }
    for (const column of [...key, ...required]) if (!textOf(column)) refuse(column, "is empty", "Fill it in");
    if (names.has(name)) findings.push({ file, line: at, row: name, problem: "stands twice", remedy: "Keep one" });
    names.add(name);
    return { name, text: textOf, refuse };
  });
}

interface Row {
  /** Line on which the record ends, from 1. */
  readonly at: number;
  readonly cells: readonly string[];
}

function readRecords(file: string, text: string, findings: PolicyFinding[]): Row[] {
  const rows: Row[] = [];
  try {
    parse(text, {
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (cells: string[], { lines }) => {
        rows.push({ at: lines, cells });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    findings.push({ file, problem: `not CSV: ${error.message}`, remedy: "Write it as RFC 4180 says" });
    return [];
  }
  if (rows.length === 0) findings.push({ file, problem: "the table is empty", remedy: "Begin with the shipped one" });
  return rows;
}
