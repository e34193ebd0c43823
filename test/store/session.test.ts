import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import { ENTITIES } from "../../src/domain/index.js";
import { Store } from "../../src/store/store.js";
import { freshDatabase } from "../support/database.js";

const folder = mkdtempSync(join(tmpdir(), "hub-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a connection", () => {
  it("of the serving login compiles no statement: for a whole question that takes seconds, and its rows are few", async () => {
    const store = await Store.open({ ...(await freshDatabase()), dataDir: folder, entities: ENTITIES });
    try {
      expect(await store.query("SHOW jit")).toEqual([{ jit: "off" }]);
    } finally {
      await store.close();
    }
  });

  it.each`
    setting                | serving | owner   | why
    ${"statement_timeout"} | ${"8s"} | ${"0"}  | ${"somebody waits for an answer; a migration takes its time"}
    ${"lock_timeout"}      | ${"5s"} | ${"5s"} | ${"whoever waits for a lock holds up all behind him"}
  `("has $setting $serving for who serves and $owner for who migrates: $why", async ({ setting, serving, owner }) => {
    const { seen, store } = await opened();
    try {
      expect({ owner: seen.get(setting), serving: await shown((sql) => store.query(sql), setting) }).toEqual({
        owner,
        serving,
      });
    } finally {
      await store.close();
    }
  });

  async function opened() {
    const seen = new Map<string, unknown>();
    const store = await Store.open(
      { ...(await freshDatabase()), dataDir: folder, entities: ENTITIES },
      async (owner) => {
        for (const setting of ["statement_timeout", "lock_timeout"])
          seen.set(setting, await shown((sql) => owner.query(sql), setting));
      },
    );
    return { seen, store };
  }
  async function shown(query: (sql: string) => Promise<object[]>, setting: string): Promise<unknown> {
    const [row = {}] = await query(`SHOW ${setting}`);
    return Object.values(row)[0];
  }
});
