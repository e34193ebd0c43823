import { strFromU8, type Unzipped, unzipSync, zipSync } from "fflate";
import { readSheet } from "read-excel-file/node";
import type { RawRow } from "./file.js";
import { FileRefused, type Said } from "./report.js";

/** Largest workbook in bytes as it is sent, and as it is unpacked: a small one may be made to unpack into terabytes. */
export const MOST_BYTES = 32 * 1_048_576;
const MOST_UNPACKED = 256 * 1_048_576;
/** Largest sheet. The reader makes room for every cell up to the last one, so this is asked before it reads. */
const MOST_COLUMNS = 200;
const MOST_LINES = 200_000;

/**
 * The rows of the first sheet. A formula, merged cells, and a number that Excel has rounded are no text that somebody
 * typed: their cells are broken. Dates become YYYY-MM-DD, moments RFC 3339 in Asia/Shanghai.
 * @throws FileRefused
 */
export async function xlsxRows(workbook: Buffer): Promise<Iterable<RawRow>> {
  const parts = unpacked(workbook);
  const broken = brokenCells(firstSheet(parts));
  let rows: readonly (readonly unknown[])[];
  try {
    // Packed anew, without compression: what is read is what was counted.
    rows = await readSheet(Buffer.from(zipSync(parts, { level: 0 })));
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new FileRefused(1, NOT_XLSX);
  }
  return rows.map((row, at) => rowOf(at + 1, row, broken));
}

function unpacked(workbook: Buffer): Unzipped {
  let bytes = 0;
  let tooMuch = false;
  let parts: Unzipped;
  try {
    // No part becomes larger than it says: fflate writes into a buffer of that size.
    parts = unzipSync(workbook, {
      filter: ({ originalSize }) => {
        bytes += originalSize;
        tooMuch ||= bytes > MOST_UNPACKED;
        return !tooMuch;
      },
    });
  } catch {
    throw new FileRefused(1, NOT_XLSX);
  }
  if (tooMuch) throw new FileRefused(1, BOMB);
  return parts;
}

/** XML of the sheet that stands first in the workbook. */
function firstSheet(parts: Unzipped): string {
  const part = (name: string) => (parts[name] ? strFromU8(parts[name]) : "");
  const [, id] = part("xl/workbook.xml").match(/<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"/) ?? [];
  for (const [relation] of part("xl/_rels/workbook.xml.rels").matchAll(/<Relationship\b[^>]*>/g)) {
    const [, target] = relation.match(/\bTarget="\/?(?:xl\/)?([^"]+)"/) ?? [];
    const sheet = relation.includes(`Id="${id}"`) ? parts[`xl/${target}`] : undefined;
    if (sheet) return strFromU8(sheet);
  }
  throw new FileRefused(1, NOT_XLSX);
}

/** By line and place. @throws FileRefused where the sheet is too large */
function brokenCells(sheet: string): ReadonlyMap<number, ReadonlyMap<number, Said>> {
  const broken = new Map<number, Map<number, Said>>();
  const mark = (letters: string, line: number, said: Said) =>
    broken.set(line, (broken.get(line) ?? new Map()).set(placeOf(letters), said));
  for (const [, letters = "", digits = "", formula] of sheet.matchAll(CELL)) {
    const line = Number(digits);
    if (placeOf(letters) >= MOST_COLUMNS) throw new FileRefused(line, TOO_WIDE);
    if (line > MOST_LINES) throw new FileRefused(MOST_LINES, TOO_LONG);
    if (formula !== undefined) mark(letters, line, FORMULA);
  }
  for (const [, letters = "", digits = ""] of sheet.matchAll(MERGED_CELLS)) mark(letters, Number(digits), MERGED);
  for (const [, digits] of sheet.matchAll(ROW))
    if (Number(digits) > MOST_LINES) throw new FileRefused(MOST_LINES, TOO_LONG);
  return broken;
}

const CELL = /<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*>(?:\s*<(?:\w+:)?(f)\b)?/g;
const MERGED_CELLS = /<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+)(\d+):/g;
const ROW = /<(?:\w+:)?row\b[^>]*?\br="(\d+)"/g;

/** Of a column, from 0: "A" is 0, "AA" is 26. */
const placeOf = (letters: string): number =>
  [...letters].reduce((place, letter) => place * 26 + letter.charCodeAt(0) - 64, 0) - 1;

function rowOf(line: number, row: readonly unknown[], marked: ReadonlyMap<number, ReadonlyMap<number, Said>>): RawRow {
  const broken = new Map(marked.get(line));
  const cells = row.map((value, place) => {
    if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) >= ROUNDED_FROM)
      broken.set(place, ROUNDED);
    return value instanceof Date ? dateText(value) : value === null ? "" : String(value);
  });
  return { line, cells, broken };
}

/** Excel keeps 15 digits of a number. */
const ROUNDED_FROM = 1e15;

/** The reader gives what the clock on the wall shows as if it were UTC. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "";
  const [day = "", time = ""] = date.toISOString().split("T");
  return time.startsWith("00:00:00") ? day : `${day}T${time.slice(0, 8)}+08:00`;
}

const NOT_XLSX: Said = {
  code: "NOT_XLSX",
  message: "The file cannot be read as an XLSX workbook",
  messageZh: "文件无法按XLSX工作簿读取",
  remedy: "Open it in Excel or WPS and save it as .xlsx anew, or as CSV",
};
const BOMB: Said = {
  code: "TOO_LARGE",
  message: `The workbook unpacks to more than ${MOST_UNPACKED / 1_048_576} MiB`,
  messageZh: `工作簿解压后超过${MOST_UNPACKED / 1_048_576}MiB`,
  remedy: "Keep one sheet without pictures, or save it as CSV",
};
const TOO_WIDE: Said = {
  code: "TOO_LARGE",
  message: `A sheet has at most ${MOST_COLUMNS} columns`,
  messageZh: `工作表不得超过${MOST_COLUMNS}列`,
  remedy: "Keep the columns of the register, and delete the others with all that is far to the right",
};
const TOO_LONG: Said = {
  code: "TOO_LARGE",
  message: `A sheet has at most ${MOST_LINES} rows`,
  messageZh: `工作表不得超过${MOST_LINES}行`,
  remedy: "Delete what is far below, or save it as CSV, which has no such limit",
};
const FORMULA: Said = {
  code: "FORMULA",
  message: "The cell holds a formula",
  messageZh: "该格为公式",
  remedy: "Copy the column and paste it as values (选择性粘贴为数值)",
};
const MERGED: Said = {
  code: "MERGED_CELLS",
  message: "The cell is merged with others, so it is not clear for which rows it stands",
  messageZh: "该格为合并单元格,无法判断对应哪些行",
  remedy: "Undo the merge, and write the value into each row (取消合并单元格)",
};
const ROUNDED: Said = {
  code: "ROUNDED_NUMBER",
  message: "Excel keeps 15 digits of a number, so the last ones of this are lost",
  messageZh: "Excel数值仅保留15位,该号码末位已丢失",
  remedy: "Format the column as text, then type the number again (单元格格式设为文本后重新填写)",
};
