import { createHash } from "node:crypto";
import { type Line, writeLine } from "./line.js";

/** Where a chain ends. */
export interface Link {
  readonly seq: number;
  readonly lastEntry: number;
  readonly hash: Buffer;
}

/** The link before the first segment. */
export const GENESIS: Link = { seq: 0, lastEntry: 0, hash: Buffer.alloc(32) };

/** One batch of entries: a row of `disclosure_segment`. */
export interface Segment extends Link {
  readonly firstEntry: number;
  /** Microseconds since 1970, which is all that a timestamptz can hold: no part of it may change unnoticed. */
  readonly at: bigint;
  /** One line an entry. */
  readonly entries: string;
  readonly previous: Buffer;
}

export function nextSegment(head: Link, lines: readonly Line[], at: Date): Segment {
  const firstEntry = head.lastEntry + 1;
  const segment = {
    seq: head.seq + 1,
    firstEntry,
    lastEntry: head.lastEntry + lines.length,
    at: BigInt(at.getTime()) * 1000n,
    entries: lines.map((line, i) => writeLine(firstEntry + i, line)).join("\n"),
    previous: head.hash,
  };
  return { ...segment, hash: hashOf(segment) };
}

export function hashOf(segment: Omit<Segment, "hash">): Buffer {
  const numbers = Buffer.alloc(32);
  numbers.writeBigInt64BE(BigInt(segment.seq), 0);
  numbers.writeBigInt64BE(BigInt(segment.firstEntry), 8);
  numbers.writeBigInt64BE(BigInt(segment.lastEntry), 16);
  numbers.writeBigInt64BE(segment.at, 24);
  return createHash("sha256").update(segment.previous).update(numbers).update(segment.entries).digest();
}
