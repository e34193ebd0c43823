import { CareStatus } from "../../../domain/care/index.js";
import { involvementKey } from "../../../facts/keys.js";
import { optional, type Row, required } from "../column.js";
import { key, member, pastDay, recordOf, text } from "../parsers.js";
import type { Register } from "../register.js";
import type { Said } from "../report.js";
import { insertRows, involve, updateRows } from "../rows.js";

const columns = {
  key: required(key),
  minor: required(recordOf("minors"), { once: true }),
  status: required(member(CareStatus), { group: "R38" }),
  carer: optional(text, { group: "R38" }),
  parents_work_place: optional(text, { group: "R38" }),
  since: required(pastDay, { group: "R38" }),
  ended_on: optional(pastDay, { group: "R38" }),
};

/** Left-behind and migrant children as an agency has registered them (B18). */
export const careRegistrations: Register<typeof columns> = {
  name: "care-registrations",
  keeper: { writes: "R38" },
  columns,
  key: ["key"],
  record: { type: "CareRegistration", table: "care_registration" },
  check({ since, ended_on }, refuse) {
    if (ended_on !== null && ended_on < since) refuse("ended_on", ENDS_BEFORE);
  },
  async write({ fresh, changed }, { manager, agency, ids }) {
    if (!agency) return;
    await insertRows(
      manager,
      "care_registration",
      fresh.map(({ id, row }) => ({
        id,
        ref: ids.ref(id),
        involved: [String(involvementKey(agency.no, false, "SOURCE", 0, false))],
        version: 1,
        minor: row.minor,
        registered_by: agency.id,
        ...columnsOf(row),
      })),
    );
    await involve(
      manager,
      fresh.map(({ id }) => ({
        record_type: "CareRegistration",
        record: id,
        agency: agency.id,
        person: null,
        kind: "SOURCE",
        basis: "register",
      })),
    );
    const rows = changed.map(({ id, row }) => ({ id, ...columnsOf(row) }));
    await updateRows(manager, "care_registration", rows, Object.keys(rows[0] ?? {}));
  },
};

const columnsOf = ({ status, carer, parents_work_place, since, ended_on }: Row<typeof columns>) => ({
  status,
  carer,
  parents_work_place,
  since,
  ended_on,
});

const ENDS_BEFORE: Said = {
  code: "CONTRADICTION",
  message: "Ended before it began",
  messageZh: "终止日期早于起始日期",
  remedy: "Compare the two days",
};
