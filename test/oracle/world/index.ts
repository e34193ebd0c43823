import type { Policy } from "../../../src/policy/policy.js";
import type { RecordType } from "../../../src/store/record-types.js";
import type { Sql } from "../../support/hub.js";
import { byType, tableOf } from "../../support/tables.js";
import { Dice } from "./dice.js";
import { type Asking, DIVISIONS, directory } from "./directory.js";
import { type Rows, records } from "./records.js";
import { LAPSING, relations } from "./relations.js";

/** A small world in which every condition of the policy occurs: 36 agencies, their people, 60 minors, 15 cases. */
export interface World {
  readonly askers: readonly Asking[];
  readonly agencies: readonly string[];
  readonly keys: Readonly<Record<RecordType, readonly string[]>>;
  readonly rows: Rows;
}

/** Builds the world, always the same. Sent by a superuser: it is built by nobody in it. */
export async function buildWorld(sql: Sql, policy: Policy, refOf: (key: string) => string): Promise<World> {
  const dice = new Dice(20_261_124);
  const people = directory(policy, dice);
  const rows = records(dice, people, refOf);
  await insert(
    sql,
    "division",
    DIVISIONS.map(([code, name]) => ({ code, name })),
  );
  await insert(
    sql,
    "agency",
    people.agencies.map((agency) => ({
      ...agency,
      legal_basis_kind: "AGREEMENT",
      legal_basis_document: "示例",
      credit_code: null,
    })),
  );
  await insert(sql, "agency_duty", people.duties);
  await insert(sql, "person", people.people);
  await insert(sql, "client", people.clients);
  for (const [table, of] of Object.entries(rows)) await insert(sql, table, of);
  await sql("SELECT hub_involve($1)", [JSON.stringify(relations(dice, people, rows))]);
  await lapse(sql);
  const keysIn = (table: string) => (rows[table] ?? []).map(({ id }) => String(id));
  return {
    askers: people.askers,
    agencies: people.agencies.map(({ id }) => id),
    keys: byType((type) => keysIn(tableOf(type))),
    rows,
  };
}

async function insert(sql: Sql, table: string, rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(", ");
  await sql(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
    JSON.stringify(rows),
  ]);
}

/** Ends relations behind the triggers' back, as time does: what has ended is still in the arrays until the sweep. */
async function lapse(sql: Sql): Promise<void> {
  await sql("SET session_replication_role = replica");
  await sql("UPDATE involvement SET until = now() - interval '1 day', swept = true WHERE until = $1", [LAPSING]);
  await sql("UPDATE case_participant SET until = now() - interval '1 day' WHERE until = $1", [LAPSING]);
  await sql("SET session_replication_role = DEFAULT");
}
