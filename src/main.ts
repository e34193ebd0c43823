import "reflect-metadata";
import pino from "pino";
import { exitWith } from "./cli/exit.js";
import { type HubConfig, readConfig } from "./config.js";
import { startDemo } from "./server/demo.js";
import { banner, greeting } from "./server/greeting.js";
import type { Hub } from "./server/hub.js";
import { countOutbound } from "./server/outbound.js";
import { startProduction } from "./server/production.js";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

try {
  const hub = await start(readConfig());
  for (const signal of SIGNALS) process.once(signal, () => stop(hub));
} catch (error) {
  exitWith(error);
}

async function start(config: HubConfig): Promise<Hub> {
  if (config.demo) {
    const outbound = countOutbound();
    const demo = await startDemo(config);
    console.log(await banner(demo, outbound));
    return demo;
  }
  const hub = await startProduction(config);
  pino().info(greeting(hub)); // whatever the level: a start is told
  return hub;
}

/** Answers what has been asked, then closes: last opened, first closed. A second signal does not wait. */
function stop(hub: Hub): void {
  for (const signal of SIGNALS) process.once(signal, () => process.exit(1));
  hub
    .drain()
    .then(() => hub.close())
    .then(() => process.exit(0), exitWith);
}
