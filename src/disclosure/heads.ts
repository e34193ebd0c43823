import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const head = z.strictObject({
  seq: z.int(),
  /** Hex. */
  hash: z.string(),
  lastEntry: z.int(),
  /** Asia/Shanghai. */
  at: z.string(),
});

/** Where the chain ended at some moment, kept outside the database: it shows that a tail was cut off since. */
export type Head = z.infer<typeof head>;

/** A line of `heads.jsonl` that is no head. */
export class HeadsUnreadable extends Error {
  readonly exitCode = 2;
  constructor(
    readonly file: string,
    readonly line: number,
  ) {
    super(
      `${file}, line ${line}: not a head of the disclosure log. Restore the file from a backup; ` +
        "without this line a cut-off log may go unnoticed",
    );
  }
}

/** Bytes; no head is longer. */
const LONGEST = 1024;
const fileIn = (dataDir: string) => join(dataDir, "heads.jsonl");

/** Appends to `heads.jsonl`; what is kept is on the disk. */
export class Heads {
  #last: Promise<void> = Promise.resolve();

  private constructor(private readonly file: FileHandle) {}

  static async open(dataDir: string): Promise<Heads> {
    const file = await open(fileIn(dataDir), "a+");
    const { size } = await file.stat();
    // A power cut can leave half a line, which would spoil the next one.
    const tail = Math.min(size, LONGEST);
    const { buffer } = await file.read({ buffer: Buffer.alloc(tail), position: size - tail });
    await file.truncate(size - tail + buffer.lastIndexOf("\n") + 1);
    return new Heads(file);
  }

  /** In the order of the calls. */
  keep(head: Head): Promise<void> {
    const written = this.#last.then(async () => {
      await this.file.appendFile(`${JSON.stringify(head)}\n`);
      await this.file.datasync();
    });
    this.#last = written.catch(() => undefined); // its caller has the fault; the next head stands for this one
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.file.close();
  }
}

/** @returns the newest head that is kept whole; undefined where there is none */
export async function lastHead(dataDir: string): Promise<Head | undefined> {
  const path = fileIn(dataDir);
  if (!existsSync(path)) return undefined;
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Math.min(size, 2 * LONGEST);
    const { buffer } = await file.read({ buffer: Buffer.alloc(tail), position: size - tail });
    return buffer.toString().split("\n").reverse().map(parse).find(Boolean);
  } finally {
    await file.close();
  }
}

/** @throws HeadsUnreadable; only a last line may be broken: it is being written now, or its writer was killed */
export async function* readHeads(dataDir: string): AsyncGenerator<Head> {
  const path = fileIn(dataDir);
  const file = await open(path);
  let n = 0;
  let broken: number | undefined;
  for await (const line of file.readLines()) {
    if (broken) throw new HeadsUnreadable(path, broken);
    n += 1;
    const kept = parse(line);
    if (kept) yield kept;
    else broken = n;
  }
}

function parse(line: string): Head | undefined {
  try {
    return head.parse(JSON.parse(line));
  } catch {
    return undefined; // readHeads says which line, unless it is the last
  }
}
