import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const BUILT = pathToFileURL(join(import.meta.dirname, "../../dist/federation/keys.js")).href;
const folder = mkdtempSync(join(tmpdir(), "keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("processes that start at once and find no key sign with one and the same: the first that was made", async () => {
  const file = join(folder, "relation.json");
  // Each waits for a moment that is the same for all.
  const at = Date.now() + 1_000;
  const script = `const { signingKeyIn } = await import("${BUILT}");
    while (Date.now() < ${at});
    console.log((signingKeyIn("${file}")).kid);`;
  const run = () => promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  const kids = (await Promise.all(Array.from({ length: 4 }, run))).map(({ stdout }) => stdout.trim());
  const [{ kid }] = JSON.parse(readFileSync(file, "utf8")).keys;
  expect(kids).toEqual(Array(4).fill(kid));
  expect(readdirSync(folder).toSorted()).toEqual(["relation.json", "relation.public.json"]);
}, 20_000);
