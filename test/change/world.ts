import pg from "pg";
import pino from "pino";
import type { IdType } from "../../src/store/global-id.js";
import { RECORD_TYPES } from "../../src/store/record-types.js";
import { type Answer, type Database, type Sql, startHub, type TestHub } from "../support/hub.js";
import { tableOf } from "../support/tables.js";

export const DATABASES = ["embedded", "postgresql"] as const;

/** Faults are provoked here, and looked for in the answers. */
const SILENT = pino({ level: "silent" });

const key = (last: string) => `00000000-0000-7000-8000-${last.padStart(12, "0")}`;

export const VILLAGE = "990101101200";
export const OTHER_VILLAGE = "990102202300";

/** Agencies, the record types that they have a duty for, and where. */
const AGENCIES = {
  police: ["a1", "POLICE_STATION", "990101101000", ["SensitiveIncident", "OpinionAlert", "Hazard"]],
  social: [
    "a2",
    "SOCIAL_AFFAIRS_OFFICE",
    "990101101000",
    ["Minor", "Case", "GuardianshipAssessment", "SupportNeed", "SupportRecord", "Placement", "Hazard"],
  ],
  school: ["a3", "SCHOOL", VILLAGE, ["SensitiveIncident", "Hazard"]],
  otherSchool: ["a4", "SCHOOL", OTHER_VILLAGE, ["Hazard"]],
  village: [
    "a5",
    "VILLAGE_COMMUNITY",
    VILLAGE,
    ["Minor", "SensitiveIncident", "CareRegistration", "GuardianshipAssessment", "Hazard"],
  ],
  governance: [
    "a6",
    "GOVERNANCE_EMERGENCY_OFFICE",
    "990101101000",
    ["SensitiveIncident", "OpinionAlert", "LegalSupervision", "Hazard"],
  ],
  publicity: ["a7", "PUBLICITY_CULTURE_CENTRE", "990101101000", ["OpinionAlert", "SensitiveIncident"]],
  bureau: ["a8", "EDUCATION_BUREAU", "990101101000", ["Minor"]],
  justice: ["a9", "JUSTICE_OFFICE", "990101101000", ["Hazard"]],
  rescue: ["ad", "RESCUE_STATION", "990101101000", []],
  house: ["ac", "CARE_INSTITUTION", "990101101000", []],
  procuratorate: ["ae", "PROCURATORATE", "990101101000", ["Hazard"]],
} as const;
export type AgencyName = keyof typeof AGENCIES;

const POSTS: Record<AgencyName, readonly string[]> = {
  police: ["HEAD", "DUTY_OFFICER", "CASE_OFFICER"],
  social: ["HEAD", "CHILD_SUPERVISOR", "RESCUE_OFFICER", "AID_CLERK"],
  school: ["HEAD", "REGISTRAR", "CLASS_TEACHER", "LEGAL_VICE_PRINCIPAL"],
  otherSchool: ["HEAD", "REGISTRAR"],
  village: ["HEAD", "VILLAGE_CHILD_DIRECTOR"],
  governance: ["HEAD", "INCIDENT_OFFICER", "LEDGER_CLERK"],
  publicity: ["HEAD", "OPINION_MONITOR"],
  bureau: ["HEAD"],
  justice: ["HEAD", "SUPPORT_LIAISON"],
  rescue: ["HEAD", "INTAKE_WORKER"],
  house: ["HEAD"],
  procuratorate: ["HEAD", "JUVENILE_PROSECUTOR"],
};

/** Children who are there: Lin of the school, living in the village, and Wang of the other school, elsewhere. */
export const LIN = key("aa");
export const WANG = key("ab");
export const WANGS_NUMBER = "990102201603020026";

export interface World {
  readonly hub: TestHub;
  /** Global id of an agency of the world. */
  agency(name: AgencyName): string;
  /** Global id of a record by its key. */
  id(type: IdType, key: string): string;
  keyOf(id: unknown): string;
  /** As somebody whom row security does not bind. */
  readonly sql: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  close(): Promise<void>;
}

export async function startWorld(database: Database, demo = true): Promise<World> {
  const hub = await startHub(database, seed, undefined, SILENT, demo ? {} : { HUB_DEMO: "0" });
  const superuser = hub.superUrl ? await connect(hub.superUrl) : undefined;
  const { ids } = hub.questions.world;
  return {
    hub,
    agency: (name) => ids.encode("Agency", key(AGENCIES[name][0])),
    id: (type, of) => ids.encode(type, of),
    keyOf: (id) => ids.decode(String(id))?.key ?? "",
    sql: async (text, values = []) => {
      if (superuser) return (await superuser.query(text, values)).rows;
      return hub.store.dataSource.transaction(async (manager) => {
        await manager.query("SET LOCAL ROLE postgres");
        return manager.query(text, values);
      });
    },
    close: async () => {
      await superuser?.end();
      await hub.close();
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function seed(sql: Sql, ids: { ref(key: string): string }): Promise<void> {
  await sql("INSERT INTO division VALUES (990101101000, '金源镇'), (990101101200, '东村'), (990102202300, '西村')");
  for (const [name, [id, kind, division, duties]] of Object.entries(AGENCIES)) {
    await sql(
      `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
       VALUES ($1, $2, $3, $4, 'STATUTORY_DUTY', '政务数据共享条例')`,
      [key(id), kind, name, division],
    );
    for (const type of duties)
      await sql("INSERT INTO agency_duty VALUES ($1, $2, $3)", [key(id), type, division.replace(/000$/, "")]);
  }
  for (const [name, posts] of Object.entries(POSTS) as [AgencyName, readonly string[]][])
    for (const [i, post] of posts.entries())
      await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, $4)", [
        key(`${AGENCIES[name][0]}0${i}`),
        `${name}/${post}`,
        key(AGENCIES[name][0]),
        post,
      ]);
  for (const [client, name] of [
    ["monitor", "publicity"],
    ["station", "police"],
  ] as const)
    await sql("INSERT INTO client (client_id, agency) VALUES ($1, $2)", [client, key(AGENCIES[name][0])]);
  for (const [id, school, place, name] of [
    [LIN, "school", VILLAGE, "林小满"],
    [WANG, "otherSchool", OTHER_VILLAGE, "王大雪"],
  ] as const) {
    await sql(
      `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex, citizen_number)
       VALUES ($1, $2, $3, $4, $5, '2016-03-02', 'FEMALE', $6)`,
      [id, ids.ref(id), place, name, name.slice(1), id === WANG ? WANGS_NUMBER : null],
    );
    await sql("SELECT hub_involve($1)", [
      JSON.stringify([
        { record_type: "Minor", record: id, agency: key(AGENCIES[school][0]), kind: "SOURCE", basis: "test" },
      ]),
    ]);
  }
}

/** Asks in a world; with `key`, under that Idempotency-Key. */
export const asker =
  (world: () => World, purpose: string) =>
  (who: string, query: string, variables: Record<string, unknown> = {}, key?: string): Promise<Answer> =>
    world().hub.ask(who, query, { purpose, variables, ...(key ? { headers: { "idempotency-key": key } } : {}) });

/** Everything that a change can leave behind. */
export async function rowsIn({ sql }: World): Promise<Record<string, number>> {
  const belonging = ["guardian", "case_participant", "case_minor", "incident_minor", "incident_alert"];
  const tables = [...RECORD_TYPES.map(tableOf), ...belonging, "involvement", "idempotency"];
  const counts = tables.map((table) => `'${table}', (SELECT count(*)::int FROM ${table})`);
  const [row] = await sql<{ rows: Record<string, number> }>(`SELECT json_build_object(${counts.join(", ")}) AS rows`);
  return row?.rows ?? {};
}

/** The payload of a mutation that has one: the first, and only, root field. */
export function payload({ body }: Answer): Record<string, unknown> {
  const [first] = Object.values(body.data ?? {});
  if (typeof first !== "object" || first === null) throw new Error(`No payload: ${JSON.stringify(body)}`);
  return { ...first };
}

/** Code of the first error, or what else the answer was. */
export const codeOf = ({ body }: Answer): unknown => body.errors?.[0]?.extensions["code"] ?? body;

/** Extensions of the first error. */
export const refusal = ({ body }: Answer): Record<string, unknown> => body.errors?.[0]?.extensions ?? {};
