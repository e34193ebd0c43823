import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import pg from "pg";
import { DataSource } from "typeorm";
import {
  type Along,
  fileOf,
  type Import,
  type ImportReport,
  importRegister,
  REGISTERS,
} from "../../../src/change/import/index.js";
import { parsePolicy } from "../../../src/policy/load.js";
import { IdCipher } from "../../../src/store/global-id.js";
import { Store } from "../../../src/store/store.js";
import { shipped } from "../../policy/shipped.js";
import { preparedDatabase, prepareFolder } from "../../support/prepared.js";
import { openingsOf } from "../../support/small-world.js";

export type Cells = Readonly<Record<string, string>>;
export const DATABASES = ["embedded", "postgresql"] as const;
export const policy = parsePolicy(shipped);
/** With a key of the tests. */
export const IDS = new IdCipher(Buffer.alloc(32, 1));

interface Options {
  /** Operator's code; absent for the operator's own registers. */
  readonly as?: string;
  readonly dryRun?: boolean;
  /** Demo data is taken; true unless said otherwise. */
  readonly demo?: boolean;
  readonly more?: Pick<Import, "acceptValid" | "complete" | "titles">;
  readonly along?: Along;
}

/** Where registers are handed in: the hub's database with a few agencies, and both of its logins. */
export interface Desk {
  readonly store: Store;
  /** Imports a file: an agency's as the serving login, the operator's as the owner. */
  hand(register: string, rows: readonly Cells[] | string | Buffer, options?: Options): Promise<ImportReport>;
  /** Reads past row security. */
  rows<R extends object>(sql: string, values?: readonly unknown[]): Promise<R[]>;
  asOwner<T>(work: (owner: DataSource) => Promise<T>): Promise<T>;
  /** A connection of the superuser beside the hub's; of the embedded database the same session. */
  readonly session: pg.Client;
  /** Takes every record out again; the directory stays. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openDesk(kind: (typeof DATABASES)[number]): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), "hub-"));
  const urls = kind === "postgresql" ? await preparedDatabase("tables") : undefined;
  if (!urls) await prepareFolder(folder, "tables");
  const store = await Store.open({ ...urls, dataDir: folder, entities: [] }, activatePolicy);
  const owner = urls ? await new DataSource({ type: "postgres", url: urls.migrationUrl }).initialize() : undefined;
  // Every connection of the embedded database is one session: what this one becomes, all become.
  const session = new pg.Client(
    urls
      ? { connectionString: urls.superUrl }
      : { host: store.embedded?.socketFolder ?? "", user: "postgres", database: "postgres" },
  );
  await session.connect();

  async function asOwner<T>(work: (owner: DataSource) => Promise<T>): Promise<T> {
    if (owner) return work(owner);
    await session.query("RESET ROLE");
    try {
      return await work(store.dataSource);
    } finally {
      await session.query("SET ROLE hub_app");
    }
  }
  const desk: Desk = {
    store,
    session,
    asOwner,
    hand: (register, rows, { as, dryRun = false, demo = true, more = {}, along } = {}) => {
      const bytes = typeof rows === "string" || Buffer.isBuffer(rows) ? rows : csv(register, rows);
      const work = async (database: DataSource) =>
        importRegister(
          database,
          {
            policy,
            register,
            file: await fileOf(Buffer.from(bytes)),
            agency: as,
            dryRun,
            ids: IDS,
            demo: demo ? { seed: 1 } : undefined,
            ...more,
          },
          along,
        );
      return as === undefined ? asOwner(work) : work(store.dataSource);
    },
    rows: (sql, values = []) => asOwner((database) => database.query(sql, [...values])),
    async clear() {
      await desk.rows(
        "TRUNCATE minor, case_file, sensitive_incident, opinion_alert, school_class, legal_supervision, hazard, involvement, merge_proposal CASCADE",
      );
      await desk.rows(
        "DELETE FROM register_key WHERE agency <> '00000000-0000-0000-0000-000000000000' OR register IN ('links', 'relations')",
      );
    },
    async close() {
      await session.end();
      await owner?.destroy();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (const [register, rows] of DIRECTORY) taken(await desk.hand(register, rows));
  return desk;
}

/** @throws Error if a row was refused: for what a test builds on */
export function taken(report: ImportReport): ImportReport {
  if (report.refused > 0) throw new Error(JSON.stringify(report.errors));
  return report;
}

/** A file of the register; columns that are not named are empty. */
export function csv(register: string, rows: readonly Cells[]): string {
  const columns = Object.keys(REGISTERS.find(({ name }) => name === register)?.columns ?? {});
  return stringify(
    rows.map((row) => columns.map((column) => row[column] ?? "")),
    { header: true, columns },
  );
}

/** Without a policy no edge carries a key. */
export async function activatePolicy(owner: DataSource): Promise<void> {
  const openings = [...new Set(openingsOf(policy))]
    .map((opening) => opening.split(" "))
    .map(([edge, role, kind]) => ({ edge, role, kind }));
  await owner.query("SELECT hub_activate($1, $2)", [[...policy.rows.keys()], JSON.stringify(openings)]);
}

const agency = (code: string, kind: string): Cells => ({
  code,
  kind,
  name: code,
  division: "990101101000",
  legal_basis_kind: "STATUTORY_DUTY",
  legal_basis_document: "MPL 9",
});
const person = (subject: string, post: string): Cells => ({
  subject,
  name: subject,
  agency: subject.split("/")[0] ?? "",
  post,
  active: "yes",
});
const DIRECTORY: readonly (readonly [register: string, rows: readonly Cells[]])[] = [
  [
    "divisions",
    [
      { code: "990101", name: "云岭县" },
      { code: "990101101", name: "金源镇" },
      { code: "990101101201", name: "石门村" },
    ],
  ],
  [
    "agencies",
    [
      agency("school", "SCHOOL"),
      agency("other-school", "SCHOOL"),
      agency("village", "VILLAGE_COMMUNITY"),
      agency("police", "POLICE_STATION"),
      agency("social", "SOCIAL_AFFAIRS_OFFICE"),
      agency("governance", "GOVERNANCE_EMERGENCY_OFFICE"),
      agency("publicity", "PUBLICITY_CULTURE_CENTRE"),
      agency("rescue", "RESCUE_STATION"),
      agency("procuratorate", "PROCURATORATE"),
    ],
  ],
  [
    "persons",
    [
      person("school/teacher", "CLASS_TEACHER"),
      person("other-school/teacher", "CLASS_TEACHER"),
      person("police/officer", "CASE_OFFICER"),
      person("social/rescuer", "RESCUE_OFFICER"),
    ],
  ],
];

/** A child as a register has it, under this number. */
export const child = (key: string, more: Cells = {}): Cells => ({
  key,
  full_name: "林小雨",
  given_name: "小雨",
  citizen_number: "",
  birth_date: "2016-05-20",
  sex: "FEMALE",
  residence: "990101101201",
  ...more,
});
export const caseOf = (key: string, more: Cells = {}): Cells => ({
  key,
  kind: "GUARDIANSHIP",
  stage: "FILED",
  opened_on: "2025-03-04",
  division: "990101101201",
  ...more,
});
export const incident = (key: string, more: Cells = {}): Cells => ({
  key,
  kind: "INJURY",
  level: "IV",
  division: "990101101201",
  occurred_at: "2025-03-04T10:00:00+08:00",
  status: "REPORTED",
  ...more,
});
export const alert = (key: string, more: Cells = {}): Cells => ({
  key,
  source: "演示论坛",
  reference: key,
  topic: "OTHER",
  level: "BLUE",
  heat: "3",
  division: "990101101201",
  detected_at: "2025-03-04T10:00:00+08:00",
  status: "DETECTED",
  author_is_minor: "no",
  ...more,
});
