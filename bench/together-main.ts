import "reflect-metadata";
import { writeFileSync } from "node:fs";
import { startHub } from "./contestants.js";
import { openCounty } from "./county.js";
import { favour, pin, start, stopAll } from "./process.js";
import { reads } from "./reads.js";
import { together } from "./together.js";

/** `npm run bench:together`: what rosters that come in cost those who ask meanwhile. */
pin();
favour(process.pid);
const county = await openCounty({ townships: 10, minors: 2_000 }, favour);
try {
  const hub = await startHub(county);
  const effort = { rounds: 7, pupils: 15_000, people: 16, pause: 50, seconds: 1 };
  const result = { effort, ...(await together(county, hub, reads(county.ids), start("load.js"), effort)) };
  console.log(JSON.stringify(result, null, 2));
  writeFileSync("bench/results/together.json", `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await stopAll();
  await county.close();
}
