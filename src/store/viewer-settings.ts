import { arrayText } from "./array-text.js";
import { RECORD_TYPES } from "./record-types.js";
import type { Prepared } from "./round-trip.js";

/** What row security knows of a viewer: keys and places by record type, nothing of roles, groups or levels. */
export interface RowReach {
  /** Record type -> keys as in `involved`; "all" = every key of the viewer. */
  readonly keys: ReadonlyMap<string, readonly bigint[]>;
  /** Record type -> int8multirange. */
  readonly places: ReadonlyMap<string, string>;
  readonly agency: string;
  /** Person id, or the client of a department system. */
  readonly asker: string;
  /** At an agency: ids, at the hub, of the minors that the hub has told of. */
  readonly told?: readonly string[];
}

const names = [
  "hub.agency",
  "hub.asker",
  "hub.keys_all",
  "hub.told",
  ...RECORD_TYPES.flatMap((type) => [`hub.keys_${type.toLowerCase()}`, `hub.places_${type.toLowerCase()}`]),
];

/** Sets the viewer for this transaction only: the third argument of set_config. */
export const SET_VIEWER: Prepared = {
  name: "hub_set_viewer",
  text: `SELECT ${names.map((name, i) => `set_config('${name}', $${i + 1}, true)`).join(", ")}`,
};

const texts = new WeakMap<RowReach, readonly string[]>();

/** Values of `SET_VIEWER`. */
export function viewerSettings(reach: RowReach): readonly string[] {
  const known = texts.get(reach) ?? textsOf(reach);
  texts.set(reach, known);
  return known;
}

function textsOf(reach: RowReach): string[] {
  const array = (keys: readonly bigint[] | undefined) => `{${(keys ?? []).join(",")}}`;
  return [
    reach.agency,
    reach.asker,
    array(reach.keys.get("all")),
    arrayText(reach.told ?? []),
    ...RECORD_TYPES.flatMap((type) => [array(reach.keys.get(type)), reach.places.get(type) ?? "{}"]),
  ];
}
