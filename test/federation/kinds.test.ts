import "reflect-metadata";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "csv-stringify/sync";
import pg from "pg";
import pino from "pino";
import { DataSource } from "typeorm";
import { tellHub } from "../../src/agency/events.js";
import type { Home } from "../../src/agency/home.js";
import type { HubDoor } from "../../src/agency/hub-door.js";
import { importAtHome } from "../../src/agency/import.js";
import { linkMinors } from "../../src/agency/link.js";
import { linkedOf } from "../../src/agency/state.js";
import { fileOf, OPERATOR_ID } from "../../src/change/import/index.js";
import { scaffold } from "../../src/cli/agency.js";
import { parseConfig } from "../../src/config.js";
import { bringsMinors } from "../../src/facts/keeping.js";
import type { InvolvementKind } from "../../src/facts/keys.js";
import { compose } from "../../src/federation/compose.js";
import { keptBy } from "../../src/federation/kept.js";
import { publicFileOf, signingKeyIn } from "../../src/federation/keys.js";
import { parsePolicy } from "../../src/policy/load.js";
import { ROLES, type Role } from "../../src/policy/policy.js";
import { type Agency, type AgencyDefinition, agencySdl, openAgency } from "../../src/server/agency.js";
import { idCipherOf, type PolicyInForce, policyInForce } from "../../src/server/foundation.js";
import { type Gateway, openGateway } from "../../src/server/gateway/gateway.js";
import { type Cells, child, csv, taken } from "../change/import/desk.js";
import { shipped } from "../policy/shipped.js";
import { asking, type Sql, startHub, type TestHub, tokensAsTheyAre } from "../support/hub.js";
import { preparedDatabase } from "../support/prepared.js";
import { andThen } from "./link-between.js";

const policy = parsePolicy(shipped);
const IDS = idCipherOf(parseConfig({ HUB_DEMO: "1" }, null));
const key = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const PLAN = `mutation Plan($input: RegisterInput!) {
  importPlan(input: $input) { new errors { line column code message messageZh remedy } } }`;
const CONTENT = "只有此处写着";

/** Everything that `hub agency init` offers: kinds of agencies, and the rows that each may keep. */
const OFFERED = ROLES.flatMap((role) =>
  keptBy(policy, role).map(({ row, limits, cells }) => {
    const name = `${role.toLowerCase().replaceAll("_", "-")}-${row.toLowerCase()}`;
    const conditions = (cells.get(role) ?? []).flatMap(({ conditions: of }) => of);
    // Who takes part is the hub's to know: somebody from outside asks there.
    const as = conditions.some((one) => one === "o" || one === "c") ? role : "PROCURATORATE";
    const counselled = conditions.includes("c");
    return { role, row, name, as, counselled, never: limits.has("SOURCE_ONLY"), tied: !bringsMinors(policy, role) };
  }),
);
/** Kinds that bring no minors, and by which relation to a child the hub ties their number to it. */
const TIED = OFFERED.filter(({ tied }) => tied);
const TIED_BY: Readonly<Partial<Record<Role, InvolvementKind>>> = {
  POLICE_STATION: "PART",
  JUSTICE_OFFICE: "SUNSHINE",
  EDUCATION_BUREAU: "ADDRESSEE",
  YOUTH_LEAGUE: "COUNSELLOR",
  SOCIAL_ORGANISATION: "COUNSELLOR",
};
type Offered = (typeof OFFERED)[number];
/** One agency of each kind, and who is shown something of its children without being of it. */
const AGENCIES: readonly string[] = [
  ...new Set([...OFFERED.map(({ role }) => role), "PROCURATORATE", "VILLAGE_COMMUNITY"]),
];
const idOf = (role: string) => key(AGENCIES.indexOf(role) + 1);
const PEOPLE = ["head", "other"];
const personOf = (role: string, who: string) => key(100 + 10 * AGENCIES.indexOf(role) + PEOPLE.indexOf(who));
const CASE = key(900);
/** A child whom the hub has of somebody else. */
const childOf = (one: Offered) => key(500 + OFFERED.indexOf(one));
/** A child of the case in which the social affairs office takes part. */
const CASE_CHILD = key(500 + OFFERED.findIndex(({ tied }) => tied));
/** A child to whom no agency stands in any relation, and one that there is not. */
const [OF_NOBODY, NOBODY] = [key(700), key(701)];
const purposeOf = ({ role, row }: Offered) => {
  if (role === "YOUTH_LEAGUE" || role === "SOCIAL_ORGANISATION") return "LEFT_BEHIND_CARE";
  return row === "R13" || role === "JUSTICE_OFFICE" ? "CASE_HANDLING" : "RESCUE_AND_TRACING";
};
const numberOf = ({ row }: Offered) => `C-${row}`;
const nameOf = ({ role, row }: Offered) => `林${AGENCIES.indexOf(role)}${row}`;

describe("an agency of every kind that may keep something at home", () => {
  it("is of a kind that brings the hub minors, or whose cell names a relation by which the hub ties its numbers", () => {
    expect(OFFERED.map(({ role, row }) => `${role} ${row}`)).toEqual([
      "POLICE_STATION R34",
      "SOCIAL_AFFAIRS_OFFICE R14",
      "JUSTICE_OFFICE R15",
      ...["R13", "R14", "R15", "R16", "R16b"].map((row) => `SCHOOL ${row}`),
      "EDUCATION_BUREAU R13",
      ...["R16", "R16b"].map((row) => `YOUTH_LEAGUE ${row}`),
      ...["R14", "R15", "R16", "R16b", "R34", "R41"].map((row) => `RESCUE_STATION ${row}`),
      ...["R14", "R15", "R16", "R16b"].map((row) => `CARE_INSTITUTION ${row}`),
      ...["R16", "R16b"].map((row) => `SOCIAL_ORGANISATION ${row}`),
    ]);
    expect(new Set(TIED.map(({ role }) => role))).toEqual(new Set(Object.keys(TIED_BY)));
  });

  it.each(OFFERED)(
    "$role that keeps $row: what it has made of `init` and imported is shown to whom the row opens",
    async (one) => {
      const told = await shown(one, `${one.as}/head`, purposeOf(one));
      expect(told).toMatchObject({ data: { minor: { [fieldOf(one)]: [{ content: CONTENT }] } } });
      expect(told).not.toHaveProperty("errors");
    },
  );

  it.each(TIED)("$role that keeps $row: and to its own head", async (one) => {
    const told = await shown(one, `${one.role}/head`, purposeOf(one));
    expect(told).toMatchObject({ data: { minor: { [fieldOf(one)]: [{ content: CONTENT }] } } });
  });

  it.each(OFFERED)("$role that keeps $row: the village, which knows the child, is shown nothing of it", async (one) => {
    const told = await shown(one, "VILLAGE_COMMUNITY/head", "GUARDIANSHIP_SUPERVISION");
    expect(JSON.stringify(told)).not.toContain(CONTENT);
    // What is closed to the whole post, or to what it asks for, is refused in words.
    if (told.errors) expect(["FIELD_NOT_SHARED", "PURPOSE_NOT_ALLOWED"]).toContain(told.errors[0]?.extensions["code"]);
    else expect(told.data).toEqual({ minor: { [fieldOf(one)]: null } });
  });

  it.each(OFFERED.filter(({ never }) => never))(
    "$role that keeps $row: another counsellor is shown nothing of it, whoever else keeps such",
    async (one) => {
      const told = await shown(one, `${one.role}/other`, purposeOf(one));
      expect(told).toMatchObject({ data: { minor: { [fieldOf(one)]: null } } });
    },
  );

  it.each(TIED)(
    "$role that keeps $row: its number of a child that it has nothing to do with is taken no more than of one that there is not",
    async (one) => {
      const planned = async (minor: string) => {
        const rows = [{ key: "X-1", hub_id: IDS.encode("Minor", minor) }];
        const input = { register: "own-numbers", csv: csv("own-numbers", rows) };
        const how = { purpose: purposeOf(one), variables: { input } };
        return (await hub.ask(`client:${one.role}`, PLAN, how)).body.data?.["importPlan"];
      };
      const told = await planned(OF_NOBODY);
      expect(told).toMatchObject({ new: 0, errors: [{ line: 2, column: "hub_id", code: "NOT_FOUND_OR_NOT_SHARED" }] });
      expect(await planned(NOBODY)).toEqual(told);
      expect(await planned(childOf(one))).toMatchObject({ new: 1, errors: [] });
    },
  );

  it.each([...new Set(OFFERED.flatMap(({ role, tied }) => (tied ? [] : [role])))])(
    "%s ties no number otherwise: it brings its minors itself, and is told nothing of one in whose case it takes part",
    async (role) => {
      for (const minor of [CASE_CHILD, NOBODY]) {
        const rows = [{ key: "X-1", hub_id: IDS.encode("Minor", minor) }];
        const input = { register: "own-numbers", csv: csv("own-numbers", rows) };
        const how = { purpose: "RESCUE_AND_TRACING", variables: { input } };
        const { body } = await hub.ask(`client:${role}`, PLAN, how);
        expect(body.data?.["importPlan"]).toMatchObject({ errors: [{ line: 1, column: null, code: "CONTRADICTION" }] });
      }
    },
  );

  it.each(TIED.slice(0, 1))(
    "$role that keeps $row: a number of which the hub refuses what is said now leads nowhere, until it is said right again",
    (one) =>
      atHome(one, async (owner, home) => {
        const config = parseConfig({ HUB_DEMO: "0" }, null);
        const says = async (minor: string | null) => {
          const hub_id = minor === null ? "" : IDS.encode("Minor", minor);
          const file = await fileOf(Buffer.from(csv("own-numbers", [{ key: numberOf(one), hub_id }])));
          taken(await importAtHome(owner, home, config, { register: "own-numbers", file }));
        };
        const served = async () => JSON.stringify(await shown(one, `${one.as}/head`, purposeOf(one))).includes(CONTENT);
        const link = () => linkMinors(owner, home, systemOf(one));
        await says(OF_NOBODY);
        expect(await served()).toBe(false);
        const unknown = { linked: 0, made: 0, missing: 1, ended: 0, findings: [{ code: "LINK_UNKNOWN" }] };
        expect(await link()).toMatchObject(unknown);
        expect(await tellHub(owner, home, systemOf(one))).toMatchObject({ refused: 1 });
        expect(await link()).toMatchObject(unknown);

        await says(childOf(one));
        expect(await tellHub(owner, home, systemOf(one))).toMatchObject({ refused: 0 });
        expect(await link()).toMatchObject({ linked: 1, made: 1 });
        expect(await served()).toBe(true);

        // The hub has answered, and then the number means nobody any more: whether the hub knows that by now or not.
        const tell = () => tellHub(owner, home, systemOf(one));
        for (const meanwhile of [() => says(null), () => says(null).then(tell)]) {
          expect(await linkMinors(owner, home, andThen(systemOf(one), meanwhile))).toMatchObject(unknown);
          expect(await served()).toBe(false);
          await tell();
          await says(childOf(one));
          await tell();
          expect(await link()).toMatchObject({ linked: 1, made: 1 });
        }
      }),
  );

  it.each(TIED)(
    "$role that keeps $row: when the relation ends, nothing opens and the number leads nowhere",
    async (one) => {
      const [number, minor] = [numberOf(one), IDS.encode("Minor", childOf(one))];
      const query = "query Links($numbers: [String!]!) { minorLinks(numbers: $numbers) { number minor } }";
      const how = { purpose: purposeOf(one), variables: { numbers: [number] } };
      const links = async () => (await hub.ask(`client:${one.role}`, query, how)).body.data;
      expect(await links()).toEqual({ minorLinks: [{ number, minor }] });
      await atHub((superuser) =>
        superuser.query("SELECT hub_end_involvement($1, $2, $3, $4)", [
          ...relationOf(one),
          idOf(one.role),
          [TIED_BY[one.role]],
        ]),
      );
      expect(await links()).toEqual({ minorLinks: [] });
      expect(JSON.stringify(await shown(one, `${one.as}/head`, purposeOf(one)))).not.toContain(CONTENT);

      const linked = await atHome(one, (owner, home) => linkMinors(owner, home, systemOf(one)));
      const findings = [{ code: "LINK_ENDED", number }];
      expect(linked).toMatchObject({ linked: 0, removed: 1, missing: 0, ended: 1, findings });
    },
  );

  it.each(TIED.slice(0, 1))(
    "$role that keeps $row: where several keep their records here, nobody knows which numbers the hub has taken, and somebody has to look",
    (one) =>
      atHome(one, async (owner, home) => {
        expect(await linkedOf(owner, home)).toMatchObject({ linked: 0, missing: 0, ended: 1 });
        const file = await fileOf(
          Buffer.from(csv("agencies", [agencyRow(one.role), { ...agencyRow(one.role), code: "X" }])),
        );
        taken(await importAtHome(owner, home, parseConfig({ HUB_DEMO: "0" }, null), { register: "agencies", file }));
        const its = { ...home, agency: one.role };
        const numbers = { register: "own-numbers", file: await fileOf(Buffer.from(csv("own-numbers", []))) };
        await expect(importAtHome(owner, its, parseConfig({ HUB_DEMO: "0" }, null), numbers)).rejects.toMatchObject({
          code: "BAD_USER_INPUT",
        });
        const findings = [{ code: "LINK_UNKNOWN" }];
        expect(await linkMinors(owner, its, systemOf(one))).toMatchObject({ missing: 1, ended: 0, findings });
        expect(await linkedOf(owner, its)).toMatchObject({ linked: 0, missing: 1, ended: 0 });
      }),
  );

  const atHome = async <T>(one: Offered, work: (owner: DataSource, home: Home) => Promise<T>): Promise<T> => {
    const { migrationUrl, home } = homes.get(one.name) ?? fail();
    const owner = await new DataSource({ type: "postgres", url: migrationUrl }).initialize();
    return work(owner, home).finally(() => owner.destroy());
  };
  const fieldOf = ({ name }: Offered) =>
    `${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Records`;
  const shown = async (one: Offered, as: string, purpose: string) => {
    const { rows } = await atHub((superuser) =>
      superuser.query<{ id: string }>("SELECT id FROM minor WHERE full_name = $1", [nameOf(one)]),
    );
    const query = `{ minor(id: "${IDS.encode("Minor", rows[0]?.id ?? NOBODY)}") { ${fieldOf(one)} { content } } }`;
    return (await asking(gateway.address)(as, query, { purpose })).body;
  };

  let hub: TestHub;
  let gateway: Gateway;
  const agencies: Agency[] = [];
  const homes = new Map<string, { readonly migrationUrl: string; readonly home: Home }>();
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "kinds-"));
    const keys = (name: string) => publicFileOf(join(folder, `${name}.json`));
    signingKeyIn(join(folder, "gateway.json"));
    const env = { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder };
    const inForce = await policyInForce(parseConfig(env, null));
    const registered = Object.fromEntries(
      OFFERED.map(({ name, role, row }) => [name, { agency: IDS.encode("Agency", idOf(role)), holds: [row] }]),
    );
    hub = await startHub(
      "postgresql",
      register,
      inForce,
      pino({ level: "silent" }),
      { FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"), FEDERATION_RELATION_KEY_FILE: join(folder, "relation.json") },
      JSON.stringify({ federation: { agencies: registered } }),
    );
    await atHub(relate);
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
    // The child of the office that keeps its health is in the case as well.
    await atHub((superuser) =>
      superuser.query(
        `INSERT INTO case_minor (case_file, minor, role)
         SELECT $1, record, 'CONCERNED' FROM register_key WHERE register = 'minors' AND agency = $2`,
        [CASE, idOf("SOCIAL_AFFAIRS_OFFICE")],
      ),
    );
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
  }, 600_000);
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
    return openAgency(
      config,
      {
        ...definition,
        asOwner: async (owner, ids) => {
          const home = { role: one.role, policy, ids };
          homes.set(one.name, { migrationUrl, home });
          const bring = async (register: string, rows: readonly Cells[]) => {
            const text = register.endsWith("_record") ? stringify([...rows], { header: true }) : csv(register, rows);
            taken(await importAtHome(owner, home, config, { register, file: await fileOf(Buffer.from(text)) }));
          };
          await bring("divisions", [{ code: "990101101200", name: "柳荫村" }]);
          await bring("agencies", [agencyRow(one.role)]);
          await bring(
            "persons",
            PEOPLE.map((who) => personRow(one.role, who)),
          );
          if (one.tied) await bring("own-numbers", [{ key: numberOf(one), hub_id: IDS.encode("Minor", childOf(one)) }]);
          else
            await bring("minors", [
              child(numberOf(one), { residence: "990101101200", full_name: nameOf(one), given_name: one.row }),
            ]);
          if (one.counselled)
            await bring("counsellors", [{ minor: numberOf(one), person: `${one.role}/head`, ended_on: "" }]);
          await bring(`${one.name.replaceAll("-", "_")}_record`, [
            { minor: numberOf(one), day: "2026-03-03", content: CONTENT },
          ]);
          expect(await tellHub(owner, home, systemOf(one))).toMatchObject({ refused: 0 });
          expect(await linkMinors(owner, home, systemOf(one))).toMatchObject({ linked: 1, missing: 0 });
        },
      },
      pino({ level: "silent" }),
    );
  }

  const systemOf = (one: Offered): HubDoor => ({
    ask: async (answer, { query, variables, idempotencyKey }) => {
      const headers = idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
      const how = { purpose: purposeOf(one), variables: { ...variables }, headers };
      return answer.parse((await hub.ask(`client:${one.role}`, query, how)).body.data);
    },
  });

  /** Past row security. */
  async function atHub<T>(work: (superuser: pg.Client) => Promise<T>): Promise<T> {
    const superuser = new pg.Client({ connectionString: hub.superUrl });
    await superuser.connect();
    return work(superuser).finally(() => superuser.end());
  }
});

const relationOf = (one: Offered) => (TIED_BY[one.role] === "PART" ? ["Case", CASE] : ["Minor", childOf(one)]);

/** Children whom others have brought; what agencies that bring none have to do with them, and who takes part in a case about them. */
async function relate(superuser: pg.Client): Promise<void> {
  const children = [...TIED.map((one) => [childOf(one), nameOf(one)]), [OF_NOBODY, "林无"]];
  for (const [id, name] of children)
    await superuser.query(
      `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
       VALUES ($1, $2, 990101101200, $3, $3, '2016-05-20', 'FEMALE')`,
      [id, IDS.ref(id ?? ""), name],
    );
  await superuser.query(
    `INSERT INTO case_file (id, ref, place, kind, stage, opened_on, lead_agency)
     VALUES ($1, $2, 990101101200, 'GUARDIANSHIP', 'FILED', '2026-03-04', $3)`,
    [CASE, IDS.ref(CASE), idOf("SOCIAL_AFFAIRS_OFFICE")],
  );
  const relations: object[] = ["SOCIAL_AFFAIRS_OFFICE", "PROCURATORATE", "POLICE_STATION"].map((role) => ({
    record_type: "Case",
    record: CASE,
    agency: idOf(role),
    kind: "PART",
    basis: "示例",
  }));
  for (const one of TIED) {
    await superuser.query("INSERT INTO case_minor (case_file, minor, role) VALUES ($1, $2, 'CONCERNED')", [
      CASE,
      childOf(one),
    ]);
    const to = { record_type: "Minor", record: childOf(one), agency: idOf(one.role), basis: "示例" };
    const kind = TIED_BY[one.role];
    if (kind === "ADDRESSEE") relations.push({ ...to, kind });
    if (kind === "SUNSHINE" || kind === "COUNSELLOR")
      relations.push({ ...to, person: personOf(one.role, "head"), kind });
    // To whoever counsels for them a child is there as its liaison.
    if (kind === "COUNSELLOR")
      for (const who of PEOPLE) relations.push({ ...to, person: personOf(one.role, who), kind: "LIAISON" });
  }
  await superuser.query("SELECT hub_involve($1)", [JSON.stringify(relations)]);
}

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
    for (const who of PEOPLE)
      await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, 'HEAD')", [
        personOf(role, who),
        `${role}/${who}`,
        idOf(role),
      ]);
    await sql("INSERT INTO client (client_id, agency) VALUES ($1, $2)", [role, idOf(role)]);
  }
  await sql("INSERT INTO agency_duty VALUES ($1, 'Minor', '990101')", [idOf("VILLAGE_COMMUNITY")]);
}
