import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareFolder } from "../support/prepared.js";
import { follow } from "./page.js";

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "hub-record-"));
const copy = join(folder, "hub");

describe("docs/adding-a-record.md", () => {
  it("leads in one sitting to a new type that is decided, written, on record and answered over HTTP", async () => {
    const env = { HUB_DATA_DIR: join(folder, "data"), PORT: "0" };
    const { code, said } = await follow("docs/adding-a-record.md", env, { folder: copy });
    expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
    expect(said).toMatch(/"recordHomeVisit":\{"id":"V/);
    const [teacher, colleague, league] = said.split("\n").filter((line) => /^\{.*homeVisits/i.test(line));
    expect(teacher).toMatch(/"totalCount":1,"nodes":\[\{"visitedOn":"2026-03-02","note":"祖母照看","minor":\{"id":"M/);
    expect(colleague).toContain('"homeVisits":{"totalCount":0,"nodes":[]}');
    expect(league).toContain('"code":"FIELD_NOT_SHARED"');
  });
});

beforeAll(async () => {
  const committed = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" })
    .split("\0")
    .filter((name) => name !== "");
  // With the explorer as it is built: the page changes nothing of it.
  for (const file of [...committed, "console/dist"].filter((name) => existsSync(join(ROOT, name))))
    cpSync(join(ROOT, file), join(copy, file), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  await prepareFolder(join(folder, "data"), "demo");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
