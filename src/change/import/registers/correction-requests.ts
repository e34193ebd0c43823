import { shanghaiDay, workingDaysAfter } from "../../../calendar.js";
import { CORRECTION_DAYS, CorrectionStatus } from "../../../domain/corrections/index.js";
import type { RecordType } from "../../../store/record-types.js";
import { optional, type Row, required } from "../column.js";
import { agency, key, recordOf, text } from "../parsers.js";
import type { Register } from "../register.js";
import type { Said } from "../report.js";
import { inBatches, involve } from "../rows.js";

const columns = {
  key: required(key),
  agency: required(agency),
  minor: optional(recordOf("minors")),
  case: optional(recordOf("cases")),
  incident: optional(recordOf("incidents")),
  alert: optional(recordOf("alerts")),
  support_record: optional(recordOf("support-records")),
  supervision: optional(recordOf("legal-supervisions")),
  value: required(text),
  reason: required(text),
};

/** Of each type its table, the field that is corrected, and its group. */
const FIELDS = {
  minor: { type: "Minor", table: "minor", field: "homeAddress", group: "R6" },
  case: { type: "Case", table: "case_file", field: "kind", group: "R17" },
  incident: { type: "SensitiveIncident", table: "sensitive_incident", field: "level", group: "R26" },
  alert: { type: "OpinionAlert", table: "opinion_alert", field: "topic", group: "R28" },
  support_record: { type: "SupportRecord", table: "support_record", field: "summary", group: "R36" },
  supervision: { type: "LegalSupervision", table: "legal_supervision", field: "subject", group: "R25" },
} as const satisfies Record<string, { type: RecordType; table: string; field: string; group: string }>;

/** Of the record of a request `n`. */
const PLACE = Object.values(FIELDS)
  .map(({ table }) => `SELECT place FROM ${table} WHERE id = n.record`)
  .join(" UNION ALL ");

/** Errors that agencies have found in others' records, so that the demo has requests to answer; agencies propose by command. */
export const correctionRequests: Register<typeof columns> = {
  name: "correction-requests",
  keeper: "operator",
  demoOnly: true,
  columns,
  key: ["key"],
  record: { type: "CorrectionRequest", table: "correction_request" },
  check(row, refuse) {
    if (correctedBy(row).length !== 1) refuse("minor", ONE_RECORD);
  },
  async write({ fresh }, { manager, ids, policy }) {
    const requests = fresh.flatMap(({ id, row }) =>
      correctedBy(row).map(({ type, field, group, record }) => ({
        id,
        ref: ids.ref(id),
        about: ids.encode(type, record),
        record,
        minor: type === "Minor" ? record : null,
        coordinate: `${type}.${field}`,
        value: row.value,
        reason: row.reason,
        status: CorrectionStatus.OPEN,
        due_on: workingDaysAfter(shanghaiDay(new Date()), CORRECTION_DAYS),
        proposer: row.agency,
        writers: [...(policy.rows.get(group)?.writers ?? [])],
      })),
    );
    await inBatches(
      manager,
      requests.map(({ proposer, writers, ...request }) => request),
      `INSERT INTO correction_request (id, ref, place, about, record, minor, coordinate, value, reason, status, due_on)
       SELECT n.id, n.ref, r.place, n.about, n.record, n.minor, n.coordinate, n.value, n.reason, n.status, n.due_on
         FROM jsonb_populate_recordset(NULL::correction_request, $1) n CROSS JOIN LATERAL (${PLACE}) r`,
    );
    await involve(
      manager,
      requests.map(({ id, proposer }) => ({
        record_type: "CorrectionRequest",
        record: id,
        agency: proposer.id,
        person: null,
        kind: "SOURCE",
        basis: "register correction-requests",
      })),
    );
    await inBatches(
      manager,
      requests,
      "SELECT hub_address_correction(n.id, n.writers) FROM jsonb_to_recordset($1) AS n(id uuid, writers text[])",
    );
  },
};

const correctedBy = (row: Row<typeof columns>) =>
  (["minor", "case", "incident", "alert", "support_record", "supervision"] as const).flatMap((column) => {
    const record = row[column];
    return record === null ? [] : [{ ...FIELDS[column], record }];
  });

const ONE_RECORD: Said = {
  code: "CONTRADICTION",
  message: "A request is about one record",
  messageZh: "每行只能填写一条记录",
  remedy: "Fill in exactly one of minor, case, incident, alert, support_record, supervision",
};
