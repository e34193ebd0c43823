import type { IdCipher } from "../store/global-id.js";
import type { Query } from "../store/store.js";

/** Runs one statement as the hub's login. */

/**
 * Finds in the log who was shown a record while it was two children (J10): a few segments at a time, and from where it
 * stopped after a crash. The hub calls it with every sweep.
 */
export async function findMixedReadings(ask: Query, ids: IdCipher): Promise<void> {
  for (const { proposal, minor } of await ask<{ proposal: string; minor: string }>("SELECT * FROM hub_mixed_records()"))
    for (let more = true; more; ) {
      const [searched] = await ask<{ more: boolean }>("SELECT hub_search_mixed($1, $2) AS more", [
        proposal,
        ids.encode("Minor", minor),
      ]);
      more = searched?.more ?? false;
    }
}
