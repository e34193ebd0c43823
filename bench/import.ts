import assert from "node:assert/strict";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { fileOf, importRegister } from "../src/change/import/index.js";
import { createPeople } from "../src/change/township/names.js";
import { parseConfig } from "../src/config.js";
import { activateIn, idCipherOf, policyInForce, storeConfigOf } from "../src/server/foundation.js";
import { prepare } from "../src/store/store.js";
import { freshDatabase } from "../test/support/database.js";
import type { Imported } from "./importing.js";
import { said, start, stop } from "./process.js";

/**
 * Imports a roster of so many pupils into a new database: all are new, and a second time all are as before.
 * A tenth of it goes first, in a process of its own: memory must not grow with the file.
 */
export async function benchImport(pupils: number): Promise<Record<"tenth" | "all" | "again", Imported>> {
  const folder = mkdtempSync(join(tmpdir(), "hub-bench-"));
  try {
    const { url, migrationUrl } = await freshDatabase();
    const env = { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl, HUB_DATA_DIR: folder };
    await prepareDirectory(env);
    const run = async (agency: string, rows: number) => {
      const file = await rosterOf(folder, agency, rows);
      const child = start("importing.js", { NODE_OPTIONS: "--max-old-space-size=96" });
      child.send({ env, file, agency });
      const imported = await said<Imported>(child);
      await stop(child);
      return imported;
    };
    const tenth = await run("school-1", pupils / 10);
    const all = await run("school-2", pupils);
    const again = await run("school-2", pupils);
    assert.deepEqual([tenth.new, all.new, again.new, again.unchanged], [pupils / 10, pupils, 0, pupils]);
    return { tenth, all, again };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const VILLAGE = "990101101201";

async function prepareDirectory(env: Readonly<Record<string, string>>): Promise<void> {
  const config = parseConfig(env, null);
  const { activation } = await policyInForce(config);
  const ids = idCipherOf(config);
  const school = (code: string) => `${code},SCHOOL,${code},${VILLAGE},STATUTORY_DUTY,MPL 9,,`;
  const files = {
    divisions: `code,name\n${VILLAGE},石门村\n`,
    agencies: `code,kind,name,division,legal_basis_kind,legal_basis_document,credit_code,duty_phone\n${school("school-1")}\n${school("school-2")}\n`,
  };
  await prepare(storeConfigOf(config), async (owner) => {
    await activateIn(owner, activation);
    for (const [register, text] of Object.entries(files)) {
      const file = await fileOf(Buffer.from(text));
      const report = await importRegister(owner, { policy: activation.policy, register, file, ids });
      assert.ok(report.written, JSON.stringify(report.errors));
    }
  });
}

const COLUMNS =
  "key,full_name,given_name,citizen_number,birth_date,sex,ethnic_group,care_categories,residence,home_address,phone," +
  "guardian_1_name,guardian_1_relation,guardian_1_phone,guardian_2_name,guardian_2_relation,guardian_2_phone," +
  "carer,carer_phone,carer_since,carer_declared_to_school_on,carer_declared_to_village_on,grade,class,since";

/**
 * Every pupil has a guardian, every third a carer; 40 are in a class.
 * @param first  number of the first
 * @returns path of the file
 */
export async function rosterOf(
  folder: string,
  agency: string,
  rows: number,
  { village = VILLAGE, first = 1 } = {},
): Promise<string> {
  const path = join(folder, `${agency}.csv`);
  const out = createWriteStream(path);
  out.write(`${COLUMNS}\n`);
  const people = createPeople(first + rows);
  for (let no = first; no < first + rows; no++) {
    const day = `${2010 + (no % 8)}-0${1 + (no % 9)}-1${no % 10}`;
    const sex = no % 2 ? "FEMALE" : "MALE";
    const full = people.fullName(sex);
    const carer = no % 3 ? ["", "", "", "", ""] : [people.guardianName(), people.phone(), "2024-03-01", "", ""];
    const row = [
      ...[`P-${no}`, full, full.slice(1), people.citizenNumber(day, sex, "990101"), day, sex, "01", ""],
      ...[village, `石门村${no % 40}组`, people.phone(), people.guardianName(), "母亲", people.phone(), "", "", ""],
      ...[...carer, String(1 + (no % 9)), `K-${Math.ceil(no / 40)}`, "2024-09-01"],
    ];
    if (!out.write(stringify([row]))) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  return path;
}
