import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HTTP_STATUS } from "../../src/errors.js";
import { type Running, startBuiltHub } from "../cli/binary.js";
import { prepareFolder } from "../support/prepared.js";
import { type Followed, follow } from "./page.js";

/** The doors of the README, each followed as written; the operator's has a test of its own. They share one demo. */
const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "hub-doors-"));
const dataDir = join(folder, "data");
let demo: Running;
const followed = (page: string, part?: [number, number?]) =>
  follow(`docs/doors/${page}.md`, { HUB_DATA_DIR: dataDir, HUB: demo.address, TMPDIR: folder }, part ? { part } : {});
const ended = ({ code, said }: Followed) => ({ code, said: code === 0 ? "" : said });
const WELL = { code: 0, said: "" };

describe("the doors of the README lead where they say", () => {
  it("a department system to its first question in curl, a refusal and a change", async () => {
    const page = await followed("department-system");
    expect(ended(page)).toEqual(WELL);
    expect(page.said).toMatch(/"totalCount":\d+,"nodes":\[\{"id":"M[^"]+","fullName":"[^"]+","enrolment":\{/);
    expect(page.said).toContain('"code":"FIELD_NOT_SHARED"');
    const made = page.said.match(/(?<="reportIncident":\{"id":")[^"]+/g);
    expect(made).toEqual([made?.[0], made?.[0]]);
  });

  it("which tells of every code that the hub answers with", () => {
    const page = readFileSync(join(ROOT, "docs/doors/department-system.md"), "utf8");
    const told = [...page.matchAll(/^\| (`[A-Z_`, ]+`) \| (\d{3}) \|/gm)].flatMap(([, codes = "", status]) =>
      [...codes.matchAll(/[A-Z_]+/g)].map(([code]) => [code, Number(status)]),
    );
    expect(Object.fromEntries(told)).toEqual(HTTP_STATUS);
  });

  it("an analyst to first answers, and to no person", async () => {
    const page = await followed("analyst");
    expect(ended(page)).toEqual(WELL);
    expect(page.said).toContain('"code": "990101101000"');
    expect(page.said).toMatch(/"count": \d+,\s+"reason": "NONE"/);
    expect(page.said).toMatch(/^FIELD_NOT_SHARED /m);
  });

  it("a portal team to its first typed component, with buttons and refusals that say why", async () => {
    const page = await followed("portal-team");
    expect(ended(page)).toEqual(WELL);
    const [html = ""] = /<main>.*<\/main>/.exec(page.said) ?? [];
    expect(html).toMatch(/<button type="button" title="R1[^"]*">登记学生 Register a pupil<\/button>/);
    expect(html).toMatch(
      /<button type="button" disabled="" title="Outside the purpose [^"]*">报告事件 Report an incident/,
    );
    expect(html).toMatch(/<th scope="row">\p{sc=Han}{2,4}<\/th><td>20\d\d-\d\d-\d\d<\/td>/u);
    expect(html).toMatch(/<td>公民身份号码、/);
    expect(page.said).toMatch(
      /<ul role="alert"><li><strong>[^<]*<\/strong> .*<code>FIELD_NOT_SHARED<\/code> <p>[^<]*LEFT_BEHIND_CARE/,
    );
  });

  it("a data protection officer to a verified log, and to one that was cut off", async () => {
    expect(ended(await followed("data-protection-officer", [0, 1]))).toEqual(WELL);
    await demo.stop("SIGINT");
    const page = await followed("data-protection-officer", [1]);
    expect(ended(page)).toEqual(WELL);
    expect(page.said).toMatch(/^The disclosure log is intact: \d+ entries .*\n披露日志完整/m);
    expect(page.said).toMatch(/cut off/);
  });
});

beforeAll(async () => {
  await prepareFolder(dataDir, "demo");
  demo = await startBuiltHub({ HUB_DATA_DIR: dataDir });
});
afterAll(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});
