import { EmergencyGrade, IncidentKind, IncidentStatus } from "../../../domain/incidents/index.js";
import { newRow } from "../../new-record.js";
import { list, optional, type Row, required } from "../column.js";
import { division, key, member, pastMoment, recordOf, text } from "../parsers.js";
import type { Register } from "../register.js";
import { insertRows, involve, updateRows } from "../rows.js";
import { checkParts, partColumns, relationsOf } from "./parts.js";

const columns = {
  key: required(key),
  kind: required(member(IncidentKind), { group: "R26" }),
  level: required(member(EmergencyGrade), { group: "R26" }),
  division: required(division),
  occurred_at: required(pastMoment, { group: "R26" }),
  status: required(member(IncidentStatus), { group: "R26" }),
  narrative: optional(text, { group: "R27" }),
  partner_summary: optional(text, { group: "R27" }),
  minors: list(recordOf("minors"), { group: "R27m" }),
  ...partColumns,
};

/** The sensitive incidents that an agency has reported. */
export const incidents: Register<typeof columns> = {
  name: "incidents",
  keeper: { writes: "R26" },
  columns,
  key: ["key"],
  record: { type: "SensitiveIncident", table: "sensitive_incident" },
  check(row, refuse, { agency }) {
    checkParts(row, refuse, agency);
  },
  async write({ fresh, changed }, { manager, agency, ids }) {
    if (!agency) return;
    await insertRows(
      manager,
      "sensitive_incident",
      fresh.map(({ id, row }) => ({
        ...newRow(id, ids, agency, ["SOURCE", "PART"]),
        ...columnsOf(row),
      })),
    );
    await involve(
      manager,
      fresh.flatMap((item) => relationsOf("SensitiveIncident", item, agency)),
    );
    await updateRows(
      manager,
      "sensitive_incident",
      changed.map(({ id, row }) => ({ id, ...columnsOf(row) })),
      R26,
    );
    await insertRows(
      manager,
      "incident_minor",
      [...fresh, ...changed].flatMap(({ id, row }) => row.minors.map((minor) => ({ incident: id, minor }))),
      "ON CONFLICT DO NOTHING",
    );
  },
};

/** Columns of the anchor's group. */
const R26 = ["place", "kind", "level", "occurred_at", "status"];

const columnsOf = (row: Row<typeof columns>) => ({
  place: row.division,
  kind: row.kind,
  level: row.level,
  occurred_at: row.occurred_at,
  status: row.status,
  narrative: row.narrative,
  partner_summary: row.partner_summary,
});
