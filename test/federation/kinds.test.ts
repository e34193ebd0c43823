import "reflect-metadata";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "csv-stringify/sync";
import pg from "pg";
import pino from "pino";
import { tellHub } from "../../src/agency/events.js";
import type { HubDoor } from "../../src/agency/hub-door.js";
import { importAtHome } from "../../src/agency/import.js";
import { linkMinors } from "../../src/agency/link.js";
import { fileOf, OPERATOR_ID } from "../../src/change/import/index.js";
import { scaffold } from "../../src/cli/agency.js";
import { parseConfig } from "../../src/config.js";
import { compose } from "../../src/federation/compose.js";
import { keptBy } from "../../src/federation/kept.js";
import { publicFileOf, signingKeyIn } from "../../src/federation/keys.js";
import { parsePolicy } from "../../src/policy/load.js";
import { ROLES } from "../../src/policy/policy.js";
import { type Agency, type AgencyDefinition, agencySdl, openAgency } from "../../src/server/agency.js";
import { idCipherOf, type PolicyInForce, policyInForce } from "../../src/server/foundation.js";
import { type Gateway, openGateway } from "../../src/server/gateway/gateway.js";
import type { IdCipher } from "../../src/store/global-id.js";
import { type Cells, child, csv, taken } from "../change/import/desk.js";
import { shipped } from "../policy/shipped.js";
import { asking, type Sql, startHub, type TestHub, tokensAsTheyAre } from "../support/hub.js";
import { preparedDatabase } from "../support/prepared.js";

const policy = parsePolicy(shipped);
const key = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const CONTENT = "只有此处写着";

/** Everything that `hub agency init` offers: kinds of agencies, and the rows that each may keep. */
const OFFERED = ROLES.flatMap((role) =>
  keptBy(policy, role).map(({ row, limits, cells }) => {
    const name = `${role.toLowerCase().replaceAll("_", "-")}-${row.toLowerCase()}`;
    const conditions = (cells.get(role) ?? []).flatMap(({ conditions: of }) => of);
    // Who takes part is the hub's to know: somebody from outside asks there.
    const as = conditions.some((one) => one === "o" || one === "c") ? role : "PROCURATORATE";
    return { role, row, name, as, counselled: conditions.includes("c"), never: limits.has("SOURCE_ONLY") };
  }),
);
type Offered = (typeof OFFERED)[number];
/** One agency of each kind, and who is shown something of its children without being of it. */
const AGENCIES: readonly string[] = [
  ...new Set([...OFFERED.map(({ role }) => role), "PROCURATORATE", "VILLAGE_COMMUNITY"]),
];
const idOf = (role: string) => key(AGENCIES.indexOf(role) + 1);
const numberOf = ({ row }: Offered) => `C-${row}`;
const nameOf = ({ role, row }: Offered) => `林${role.length}${row}`;

describe("an agency of every kind that may keep something at home", () => {
  it("is of a kind that brings the hub minors: nothing is served of whom the hub cannot tie to a number", () => {
    expect(OFFERED.map(({ role, row }) => `${role} ${row}`)).toEqual([
      "SOCIAL_AFFAIRS_OFFICE R14",
      ...["R13", "R14", "R15", "R16", "R16b"].map((row) => `SCHOOL ${row}`),
      ...["R14", "R15", "R16", "R16b", "R34", "R41"].map((row) => `RESCUE_STATION ${row}`),
      ...["R14", "R15", "R16", "R16b"].map((row) => `CARE_INSTITUTION ${row}`),
    ]);
  });

  it.each(OFFERED)(
    "$role that keeps $row: what it has made of `init` and imported is shown to whom the row opens",
    async (one) => {
      const told = await shown(one, `${one.as}/head`, one.row === "R13" ? "CASE_HANDLING" : "RESCUE_AND_TRACING");
      expect(told).toMatchObject({ data: { minors: { nodes: [{ [fieldOf(one)]: [{ content: CONTENT }] }] } } });
      expect(told).not.toHaveProperty("errors");
    },
  );

  it.each(OFFERED)("$role that keeps $row: the village, which knows the child, is shown nothing of it", async (one) => {
    const told = await shown(one, "VILLAGE_COMMUNITY/head", "GUARDIANSHIP_SUPERVISION");
    expect(JSON.stringify(told)).not.toContain(CONTENT);
    // What is closed to the whole post, or to what it asks for, is refused in words.
    if (told.errors) expect(["FIELD_NOT_SHARED", "PURPOSE_NOT_ALLOWED"]).toContain(told.errors[0]?.extensions["code"]);
    else expect(told.data).toEqual({ minors: { nodes: [{ [fieldOf(one)]: null }] } });
  });

  it.each(OFFERED.filter(({ never }) => never))(
    "$role that keeps $row: another counsellor is shown nothing of it, whoever else keeps such",
    async (one) => {
      const told = await shown(one, `${one.role}/other`, "RESCUE_AND_TRACING");
      expect(told).toMatchObject({ data: { minors: { nodes: [{ [fieldOf(one)]: null }] } } });
    },
  );

  const fieldOf = ({ name }: Offered) =>
    `${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Records`;
  const shown = async (one: Offered, as: string, purpose: string) => {
    const query = `{ minors(first: 2, filter: { fullName: { eq: "${nameOf(one)}" } }) { nodes { ${fieldOf(one)} { content } } } }`;
    return (await asking(gateway.address)(as, query, { purpose })).body;
  };

  let hub: TestHub;
  let gateway: Gateway;
  const agencies: Agency[] = [];
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "kinds-"));
    const keys = (name: string) => publicFileOf(join(folder, `${name}.json`));
    signingKeyIn(join(folder, "gateway.json"));
    const env = { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder };
    const inForce = await policyInForce(parseConfig(env, null));
    const ids = idCipherOf(parseConfig(env, null));
    const registered = Object.fromEntries(
      OFFERED.map(({ name, role, row }) => [name, { agency: ids.encode("Agency", idOf(role)), holds: [row] }]),
    );
    hub = await startHub(
      "postgresql",
      register,
      inForce,
      pino({ level: "silent" }),
      { FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"), FEDERATION_RELATION_KEY_FILE: join(folder, "relation.json") },
      JSON.stringify({ federation: { agencies: registered } }),
    );
    const handedIn = [];
    for (const one of OFFERED) {
      const definition = await made(one, inForce);
      const agency = await opened(one, definition, keys);
      agencies.push(agency);
      handedIn.push({
        name: one.name,
        url: `${agency.address}/subgraph`,
        sdl: await agencySdl(definition, one.name),
        kernel: true,
        holds: new Set([one.row]),
      });
    }
    await takePart(ids);
    writeFileSync(
      join(folder, "supergraph.graphql"),
      await compose({ ...inForce, url: `${hub.address}/subgraph` }, handedIn),
    );
    const settings = { federation: { agencies: registered, gateway: { hubUrl: `${hub.address}/subgraph` } } };
    gateway = await openGateway({
      config: parseConfig(env, JSON.stringify(settings)),
      inForce,
      log: pino({ level: "silent" }),
      verify: tokensAsTheyAre,
    });
  }, 180_000);
  afterAll(async () => {
    await gateway?.close();
    await Promise.all([hub, ...agencies].map((one) => one?.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  /** The project as `hub agency init` leaves it. */
  async function made({ role, row, name }: Offered, inForce: PolicyInForce): Promise<AgencyDefinition> {
    const at = join(folder, name);
    scaffold(inForce, at, { role, name, row });
    const { Minor, ...others }: Record<string, new () => object> = await import(join(at, "src/records.ts"));
    if (!Minor) throw new Error("An agency adds to Minor");
    return { role, types: [Minor, ...Object.values(others)], migrations: pathToFileURL(join(at, "migrations/")) };
  }

  /** It imports itself, its people, one child and one row of it, tells the hub, and is told the child's id. */
  async function opened(one: Offered, definition: AgencyDefinition, keys: (name: string) => string): Promise<Agency> {
    const { url, migrationUrl } = await preparedDatabase("tables");
    const config = parseConfig(
      {
        PORT: "0",
        HUB_DEMO: "0",
        HUB_DATA_DIR: join(folder, `${one.name}-data`),
        DATABASE_URL: url,
        DATABASE_MIGRATION_URL: migrationUrl,
        FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"),
      },
      JSON.stringify({ database: { poolSize: 2 }, federation: { name: one.name, hubKeysFile: keys("relation") } }),
    );
    const asSystem: HubDoor = {
      ask: async (answer, { query, variables, idempotencyKey }) => {
        const headers = idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
        const how = { purpose: "RESCUE_AND_TRACING", variables: { ...variables }, headers };
        return answer.parse((await hub.ask(`client:${one.role}`, query, how)).body.data);
      },
    };
    return openAgency(
      config,
      {
        ...definition,
        asOwner: async (owner, ids) => {
          const home = { role: one.role, policy, ids };
          const bring = async (register: string, rows: readonly Cells[]) => {
            const text = register.endsWith("_record") ? stringify([...rows], { header: true }) : csv(register, rows);
            taken(await importAtHome(owner, home, config, { register, file: await fileOf(Buffer.from(text)) }));
          };
          await bring("divisions", [{ code: "990101101200", name: "柳荫村" }]);
          await bring("agencies", [agencyRow(one.role)]);
          await bring(
            "persons",
            ["head", "other"].map((who) => personRow(one.role, who)),
          );
          await bring("minors", [
            child(numberOf(one), { residence: "990101101200", full_name: nameOf(one), given_name: one.row }),
          ]);
          if (one.counselled)
            await bring("counsellors", [{ minor: numberOf(one), person: `${one.role}/head`, ended_on: "" }]);
          await bring(`${one.name.replaceAll("-", "_")}_record`, [
            { minor: numberOf(one), day: "2026-03-03", content: CONTENT },
          ]);
          expect(await tellHub(owner, home, asSystem)).toMatchObject({ refused: 0 });
          expect(await linkMinors(owner, home, asSystem)).toMatchObject({ linked: 1, missing: 0 });
        },
      },
      pino({ level: "silent" }),
    );
  }

  /** The procuratorate, and the office that keeps a child's health, take part in a case about the child. */
  async function takePart(ids: IdCipher): Promise<void> {
    const [office, procuratorate] = [idOf("SOCIAL_AFFAIRS_OFFICE"), idOf("PROCURATORATE")];
    const superuser = new pg.Client({ connectionString: hub.superUrl });
    await superuser.connect();
    await superuser.query(
      `INSERT INTO case_file (id, ref, place, kind, stage, opened_on, lead_agency)
       VALUES ($1, $2, 990101101200, 'GUARDIANSHIP', 'FILED', '2026-03-04', $3)`,
      [key(900), ids.ref(key(900)), office],
    );
    await superuser.query(
      `INSERT INTO case_minor (case_file, minor, role)
       SELECT $1, record, 'CONCERNED' FROM register_key WHERE register = 'minors' AND agency = $2`,
      [key(900), office],
    );
    const part = { record_type: "Case", record: key(900), kind: "PART", basis: "示例" };
    await superuser.query("SELECT hub_involve($1)", [
      JSON.stringify([office, procuratorate].map((agency) => ({ ...part, agency }))),
    ]);
    await superuser.end();
  }
});

const agencyRow = (role: string): Cells => ({
  code: role,
  kind: role,
  name: role,
  division: "990101101200",
  legal_basis_kind: "AGREEMENT",
  legal_basis_document: "示例",
});
const personRow = (role: string, who: string): Cells => ({
  subject: `${role}/${who}`,
  name: who,
  agency: role,
  post: "HEAD",
  active: "yes",
});

/** Agencies, their people and systems, as the operator has entered them at the hub; the village answers for its children. */
async function register(sql: Sql): Promise<void> {
  await sql("INSERT INTO division VALUES (990101101200, '柳荫村')");
  for (const role of AGENCIES) {
    await sql(
      `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
       VALUES ($1, $2, $2, 990101101200, 'AGREEMENT', '示例')`,
      [idOf(role), role],
    );
    await sql("INSERT INTO register_key VALUES ($1, 'agencies', $2, 'Agency', $3, '')", [
      OPERATOR_ID,
      role,
      idOf(role),
    ]);
    for (const [n, who] of ["head", "other"].entries())
      await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, 'HEAD')", [
        key(100 + 10 * AGENCIES.indexOf(role) + n),
        `${role}/${who}`,
        idOf(role),
      ]);
    await sql("INSERT INTO client (client_id, agency) VALUES ($1, $2)", [role, idOf(role)]);
  }
  await sql("INSERT INTO agency_duty VALUES ($1, 'Minor', '990101')", [idOf("VILLAGE_COMMUNITY")]);
}
