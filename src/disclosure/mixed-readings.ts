import type { IdCipher } from "../store/global-id.js";

/** Runs one statement as the hub's login. */
type Ask = <Row extends object>(sql: string, params?: readonly unknown[]) => Promise<Row[]>;

/**
 * Finds in the log who was shown a record while it was two children (J10): a few segments at a time, and from where it
 * stopped after a crash. The hub calls it with every sweep.
 */
export async function findMixedReadings(ask: Ask, ids: IdCipher): Promise<void> {
  for (const { proposal, minor } of await ask<{ proposal: string; minor: string }>("SELECT * FROM hub_mixed_records()"))
    for (let more = true; more; ) {
      const [searched] = await ask<{ more: boolean }>("SELECT hub_search_mixed($1, $2) AS more", [
        proposal,
        ids.encode("Minor", minor),
      ]);
      more = searched?.more ?? false;
    }
}
