import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import type { RawRow } from "./file.js";
import { FileRefused, type Said } from "./report.js";

/** Longest row in characters: an unclosed quote would otherwise take the rest of the file. */
const LONGEST_ROW = 100_000;

/**
 * The rows of CSV (RFC 4180), with or without byte order mark.
 * @throws FileRefused from the line on which it is none any more
 */
export async function* csvRows(text: AsyncIterable<string>): AsyncIterable<RawRow> {
  let read = 0;
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
    // Rows that have been read are lost with the first error: only here is known how many there were.
    on_record: (row, { lines }) => {
      read = lines;
      return row;
    },
  });
  // An error of either side ends the loop below with it.
  pipeline(Readable.from(text), parser, () => {});
  const records: AsyncIterable<CsvRecord> = parser;
  try {
    // The reader counts to the end of a row; people look for its beginning.
    for await (const { record, info } of records)
      yield { line: info.lines - record.join("").split("\n").length + 1, cells: record };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FileRefused(read + 1, NOT_CSV);
  }
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

const NOT_CSV: Said = {
  code: "NOT_CSV",
  message: "The file cannot be read as CSV from here on",
  messageZh: "自此行起无法按CSV读取",
  remedy: 'Close every quote; within a quoted cell write a quote twice ("")',
};
