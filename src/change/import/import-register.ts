import type { DataSource, EntityManager } from "typeorm";
import { badUserInput, Mistake } from "../../errors.js";
import type { Policy, PolicyRow, Role } from "../../policy/policy.js";
import type { IdCipher } from "../../store/global-id.js";
import { fault, newKey } from "../../store/store.js";
import { type Columns, notAWriter } from "./column.js";
import { demoKey } from "./demo-key.js";
import type { RawRow, RegisterFile } from "./file.js";
import { type Header, headerOf } from "./header.js";
import { agenciesByCode, type KnownAgency } from "./known.js";
import { reachOfRegisters } from "./reach.js";
import type { Importing, Register, Written } from "./register.js";
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
import { type Sorted, sort } from "./sorted.js";
import type { FileTitles } from "./titles.js";
import { type Found, Values } from "./values.js";
import { end, goneFrom, recordsOf, write } from "./written.js";

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
  /** Registers that there are; absent: the hub's. */
  readonly registers?: readonly Register<Columns>[];
  /** Whether agencies of a kind feed a group; absent: as `writers` says. */
  readonly feeds?: (row: PolicyRow, role: Role) => boolean;
}

/** What somebody may want to know while a file is read, a batch of rows at a time. */
export interface Along {
  /** In the transaction, before anything is looked up. */
  begins?(manager: EntityManager): Promise<void>;
  /** In the transaction, after rows are written: log lines, say. */
  written?(manager: EntityManager, written: readonly Written[]): Promise<void>;
  /** In the transaction, after rows are written, or have ended: which, as they stand in the file. */
  changed?(manager: EntityManager, rows: readonly ChangedRow[]): Promise<void>;
  /** Minors of whom the file has been told something, or whom a number means no more: planned, refused or written. */
  noted?(minors: readonly string[]): void;
  /** A row that was refused, as it stands in the file. */
  refused?(titles: readonly string[], cells: readonly string[], errors: readonly RowError[]): void;
  /** Rows read so far. */
  read?(rows: number): void;
}

/** A row that an import has written, or of a complete file has not found any more. */
export interface ChangedRow {
  readonly key: string;
  /** Text of its cells, by column; null: it has ended. */
  readonly cells: Readonly<Record<string, string>> | null;
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
      await along.begins?.(manager);
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

/**
 * An import looks up one row at a time, by keys. Of a table that is being filled there are no statistics: it would be
 * taken for small, and read whole for every row.
 */
const BY_KEYS = "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)";

/** As `importRegister`, in a transaction of the caller, who undoes it unless the report says that it is written. */
export async function importWithin(manager: EntityManager, what: Import, along: Along = {}): Promise<ImportReport> {
  const { registers = REGISTERS } = what;
  const register = registerOf(registers, what.register);
  const agencies = await agenciesByCode(manager);
  const agency = agencyOf(agencies, register, what.agency);
  if (what.complete && !register.end)
    throw badUserInput(
      "complete",
      `A number of ${register.name} does not end by being left out`,
      "该登记表不因缺行而终止",
      `Leave it out; registers that can be complete: ${registers.filter(({ end }) => end).map(({ name }) => name)}`,
    );
  // One import of a register at a time: a second one waits, and then finds its rows known.
  await manager.query("SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))", [
    register.name,
    agency?.code ?? "operator",
  ]);
  await manager.query(BY_KEYS);
  if (agency) await reachOfRegisters(manager, agency);
  const importing: Importing = {
    manager,
    agencies,
    agency,
    policy: what.policy,
    ids: what.ids,
    newId: (name, key) => (what.demo ? demoKey(what.demo.seed, agency?.code ?? "operator", name, key) : newKey()),
    noted: (minors) => along.noted?.(minors),
  };
  return new Run(register, what, importing, along).through();
}

/** The way of one file into the hub. */
class Run {
  readonly #refusals = new Refusals();
  readonly #values: Values;
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
  ) {
    const rules = { demo: what.demo !== undefined, writes: (group: string) => this.#writes(group) };
    this.#values = new Values(register, importing, rules, this.#refusals);
  }

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
    const groups = [writes].flat();
    return !groups.some((group) => this.#writes(group)) || (only && only !== importing.agency.kind)
      ? notAWriter(groups.join(" "))
      : (register.unwelcome?.(importing.agency, importing.policy) ?? null);
  }

  #writes(group: string): boolean {
    const { agency, policy } = this.importing;
    if (agency === null) return true;
    const { feeds = isWriter, writes } = this.what;
    const row = policy.rows.get(group);
    return row !== undefined && feeds(row, agency.kind) && (writes?.(group) ?? true);
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
    const rows = await this.#values.of(header, lines);
    const refuse = (line: number, why: Said) => this.#refusals.refuse(line, null, why);
    const sorted = await sort(this.register, rows, this.importing, refuse);
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

  /** Writes a batch, without the rows that only the database finds wrong. @returns what was written */
  async #write(header: Header, sorted: Sorted): Promise<Sorted> {
    const { register, importing, along } = this;
    if (sorted.fresh.length + sorted.changed.length === 0) return sorted;
    const wrong = await write(register, sorted, importing, (line, column, why) =>
      this.#refusals.refuse(line, header.titleOf(column), why),
    );
    if (wrong.size > 0) {
      const right = ({ line }: Found) => !wrong.has(line);
      const rest = { ...sorted, fresh: sorted.fresh.filter(right), changed: sorted.changed.filter(right) };
      return this.#writing ? this.#write(header, rest) : rest;
    }
    await along.written?.(importing.manager, recordsOf(register, sorted));
    await along.changed?.(
      importing.manager,
      [...sorted.fresh, ...sorted.changed].toSorted((a, b) => a.line - b.line),
    );
    return sorted;
  }

  /** Ends what a complete file has no row of any more. */
  async #end(): Promise<void> {
    const { register, importing, along } = this;
    const gone = await goneFrom(register, this.#values.numbers, importing);
    this.#counts.ended = gone.length;
    this.#list(gone.map(({ key }) => ({ happening: "ENDED", line: null, key })));
    if (gone.length === 0 || !this.#writing) return;
    const ended = await end(register, gone, importing);
    await along.written?.(importing.manager, ended);
    await along.changed?.(
      importing.manager,
      gone.map(({ key }) => ({ key, cells: null })),
    );
  }

  #list(changes: readonly RowChange[]): void {
    this.#changes.push(...changes.slice(0, MOST_LISTED - this.#changes.length));
  }
}

const isWriter = ({ writers }: PolicyRow, role: Role) => writers.has(role);

const NO_TITLES: FileTitles = { columns: {}, ignore: [], without: [] };

function registerOf(registers: readonly Register<Columns>[], name: string): Register<Columns> {
  const register = registers.find((one) => one.name === name);
  if (register) return register;
  const names = registers.map((one) => one.name).join(", ");
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

const NO_HEADER: Said = {
  code: "NOT_CSV",
  message: "The file has no header row",
  messageZh: "文件没有表头行",
  remedy: "Begin with the names of the columns, see docs/registers.md",
};
const DEMO_REGISTER: Said = {
  code: "DEMO_ONLY",
  message: "Relations are made by commands; a file of them is for the demo only",
  messageZh: "关系只能通过业务操作建立,批量导入仅限演示模式",
  remedy: "Use the command that makes the relation",
};
