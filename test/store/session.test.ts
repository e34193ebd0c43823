import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import { ENTITIES } from "../../src/domain/index.js";
import { Store } from "../../src/store/store.js";
import { freshDatabase } from "../support/database.js";

const folder = mkdtempSync(join(tmpdir(), "hub-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a connection of the serving login", () => {
  it("compiles no statement: for a whole question that takes seconds, and its rows are few", async () => {
    const store = await Store.open({ ...(await freshDatabase()), dataDir: folder, entities: ENTITIES });
    try {
      expect(await store.query("SHOW jit")).toEqual([{ jit: "off" }]);
    } finally {
      await store.close();
    }
  });
});
