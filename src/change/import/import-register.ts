import type { DataSource, EntityManager } from "typeorm";
import { badUserInput, Mistake } from "../../errors.js";
import type { Policy } from "../../policy/policy.js";
import type { IdCipher } from "../../store/global-id.js";
import { fault, newKey } from "../../store/store.js";
import { type Columns, notAWriter, permit, said } from "./column.js";
import { demoKey } from "./demo-key.js";
import type { RawRow, RegisterFile } from "./file.js";
import { type Header, headerOf, type Line } from "./header.js";
import { agenciesByCode, type KnownAgency, lookUp, OPERATOR_ID, type Target } from "./known.js";
import { reachOfRegisters } from "./reach.js";
import type { Importing, Item, Register, Written } from "./register.js";
import { REGISTERS } from "./registers/index.js";
import {
  FileRefused,
  type ImportReport,
  MOST_LISTED,
  Refusals,
  type RowChange,
  type RowError,
  type Said,
} from "./report.js";
import { insertRows, numbersOf } from "./rows.js";
import type { FileTitles } from "./titles.js";

export interface Import {
  readonly policy: Policy;
  /** Name of a register, e.g. "minors". */
  readonly register: string;
  readonly file: RegisterFile;
  /** Operator's code of the agency whose register it is; absent for the operator's own. */
  readonly agency?: string | undefined;
  readonly ids: IdCipher;
  /** How this agency's file names its columns, beside the names and titles that every file may use. */
  readonly titles?: FileTitles | undefined;
  /** Counts, and writes nothing. */
  readonly dryRun?: boolean;
  /** Writes the rows that can be taken although others are refused. */
  readonly acceptValid?: boolean;
  /** The file is the whole register: what has no row in it any more ends. */
  readonly complete?: boolean;
  /** Demo mode: takes invented values for ENVELOPED columns, and derives keys from seed and number. */
  readonly demo?: { readonly seed: number } | undefined;
  /** Groups that the importing agency writes are these; absent: what `writers` says. */
  readonly writes?: (group: string) => boolean;
}

/** What somebody may want to know while a file is read, a batch of rows at a time. */
export interface Along {
  /** In the transaction, after rows are written: log lines, say. */
  written?(manager: EntityManager, written: readonly Written[]): Promise<void>;
  /** A row that was refused, as it stands in the file. */
  refused?(titles: readonly string[], cells: readonly string[], errors: readonly RowError[]): void;
  /** Rows read so far. */
  read?(rows: number): void;
}

/** Undoes a transaction whose report is wanted all the same. */
class Undo extends Error {
  constructor(readonly report: ImportReport) {
    super("nothing is written");
  }
}

/**
 * Imports a register in one transaction: everything in it or nothing, or, if so asked, every row that can be taken. The
 * same file again writes nothing. Of the file only a batch of rows is in memory, and the numbers of all.
 * @param database  the serving login for a register of an agency, which row security then binds to its own records;
 *                  the owner for the operator's
 * @throws Mistake BAD_USER_INPUT  no such register or agency, or one that has no end
 * @throws Fault   the database does not answer
 */
export async function importRegister(database: DataSource, what: Import, along: Along = {}): Promise<ImportReport> {
  try {
    return await database.transaction(async (manager) => {
      const report = await importWithin(manager, what, along);
      if (!report.written) throw new Undo(report);
      return report;
    });
  } catch (error) {
    if (error instanceof Undo) return error.report;
    throw error instanceof Mistake ? error : fault(error);
  }
}

/** Rows that are looked up and written together. */
const BATCH = 1_000;

/** As `importRegister`, in a transaction of the caller, who undoes it unless the report says that it is written. */
export async function importWithin(manager: EntityManager, what: Import, along: Along = {}): Promise<ImportReport> {
  const register = registerOf(what.register);
  const agencies = await agenciesByCode(manager);
  const agency = agencyOf(agencies, register, what.agency);
  if (what.complete && !register.end)
    throw badUserInput(
      "complete",
      `A number of ${register.name} does not end by being left out`,
      "该登记表不因缺行而终止",
      `Leave it out; registers that can be complete: ${REGISTERS.filter(({ end }) => end).map(({ name }) => name)}`,
    );
  // One import of a register at a time: a second one waits, and then finds its rows known. What an import asks for, it asks
  // for by keys: of a table that is being filled there are no statistics, and it would be read whole for each of them.
  await manager.query(
    "SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2)), set_config('enable_seqscan', 'off', true)",
    [register.name, agency?.code ?? "operator"],
  );
  if (agency) await reachOfRegisters(manager, agency);
  const importing: Importing = {
    manager,
    agencies,
    agency,
    policy: what.policy,
    ids: what.ids,
    newId: (name, key) => (what.demo ? demoKey(what.demo.seed, agency?.code ?? "operator", name, key) : newKey()),
  };
  return new Run(register, what, importing, along).through();
}

/** The way of one file into the hub. */
class Run {
  readonly #refusals = new Refusals();
  /** Numbers of the file, and what else no second row may say. */
  readonly #numbers = new Set<string>();
  readonly #others = new Set<string>();
  readonly #counts = { new: 0, changed: 0, unchanged: 0, ended: 0 };
  readonly #changes: RowChange[] = [];
  #header: Header | null = null;
  #whole = false;
  #read = 0;

  constructor(
    private readonly register: Register<Columns>,
    private readonly what: Import,
    private readonly importing: Importing,
    private readonly along: Along,
  ) {}

  async through(): Promise<ImportReport> {
    const unwelcome = this.#unwelcome();
    if (unwelcome) this.#refusals.refuse(1, null, unwelcome);
    else await this.#readAll();
    return {
      register: this.register.name,
      dryRun: this.what.dryRun ?? false,
      written: !this.what.dryRun && this.#whole && this.#writing,
      ...this.#counts,
      refused: this.#refusals.lines,
      changes: this.#changes,
      errors: this.#refusals.errors,
    };
  }

  /** What is to be written. After a refusal the rest is only looked at - unless valid rows are to be taken. */
  get #writing(): boolean {
    return this.#refusals.lines === 0 || this.what.acceptValid === true;
  }

  /** Why this agency, or this hub, takes no such file at all. */
  #unwelcome(): Said | null {
    const { register, importing, what } = this;
    if (register.demoOnly && !what.demo) return DEMO_REGISTER;
    if (register.keeper === "operator" || !importing.agency) return null;
    const { writes, only } = register.keeper;
    return !this.#writes(writes) || (only && only !== importing.agency.kind) ? notAWriter(writes) : null;
  }

  #writes(group: string): boolean {
    const { agency, policy } = this.importing;
    if (agency === null) return true;
    return (policy.rows.get(group)?.writers.has(agency.kind) ?? false) && (this.what.writes?.(group) ?? true);
  }

  async #readAll(): Promise<void> {
    const { file, titles = NO_TITLES } = this.what;
    let batch: RawRow[] = [];
    try {
      for await (const row of file.rows()) {
        if (!this.#header) {
          this.#header = headerOf(row, this.register.columns, titles, this.#refusals);
          if (!this.#header) return;
          continue;
        }
        batch.push(row);
        if (batch.length < BATCH) continue;
        await this.#take(this.#header, batch);
        batch = [];
      }
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      // What stands behind it nobody has read: the rows before it are taken by themselves in no case.
      this.#refusals.refuse(error.line, null, error.said);
      return;
    }
    if (!this.#header) return this.#refusals.refuse(1, null, NO_HEADER);
    await this.#take(this.#header, batch);
    this.#whole = true;
    if (this.what.complete) await this.#end();
  }

  async #take(header: Header, batch: readonly RawRow[]): Promise<void> {
    const lines = batch.flatMap((row) => header.line(row, this.#refusals) ?? []);
    const sorted = await this.#sort(await this.#values(header, lines));
    const written = this.#writing ? await this.#write(header, sorted) : sorted;
    this.#counts.new += written.fresh.length;
    this.#counts.changed += written.changed.length;
    this.#counts.unchanged += written.unchanged;
    const told = (happening: RowChange["happening"]) => (item: Found) => ({
      happening,
      line: item.line,
      key: item.key,
    });
    const changes = [...written.fresh.map(told("NEW")), ...written.changed.map(told("CHANGED"))];
    this.#list(changes.sort((a, b) => a.line - b.line));

    const refused = this.#refusals.take();
    for (const { line, cells } of batch) {
      const errors = refused.get(line);
      if (errors) this.along.refused?.(header.titles, cells, errors);
    }
    this.#read += batch.length;
    this.along.read?.(this.#read);
  }

  #list(changes: readonly RowChange[]): void {
    this.#changes.push(...changes.slice(0, MOST_LISTED - this.#changes.length));
  }

  /** The rows as values; what is wrong with a row goes to the refusals. */
  async #values(header: Header, lines: readonly Line[]): Promise<Found[]> {
    const { register, importing, what } = this;
    const columns = Object.entries(register.columns);
    const known = await lookUp(importing, named(columns, lines));
    const rules = { demo: what.demo !== undefined, writes: (group: string) => this.#writes(group) };
    return lines.map((line) => {
      const refuse = (column: string | null, why: Said) =>
        this.#refusals.refuse(line.line, column === null ? null : header.titleOf(column), why);
      const row: Record<string, unknown> = {};
      for (const [name, column] of columns) {
        const text = line.cell(name);
        try {
          permit(column, text, rules);
          row[name] = column.read(text, name, known);
        } catch (error) {
          refuse(name, said(error));
        }
      }
      const key = register.key.map(line.cell).join("|");
      const once = (seen: Set<string>, value: string, columns: readonly string[], why: Said) => {
        if (seen.has(value)) refuse(columns[0] ?? null, why);
        seen.add(value);
      };
      once(this.#numbers, key, register.key, REPEATED_KEY);
      if (register.unique)
        once(this.#others, JSON.stringify(register.unique.map(line.cell)), register.unique, REPEATED_RECORD);
      if (!this.#refusals.has(line.line)) register.check?.(row, refuse, importing);
      return { line: line.line, key, row, digest: digest(columns, line, what.ids) };
    });
  }

  /** Which rows are new, changed, or as they were. */
  async #sort(rows: readonly Found[]): Promise<Sorted> {
    const { register, importing } = this;
    const good = rows.filter(({ line }) => !this.#refusals.has(line));
    const keys = good.map(({ key }) => key);
    const numbers = await numbersOf(importing.manager, importing.agency?.id ?? OPERATOR_ID, register.name, keys);
    const remembered = new Map(numbers.map((number) => [number.key, number]));
    const fresh: Known[] = [];
    const changed: Known[] = [];
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
    const lost = await lostOf(register, [...changed, ...adopted], importing);
    for (const { line } of lost) this.#refusals.refuse(line, null, NO_LONGER_YOURS);
    const stay = (item: Known) => !lost.includes(item);
    return {
      fresh: fresh.filter(({ key }) => !there?.has(key)),
      changed: [...changed, ...adopted].filter(stay),
      unchanged: good.length - fresh.length - changed.length,
    };
  }

  /** Writes a batch, without the rows that only the database finds wrong. @returns what was written */
  async #write(header: Header, sorted: Sorted): Promise<Sorted> {
    const { register, importing, along } = this;
    const { manager } = importing;
    if (sorted.fresh.length + sorted.changed.length === 0) return sorted;
    await manager.query("SAVEPOINT batch");
    const wrong = new Set<number>();
    await register.write(sorted, importing, (line, column, why) => {
      wrong.add(line);
      this.#refusals.refuse(line, header.titleOf(column), why);
    });
    if (wrong.size > 0) {
      await manager.query("ROLLBACK TO SAVEPOINT batch");
      const right = ({ line }: Known) => !wrong.has(line);
      const rest = { ...sorted, fresh: sorted.fresh.filter(right), changed: sorted.changed.filter(right) };
      return this.#writing ? this.#write(header, rest) : rest;
    }
    await remember(register, sorted, importing);
    await manager.query("RELEASE SAVEPOINT batch");
    const { record, about } = register;
    const written = [...sorted.fresh, ...sorted.changed].flatMap(
      ({ id, row }) => about?.(row) ?? (record ? [{ type: record.type, id }] : []),
    );
    await along.written?.(manager, written);
    return sorted;
  }

  /** Ends what a complete file has no row of any more. */
  async #end(): Promise<void> {
    const { register, importing, along } = this;
    const { manager, agency } = importing;
    const known = [agency?.id ?? OPERATOR_ID, register.name];
    const gone = await manager.query<{ key: string; record: string | null }[]>(
      "SELECT key, record FROM register_key WHERE agency = $1 AND register = $2 AND key <> ALL ($3) ORDER BY key",
      [...known, [...this.#numbers]],
    );
    this.#counts.ended = gone.length;
    this.#list(gone.map(({ key }) => ({ happening: "ENDED", line: null, key })));
    if (gone.length === 0 || !this.#writing) return;
    await register.end?.(gone, importing);
    await manager.query("DELETE FROM register_key WHERE agency = $1 AND register = $2 AND key = ANY ($3)", [
      ...known,
      gone.map(({ key }) => key),
    ]);
    const { record } = register;
    await along.written?.(
      manager,
      gone.flatMap(({ record: id }) => (record && id !== null ? [{ type: record.type, id }] : [])),
    );
  }
}

interface Found {
  readonly line: number;
  readonly key: string;
  readonly row: Item<Columns>["row"];
  readonly digest: string;
}
type Known = Item<Columns> & { readonly digest: string };
interface Sorted {
  readonly fresh: readonly Known[];
  readonly changed: readonly Known[];
  readonly unchanged: number;
}

const NO_TITLES: FileTitles = { columns: {}, ignore: [], without: [] };

function registerOf(name: string): Register<Columns> {
  const register = REGISTERS.find((one) => one.name === name);
  if (register) return register;
  const names = REGISTERS.map((one) => one.name).join(", ");
  throw badUserInput("register", "There is no such register", "没有该登记表", `Use one of ${names}`);
}

function agencyOf(
  agencies: Importing["agencies"],
  { name, keeper }: Register<Columns>,
  code: string | undefined,
): KnownAgency | null {
  if (keeper === "operator") {
    if (code === undefined) return null;
    throw badUserInput("agency", `${name} is the operator's`, "该登记表由运维方维护", "Leave the agency out");
  }
  const agency = code === undefined ? undefined : agencies.get(code);
  if (agency) return agency;
  throw badUserInput("agency", `${name} is an agency's own`, "该登记表属于部门", "Name the agency by its code");
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

/** Rows whose record the agency's number means, but that is not within its reach any more. */
async function lostOf(
  { record }: Register<Columns>,
  changed: readonly Known[],
  { manager }: Importing,
): Promise<readonly Known[]> {
  if (!record || changed.length === 0) return [];
  const rows = await manager.query<{ id: string }[]>(`SELECT id FROM ${record.table} WHERE id = ANY($1)`, [
    changed.map(({ id }) => id),
  ]);
  const there = new Set(rows.map(({ id }) => id));
  return changed.filter(({ id }) => !there.has(id));
}

/** Writes down which record each number means and what its row said. */
async function remember(
  register: Register<Columns>,
  { fresh, changed }: { fresh: readonly Known[]; changed: readonly Known[] },
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

const NO_HEADER: Said = {
  code: "NOT_CSV",
  message: "The file has no header row",
  messageZh: "文件没有表头行",
  remedy: "Begin with the names of the columns, see docs/registers.md",
};
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
