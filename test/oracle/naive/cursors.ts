import type { IdCipher } from "../../../src/store/global-id.js";
import type { RecordType } from "../../../src/store/record-types.js";

/** What a cursor is good for: one type of record in one order. */
export const placeOf = (type: RecordType, keys: readonly { readonly name: string; readonly descending: boolean }[]) =>
  [type, ...keys.map(({ name, descending }) => `${name}${descending ? "-" : "+"}`)].join(" ");

/**
 * The key of the record that a cursor stands for: its last value, open (`id`) or as the global id shows it (`ref`).
 * @returns null for a cursor of another list or order
 */
export function positionOf(ids: IdCipher, place: string, cursor: string): string | null {
  const last = ids.openCursor(place, cursor)?.at(-1);
  if (typeof last !== "string") return null;
  if (!place.includes(" ref+")) return last;
  return ids.decode(`M${Buffer.from(last.replaceAll("-", ""), "hex").toString("base64url")}`)?.key ?? null;
}
