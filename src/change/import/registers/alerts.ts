import { OpinionLevel, OpinionStatus, OpinionTopic } from "../../../domain/opinion/index.js";
import { newRow } from "../../new-record.js";
import { optional, type Row, required } from "../column.js";
import { division, key, member, pastMoment, recordOf, redacted, text, whole, yesOrNo } from "../parsers.js";
import type { Item, Register } from "../register.js";
import type { Said } from "../report.js";
import { insertRows, involve, updateRows } from "../rows.js";

const columns = {
  key: required(key),
  // The post's number at its source: whoever raises an alert gives it, also one who does not write R29.
  source: required(text),
  reference: required(text),
  topic: required(member(OpinionTopic), { group: "R28" }),
  level: required(member(OpinionLevel), { group: "R28" }),
  heat: required(whole(0, 2_000_000_000), { group: "R28" }),
  division: required(division),
  detected_at: required(pastMoment, { group: "R28" }),
  status: required(member(OpinionStatus), { group: "R28" }),
  author_account: optional(text, { group: "R29" }),
  author_is_minor: required(yesOrNo),
  original_text: optional(text, { group: "R30", enveloped: true }),
  redacted_text: optional(redacted, { group: "R30" }),
};

/** The opinion alerts that an agency has raised. */
export const alerts: Register<typeof columns> = {
  name: "alerts",
  keeper: { writes: "R28" },
  columns,
  key: ["key"],
  unique: ["source", "reference"],
  record: { type: "OpinionAlert", table: "opinion_alert" },
  /** A post that was raised over the API before it stood in a file. */
  async existing(items, { manager, agency }) {
    const rows = await manager.query<{ id: string; key: string }[]>(
      `SELECT a.id, n.key FROM jsonb_to_recordset($1) AS n(key text, source text, reference text)
         JOIN opinion_alert a ON a.monitor = $2 AND a.source = n.source AND a.reference = n.reference`,
      [
        JSON.stringify(items.map(({ key, row }) => ({ key, source: row.source, reference: row.reference }))),
        agency?.id,
      ],
    );
    return new Map(rows.map((row) => [row.key, row.id]));
  },
  async write({ fresh, changed }, { manager, agency, ids }, refuse) {
    if (!agency) return;
    const taken = await raisedOtherwise(changed);
    for (const { id, line } of changed) if (taken.has(id)) refuse(line, "reference", OF_ANOTHER_NUMBER);
    if (taken.size > 0) return;
    await insertRows(
      manager,
      "opinion_alert",
      fresh.map(({ id, row }) => ({
        ...newRow(id, ids, agency),
        monitor: agency.id,
        ...columnsOf(row),
      })),
    );
    await involve(
      manager,
      fresh.map(({ id }) => ({
        record_type: "OpinionAlert",
        record: id,
        agency: agency.id,
        person: null,
        kind: "SOURCE",
        basis: "register",
      })),
    );
    await updateRows(
      manager,
      "opinion_alert",
      changed.map(({ id, row }) => ({ id, ...columnsOf(row) })),
      R28,
    );

    /** Alerts whose row names a post that another alert of the agency is about. */
    async function raisedOtherwise(items: readonly Item<typeof columns>[]): Promise<Set<string>> {
      const rows = await manager.query<{ id: string }[]>(
        `SELECT n.id FROM jsonb_to_recordset($1) AS n(id uuid, source text, reference text)
           JOIN opinion_alert a ON a.monitor = $2 AND a.source = n.source AND a.reference = n.reference AND a.id <> n.id`,
        [JSON.stringify(items.map(({ id, row }) => ({ id, ...columnsOf(row) }))), agency?.id],
      );
      return new Set(rows.map((row) => row.id));
    }
  },
};

const OF_ANOTHER_NUMBER: Said = {
  code: "CONTRADICTION",
  message: "Another alert of your agency is about this post",
  messageZh: "贵单位的另一条预警已登记该帖文",
  remedy: "Correct source or reference, or keep the other number",
};

/** Columns of the anchor's group. */
const R28 = ["place", "topic", "level", "heat", "detected_at", "status"];

const columnsOf = ({ key, division, ...row }: Row<typeof columns>) => ({ place: division, ...row });

const edgeColumns = { incident: required(recordOf("incidents")), alert: required(recordOf("alerts")) };

/** Which alert is about which incident; ties that others have made play no part. */
export const incidentAlerts: Register<typeof edgeColumns> = {
  name: "incident-alerts",
  keeper: { writes: "R28m" },
  columns: edgeColumns,
  key: ["incident", "alert"],
  async write({ fresh }, { manager }) {
    await insertRows(
      manager,
      "incident_alert",
      fresh.map(({ row }) => row),
      "ON CONFLICT DO NOTHING",
    );
  },
};
