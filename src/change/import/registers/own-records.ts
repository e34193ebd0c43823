import type { InvolvementKind } from "../../../facts/keys.js";
import type { RecordType } from "../../../store/record-types.js";
import { newRow } from "../../new-record.js";
import type { Columns, Row } from "../column.js";
import type { KnownAgency } from "../known.js";
import type { Register } from "../register.js";
import type { Said } from "../report.js";
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
  /** Columns that a command fills as well: an empty cell leaves what is there. */
  readonly kept?: readonly string[];
  /** Which days of a record lie not before another one, whether the row has them or a command has written them. */
  readonly order?: readonly Order[];
  /** Who has to do with a new record, beside the agency as its source. */
  readonly others?: (row: Row<C>, agency: KnownAgency) => readonly (readonly [InvolvementKind, KnownAgency])[];
}

interface Order {
  /** Column of the table, and the row's if it is called otherwise. */
  readonly day: string;
  readonly cell?: string;
  readonly later: readonly string[];
}

/** A register of records of which the agency is the source; `key` is the agency's number. */
export const ownRecords = <C extends Columns>({
  group,
  record,
  columnsOf,
  once,
  counted,
  kept,
  order = [],
  others = () => [],
  ...register
}: OwnRecords<C>): Register<C> => ({
  ...register,
  keeper: { writes: group },
  key: ["key"],
  record,
  async write({ fresh, changed }, { manager, agency, ids }, refuse) {
    if (!agency) return;
    await insertRows(
      manager,
      record.table,
      fresh.map(({ id, row }) => ({
        ...newRow(id, ids, agency),
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
    await updateRows(manager, record.table, rows, counted ?? Object.keys(rows[0] ?? {}), kept);
    for (const { day, cell = day, later } of order) {
      const wrong = await manager.query<{ id: string }[]>(
        `SELECT id FROM ${record.table} WHERE id = ANY ($1) AND ${day} > least(${later.join(", ")})`,
        [changed.map(({ id }) => id)],
      );
      const those = new Set(wrong.map(({ id }) => id));
      for (const { line, id } of changed) if (those.has(id)) refuse(line, cell, AFTER_WHAT_FOLLOWS);
    }
  },
});

const AFTER_WHAT_FOLLOWS: Said = {
  code: "CONTRADICTION",
  message: "It lies after a day that the record has for what came of it",
  messageZh: "晚于该记录后续环节的日期",
  remedy: "Compare the day with the record as the hub has it",
};
