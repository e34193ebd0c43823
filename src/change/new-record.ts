import { type InvolvementKind, involvementKey } from "../facts/keys.js";
import type { IdCipher } from "../store/global-id.js";

/**
 * What every new record begins with, its maker's keys among it: a row that neither these nor its place make its maker's own is
 * no row for him (migrations/*-row-security.sql). Keys of others come with their relations.
 */
export const newRow = (
  id: string,
  ids: IdCipher,
  { no }: { readonly no: string },
  kinds: readonly InvolvementKind[] = ["SOURCE"],
) => ({ id, ref: ids.ref(id), version: 1, involved: kinds.map((kind) => makersKey(no, kind)) });

/** Of the agency that made a record, as text. */
export const makersKey = (no: string, kind: InvolvementKind): string =>
  String(involvementKey(no, false, kind, 0, false));
