import type pg from "pg";
import { shanghaiTime } from "../../src/calendar.js";
import { GENESIS, type Link, nextSegment, type Segment } from "../../src/disclosure/chain.js";
import { canonicalJson } from "../../src/disclosure/entry.js";
import type { Head } from "../../src/disclosure/heads.js";
import { insertSegment, type Query, readSegments } from "../../src/disclosure/tables.js";
import { sayVerification, verifyLog } from "../../src/disclosure/verify.js";
import { entryOf } from "./entry-of.js";
import { STORES, type Store } from "./stores.js";

/** Five segments of three entries: 1-3, 4-6, 7-9, 10-12, 13-15. Heads are kept after the second, the fourth and the last. */
const SEGMENTS = [1, 2, 3, 4, 5];
const HEADS_AFTER = [2, 4, 5];
const AT = new Date("2026-03-02T01:30:00.123Z");

const headOf = ({ seq, lastEntry, hash }: Link): Head => ({
  seq,
  hash: hash.toString("hex"),
  lastEntry,
  at: shanghaiTime(AT),
});

describe.each(STORES)("verifying the disclosure log on $name", ({ open }) => {
  let store: Store;
  let pool: pg.Pool;
  const query: Query = (sql, params) => pool.query(sql, params);
  let heads: Head[];

  beforeAll(async () => {
    store = await open();
    pool = store.pool();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.reset();
    await store.owner("ALTER TABLE disclosure_segment DROP CONSTRAINT disclosure_segment_pkey");
    heads = await writeSegments();
  });

  it("finds an untouched log intact", async () => {
    expect(await verify()).toEqual({ ok: true, segments: 5, entries: 15, heads: 3 });
  });

  it("finds an empty log intact, but not one that is empty after heads were kept", async () => {
    await store.owner("DELETE FROM disclosure_segment");
    expect(await verify([])).toEqual({ ok: true, segments: 0, entries: 0, heads: 0 });
    expect(await verify()).toMatchObject({ ok: false, problem: "CUT_OFF", seq: 1, entry: 1 });
  });

  it("reads on after the first thousand segments", async () => {
    const [last] = await readSegments(query, 4, 1);
    for (let end: Link = last ?? GENESIS; end.seq < 1_002; ) {
      const segment = nextSegment(end, linesAfter(end, "request"), AT);
      await insertSegment(query, segment, []);
      end = segment;
    }
    expect(await verify()).toMatchObject({ ok: true, segments: 1_002, entries: 3_006 });
    await store.owner(set(1_001, "entries = replace(entries, 'request-3002', 'request-0')"));
    expect(await verify()).toMatchObject({ ok: false, problem: "CHANGED", seq: 1_001, entry: 3_002 });
  });

  const segment = (seq: number) => `disclosure_segment WHERE seq = ${seq}`;
  const set = (seq: number, change: string) => `UPDATE disclosure_segment SET ${change} WHERE seq = ${seq}`;
  /** Takes these columns of two segments and gives each the other's. */
  const swap = (a: number, b: number, ...columns: string[]) =>
    `UPDATE disclosure_segment AS mine SET ${columns.map((c) => `${c} = other.${c}`).join(", ")}
       FROM (SELECT * FROM disclosure_segment) AS other
      WHERE (mine.seq, other.seq) IN ((${a}, ${b}), (${b}, ${a}))`;
  const lines = "string_to_array(entries, E'\\n')";
  const keepLines = (...order: number[]) =>
    `entries = array_to_string(ARRAY[${order.map((i) => `(${lines})[${i}]`).join(", ")}], E'\\n')`;

  it.each`
    what                                     | tamper                                                                                    | problem      | seq  | entry
    ${"a level in a line"}                   | ${set(3, `entries = replace(entries, '"R6":"B"', '"R6":"F"')`)}                           | ${"CHANGED"} | ${3} | ${7}
    ${"the purpose of one line"}             | ${set(3, "entries = replace(entries, 'request-8', 'request-0')")}                         | ${"CHANGED"} | ${3} | ${8}
    ${"the number of one line"}              | ${set(3, `entries = replace(entries, '"n":8', '"n":9')`)}                                 | ${"CHANGED"} | ${3} | ${8}
    ${"a line that is no JSON any more"}     | ${set(3, "entries = replace(entries, '\"n\":9}', '')")}                                   | ${"CHANGED"} | ${3} | ${9}
    ${"one microsecond"}                     | ${set(3, "at = at + interval '1 microsecond'")}                                           | ${"CHANGED"} | ${3} | ${undefined}
    ${"a time without end"}                  | ${set(3, "at = 'infinity'")}                                                              | ${"CHANGED"} | ${3} | ${undefined}
    ${"a first entry"}                       | ${set(3, "first_entry = 8")}                                                              | ${"CHANGED"} | ${3} | ${undefined}
    ${"the first link"}                      | ${set(1, "previous = hash")}                                                              | ${"CHANGED"} | ${1} | ${undefined}
    ${"a link"}                              | ${set(3, "previous = hash")}                                                              | ${"CHANGED"} | ${3} | ${undefined}
    ${"a hash"}                              | ${set(3, "hash = previous")}                                                              | ${"CHANGED"} | ${3} | ${undefined}
    ${"the first line of a segment"}         | ${set(3, keepLines(2, 3))}                                                                | ${"MISSING"} | ${3} | ${7}
    ${"a line in the middle"}                | ${set(3, keepLines(1, 3))}                                                                | ${"MISSING"} | ${3} | ${8}
    ${"the last line of a segment"}          | ${set(3, keepLines(1, 2))}                                                                | ${"MISSING"} | ${3} | ${9}
    ${"the first segment"}                   | ${`DELETE FROM ${segment(1)}`}                                                            | ${"MISSING"} | ${1} | ${1}
    ${"a segment"}                           | ${`DELETE FROM ${segment(3)}`}                                                            | ${"MISSING"} | ${3} | ${7}
    ${"two segments, the earlier one"}       | ${`DELETE FROM ${segment(4)}; DELETE FROM ${segment(2)}`}                                 | ${"MISSING"} | ${2} | ${4}
    ${"a segment whose successors moved up"} | ${`DELETE FROM ${segment(3)}; UPDATE disclosure_segment SET seq = seq - 1 WHERE seq > 3`} | ${"MISSING"} | ${3} | ${7}
    ${"two lines of one segment"}            | ${set(3, keepLines(1, 3, 2))}                                                             | ${"SWAPPED"} | ${3} | ${8}
    ${"the lines of two segments"}           | ${swap(2, 4, "entries")}                                                                  | ${"SWAPPED"} | ${2} | ${4}
    ${"all but the links of two segments"}   | ${swap(2, 4, "entries", "first_entry", "last_entry", "at")}                               | ${"SWAPPED"} | ${2} | ${4}
    ${"two segments"}                        | ${swap(2, 4, "seq")}                                                                      | ${"SWAPPED"} | ${2} | ${4}
    ${"two neighbours"}                      | ${swap(2, 3, "seq")}                                                                      | ${"SWAPPED"} | ${2} | ${4}
    ${"the last segment"}                    | ${`DELETE FROM ${segment(5)}`}                                                            | ${"CUT_OFF"} | ${5} | ${13}
    ${"the last three segments"}             | ${"DELETE FROM disclosure_segment WHERE seq > 2"}                                         | ${"CUT_OFF"} | ${3} | ${7}
  `("$problem: $what -> segment $seq, entry $entry", async ({ tamper, problem, seq, entry }) => {
    await store.owner(tamper);
    const found = await verify();
    expect(found).toMatchObject({ ok: false, problem, seq });
    expect("entry" in found ? found.entry : undefined).toBe(entry);
  });

  describe("by somebody who makes the hashes right again", () => {
    it("names the segment that was rewritten, when the rest was left", async () => {
      await rewrite(3, 3);
      expect(await verify()).toMatchObject({ ok: false, problem: "CHANGED", seq: 3 });
    });

    it("names the first that can have been rewritten, when all after it were rewritten too: no kept head agrees", async () => {
      await rewrite(3, 5);
      expect(await verify([])).toMatchObject({ ok: true });
      expect(await verify()).toMatchObject({
        ok: false,
        problem: "CHANGED",
        seq: 3,
        detail: expect.stringContaining("from segment 3 to 4"),
      });
    });

    it("believes the older of two heads", async () => {
      await rewrite(5, 5);
      const forged = (await readSegments(query, 4, 1)).map(headOf);
      expect(await verify(forged)).toMatchObject({ ok: true });
      expect(await verify([...heads, ...forged])).toMatchObject({ ok: false, problem: "CHANGED", seq: 5 });
    });
  });

  describe("is told in English and Chinese", () => {
    it("intact", async () => {
      expect(sayVerification(await verify())).toBe(
        "The disclosure log is intact: 15 entries in 5 segments, in agreement with 3 kept heads.\n" +
          "披露日志完整:15 条记录,5 段,与 3 个留存的链头一致。",
      );
    });

    it("intact, as far as can be said without heads", async () => {
      const said = sayVerification(await verify([]));
      expect(said).toContain("without a kept head");
      expect(said).toContain("无法发现末尾被截断");
    });

    it("not intact", async () => {
      await store.owner(set(3, "entries = replace(entries, 'request-8', 'request-0')"));
      expect(sayVerification(await verify())).toBe(
        "The disclosure log is not intact: entry 8 (segment 3) was changed. Entry 8 is not what was written.\n" +
          "披露日志不完整:第 8 条记录(第 3 段)被改动。",
      );
    });
  });

  const verify = (known = heads) => verifyLog({ query, heads: known });

  async function writeSegments(): Promise<Head[]> {
    const kept: Head[] = [];
    let end: Link = GENESIS;
    for (const seq of SEGMENTS) {
      const segment = nextSegment(end, linesAfter(end, "request"), AT);
      await insertSegment(query, segment, []);
      if (HEADS_AFTER.includes(seq)) kept.push(headOf(segment));
      end = segment;
    }
    return kept;
  }

  /** Other answers in these segments, with every number, check, link and hash as the log would have made them. */
  async function rewrite(from: number, to: number): Promise<void> {
    const [before] = await readSegments(query, from - 2, 1);
    let end: Link = before ?? GENESIS;
    while (end.seq < to) {
      const { seq, entries, previous, hash }: Segment = nextSegment(end, linesAfter(end, "invented"), AT);
      await store.owner(
        set(
          seq,
          `entries = '${entries}', at = '${AT.toISOString()}', previous = ${bytes(previous)}, hash = ${bytes(hash)}`,
        ),
      );
      end = { seq, lastEntry: seq * 3, hash };
    }
  }

  const linesAfter = ({ lastEntry }: Link, name: string) =>
    [1, 2, 3].map((i) => ({ entry: canonicalJson(entryOf(`${name}-${lastEntry + i}`)) }));

  const bytes = (value: Buffer) => `decode('${value.toString("hex")}', 'hex')`;
});
