import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { IdCipher } from "../src/store/global-id.js";

/** What a contestant is told: the database, and the hub's id key, so that all give the same ids. */
export function settings(): { url: string; ids: IdCipher } {
  const { DATABASE_URL: url = "", HUB_DATA_DIR: folder = "" } = process.env;
  return { url, ids: new IdCipher(readFileSync(join(folder, "hub.key"))) };
}

/** Tells the bench that this contestant answers; it lives as long as the bench does. */
export function serving(address: AddressInfo | string | null, facts: object = {}): void {
  if (typeof address !== "object" || address === null) throw new TypeError("A contestant listens on TCP");
  process.on("disconnect", () => process.exit());
  process.send?.({ port: address.port, ...facts });
}
