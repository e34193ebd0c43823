import "reflect-metadata";
import { start, stop } from "../test/support/postgres-cluster.mjs";
import { benchImport } from "./import.js";

/** `npm run bench:import [pupils]`: a school's roster into PostgreSQL. */
const pupils = Number(process.argv[2] ?? 100_000);
await start(["fsync=on", "full_page_writes=on", "shared_buffers=512MB"]);
try {
  console.log(JSON.stringify({ pupils, ...(await benchImport(pupils)) }, null, 2));
} finally {
  await stop();
}
