import { randomUUID } from "node:crypto";
import type pg from "pg";
import { shanghaiTime } from "../calendar.js";
import { Fault } from "../errors.js";
import { GENESIS, type Link, nextSegment } from "./chain.js";
import { canonicalJson, type DisclosureEntry } from "./entry.js";
import { Heads } from "./heads.js";
import { type Line, sealedMark } from "./line.js";
import {
  findRecent,
  insertSegment,
  insertUnsealed,
  listUnsealed,
  type Query,
  readEnd,
  readUnsealed,
} from "./tables.js";

let proofOf: (segment: number, entry: number) => LoggedDisclosure;

/** Proof that a line is in the chain, durably. Only the log can make one; no answer leaves without it. */
export class LoggedDisclosure {
  readonly #segment: number;
  readonly #entry: number;

  private constructor(segment: number, entry: number) {
    this.#segment = segment;
    this.#entry = entry;
  }

  static {
    proofOf = (segment, entry) => new LoggedDisclosure(segment, entry);
  }

  /** Not for clients: the numbers count the answers to all agencies. */
  get place(): { readonly segment: number; readonly entry: number } {
    return { segment: this.#segment, entry: this.#entry };
  }
}

/** Whatever sends SQL inside the caller's transaction: a TypeORM manager, a pg client. */
export interface Transaction {
  query(sql: string, params: unknown[]): Promise<unknown>;
}

export interface DisclosureLogOptions {
  /** As `hub_app`; with time limits, so that a silent database ends in an error. */
  readonly pool: pg.Pool;
  /** Where `heads.jsonl` is kept. */
  readonly dataDir: string;
  readonly now?: () => Date;
  /** Milliseconds within which a new end of the chain is kept outside the database. Default 60,000. */
  readonly headWithin?: number;
  /** Hears how many lines were committed at once. */
  readonly wrote?: (lines: number) => void;
}

/** Opens the log and seals what a crash has left unsealed. @throws Fault LOG_UNAVAILABLE */
export async function openDisclosureLog(options: DisclosureLogOptions): Promise<DisclosureLog> {
  const heads = await Heads.open(options.dataDir);
  const log = new DisclosureLog(heads, options);
  try {
    await log.start();
  } catch (cause) {
    await heads.close();
    throw logUnavailable(cause);
  }
  return log;
}

/** An entry to append, or the id of a line to seal. */
type Work = { readonly entry: string } | { readonly unsealed: string };

interface Waiting {
  readonly work: Work;
  resolve(proof: LoggedDisclosure): void;
  reject(fault: Fault): void;
}

// Bounds the text of one segment, and with it the memory of whoever reads it back.
const MOST_LINES = 100;

/**
 * What was shown, on record before it leaves. One writer: while a batch is being committed the next one gathers, since
 * a commit for every answer would cost half of the throughput. Several hubs on one database write one chain.
 * Never wait for it while holding a connection: the writer needs one.
 */
export class DisclosureLog {
  readonly #query: Query;
  readonly #heads: Heads;
  readonly #now: () => Date;
  readonly #headWithin: number;
  readonly #wrote: (lines: number) => void;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  /** The end of the chain as this hub knows it. */
  #end: Link = GENESIS;
  #endIsSure = false;
  /** `seq` of the newest head that is kept. */
  #kept = 0;
  #keepLater: NodeJS.Timeout | undefined;
  #headOverdue = false;

  /** Use `openDisclosureLog`. */
  constructor(
    heads: Heads,
    { pool, now = () => new Date(), headWithin = 60_000, wrote = () => {} }: DisclosureLogOptions,
  ) {
    this.#heads = heads;
    this.#query = (sql, params) => pool.query(sql, params);
    this.#now = now;
    this.#headWithin = headWithin;
    this.#wrote = wrote;
  }

  /** @returns after the commit. @throws Fault LOG_UNAVAILABLE: show nothing */
  append(entry: DisclosureEntry): Promise<LoggedDisclosure> {
    return this.#enqueue({ entry: canonicalJson(entry) });
  }

  /**
   * Writes a mutation's line in the mutation's own transaction: both are there, or neither.
   * @returns the id for `seal`, after the commit. @throws Fault LOG_UNAVAILABLE: undo the transaction
   */
  async writeUnsealed(transaction: Transaction, entry: DisclosureEntry): Promise<string> {
    const id = randomUUID();
    try {
      await insertUnsealed((sql, params) => transaction.query(sql, params), id, canonicalJson(entry));
    } catch (cause) {
      throw logUnavailable(cause);
    }
    return id;
  }

  /** Moves a committed unsealed line into the chain, once. @throws Fault LOG_UNAVAILABLE: it will be sealed later */
  seal(id: string): Promise<LoggedDisclosure> {
    return this.#enqueue({ unsealed: id });
  }

  /** Seals what others wrote who keep no chain: `hub import`. @throws Fault LOG_UNAVAILABLE: it will be sealed later */
  async sealLeft(): Promise<void> {
    const left = await listUnsealed(this.#query, MOST_LINES);
    await Promise.all(left.map((id) => this.seal(id)));
  }

  /** Part of `openDisclosureLog`. */
  async start(): Promise<void> {
    await this.#recover();
    if (this.#end.seq > 0) await this.#keepHead();
  }

  /** Writes what waits, then keeps the end of the chain. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    clearTimeout(this.#keepLater);
    try {
      if (this.#kept !== this.#end.seq) await this.#keepHead();
    } finally {
      await this.#heads.close();
    }
  }

  #enqueue(work: Work): Promise<LoggedDisclosure> {
    if (this.#closed) return Promise.reject(logUnavailable(new Error("The disclosure log is closed")));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      this.#writing ??= this.#writeWaiting();
    });
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_LINES);
      try {
        if (this.#headOverdue) await this.#keepHead();
        if (!this.#endIsSure) await this.#recover();
        const proofs = await this.#commit(batch.map(({ work }) => work));
        for (const { work, resolve, reject } of batch) {
          const proof = proofs.get(work) ?? (await this.#sealedBefore(work));
          if (proof) resolve(proof);
          else reject(logUnavailable(new Error("This line is neither unsealed nor in the chain")));
        }
      } catch (cause) {
        this.#endIsSure = false;
        for (const { reject } of batch) reject(logUnavailable(cause));
      }
    }
    this.#writing = undefined;
  }

  /** Reads where the chain ends and seals what a crash or a fault has left. */
  async #recover(): Promise<void> {
    this.#end = await readEnd(this.#query);
    let left: string[];
    do {
      left = await listUnsealed(this.#query, MOST_LINES);
      await this.#commit(left.map((id) => ({ unsealed: id })));
    } while (left.length > 0);
    this.#endIsSure = true;
  }

  /** @returns proofs of what is now in the chain: the whole batch, but for lines that were sealed before */
  async #commit(batch: readonly Work[]): Promise<Map<Work, LoggedDisclosure>> {
    for (;;) {
      // A line is sealed once because the end is known before the unsealed lines are read: a hub that seals one of them
      // meanwhile takes our place in the chain, our statement is undone as a whole, and we look again.
      const end = this.#end;
      const lines = await this.#lines(batch);
      if (lines.size === 0) return new Map();
      const segment = nextSegment(end, [...lines.values()], this.#now());
      const sealed = [...lines.values()].flatMap(({ unsealed }) => unsealed ?? []);
      if (await insertSegment(this.#query, segment, sealed)) {
        this.#end = segment;
        this.#wrote(lines.size);
        this.#keepHeadLater();
        return new Map([...lines.keys()].map((work, i) => [work, proofOf(segment.seq, segment.firstEntry + i)]));
      }
      this.#end = await readEnd(this.#query);
      if (this.#end.seq < segment.seq) throw new Error(`Segment ${segment.seq} is refused, yet nothing stands there`);
    }
  }

  async #lines(batch: readonly Work[]): Promise<Map<Work, Line>> {
    const ids = batch.flatMap((work) => ("unsealed" in work ? work.unsealed : []));
    const waiting = ids.length > 0 ? await readUnsealed(this.#query, ids) : new Map<string, string>();
    const lines = new Map<Work, Line>();
    for (const work of batch) {
      if ("entry" in work) {
        lines.set(work, work);
        continue;
      }
      const entry = waiting.get(work.unsealed);
      if (entry === undefined) continue;
      lines.set(work, { entry, unsealed: work.unsealed });
      waiting.delete(work.unsealed); // asked for twice, sealed once
    }
    return lines;
  }

  /** Another hub that starts, or our own recovery, may seal a line between the mutation's commit and its `seal`. */
  async #sealedBefore(work: Work): Promise<LoggedDisclosure | undefined> {
    if ("entry" in work) return undefined;
    const mark = sealedMark(work.unsealed);
    const found = await findRecent(this.#query, mark);
    return found && proofOf(found.segment, found.first + found.entries.split("\n").findIndex((l) => l.includes(mark)));
  }

  #keepHeadLater(): void {
    this.#keepLater ??= setTimeout(() => {
      this.#keepHead().catch(() => {
        this.#headOverdue = true; // the next batch tries again and, if it cannot, fails with the cause
      });
    }, this.#headWithin).unref();
  }

  async #keepHead(): Promise<void> {
    clearTimeout(this.#keepLater);
    this.#keepLater = undefined;
    const { seq, lastEntry, hash } = this.#end;
    await this.#heads.keep({ seq, hash: hash.toString("hex"), lastEntry, at: shanghaiTime(this.#now()) });
    this.#kept = seq;
    this.#headOverdue = false;
  }
}

const logUnavailable = (cause: unknown): Fault =>
  new Fault(
    "LOG_UNAVAILABLE",
    {
      message: "This answer cannot be put on record, so it is not given",
      messageZh: "无法留痕,因此不提供结果",
      remedy: "Send the same request again later, a change with the same Idempotency-Key",
    },
    cause,
  );
