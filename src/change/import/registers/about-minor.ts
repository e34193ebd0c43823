import { involvementKey } from "../../../facts/keys.js";
import type { RecordType } from "../../../store/record-types.js";
import type { Columns, Row } from "../column.js";
import type { KnownAgency } from "../known.js";
import type { Register } from "../register.js";
import { insertRows, involve, type TableRow, updateRows } from "../rows.js";

interface AboutMinor<C extends Columns> extends Pick<Register<C>, "name" | "columns" | "check"> {
  /** Policy row of the record; its writers keep the register. */
  readonly group: string;
  readonly record: { readonly type: RecordType; readonly table: string };
  /** Columns of the table that the row fills; those of a new record only: its minor, and who made it. */
  readonly columnsOf: (row: Row<C>) => TableRow;
  readonly once: (row: Row<C>, agency: KnownAgency) => TableRow;
  /** Columns whose change makes a next version: those of the anchor's group. All if none is named. */
  readonly counted?: readonly string[];
  /** To whom a new record is addressed. */
  readonly addressee?: (row: Row<C>) => KnownAgency | null;
}

/** A register of records about one minor, of which the agency is the source; `key` is the agency's number. */
export const aboutMinor = <C extends Columns>({
  group,
  record,
  columnsOf,
  once,
  counted,
  addressee = () => null,
  ...register
}: AboutMinor<C>): Register<C> => ({
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
      fresh.flatMap(({ id, row }) => {
        const of = (kind: string, to: KnownAgency | null) =>
          to ? [{ record_type: record.type, record: id, agency: to.id, person: null, kind, basis: "register" }] : [];
        return [...of("SOURCE", agency), ...of("ADDRESSEE", addressee(row))];
      }),
    );
    const rows = changed.map(({ id, row }) => ({ id, ...columnsOf(row) }));
    await updateRows(manager, record.table, rows, counted ?? Object.keys(rows[0] ?? {}));
  },
});
