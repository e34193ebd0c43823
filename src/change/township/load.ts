import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { DataSource, EntityManager } from "typeorm";
import type { Policy } from "../../policy/policy.js";
import type { IdCipher } from "../../store/global-id.js";
import { importWithin, REGISTERS, type RowError } from "../import/index.js";
import { TOWNSHIP_SEED } from "./generate.js";

/** The shipped demo. */
export const TOWNSHIP_FOLDER = fileURLToPath(new URL("../../../examples/township/", import.meta.url));

export interface Township {
  readonly policy: Policy;
  readonly ids: IdCipher;
  /** Keys of the records derive from it. */
  readonly seed?: number;
  readonly folder?: string;
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
    const folder = township.folder ?? TOWNSHIP_FOLDER;
    const files = await registersIn(folder);
    for (const { name, keeper } of REGISTERS) {
      if (["links", "cases", "incidents"].includes(name)) await manager.query("ANALYZE");
      for (const { path, register, agency } of files) {
        if (register !== name || (agency === undefined) !== (keeper === "operator")) continue;
        const text = await readFile(`${folder}/${path}`, "utf8");
        const demo = { seed: township.seed ?? TOWNSHIP_SEED };
        const { report } = await importWithin(manager, { ...township, register, agency, text, demo });
        if (report.errors.length > 0) throw new TownshipRefused(path, report.errors);
      }
    }
    // The embedded database never gathers statistics by itself, and plans without them are ten times slower.
    await manager.query("ANALYZE");
    return true;
  });
}

async function hasAgencies(manager: EntityManager): Promise<boolean> {
  const [{ there }] = await manager.query<[{ there: boolean }]>("SELECT EXISTS (SELECT FROM agency) AS there");
  return there;
}

/** `minors.csv` of the operator, `school-jinyuan-1/minors.csv` of an agency. */
async function registersIn(folder: string): Promise<{ path: string; register: string; agency: string | undefined }[]> {
  const paths = await readdir(folder, { recursive: true });
  return paths
    .filter((path) => path.endsWith(".csv"))
    .sort()
    .map((path) => {
      const [file = "", agency] = path.split("/").reverse();
      return { path, register: file.replace(/\.csv$/, ""), agency };
    });
}
