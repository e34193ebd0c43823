import { type InvolvementKind, involvementKey } from "../../../facts/keys.js";
import type { RecordType } from "../../../store/record-types.js";
import type { Columns, Row } from "../column.js";
import type { KnownAgency } from "../known.js";
import type { Register } from "../register.js";
import { insertRows, involve, type TableRow, updateRows } from "../rows.js";

interface OwnRecords<C extends Columns> extends Pick<Register<C>, "name" | "columns" | "check"> {
  /** Policy row of the record; its writers keep the register. */
  readonly group: string;
  readonly record: { readonly type: RecordType; readonly table: string };
  /** Columns of the table that the row fills; those of a new record only: its minor or its place, and who made it. */
  readonly columnsOf: (row: Row<C>) => TableRow;
  readonly once: (row: Row<C>, agency: KnownAgency) => TableRow;
  /** Columns whose change makes a next version: those of the anchor's group. All if none is named. */
  readonly counted?: readonly string[];
  /** Who has to do with a new record, beside the agency as its source. */
  readonly others?: (row: Row<C>, agency: KnownAgency) => readonly (readonly [InvolvementKind, KnownAgency])[];
}

/** A register of records of which the agency is the source; `key` is the agency's number. */
export const ownRecords = <C extends Columns>({
  group,
  record,
  columnsOf,
  once,
  counted,
  others = () => [],
  ...register
}: OwnRecords<C>): Register<C> => ({
  ...register,
  keeper: { writes: group },
  key: ["key"],
  record,
  async write({ fresh, changed }, { manager, agency, ids }) {
    if (!agency) return;
    await insertRows(
      manager,
      record.table,
      fresh.map(({ id, row }) => ({
        id,
        ref: ids.ref(id),
        involved: [String(involvementKey(agency.no, false, "SOURCE", 0, false))],
        version: 1,
        ...once(row, agency),
        ...columnsOf(row),
      })),
    );
    await involve(
      manager,
      fresh.flatMap(({ id, row }) =>
        [["SOURCE", agency] as const, ...others(row, agency)].map(([kind, of]) => ({
          record_type: record.type,
          record: id,
          agency: of.id,
          person: null,
          kind,
          basis: "register",
        })),
      ),
    );
    const rows = changed.map(({ id, row }) => ({ id, ...columnsOf(row) }));
    await updateRows(manager, record.table, rows, counted ?? Object.keys(rows[0] ?? {}));
  },
});
