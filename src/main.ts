import "reflect-metadata";
import pino from "pino";
import { exitWith, stopOnSignal } from "./cli/exit.js";
import { type HubConfig, readConfig } from "./config.js";
import { startDemo } from "./server/demo.js";
import { banner, greeting } from "./server/greeting.js";
import type { Hub } from "./server/hub.js";
import { countOutbound } from "./server/outbound.js";
import { startProduction } from "./server/production.js";

try {
  stopOnSignal(await start(readConfig()));
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
