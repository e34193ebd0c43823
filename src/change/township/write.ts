import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import "reflect-metadata";
import { fileURLToPath } from "node:url";
import { loadPolicy } from "../../policy/load.js";
import { generateAtHome } from "./at-home.js";
import { generateTownship, type Registers } from "./generate.js";
import { AGENCIES_FOLDER, TOWNSHIP_FOLDER } from "./load.js";

/** `npm run township`: writes the registers of the demo anew, and what two agencies keep at home; README.md beside them stays. */
const policy = await loadPolicy(fileURLToPath(new URL("../../../policies", import.meta.url)));
const files = generateTownship(policy);
for (const path of new Set([...files.keys()].map((path) => path.split("/")[0] ?? path)))
  await rm(join(TOWNSHIP_FOLDER, path), { recursive: true, force: true });
await write(TOWNSHIP_FOLDER, files);
const atHome = generateAtHome(policy);
await write(AGENCIES_FOLDER, atHome);
console.log(`${files.size} files in examples/township/, ${atHome.size} in examples/agencies/`);

async function write(folder: string, texts: Registers): Promise<void> {
  for (const [path, text] of texts) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
