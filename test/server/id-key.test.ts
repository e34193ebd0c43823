import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import { parseConfig } from "../../src/config.js";
import { idCipherOf } from "../../src/server/foundation.js";
import { freshDatabase } from "../support/database.js";
import { startHub } from "../support/hub.js";

const KEY = "00000000-0000-7000-8000-0000000000aa";
const folder = mkdtempSync(join(tmpdir(), "hub-key-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cipher = (name: string, demo: "0" | "1") =>
  idCipherOf(parseConfig({ HUB_DATA_DIR: join(folder, name), HUB_DEMO: demo }, null));

describe("the id key", () => {
  it("of the demo is the same everywhere, of other hubs their own, and stays", () => {
    expect(cipher("a", "1").ref(KEY)).toBe(cipher("b", "1").ref(KEY));
    const own = cipher("c", "0").ref(KEY);
    expect(own).not.toBe(cipher("d", "0").ref(KEY));
    expect(cipher("c", "0").ref(KEY)).toBe(own);
  });

  it("of the demo is not taken over by a hub that is none", () => {
    cipher("demo", "1");
    expect(() => cipher("demo", "0")).toThrow(expect.objectContaining({ code: "DEMO_KEY_IN_USE", exitCode: 2 }));
  });

  describe("of a database", () => {
    const opened = async (on: Awaited<ReturnType<typeof freshDatabase>>, dataDir: string, demo: "0" | "1") => {
      const hub = await startHub(on, async () => {}, undefined, undefined, {
        HUB_DATA_DIR: join(folder, dataDir),
        HUB_DEMO: demo,
      });
      await hub.close();
    };
    const refused = expect.objectContaining({ code: "ID_KEY_FOREIGN", exitCode: 2 });

    it("is not made anew when it is lost: the hub does not start until it is put back", async () => {
      const database = await freshDatabase();
      await opened(database, "mine", "0");
      await opened(database, "mine", "0");
      await expect(opened(database, "lost", "0")).rejects.toThrow(refused);
      await opened(database, "mine", "0");
    });

    it("keeps a demo, which gives anybody tokens, from serving the people of a real hub", async () => {
      const database = await freshDatabase();
      await opened(database, "real", "0");
      await expect(opened(database, "a-demo", "1")).rejects.toThrow(refused);
    });
  });
});
