import "reflect-metadata";
import { fileAt, importRegister } from "../src/change/import/index.js";
import { parseConfig } from "../src/config.js";
import { idCipherOf, type PolicyInForce, policyInForce, storeConfigOf } from "../src/server/foundation.js";
import { Store } from "../src/store/store.js";

export interface Importing {
  readonly env: Readonly<Record<string, string>>;
  readonly file: string;
  readonly agency: string;
}

export interface Imported {
  readonly new: number;
  readonly unchanged: number;
  readonly seconds: number;
  /** Of the importing process by itself; the rest is the database's, and waiting. */
  readonly cpuSeconds: number;
  /** Megabytes resident at the peak of the process. */
  readonly peakMb: number;
}

/** Imports rosters, one after another, in a process of its own, as the serving login. */
process.on("message", (importing: Importing) => {
  run(importing).then(
    (imported) => process.send?.(imported),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on("disconnect", () => process.exit());

/** Asked for once: an import that is measured beside questions is not to be measured with a start. */
let inForce: Promise<PolicyInForce> | undefined;

async function run({ env, file: path, agency }: Importing): Promise<Imported> {
  const config = parseConfig(env, null);
  inForce ??= policyInForce(config);
  const { policy } = (await inForce).activation;
  const store = await Store.open(storeConfigOf(config), async () => {});
  const started = performance.now();
  const cpu = process.cpuUsage();
  const file = await fileAt(path);
  const what = { policy, register: "roster", file, agency, ids: idCipherOf(config), demo: { seed: 1 } };
  const report = await importRegister(store.dataSource, what);
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  const { user, system } = process.cpuUsage(cpu);
  if (!report.written) throw new Error(`Nothing is written: ${JSON.stringify(report.errors.slice(0, 3))}`);
  await store.close();
  return {
    new: report.new,
    unchanged: report.unchanged,
    seconds,
    cpuSeconds: Number(((user + system) / 1e6).toFixed(1)),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
