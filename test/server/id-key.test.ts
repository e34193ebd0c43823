import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import { parseConfig } from "../../src/config.js";
import { idCipherOf } from "../../src/server/foundation.js";

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
});
