import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { start, stop } from "../../support/postgres-cluster.mjs";
import { federated } from "../federated.js";
import { caseFiles } from "./format.js";
import { run } from "./run.js";

/** `npm run federation:cases`: the cases on any gateway. README.md says how. */
const { values } = parseArgs({ options: { gateway: { type: "string" }, folder: { type: "string" } } });

await start();
process.env["HUB_TEST_FOLDER"] = mkdtempSync(join(tmpdir(), "federation-cases-"));
const folder = values.folder === undefined ? undefined : resolve(values.folder);
if (folder) mkdirSync(folder, { recursive: true });
const world = await federated(folder);
try {
  const gateway = values.gateway ?? (await world.gateway());
  if (values.gateway) console.log(`Supergraph and key are in ${world.folder}. Waiting for ${gateway}`);
  while (!(await isThere(gateway))) await sleep(500);
  let failed = 0;
  for (const { name, about, cases } of caseFiles()) {
    console.log(`\n${name}: ${about}`);
    for (const one of cases) {
      const findings = await run(world, gateway, one).catch((error: unknown) => [String(error)]);
      console.log(`  ${findings.length === 0 ? "holds" : "FAILS"}  ${one.id}: ${one.rule}`);
      for (const finding of findings) console.log(`         ${finding}`);
      if (findings.length > 0) failed++;
    }
  }
  console.log(failed === 0 ? "\nAll hold" : `\n${failed} do not hold`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await world.close();
  await stop();
}

async function isThere(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
