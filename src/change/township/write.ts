import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import "reflect-metadata";
import { fileURLToPath } from "node:url";
import { loadPolicy } from "../../policy/load.js";
import { generateTownship } from "./generate.js";
import { TOWNSHIP_FOLDER } from "./load.js";

/** `npm run township`: writes the registers of the demo anew; README.md beside them stays. */
const files = generateTownship(await loadPolicy(fileURLToPath(new URL("../../../policies", import.meta.url))));
for (const path of new Set([...files.keys()].map((path) => path.split("/")[0] ?? path)))
  await rm(join(TOWNSHIP_FOLDER, path), { recursive: true, force: true });
for (const [path, text] of files) {
  await mkdir(dirname(join(TOWNSHIP_FOLDER, path)), { recursive: true });
  await writeFile(join(TOWNSHIP_FOLDER, path), text);
}
console.log(`${files.size} files in examples/township/`);
