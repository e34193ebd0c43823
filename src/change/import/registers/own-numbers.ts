import { bringsMinors } from "../../../facts/keeping.js";
import { HELD_AT_HOME } from "../../../policy/home.js";
import type { Columns } from "../column.js";
import { optional, required } from "../column.js";
import { key, recordOf } from "../parsers.js";
import type { Register } from "../register.js";
import type { Said } from "../report.js";
import { insertRows } from "../rows.js";

/** What the register is at the hub and at the home of the agency that keeps it, but for what an id means there. */
export const numberRegister = <C extends Columns>(
  columns: C,
): Pick<Register<C>, "name" | "keeper" | "columns" | "key" | "unwelcome"> => ({
  name: "own-numbers",
  keeper: { writes: HELD_AT_HOME },
  columns,
  key: ["key"],
  unwelcome: ({ kind }, policy) => (bringsMinors(policy, kind) ? BRINGS_THEM : null),
});

const columns = { key: required(key), hub_id: optional(recordOf("ids of the hub")) };

/**
 * Numbers that an agency which brings no minors gives to those of whom it may keep rows of its own: it makes no minor, and
 * no relation to one, and leads to the minor only while such a relation stands (docs/decisions/0024).
 */
export const ownNumbers: Register<typeof columns> = {
  ...numberRegister(columns),
  about: ({ hub_id }) => (hub_id === null ? [] : [{ type: "Minor", id: hub_id }]),
  async write({ fresh, changed }, { manager, agency, noted }) {
    if (!agency) return;
    const meant = await manager.query<{ minor: string }[]>(
      `SELECT record AS minor FROM register_key
        WHERE agency = $1 AND register = 'own-numbers' AND key = ANY ($2) AND record IS NOT NULL`,
      [agency.id, changed.map(({ key: number }) => number)],
    );
    noted(meant.map(({ minor }) => minor));
    await insertRows(
      manager,
      "register_key",
      [...fresh, ...changed].map(({ key: number, row }) => ({
        agency: agency.id,
        register: "own-numbers",
        key: number,
        record_type: "Minor",
        record: row.hub_id,
        digest: "\\x",
      })),
      // As none that is to be read anew: what the agency says of its number stands (migrations/*-own-numbers-while-merged.sql).
      "ON CONFLICT (agency, register, key) DO UPDATE SET (record, digest) = (EXCLUDED.record, '\\x00')",
    );
  },
};

const BRINGS_THEM: Said = {
  code: "CONTRADICTION",
  message: "Your agency brings its minors itself: their numbers are those of its register minors",
  messageZh: "贵单位自行登记未成年人,其编号以未成年人登记表为准",
  remedy: "Import the register minors, roster or intake",
};
