import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import type { DataSource, EntityManager } from "typeorm";
import type { Policy } from "../../policy/policy.js";
import type { IdCipher } from "../../store/global-id.js";
import { fileOf, importWithin, REGISTERS, type RowError } from "../import/index.js";
import { type Registers, TOWNSHIP_SEED } from "./generate.js";
import { blocksOf, population } from "./population.js";

/** The shipped demo. */
export const TOWNSHIP_FOLDER = fileURLToPath(new URL("../../../examples/township/", import.meta.url));

/** Agencies of it that keep rows at home. */
export const AGENCIES_FOLDER = fileURLToPath(new URL("../../../examples/agencies/", import.meta.url));

export interface Township {
  readonly policy: Policy;
  readonly ids: IdCipher;
  /** Keys of the records derive from it. */
  readonly seed?: number;
  readonly folder?: string;
  /** Of the population around the shipped registers: 0 = none of it, 1 = 12,000 records in all, 100 = a million. */
  readonly scale: number;
  /** Is told the blocks of it that are made, and of how many. */
  readonly made?: (blocks: number, of: number) => void;
}

/** A file of the demo that the hub refuses. */
export class TownshipRefused extends Error {
  constructor(file: string, errors: readonly RowError[]) {
    const lines = errors
      .slice(0, 10)
      .map(({ line, column, code, message }) => `  ${line} ${column ?? ""} ${code}: ${message}`);
    super(`${file} is refused:\n${lines.join("\n")}`);
  }
}

/**
 * Loads the demo township into a database that has no agency yet, all of it or nothing. The policy must be active
 * before, because edges carry the keys that it opens.
 * @param owner the login that owns the tables
 * @returns whether it was loaded now
 */
export async function loadTownship(owner: DataSource, township: Township): Promise<boolean> {
  return owner.transaction(async (manager) => {
    if (await hasAgencies(manager)) return false;
    await importAll(manager, township, await registersIn(township.folder ?? TOWNSHIP_FOLDER));
    let blocks = 0;
    let stale = 0;
    for (const registers of population(township.policy, township.scale, township.seed)) {
      // Statistics are true enough until there is four times as much.
      if (blocks === stale) {
        await manager.query("ANALYZE");
        stale = 4 * Math.max(blocks, 1);
      }
      await importAll(manager, township, registers);
      blocks += 1;
      township.made?.(blocks, blocksOf(township.scale));
    }
    // The embedded database never gathers statistics by itself, and plans without them are ten times slower.
    await manager.query("ANALYZE");
    return true;
  });
}

async function importAll(manager: EntityManager, township: Township, registers: Registers): Promise<void> {
  for (const { name, keeper } of REGISTERS)
    for (const [path, text] of registers) {
      const [file = "", agency] = path.split("/").reverse();
      if (file !== `${name}.csv` || (agency === undefined) !== (keeper === "operator")) continue;
      const demo = { seed: township.seed ?? TOWNSHIP_SEED };
      const what = { ...township, register: name, agency, file: await fileOf(Buffer.from(text)), demo };
      const report = await importWithin(manager, what);
      if (report.errors.length > 0) throw new TownshipRefused(path, report.errors);
    }
}

/**
 * Loads an agency's own part of the township into its own database, all or nothing: the directory as far as it is about the
 * agency, the registers in its folder that say who a child is, and its people's relations to the children. Keys are others
 * than the hub's.
 * @param code     of the agency
 * @param alongside runs in the same transaction
 * @returns whether it was loaded now
 */
export async function loadAgency(
  owner: DataSource,
  { policy, ids, code }: Pick<Township, "policy" | "ids"> & { readonly code: string },
  alongside: (manager: EntityManager) => Promise<void>,
): Promise<boolean> {
  return owner.transaction(async (manager) => {
    if (await hasAgencies(manager)) return false;
    const its = new Map(
      [...(await registersIn(TOWNSHIP_FOLDER))].flatMap(([path, text]) => {
        const kept = ITS_OWN[path.replace(`${code}/`, "")];
        return kept ? [[path, kept(text, code)] as const] : [];
      }),
    );
    await importAll(manager, { policy, ids, scale: 0, seed: TOWNSHIP_SEED + 1 }, its);
    await alongside(manager);
    return true;
  });
}

const whole = (text: string) => text;
/** Whose system reads the figures of hub and agencies alike: `/metrics` is for nobody else. */
const OPERATOR = "operator-yunling";
const rowsWhere =
  (keep: (row: Readonly<Record<string, string>>, code: string) => boolean) =>
  (text: string, code: string): string => {
    const rows: Readonly<Record<string, string>>[] = parse(text, { columns: true });
    return stringify(
      rows.filter((row) => keep(row, code)),
      { header: true, columns: Object.keys(rows[0] ?? {}) },
    );
  };
const ITS_OWN: Readonly<Record<string, (text: string, code: string) => string>> = {
  "divisions.csv": whole,
  "agencies.csv": rowsWhere((row, code) => row["code"] === code || row["code"] === OPERATOR),
  "clients.csv": rowsWhere((row) => row["agency"] === OPERATOR),
  "persons.csv": rowsWhere((row, code) => row["agency"] === code),
  "minors.csv": whole,
  "classes.csv": whole,
  "enrolments.csv": whole,
  // Of all that a relation may be, what the agency's own registers tell the hub.
  "relations.csv": rowsWhere(
    (row, code) =>
      row["agency"] === code && row["kind"] === "COUNSELLOR" && row["minor"]?.startsWith(`${code}:`) === true,
  ),
};

async function hasAgencies(manager: EntityManager): Promise<boolean> {
  const [{ there }] = await manager.query<[{ there: boolean }]>("SELECT EXISTS (SELECT FROM agency) AS there");
  return there;
}

/** The registers below a folder: `links.csv` of the operator, `school-jinyuan-1/minors.csv` of an agency. */
async function registersIn(folder: string): Promise<Registers> {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".csv")).sort();
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(`${folder}/${path}`, "utf8")] as const)),
  );
}
