import type { DataSource, EntityManager } from "typeorm";
import {
  type Along,
  type ChangedRow,
  type Columns,
  type ImportReport,
  importRegister,
  leftToday,
  REGISTERS,
  type Register,
  type RegisterFile,
  titleFindings,
  titlesOf,
} from "../change/import/index.js";
import { TOWNSHIP_SEED } from "../change/township/generate.js";
import { ConfigError, type HubConfig } from "../config.js";
import { logByProgram } from "../disclosure/by-program.js";
import { badUserInput } from "../errors.js";
import { bringsMinors } from "../facts/keeping.js";
import { feedsAtHome } from "../policy/home.js";
import { BRING, OVER } from "./events.js";
import { heldRegisters } from "./held.js";
import { type Home, type OwnAgency, ownAgency } from "./home.js";
import { numbersAtHome } from "./own-numbers.js";
import { oneImportAtATime } from "./telling.js";

/** What is brought home, and how. */
export interface HomeImport {
  /** One of `homeRegisters`. */
  readonly register: string;
  readonly file: RegisterFile;
  /** Counts, and writes nothing. */
  readonly dryRun?: boolean;
  /** Writes the rows that can be taken although others are refused. */
  readonly acceptValid?: boolean;
  /** The file is the whole register: what has no row in it any more ends. */
  readonly complete?: boolean;
}

/** Registers of the hub that an agency keeps at home as well, the directory first. */
const OF_THE_HUB = [
  "divisions",
  "agencies",
  "duties",
  "persons",
  "clients",
  "minors",
  "roster",
  "classes",
  "enrolments",
  "departures",
  "counsellors",
];

/** All registers of an agency that keeps records at home: the hub's, and one of each of its own tables. @throws TableUnfit */
export const homeRegisters = (database: DataSource): readonly Register<Columns>[] => [
  ...REGISTERS.filter(({ name }) => OF_THE_HUB.includes(name)),
  numbersAtHome,
  ...heldRegisters(database),
];

/** What of its own an agency of this kind tells the hub: pupils and the like, or to whom it has given a number. */
const isTold = (register: string, { policy, role }: Home): boolean =>
  bringsMinors(policy, role) ? OF_THE_HUB.includes(register) : register === numbersAtHome.name;

/**
 * Brings a register home, in the way of `hub import`: all of it or nothing, the same again is nothing. What the hub has to
 * know as well - pupils, who has left, who counsels whom, whom a number means - waits in the same transaction to be told
 * (`tellHub`); but where several agencies keep their records here: one account cannot speak for all, so each one's own system
 * tells the hub.
 * @param owner  login that owns the tables: to the login that serves they are there to be read alone
 * @throws Mistake BAD_USER_INPUT  no such register, one that has no end, or own numbers of one of several agencies
 * @throws ConfigError, TableUnfit
 */
export async function importAtHome(
  owner: DataSource,
  home: Home,
  { demo, registers: titles }: Pick<HubConfig, "demo" | "registers">,
  { register, file, ...how }: HomeImport,
  along: Along = {},
): Promise<ImportReport> {
  const registers = homeRegisters(owner);
  const findings = titleFindings(titles, registers);
  if (findings.length > 0) throw new ConfigError(findings.join("\n"));
  const isOperators = registers.some(({ name, keeper }) => name === register && keeper === "operator");
  const own = isOperators ? undefined : await ownAgency(owner.manager, home);
  if (register === numbersAtHome.name && own?.alone === false) throw ofSeveral();
  const agency = own?.code;
  return importRegister(
    owner,
    {
      ...how,
      registers,
      register,
      file,
      agency,
      policy: home.policy,
      ids: home.ids,
      titles: titlesOf(titles, agency, register),
      demo: demo ? { seed: TOWNSHIP_SEED } : undefined,
      feeds: feedsAtHome,
    },
    {
      ...along,
      // One at a time, of whatever register: what two files say of one pupil is told in the order in which it was written.
      begins: oneImportAtATime,
      async written(manager, records) {
        await logByProgram(
          manager,
          home.ids,
          {
            policy: home.policy,
            client: "agency import",
            agency: agency ?? "operator",
            operation: home.ids.digest(file.hash).toString("hex"),
            operationName: `import ${register}`,
          },
          records,
        );
        await along.written?.(manager, records);
      },
      async changed(manager, rows) {
        if (own?.alone && isTold(register, home)) await willTell(manager, own, register, rows);
        await along.changed?.(manager, rows);
      },
    },
  );
}

/** Nobody here knows what the hub has taken of them: one that is said anew would go on leading to whom it meant before. */
const ofSeveral = () =>
  badUserInput(
    "register",
    "Several agencies of this kind keep their records here, and own numbers are of one that is alone",
    "此处保存多个同类单位的记录,本单位编号登记表仅适用于单独部署的单位",
    "Give each agency a subgraph of its own: docs/joining-as-an-agency.md",
  );

/** Writes down what the hub is to be told. What it has refused, and what this puts an end to, is over. */
async function willTell(
  manager: EntityManager,
  { id: agency }: OwnAgency,
  register: string,
  rows: readonly ChangedRow[],
): Promise<void> {
  const events = JSON.stringify(rows.map((row) => ({ agency, ...toTell(register, row) })));
  await manager.query(
    `DELETE FROM hub_event e USING jsonb_to_recordset($1) AS n(agency uuid, register text, key text, cells jsonb)
      WHERE e.refused IS NOT NULL AND (${OVER})`,
    [events],
  );
  await manager.query(
    `INSERT INTO hub_event (agency, register, key, cells)
     SELECT (r.value ->> 'agency')::uuid, r.value ->> 'register', r.value ->> 'key', r.value -> 'cells'
       FROM jsonb_array_elements($1) WITH ORDINALITY AS r ORDER BY r.ordinality`,
    [events],
  );
  if (!BRING.includes(register)) return;
  // Whom this import has brought: the agency is their source since its transaction.
  await manager.query(
    `INSERT INTO untold_minor
     SELECT n.record
       FROM unnest($2::text[]) k(key)
       JOIN register_key n ON n.agency = $1 AND n.register = 'minors' AND n.key = k.key
       JOIN involvement i ON i.record = n.record AND i.agency = $1 AND i.kind = 'SOURCE' AND i.via IS NULL AND i.since = now()
     ON CONFLICT DO NOTHING`,
    [agency, rows.map(({ key }) => key)],
  );
}

/** A number that has ended is a pupil of a complete roster: the hub is told of one who has left. */
function toTell(register: string, { key, cells }: ChangedRow) {
  return cells ? { register, key, cells } : { register: "departures", ...leftToday(key) };
}
