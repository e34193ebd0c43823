import type { GraphQLError } from "graphql";
import type { Subject } from "../../src/disclosure/entry.js";
import type { IdCipher } from "../../src/store/global-id.js";
import { RECORD_TYPES, type RecordType } from "../../src/store/record-types.js";
import type { Answer } from "../support/hub.js";
import { placeOf, positionOf } from "./naive/cursors.js";
import type { NaiveAnswer } from "./naive/index.js";

/** An answer as it is compared: status, data as bytes, errors by code, path and message, and what the log says of it. */
export interface Said {
  readonly status: number;
  readonly data: string;
  readonly errors: readonly string[];
  /** "<global id> R1:F R3:B", a line a record. */
  readonly onRecord: readonly string[];
}

const ORDERS: Readonly<Record<RecordType, readonly string[]>> = {
  Minor: ["fullName", "givenName", "birthDate", "sex", "residence"],
  Case: ["openedOn", "closedOn", "stage", "kind"],
  SensitiveIncident: ["occurredAt", "level", "status"],
  OpinionAlert: ["detectedAt", "heat", "level"],
  CareRegistration: ["status", "since", "endedOn"],
  ProtectionMeasure: ["kind", "issuedOn", "validUntil"],
  GuardianshipAssessment: ["level", "assessedOn", "lastVisitOn", "nextVisitBy"],
  SupportNeed: ["kind", "level", "status"],
  SupportRecord: ["kind", "startedOn", "endedOn"],
  Placement: ["kind", "placedOn", "reviewDueOn", "endedOn"],
  LegalSupervision: ["dueOn", "issuedOn", "status"],
  CorrectionRequest: ["dueOn", "status"],
  Hazard: ["foundOn", "level", "dueOn", "status"],
};
/** Of types that are shown as a band to somebody. */
const BANDS: Readonly<Partial<Record<RecordType, string>>> = {
  Minor: "givenName",
  Case: "stageMonth",
  SensitiveIncident: "month",
  OpinionAlert: "month",
  LegalSupervision: "dueOn",
  Hazard: "month",
};

/** Every place that a cursor can be good for. */
const PLACES: readonly string[] = RECORD_TYPES.flatMap((type) => {
  const orders = [[], ...ORDERS[type].flatMap((name) => [[{ name, descending: true }], [{ name, descending: false }]])];
  const id = { name: "id", descending: true };
  const ref = { name: "ref", descending: false };
  const band = BANDS[type];
  const ends = [[id], [id, ref], ...(band ? [[id, { name: band, descending: true }, ref]] : [])];
  return orders.flatMap((order) => ends.map((end) => placeOf(type, [...order, ...end])));
});

/** A cursor is sealed with a nonce, so that no two are alike; the record that it stands for is what counts. */
export function withPositions(text: string, ids: IdCipher): string {
  return text.replace(CURSOR, (quoted, cursor: string) => {
    for (const place of PLACES) {
      const position = positionOf(ids, place, cursor);
      if (position !== null) return JSON.stringify(position);
    }
    return quoted;
  });
}
const CURSOR = /"([\w-]{80,})"/g;

/** The cursors of an answer. */
export const cursorsIn = (text: string): string[] => [...text.matchAll(CURSOR)].map(([, cursor = ""]) => cursor);

export const ofHub = ({ status, body }: Answer, subjects: readonly Subject[], ids: IdCipher): Said => ({
  status,
  data: withPositions(JSON.stringify(body.data) ?? "none", ids),
  errors: sorted((body.errors ?? []).map(({ message, path, extensions }) => line(extensions["code"], path, message))),
  onRecord: sorted(subjects.map(({ ref, groups }) => recorded(ref, Object.entries(groups)))),
});

export const ofNaive = ({ status, data, errors, disclosed = new Map() }: NaiveAnswer): Said => ({
  status,
  data: JSON.stringify(data) ?? "none",
  errors: sorted(errors.map(({ message, path, extensions }: GraphQLError) => line(extensions["code"], path, message))),
  onRecord: sorted([...disclosed].map(([id, groups]) => recorded(id, groups))),
});

const recorded = (id: string, groups: Iterable<readonly [string, string]>) =>
  [id, ...sorted([...groups].map(([row, level]) => `${row}:${level}`))].join(" ");

// Errors of fields that are resolved side by side come in the order in which they end.
const sorted = (lines: string[]) => lines.sort();
const line = (code: unknown, path: readonly unknown[] | undefined, message: string) =>
  `${code ?? "BAD_USER_INPUT"} ${path?.join(".") ?? ""}: ${message}`;
