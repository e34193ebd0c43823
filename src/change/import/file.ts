import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { csvRows } from "./csv.js";
import { FileRefused, type Said } from "./report.js";
import { MOST_BYTES, xlsxRows } from "./xlsx.js";

/** A row as it stands in a file. */
export interface RawRow {
  /** On which it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Cells, by their place in the row, whose text is not what somebody typed. */
  readonly broken?: ReadonlyMap<number, Said>;
}

/** A register as somebody keeps it: CSV or XLSX. It can be read more than once. */
export interface RegisterFile {
  /** SHA-256 of its bytes, hexadecimal. */
  readonly hash: string;
  /** Lines that it has about, for whoever waits. */
  readonly lines: number;
  /** @throws FileRefused where it cannot be read on */
  rows(): AsyncIterable<RawRow>;
}

type Open = () => AsyncIterable<Buffer>;

export const fileAt = (path: string): Promise<RegisterFile> => registerFile(() => createReadStream(path));

export const fileOf = (bytes: Buffer): Promise<RegisterFile> =>
  registerFile(async function* () {
    yield bytes;
  });

/** Looks through the whole file once, a piece at a time, to know what it is. */
async function registerFile(open: Open): Promise<RegisterFile> {
  const hash = createHash("sha256");
  const utf8 = new Checked("utf-8");
  const gb18030 = new Checked("gb18030");
  let first: Buffer | undefined;
  let lines = 0;
  for await (const piece of open()) {
    first ??= piece;
    hash.update(piece);
    utf8.take(piece);
    gb18030.take(piece);
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) lines++;
  }
  const about = { hash: hash.digest("hex"), lines };
  if (first?.subarray(0, 4).equals(ZIP)) return { ...about, rows: () => workbook(open) };
  if (first?.subarray(0, 4).equals(OLE)) return { ...about, rows: () => refusedAt(1, OLD_EXCEL) };
  const encoding = [utf8, gb18030].find((one) => one.ends())?.encoding;
  if (encoding === undefined) return { ...about, rows: () => refusedAt(utf8.line, UNKNOWN_ENCODING) };
  return { ...about, rows: () => csvRows(decoded(open, encoding)) };
}

const NEWLINE = 0x0a;
const ZIP = Buffer.from("PK\u0003\u0004", "latin1");
/** As Excel wrote until 2003. */
const OLE = Buffer.from("d0cf11e0", "hex");

/** Whether bytes are text in this encoding. */
class Checked {
  readonly #decoder: TextDecoder;
  #broken = false;
  /** Of the first byte that is none. */
  line = 1;

  constructor(readonly encoding: string) {
    this.#decoder = new TextDecoder(encoding, { fatal: true });
  }

  take(piece: Buffer): void {
    if (this.#broken) return;
    try {
      this.line += this.#decoder.decode(piece, { stream: true }).split("\n").length - 1;
    } catch {
      this.#broken = true;
      const [before = ""] = new TextDecoder(this.encoding).decode(piece).split("\uFFFD", 1);
      this.line += before.split("\n").length - 1;
    }
  }

  ends(): boolean {
    if (!this.#broken)
      try {
        this.#decoder.decode();
      } catch {
        this.#broken = true;
      }
    return !this.#broken;
  }
}

async function* decoded(open: Open, encoding: string): AsyncIterable<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const piece of open()) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

async function* workbook(open: Open): AsyncIterable<RawRow> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of open()) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new FileRefused(1, TOO_LARGE);
    pieces.push(piece);
  }
  yield* await xlsxRows(Buffer.concat(pieces));
}

// biome-ignore lint/correctness/useYield: a file that cannot be read has no rows
async function* refusedAt(line: number, said: Said): AsyncIterable<RawRow> {
  throw new FileRefused(line, said);
}

const UNKNOWN_ENCODING: Said = {
  code: "UNKNOWN_ENCODING",
  message: "The file is neither UTF-8 nor GB18030",
  messageZh: "文件既不是UTF-8编码也不是GB18030编码",
  remedy: 'Save it as "CSV UTF-8" (另存为“CSV UTF-8(逗号分隔)”)',
};
const OLD_EXCEL: Said = {
  code: "NOT_XLSX",
  message: "The file is a workbook of Excel before 2007",
  messageZh: "文件为旧版Excel工作簿(.xls)",
  remedy: "Save it as .xlsx or CSV (另存为“Excel工作簿(*.xlsx)”)",
};
const TOO_LARGE: Said = {
  code: "TOO_LARGE",
  message: `A workbook has at most ${MOST_BYTES / 1_048_576} MiB`,
  messageZh: `工作簿不得超过${MOST_BYTES / 1_048_576}MiB`,
  remedy: "Save it as CSV, which has no such limit (另存为CSV)",
};
