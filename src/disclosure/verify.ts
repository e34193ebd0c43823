import { GENESIS, hashOf, type Link, type Segment } from "./chain.js";
import type { Head } from "./heads.js";
import { findBrokenLine } from "./line.js";
import { findFollower, type Query, readSegments } from "./tables.js";

/** What is wrong with the first record that is not as it was written. */
export interface Broken {
  readonly ok: false;
  readonly problem: "CHANGED" | "MISSING" | "SWAPPED" | "CUT_OFF";
  /** Segment. */
  readonly seq: number;
  /** Number of the entry, where it can be told. */
  readonly entry?: number;
  readonly detail: string;
}

export interface Sound {
  readonly ok: true;
  readonly segments: number;
  readonly entries: number;
  /** Kept heads that the chain was compared with. 0: a cut-off tail would not have been noticed. */
  readonly heads: number;
}

// A segment holds up to 100 answers, so a page of a busy day is some ten megabytes.
const PAGE = 1_000;

/**
 * Reads the whole log and names the first record that was changed, removed, swapped or cut off.
 * @param heads what was kept outside the database (`readHeads`); of two heads for one segment the older stands
 */
export async function verifyLog({
  query,
  heads,
}: {
  readonly query: Query;
  readonly heads: Iterable<Head> | AsyncIterable<Head>;
}): Promise<Sound | Broken> {
  const kept = new Map<number, Head>();
  let newest = 0;
  for await (const head of heads) {
    if (!kept.has(head.seq)) kept.set(head.seq, head);
    newest = Math.max(newest, head.seq);
  }

  let end: Link = GENESIS;
  let trusted: Link = GENESIS;
  let compared = 0;
  for (
    let page = await readSegments(query, 0, PAGE);
    page.length > 0;
    page = await readSegments(query, end.seq, PAGE)
  ) {
    for (const segment of page) {
      const broken = await breakAt(segment, end, query);
      if (broken) return broken;
      end = segment;
      const head = kept.get(segment.seq);
      if (!head) continue;
      if (head.hash !== segment.hash.toString("hex")) return rewritten(trusted, segment, head);
      trusted = segment;
      compared += 1;
    }
  }
  if (newest > end.seq) {
    const detail = `The chain ends with segment ${end.seq}; a kept head says that it went on to segment ${newest}`;
    return { ok: false, problem: "CUT_OFF", seq: end.seq + 1, entry: end.lastEntry + 1, detail };
  }
  return { ok: true, segments: end.seq, entries: end.lastEntry, heads: compared };
}

/** @returns what is wrong with the segment that is read after `end`, or with its place */
async function breakAt(segment: Segment, end: Link, query: Query): Promise<Broken | undefined> {
  const seq = end.seq + 1;
  const entry = end.lastEntry + 1;
  const continues = segment.seq === seq && segment.previous.equals(end.hash);
  const sound = hashOf(segment).equals(segment.hash);
  if (continues && sound) return undefined;
  if (continues) {
    const line = findBrokenLine(segment.entries, entry, entry + segment.lastEntry - segment.firstEntry);
    const detail = line ? `Entry ${line.entry} is not what was written` : "The segment does not match its hash";
    return { ok: false, problem: "CHANGED", seq, ...line, detail };
  }
  const follower = await findFollower(query, end.hash);
  if (follower !== undefined) {
    const detail = `What belongs here stands as segment ${follower}`;
    return { ok: false, problem: "SWAPPED", seq, entry, detail };
  }
  if (segment.seq !== seq || segment.firstEntry > entry) {
    const detail = `The log goes on with segment ${segment.seq}, entry ${segment.firstEntry}`;
    return { ok: false, problem: "MISSING", seq, entry, detail };
  }
  if (!sound || end.seq === 0)
    return { ok: false, problem: "CHANGED", seq, detail: "The segment does not match its hash" };
  // The segment is what its hash says, so the one before it is not what this one was written after.
  const detail = `Segment ${end.seq} was rewritten with its hash: segment ${seq} follows another one`;
  return { ok: false, problem: "CHANGED", seq: end.seq, detail };
}

/** The chain is sound in itself, and yet it is not the one that the head was taken from. */
function rewritten(trusted: Link, segment: Segment, head: Head): Broken {
  const detail =
    `Segment ${segment.seq} is not the one that was kept at ${head.at}: ` +
    `the log was rewritten somewhere from segment ${trusted.seq + 1} to ${segment.seq}`;
  return { ok: false, problem: "CHANGED", seq: trusted.seq + 1, detail };
}

const WHAT = {
  CHANGED: { en: "was changed", zh: "被改动" },
  MISSING: { en: "is missing", zh: "缺失" },
  SWAPPED: { en: "was swapped with another", zh: "被调换" },
  CUT_OFF: { en: "and all after it were cut off", zh: "及其后的记录被截断" },
};

/** @returns what `hub verify-log` prints, in English and Chinese, one line each */
export function sayVerification(result: Sound | Broken): string {
  if (!result.ok) {
    const { problem, seq, entry, detail } = result;
    const en = entry ? `entry ${entry} (segment ${seq})` : `segment ${seq}`;
    const zh = entry ? `第 ${entry} 条记录(第 ${seq} 段)` : `第 ${seq} 段`;
    return `The disclosure log is not intact: ${en} ${WHAT[problem].en}. ${detail}.\n披露日志不完整:${zh}${WHAT[problem].zh}。`;
  }
  const { segments, entries, heads } = result;
  const en = heads
    ? `in agreement with ${heads} kept heads`
    : "without a kept head to compare with: a cut-off end would not be noticed";
  const zh = heads ? `与 ${heads} 个留存的链头一致` : "没有可比对的链头,无法发现末尾被截断";
  return (
    `The disclosure log is intact: ${entries} entries in ${segments} segments, ${en}.\n` +
    `披露日志完整:${entries} 条记录,${segments} 段,${zh}。`
  );
}
