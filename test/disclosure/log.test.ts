import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { type Head, readHeads } from "../../src/disclosure/heads.js";
import { type DisclosureLog, type DisclosureLogOptions, openDisclosureLog } from "../../src/disclosure/log.js";
import { verifyLog } from "../../src/disclosure/verify.js";
import { Fault } from "../../src/errors.js";
import { entryOf } from "./entry-of.js";
import { STORES, type Store } from "./stores.js";

describe.each(STORES)("the disclosure log on $name", ({ name, open }) => {
  let store: Store;
  let pool: pg.Pool;
  let dataDir: string;
  let opened: DisclosureLog[];

  beforeAll(async () => {
    store = await open();
    pool = store.pool();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.reset();
    dataDir = await mkdtemp(join(tmpdir(), "hub-heads-"));
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((log) => log.close()));
    await rm(dataDir, { recursive: true });
  });

  it("has the line in the chain, with its groups and levels, when append returns", async () => {
    const log = await openLog();
    const { place } = await log.append(entryOf("one"));
    expect(place).toEqual({ segment: 1, entry: 1 });
    expect(await chain()).toEqual([{ n: 1, entry: entryOf("one"), check: expect.any(String) }]);
  });

  it("keeps 500 answers at once in one unbroken chain, in fewer batches than answers", async () => {
    const log = await openLog();
    const proofs = await Promise.all(requests(500).map((id) => log.append(entryOf(id))));
    expect(proofs.map(({ place }) => place.entry)).toEqual(requests(500).map((_, i) => i + 1));
    expect((await chain()).map(({ entry }) => entry.requestId)).toEqual(requests(500));
    const verified = await verify();
    expect(verified).toMatchObject({ ok: true, entries: 500 });
    expect(verified.ok && verified.segments).toBeLessThan(50);
  });

  it("goes on with the chain that it finds", async () => {
    await (await openLog()).append(entryOf("before"));
    const { place } = await (await openLog()).append(entryOf("after"));
    expect(place).toEqual({ segment: 2, entry: 2 });
    expect(await verify()).toMatchObject({ ok: true, entries: 2 });
  });

  it("stays one chain when two hubs write it", async () => {
    const hubs = [await openLog(), await openLog({ pool: store.pool(), dataDir: await aFolder() })];
    await Promise.all(requests(400).map((id, i) => hubs[i % 2]?.append(entryOf(id))));
    expect((await chain()).map(({ entry }) => entry.requestId).sort()).toEqual(requests(400).sort());
    expect(await verify()).toMatchObject({ ok: true, entries: 400 });
  });

  describe("when it cannot be written", () => {
    it("fails everybody who waits with LOG_UNAVAILABLE and its cause, and works again when the database does", async () => {
      const log = await openLog();
      await log.append(entryOf("before"));
      await store.owner("ALTER TABLE disclosure_segment RENAME TO gone");
      for (const outcome of await Promise.allSettled(requests(20).map((id) => log.append(entryOf(id)))))
        expect(outcome).toMatchObject({ status: "rejected", reason: { code: "LOG_UNAVAILABLE" } });
      const fault = await log.append(entryOf("again")).catch((reason: unknown) => reason);
      expect(fault).toBeInstanceOf(Fault);
      expect(fault).toMatchObject({ originalError: { message: expect.stringContaining("disclosure_segment") } });

      await store.owner("ALTER TABLE gone RENAME TO disclosure_segment");
      await log.append(entryOf("after"));
      expect((await chain()).map(({ entry }) => entry.requestId)).toEqual(["before", "after"]);
      expect(await verify()).toMatchObject({ ok: true, entries: 2 });
    });

    // The embedded database has no connections to kill.
    if (name === "PostgreSQL")
      it("has what it gave a proof for, once, however often its connections are killed", async () => {
        const log = await openLog();
        const proven: string[] = [];
        let unproven = 0;
        for (const round of requests(20)) {
          const answers = requests(20).map(async (id) => {
            await log.append(entryOf(`${round}/${id}`));
            proven.push(`${round}/${id}`);
          });
          await store.owner(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
          );
          unproven += (await Promise.allSettled(answers)).filter(({ status }) => status === "rejected").length;
        }
        // The pool may hand out one more killed connection before it has heard of it.
        while (!(await log.append(entryOf("after")).catch(() => undefined))) unproven += 1;
        const found = (await chain()).map(({ entry }) => entry.requestId);
        expect(found).toEqual(expect.arrayContaining([...proven, "after"]));
        expect(new Set(found).size).toBe(found.length);
        expect(found.length).toBeLessThanOrEqual(proven.length + unproven + 1);
        expect(unproven).toBeGreaterThan(0);
        expect(await verify()).toMatchObject({ ok: true, entries: found.length });
      });

    it("does not open", async () => {
      await store.owner("ALTER TABLE disclosure_segment RENAME TO gone");
      await expect(openLog()).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
      await store.owner("DROP TABLE gone");
    });

    it("gives no proof once it is closed", async () => {
      const log = await openDisclosureLog({ pool, dataDir });
      await log.close();
      await expect(log.append(entryOf("late"))).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
    });
  });

  describe("a mutation's line", () => {
    it("is moved into the chain after the commit", async () => {
      const log = await openLog();
      const id = await change(log, "COMMIT");
      expect(await unsealed()).toEqual([id]);
      const { place } = await log.seal(id);
      expect(place).toEqual({ segment: 1, entry: 1 });
      expect(await unsealed()).toEqual([]);
      expect(await chain()).toEqual([{ n: 1, entry: entryOf("change"), check: expect.any(String), unsealed: id }]);
    });

    it("is sealed as soon as the log is back, when it was gone between commit and seal", async () => {
      const log = await openLog();
      const id = await change(log, "COMMIT");
      await store.owner("ALTER TABLE disclosure_segment RENAME TO gone");
      await expect(log.seal(id)).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
      expect(await unsealed()).toEqual([id]);
      await store.owner("ALTER TABLE gone RENAME TO disclosure_segment");
      await log.append(entryOf("after"));
      expect(await unsealed()).toEqual([]);
      expect(await chain()).toMatchObject([
        { n: 1, unsealed: id },
        { n: 2, entry: { requestId: "after" } },
      ]);
    });

    it("is not there when the mutation is rolled back", async () => {
      const log = await openLog();
      const id = await change(log, "ROLLBACK");
      await expect(log.seal(id)).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
      await log.append(entryOf("other"));
      expect((await chain()).map(({ entry }) => entry.requestId)).toEqual(["other"]);
    });

    it("survives a crash before its seal and is sealed at the next start, once", async () => {
      const crashed = await openLog();
      const id = await change(crashed, "COMMIT");
      expect(await chain()).toEqual([]);
      await openLog();
      await openLog();
      expect(await unsealed()).toEqual([]);
      expect(await chain()).toMatchObject([{ n: 1, unsealed: id }]);
    });

    it("is sealed by a running hub too, when whoever wrote it keeps no chain: an import", async () => {
      const log = await openLog();
      await log.append(entryOf("before"));
      const id = await change(log, "COMMIT");
      await log.sealLeft();
      await log.sealLeft();
      expect(await unsealed()).toEqual([]);
      expect((await chain()).map((line) => line.unsealed)).toEqual([undefined, id]);
    });

    it("is sealed once when another hub that starts was faster, and both have their proof", async () => {
      const log = await openLog();
      await log.append(entryOf("before"));
      const id = await change(log, "COMMIT");
      await openLog();
      expect((await log.seal(id)).place).toEqual({ segment: 2, entry: 2 });
      expect((await chain()).map((line) => line.unsealed)).toEqual([undefined, id]);
      expect(await verify()).toMatchObject({ ok: true, entries: 2 });
    });

    it("is sealed once however often and wherever it is asked for", async () => {
      const hubs = [await openLog(), await openLog({ pool: store.pool(), dataDir: await aFolder() })] as const;
      const ids: string[] = [];
      for (const _ of requests(20)) ids.push(await change(hubs[0], "COMMIT"));
      const proofs = await Promise.all(
        [...ids, ...ids].flatMap((id) => hubs.map(async (log) => [id, (await log.seal(id)).place.entry] as const)),
      );
      const placed = new Map((await chain()).map(({ n, unsealed }) => [unsealed, n]));
      expect([...placed.keys()].sort()).toEqual([...ids].sort());
      expect(await verify()).toMatchObject({ ok: true, entries: 20 });
      for (const [id, entry] of proofs) expect(entry).toBe(placed.get(id));
    });
  });

  describe("the kept heads", () => {
    it("hold the end of the chain after close, and not one head a batch", async () => {
      const log = await openDisclosureLog({ pool, dataDir });
      await Promise.all(requests(300).map((id) => log.append(entryOf(id))));
      await log.close();
      const heads = await kept();
      expect(heads).toHaveLength(1);
      expect(heads).toMatchObject([{ lastEntry: 300, at: expect.stringMatching(/\+08:00$/) }]);
      expect(await verify(heads)).toMatchObject({ ok: true, entries: 300, heads: 1 });
    });

    it("hold it while the hub is idle, too", async () => {
      const log = await openLog({ headWithin: 1 });
      await log.append(entryOf("one"));
      while ((await kept()).length === 0) await new Promise(setImmediate);
      expect(await kept()).toMatchObject([{ seq: 1, lastEntry: 1 }]);
    });

    it("are read and continued when a crash has left half a line", async () => {
      await (await openDisclosureLog({ pool, dataDir })).close();
      await appendFile(join(dataDir, "heads.jsonl"), '{"seq":9,"ha');
      expect(await kept()).toEqual([]);
      const log = await openDisclosureLog({ pool, dataDir });
      await log.append(entryOf("one"));
      await log.close();
      expect(await kept()).toMatchObject([{ seq: 1, lastEntry: 1 }]);
    });

    it("are refused, with the line, when one in the middle cannot be read", async () => {
      await appendFile(join(dataDir, "heads.jsonl"), "half\n{}\n");
      await expect(kept()).rejects.toThrow("heads.jsonl, line 1");
    });
  });

  it.each([
    ["UPDATE disclosure_segment SET entries = ''"],
    ["DELETE FROM disclosure_segment"],
    ["TRUNCATE disclosure_segment"],
    ["UPDATE disclosure_unsealed SET entry = '{}'"],
    ["TRUNCATE disclosure_unsealed"],
    ["DROP TABLE disclosure_segment"],
  ])("the hub's login is refused %s", async (statement) => {
    await (await openLog()).append(entryOf("one"));
    await expect(pool.query(statement)).rejects.toMatchObject({ code: "42501" });
    expect(await chain()).toHaveLength(1);
  });

  const requests = (count: number) => Array.from({ length: count }, (_, i) => `request-${i}`);

  async function openLog(options: Partial<DisclosureLogOptions> = {}): Promise<DisclosureLog> {
    const log = await openDisclosureLog({ pool, dataDir, ...options });
    opened.push(log);
    return log;
  }

  const aFolder = () => mkdtemp(join(dataDir, "other-"));

  /** A mutation of one statement: its log line. */
  async function change(log: DisclosureLog, end: "COMMIT" | "ROLLBACK"): Promise<string> {
    const client = await pool.connect();
    try {
      await client.query("BEGIN");
      const id = await log.writeUnsealed(client, entryOf("change"));
      await client.query(end);
      return id;
    } finally {
      client.release();
    }
  }

  async function chain() {
    const { rows } = await pool.query<{ entries: string }>("SELECT entries FROM disclosure_segment ORDER BY seq");
    return rows.flatMap(({ entries }) => entries.split("\n").map((line) => JSON.parse(line)));
  }

  async function unsealed() {
    const { rows } = await pool.query<{ id: string }>("SELECT id FROM disclosure_unsealed");
    return rows.map(({ id }) => id);
  }

  async function kept(): Promise<Head[]> {
    const heads: Head[] = [];
    for await (const head of readHeads(dataDir)) heads.push(head);
    return heads;
  }

  const verify = (heads: Head[] = []) => verifyLog({ query: (sql, params) => pool.query(sql, params), heads });
});
