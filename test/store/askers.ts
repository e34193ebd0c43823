import { keysByFact, rowReach } from "../../src/facts/keys.js";
import type { Policy } from "../../src/policy/policy.js";
import type { Store } from "../../src/store/store.js";
import type { RowReach } from "../../src/store/viewer-settings.js";
import type { Viewer } from "../../src/viewer/viewer.js";
import { createViewers } from "../../src/viewer/viewers.js";
import { PEOPLE } from "../support/small-world.js";
import { SYSTEMS } from "./related-world.js";

export const ASKERS = [...Object.keys(PEOPLE), ...SYSTEMS.map(([client]) => client)];

export type Asking = (name: string) => { readonly viewer: Viewer; readonly reach: RowReach };

/** People of the small world, and department systems, as the hub knows them from its directory. */
export async function everybody(store: Store, policy: Policy): Promise<Asking> {
  const rows = await store.query<{ name: string; no: number }>("SELECT name, no FROM policy_row");
  const numbers = new Map(rows.map(({ name, no }) => [name, no]));
  const viewers = createViewers({
    query: (sql, params) => store.query(sql, params),
    policy,
    publicClients: ["portal"],
  });
  const known = new Map<string, Viewer>();
  for (const name of ASKERS)
    known.set(
      name,
      await viewers.of(name in PEOPLE ? { client: "portal", subject: name } : { client: name, subject: null }),
    );
  return (name) => {
    const viewer = known.get(name);
    if (!viewer) throw new Error(`nobody is called ${name}`);
    return { viewer, reach: rowReach(viewer, (type) => keysByFact(viewer, type, policy, numbers)) };
  };
}
