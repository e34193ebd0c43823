import type { DataSource, EntityManager } from "typeorm";
import { badUserInput, Mistake } from "../../errors.js";
import type { Policy } from "../../policy/policy.js";
import type { IdCipher } from "../../store/global-id.js";
import { fault, newKey } from "../../store/store.js";
import { type Columns, notAWriter, permit, said } from "./column.js";
import { type Line, readCsv } from "./csv.js";
import { demoKey } from "./demo-key.js";
import { agenciesByCode, type KnownAgency, lookUp, OPERATOR_ID, type Target } from "./known.js";
import { reachOfRegisters } from "./reach.js";
import type { Importing, Item, Register, Written } from "./register.js";
import { REGISTERS } from "./registers/index.js";
import { type ImportReport, Refusals, type Said } from "./report.js";
import { insertRows } from "./rows.js";

export interface Import {
  readonly policy: Policy;
  /** Name of a register, e.g. "minors". */
  readonly register: string;
  /** The file: CSV, decoded from UTF-8. */
  readonly text: string;
  /** Operator's code of the agency whose register it is; absent for the operator's own. */
  readonly agency?: string | undefined;
  readonly ids: IdCipher;
  /** Counts, and writes nothing. */
  readonly dryRun?: boolean;
  /** Demo mode: takes invented values for ENVELOPED columns, and derives keys from seed and number. */
  readonly demo?: { readonly seed: number } | undefined;
}

/** Undoes a transaction whose report is wanted all the same. */
class Undo extends Error {
  constructor(readonly report: ImportReport) {
    super("nothing is written");
  }
}

/**
 * Imports a register: everything in it or nothing, in one transaction. The same file again writes nothing.
 * @param database  the serving login for a register of an agency, which row security then binds to its own records;
 *                  the owner for the operator's
 * @param alongside more in the same transaction, after the rows: log lines, say. Not called when nothing is written
 * @throws Mistake BAD_USER_INPUT  no such register or agency
 * @throws Fault   the database does not answer
 */
export async function importRegister(
  database: DataSource,
  what: Import,
  alongside: (manager: EntityManager, written: readonly Written[]) => Promise<void> = async () => {},
): Promise<ImportReport> {
  try {
    return await database.transaction(async (manager) => {
      const { report, written } = await importWithin(manager, what);
      if (report.refused > 0 || report.dryRun) throw new Undo(report);
      if (report.new + report.changed > 0) await alongside(manager, written);
      return report;
    });
  } catch (error) {
    if (error instanceof Undo) return error.report;
    throw error instanceof Mistake ? error : fault(error);
  }
}

/** As `importRegister`, in a transaction of the caller, who undoes it when a row is refused. */
export async function importWithin(
  manager: EntityManager,
  what: Import,
): Promise<{ readonly report: ImportReport; readonly written: readonly Written[] }> {
  const register = registerOf(what.register);
  const agency = await agencyOf(manager, register, what.agency);
  // One import of a register at a time: a second one waits, and then finds its rows known.
  await manager.query("SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))", [
    register.name,
    agency?.code ?? "operator",
  ]);
  if (agency) await reachOfRegisters(manager, agency);
  const importing: Importing = {
    manager,
    agency,
    policy: what.policy,
    ids: what.ids,
    newId: (name, key) => (what.demo ? demoKey(what.demo.seed, agency?.code ?? "operator", name, key) : newKey()),
  };

  const refusals = new Refusals();
  const rows = await read(register, what, importing, refusals);
  const sorted = await sort(register, rows, importing, refusals);
  if (refusals.lines === 0 && sorted.fresh.length + sorted.changed.length > 0) {
    await register.write(sorted, importing, refusals.refuse.bind(refusals));
    await remember(register, sorted, importing);
  }
  const report = {
    register: register.name,
    dryRun: what.dryRun ?? false,
    new: sorted.fresh.length,
    changed: sorted.changed.length,
    unchanged: sorted.unchanged,
    refused: refusals.lines,
    errors: refusals.errors,
  };
  const { record, about } = register;
  const written = [...sorted.fresh, ...sorted.changed].flatMap(
    ({ id, row }) => about?.(row) ?? (record ? [{ type: record.type, id }] : []),
  );
  return { report, written };
}

function registerOf(name: string): Register<Columns> {
  const register = REGISTERS.find((one) => one.name === name);
  if (register) return register;
  const names = REGISTERS.map((one) => one.name).join(", ");
  throw badUserInput("register", "There is no such register", "没有该登记表", `Use one of ${names}`);
}

async function agencyOf(
  manager: EntityManager,
  { name, keeper }: Register<Columns>,
  code: string | undefined,
): Promise<KnownAgency | null> {
  if (keeper === "operator") {
    if (code === undefined) return null;
    throw badUserInput("agency", `${name} is the operator's`, "该登记表由运维方维护", "Leave the agency out");
  }
  const agency = code === undefined ? undefined : (await agenciesByCode(manager)).get(code);
  if (agency) return agency;
  throw badUserInput("agency", `${name} is an agency's own`, "该登记表属于部门", "Name the agency by its code");
}

/** The rows as values; what is wrong with a row goes to `refusals`. */
async function read(register: Register<Columns>, what: Import, importing: Importing, refusals: Refusals) {
  const { agency, policy, manager } = importing;
  const columns = Object.entries(register.columns);
  const lines = readCsv(
    what.text,
    columns.map(([name]) => name),
    refusals,
  );
  const writes = (group: string) => agency === null || (policy.rows.get(group)?.writers.has(agency.kind) ?? false);
  const refuseAll = (why: Said) => {
    refusals.refuse(1, null, why);
    return [];
  };
  if (register.demoOnly && !what.demo) return refuseAll(DEMO_REGISTER);
  if (register.keeper !== "operator" && agency) {
    const { writes: group, only } = register.keeper;
    if (!writes(group) || (only && only !== agency.kind)) return refuseAll(notAWriter(group));
  }

  const known = await lookUp(manager, agency?.id ?? null, named(columns, lines));
  const seen = new Set<string>();
  const refuseRepeated = (line: Line, columns: readonly string[], why: Said) => {
    const said = JSON.stringify([columns, ...columns.map(line.cell)]);
    if (seen.has(said)) refusals.refuse(line.line, columns[0] ?? null, why);
    seen.add(said);
  };
  return lines.map((line) => {
    const refuse = (column: string | null, why: Said) => refusals.refuse(line.line, column, why);
    const row: Record<string, unknown> = {};
    for (const [name, column] of columns) {
      try {
        permit(column, line.cell(name), { demo: what.demo !== undefined, writes });
        row[name] = column.read(line.cell(name), name, known);
      } catch (error) {
        refuse(name, said(error));
      }
    }
    const key = register.key.map(line.cell).join("|");
    refuseRepeated(line, register.key, REPEATED_KEY);
    if (register.unique) refuseRepeated(line, register.unique, REPEATED_RECORD);
    if (!refusals.has(line.line)) register.check?.(row, refuse, importing);
    return { line: line.line, key, row, digest: digest(columns, line, what.ids) };
  });
}

function named(columns: readonly [string, Columns[string]][], lines: readonly Line[]): Map<Target, Set<string>> {
  const wanted = new Map<Target, Set<string>>();
  for (const [name, { names, split }] of columns) {
    if (names === undefined) continue;
    const texts = wanted.get(names) ?? new Set<string>();
    for (const line of lines) for (const text of split(line.cell(name))) texts.add(text);
    wanted.set(names, texts);
  }
  return wanted;
}

/** Over the text of the cells, not over the records that they mean: two of these may become one. */
function digest(columns: readonly [string, Columns[string]][], line: Line, ids: IdCipher): string {
  const cells = columns.filter(([, { once }]) => !once).map(([name]) => [name, line.cell(name)]);
  return ids.digest(JSON.stringify(cells)).toString("hex");
}

type Found = Awaited<ReturnType<typeof read>>[number];
type Sorted = Item<Columns> & { readonly digest: string };

/** Which rows are new, changed, or as they were. */
async function sort(register: Register<Columns>, rows: readonly Found[], importing: Importing, refusals: Refusals) {
  const { manager, agency } = importing;
  const good = rows.filter(({ line }) => !refusals.has(line));
  const remembered = new Map(
    (
      await manager.query<{ key: string; record: string | null; digest: string }[]>(
        `SELECT key, record, encode(digest, 'hex') AS digest FROM register_key
          WHERE agency = $1 AND register = $2 AND key = ANY($3)`,
        [agency?.id ?? OPERATOR_ID, register.name, good.map(({ key }) => key)],
      )
    ).map((number) => [number.key, number]),
  );
  const fresh: Sorted[] = [];
  const changed: Sorted[] = [];
  for (const row of good) {
    const number = remembered.get(row.key);
    if (number === undefined) fresh.push({ ...row, id: importing.newId(register.name, row.key) });
    else if (number.digest !== row.digest)
      changed.push({ ...row, id: number.record ?? importing.newId(register.name, row.key) });
  }
  const there = await register.existing?.(fresh, importing);
  const adopted = fresh.flatMap((item) => {
    const id = there?.get(item.key);
    return id === undefined ? [] : [{ ...item, id }];
  });
  await refuseLost(register, changed, importing, refusals);
  return {
    fresh: fresh.filter(({ key }) => !there?.has(key)),
    changed: [...changed, ...adopted],
    unchanged: good.length - fresh.length - changed.length,
  };
}

/** A record that the agency's number means, but that is not within its reach any more. */
async function refuseLost(
  { record }: Register<Columns>,
  changed: readonly Sorted[],
  { manager }: Importing,
  refusals: Refusals,
): Promise<void> {
  if (!record || changed.length === 0) return;
  const rows = await manager.query<{ id: string }[]>(`SELECT id FROM ${record.table} WHERE id = ANY($1)`, [
    changed.map(({ id }) => id),
  ]);
  const there = new Set(rows.map(({ id }) => id));
  for (const { id, line } of changed) if (!there.has(id)) refusals.refuse(line, null, NO_LONGER_YOURS);
}

/** Writes down which record each number means and what its row said. */
async function remember(
  register: Register<Columns>,
  { fresh, changed }: { fresh: readonly Sorted[]; changed: readonly Sorted[] },
  { manager, agency }: Importing,
): Promise<void> {
  await insertRows(
    manager,
    "register_key",
    [...fresh, ...changed].map(({ key, id, digest }) => ({
      agency: agency?.id ?? OPERATOR_ID,
      register: register.name,
      key,
      record_type: register.record?.type ?? null,
      record: register.record ? id : null,
      digest: `\\x${digest}`,
    })),
    "ON CONFLICT (agency, register, key) DO UPDATE SET digest = EXCLUDED.digest",
  );
}

const REPEATED_KEY: Said = {
  code: "REPEATED_KEY",
  message: "The number stands in an earlier row already",
  messageZh: "该编号在前面的行中已出现",
  remedy: "Keep one row for it",
};
const REPEATED_RECORD: Said = {
  code: "REPEATED_KEY",
  message: "An earlier row is about the same under another number",
  messageZh: "前面的行已用另一编号登记同一事项",
  remedy: "Keep one row for it",
};
const DEMO_REGISTER: Said = {
  code: "DEMO_ONLY",
  message: "Relations are made by commands; a file of them is for the demo only",
  messageZh: "关系只能通过业务操作建立,批量导入仅限演示模式",
  remedy: "Use the command that makes the relation",
};
const NO_LONGER_YOURS: Said = {
  code: "NO_LONGER_YOURS",
  message: "Your agency is not a source of this record any more",
  messageZh: "贵单位已不再是该记录的来源",
  remedy: "Take the row out, or give a new number",
};
