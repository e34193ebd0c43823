import "reflect-metadata";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import pino from "pino";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { type AgencyPatient, examineAgency } from "../../src/agency/doctor.js";
import { importAtHome } from "../../src/agency/import.js";
import { fileOf } from "../../src/change/import/index.js";
import { parseConfig } from "../../src/config.js";
import { publicFileOf, type SigningKey, signingKeyIn } from "../../src/federation/keys.js";
import { relationsFor } from "../../src/federation/relation.js";
import { type Agency, agencyInForce, asOwnerAtHome, openAgency } from "../../src/server/agency.js";
import { type DemoIssuer, startDemoIssuer } from "../../src/server/demo-issuer.js";
import type { Finding } from "../../src/server/doctor/finding.js";
import { idCipherOf, policyInForce } from "../../src/server/foundation.js";
import { type Hub, openHub } from "../../src/server/hub.js";
import { createTokenVerifier } from "../../src/viewer/token.js";
import { type Cells, child, csv, taken } from "../change/import/desk.js";
import { preparedDatabase, prepareFolder } from "../support/prepared.js";
import { gatewayKeys, signedCall } from "./gateway.js";
import { type Wire, wireTo } from "./wire.js";

const key = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const SYSTEM = { clientId: "school-system", secret: "of the school's system", agencyName: "柳河小学" };
const PROMETHEUS = { clientId: "prometheus", secret: "of the operator's Prometheus", agencyName: "运维" };
const AUDIENCE = "minors-hub";
const pupil = (number: string, residence = "990101101200"): Cells =>
  child(number, { residence, grade: "3", since: "2024-09-01" });
const agency = (code: string, kind: string): Cells => ({
  code,
  kind,
  name: code,
  division: "990101101000",
  legal_basis_kind: "AGREEMENT",
  legal_basis_document: "示例",
});
/** The school's own: a village more than the hub has, and whoever may look at its figures. */
const DIRECTORY = [
  [
    "divisions",
    [
      { code: "990101101", name: "柳河镇" },
      { code: "990101101200", name: "柳荫村" },
      { code: "990101101300", name: "柳塘村" },
    ],
  ],
  ["agencies", [agency("liuhe", "SCHOOL"), agency("operator", "OPERATOR")]],
  ["clients", [client("prometheus", "operator"), client("school-system", "liuhe")]],
  ["roster", [pupil("S-1"), pupil("S-2", "990101101300")]],
] as const;

/** A school on PostgreSQL, its hub, and the identity provider of both. */
describe("a school that keeps its pupils' records at home, to its operator", () => {
  describe("/metrics", () => {
    it("is the operator's, by a token of the issuer; for others there is no such path", async () => {
      expect((await metrics()).status).toBe(200);
      expect((await metrics(SYSTEM.clientId)).status).toBe(404);
      expect((await metrics(null)).status).toBe(401);
      for (const path of ["/healthz", "/readyz"]) expect((await fetch(`${school.address}${path}`)).status).toBe(200);
    });

    it("counts what the hub took, refused, and has no id for", async () => {
      await until(async () => (await metrics()).text.includes('hub_turns_total{turn="link",code="OK"} 1'));
      const { text } = await metrics();
      for (const line of [
        'hub_turns_total{turn="tell",code="OK"} 1',
        'hub_outbox_rows{state="waiting"} 0',
        'hub_outbox_rows{state="refused"} 1',
        "hub_outbox_oldest_seconds 0",
        'hub_links{state="linked"} 1',
        'hub_links{state="missing"} 1',
        'hub_doctor_check{check="row-security"} 0',
      ])
        expect(text).toContain(`${line}\n`);
    });

    it("counts words of the hub's that did not hold, by what was wrong", async () => {
      const requestId = randomUUID();
      const viewer = `request:${requestId}`;
      const bound = { audience: "school", viewer, requestId: randomUUID(), policy: "" };
      const [relation] = relationsFor(hubKey, bound, [
        { id: "M-x", levels: { R13: "F" }, byTheHub: false, assigned: false },
      ]);
      const { headers, body } = await signedCall(
        gateway,
        {
          as: null,
          audience: "school",
          requestId,
          query: "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Minor { visitAsked } } }",
          variables: { r: [{ __typename: "Minor", id: "M-x", relation }] },
        },
        { viewer },
      );
      await fetch(`${school.address}/subgraph`, { method: "POST", headers, body });
      expect((await metrics()).text).toContain('hub_relations_refused_total{why="FOREIGN"} 1\n');
    });

    it("names no child, number, person or request", async () => {
      const { text } = await metrics();
      const [{ hub_id } = { hub_id: "" }] = await rows<{ hub_id: string }>("SELECT hub_id FROM minor_link");
      for (const value of ["S-1", "S-2", hub_id, "林小雨", "liuhe", "school-system", "request:"])
        expect(text).not.toContain(value);
    });
  });

  describe("its doctor", () => {
    it("finds nothing at one that is as it should be", async () => {
      await rows("DELETE FROM hub_event");
      await rows("DELETE FROM register_key WHERE register = 'minors' AND key = 'S-2'");
      const all = await examineAgency(patient);
      expect(bad(all)).toEqual([]);
      expect(all.find(({ check }) => check === "outbox")?.said).toEqual([
        "liuhe: 0 rows wait to be told",
        "liuhe:0 条待报送",
      ]);
      expect(all.map(({ check }) => check)).toEqual([
        "node",
        "data-folder",
        "disk",
        "id-key-file",
        "certificates",
        "issuer-keys",
        "federation-keys",
        "client-secret",
        "database",
        "extensions",
        "clock",
        "policy",
        "hub",
        "outbox",
        "links",
        "migrations",
        "login",
        "row-security",
        "log-append-only",
        "id-key",
        "log-heads",
        "log-unsealed",
        "log-verified",
        "hub-account",
      ]);
    });

    it.each`
      found                                 | what                                            | harm                                                                                                                                                                                                                                                                             | undo
      ${["outbox watch"]}                   | ${"a row that waits for two hours"}             | ${"INSERT INTO hub_event (agency, register, key, cells, happened_at) SELECT id, 'x', 'x', '{}'::jsonb, now() - interval '2h' FROM agency WHERE kind = 'SCHOOL'"}                                                                                                                 | ${"DELETE FROM hub_event"}
      ${[]}                                 | ${"a row that waits for a minute"}              | ${"INSERT INTO hub_event (agency, register, key, cells, happened_at) SELECT id, 'x', 'x', '{}'::jsonb, now() - interval '1m' FROM agency WHERE kind = 'SCHOOL'"}                                                                                                                 | ${"DELETE FROM hub_event"}
      ${["outbox watch"]}                   | ${"a row that the hub has refused"}             | ${"INSERT INTO hub_event (agency, register, key, cells, refused) SELECT id, 'x', 'x', '{}'::jsonb, '[]'::jsonb FROM agency WHERE kind = 'SCHOOL'"}                                                                                                                               | ${"DELETE FROM hub_event"}
      ${["outbox watch"]}                   | ${"a refused row, and one that waits"}          | ${"INSERT INTO hub_event (agency, register, key, cells, happened_at, refused) SELECT id, 'x', 'x', '{}'::jsonb, now(), '[]'::jsonb FROM agency WHERE kind = 'SCHOOL' UNION ALL SELECT id, 'x', 'y', '{}'::jsonb, now() - interval '2h', NULL FROM agency WHERE kind = 'SCHOOL'"} | ${"DELETE FROM hub_event"}
      ${["links watch"]}                    | ${"a pupil without the hub's id"}               | ${"UPDATE minor_link SET minor = (SELECT id FROM minor m WHERE m.id <> minor_link.minor LIMIT 1)"}                                                                                                                                                                               | ${"UPDATE minor_link SET minor = (SELECT record FROM register_key WHERE register = 'minors')"}
      ${["links watch"]}                    | ${"an agency that is not in its own directory"} | ${"UPDATE agency SET kind = 'YOUTH_LEAGUE' WHERE kind = 'SCHOOL'"}                                                                                                                                                                                                               | ${"UPDATE agency SET kind = 'SCHOOL' WHERE kind = 'YOUTH_LEAGUE'"}
      ${["policy red"]}                     | ${"a policy that is not activated"}             | ${"UPDATE policy_row SET name = name || 'x' WHERE name = 'R13'"}                                                                                                                                                                                                                 | ${"UPDATE policy_row SET name = 'R13' WHERE name = 'R13x'"}
      ${["policy red", "migrations red"]}   | ${"a migration of its own that did not run"}    | ${"UPDATE migration SET name = name || 'x' WHERE id = (SELECT max(id) FROM migration)"}                                                                                                                                                                                          | ${"UPDATE migration SET name = trim('x' from name) WHERE id = (SELECT max(id) FROM migration)"}
      ${["policy red", "row-security red"]} | ${"a table of its own that is open"}            | ${"ALTER TABLE attendance NO FORCE ROW LEVEL SECURITY"}                                                                                                                                                                                                                          | ${"ALTER TABLE attendance FORCE ROW LEVEL SECURITY"}
    `("says of $what: $found, and how to mend it", async ({ found, harm, undo }) => {
      await rows(harm);
      try {
        const all = await examineAgency(patient);
        expect(findingsOf(all)).toEqual(found);
        const outbox = all.find(({ check }) => check === "outbox")?.said[0];
        for (const [state, said] of [
          ["refused", "refused 1 rows"],
          ["2h", "for 120 minutes"],
        ] as const)
          if (harm.includes("INSERT")) expect(outbox?.includes(said)).toBe(harm.includes(state));
      } finally {
        await rows(undo);
      }
      expect(bad(await examineAgency(patient))).toEqual([]);
    });

    it.each`
      what                                | fault                                               | found
      ${"whose clock is ten minutes off"} | ${{ headers: { date: new Date(0).toUTCString() } }} | ${["hub red"]}
      ${"that goes by another policy"}    | ${{ headers: { "x-hub-policy": "0 old" } }}         | ${["hub red"]}
      ${"that is not there"}              | ${{ cut: true }}                                    | ${["hub watch", "hub-account watch"]}
    `("says of a hub $what: $found", async ({ fault, found }) => {
      line.fault = fault;
      expect(findingsOf(await examineAgency(patient))).toEqual(found);
      line.fault = undefined;
    });

    it("waits for a silent identity provider no longer than until the school is stopped, and looks no further", async () => {
      const silent = createServer().listen(0, "127.0.0.1");
      await once(silent, "listening");
      const at = silent.address();
      const { federation } = patient.config;
      const issuer = `http://127.0.0.1:${typeof at === "object" ? at?.port : ""}`;
      const asked = { ...federation, hub: federation.hub && { ...federation.hub, issuer } };
      const stopping = new AbortController();
      silent.once("connection", () => stopping.abort());
      const since = performance.now();
      const all = await examineAgency(
        { ...patient, config: { ...patient.config, federation: asked } },
        stopping.signal,
      );
      expect(performance.now() - since).toBeLessThan(3_000);
      expect(all.at(-1)).toMatchObject({ check: "hub-account", state: "watch" });
      silent.close();
    });

    it("says where the hub knows its system as somebody else's, or not at all", async () => {
      const atHub = (sql: string) =>
        hub.store.dataSource.transaction(async (manager) => {
          await manager.query("SET LOCAL ROLE postgres");
          await manager.query(sql);
        });
      await atHub("UPDATE client SET active = false");
      await hub.refresh();
      expect(findingsOf(await examineAgency(patient))).toEqual(["hub-account watch"]);
      await atHub("UPDATE client SET active = true");
      await hub.refresh();
      expect(bad(await examineAgency({ ...patient, role: "RESCUE_STATION" }))).toEqual([
        "links watch",
        "hub-account watch",
      ]);
    });

    it.each`
      name         | state      | said
      ${"school"}  | ${"ok"}    | ${"Registered as school of 柳河小学, with R13, R14, R15, R16, R16b"}
      ${"clinic"}  | ${"watch"} | ${"R13, R15, R16, R16b is not registered: nothing of it is shown"}
      ${"library"} | ${"watch"} | ${'The hub has registered no subgraph "library" of 柳河小学: its own people are nobody to it'}
    `("says as what the hub has registered a subgraph called $name: $state", async ({ name, state, said }) => {
      const federation = { ...patient.config.federation, name };
      const all = await examineAgency({ ...patient, config: { ...patient.config, federation } });
      findingsOf(all);
      expect(all.find(({ check }) => check === "hub-account")).toMatchObject({
        state,
        said: [said, expect.any(String)],
      });
    });

    it.each`
      what                                  | file                 | harm                                                              | found
      ${"keys of the hub that are private"} | ${"hub.public.json"} | ${(file: string) => copyFileSync(join(folder, "hub.json"), file)} | ${["federation-keys red"]}
      ${"one key for hub and gateway"}      | ${"hub.public.json"} | ${(file: string) => copyFileSync(keysOfGateway, file)}            | ${["federation-keys red"]}
      ${"no keys of the hub"}               | ${"hub.public.json"} | ${(file: string) => rmSync(file)}                                 | ${["federation-keys red"]}
      ${"a key of the hub without its id"}  | ${"hub.public.json"} | ${(file: string) => rewrite(file, '"kid"', '"no"')}               | ${["federation-keys red"]}
      ${"a key of another curve"}           | ${"hub.public.json"} | ${(file: string) => rewrite(file, '"Ed25519"', '"P-256"')}        | ${["federation-keys red"]}
      ${"a secret that others can read"}    | ${"secret"}          | ${(file: string) => chmodSync(file, 0o444)}                       | ${["client-secret watch"]}
    `("says of $what: $found", async ({ file, harm, found }) => {
      const at = join(folder, file);
      copyFileSync(at, `${at}.before`);
      harm(at);
      expect(findingsOf(await examineAgency(patient))).toEqual(found);
      rmSync(at, { force: true });
      copyFileSync(`${at}.before`, at);
      chmodSync(at, 0o600);
    });
  });

  it("misses no link of a pupil who has left", async () => {
    const left = [{ minor: "S-1", ended_on: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10) }];
    await bring([["departures", left]]);
    expect(await rows("SELECT FROM minor_link")).toEqual([]);
    expect((await metrics()).text).toContain('hub_links{state="missing"} 0\n');
  });

  it("watches where the hub has taken its own numbers and names none of them any more: account or hub may be the wrong one", async () => {
    const minor = "00000000-0000-7000-8000-0000000000a1";
    await rows(`INSERT INTO minor (id, ref, place) SELECT '${minor}', '${minor}', place FROM minor LIMIT 1`);
    await rows(
      `INSERT INTO register_key (agency, register, key, record_type, record, digest)
       SELECT agency, unnest('{minors,own-numbers}'::text[]), 'A-1', 'Minor', '${minor}', '' FROM register_key
        WHERE register = 'minors' AND key = 'S-1'`,
    );
    expect(findingsOf(await examineAgency(patient))).toContain("links watch");
  });

  const bad = (all: readonly Finding[]) =>
    all.filter(({ state }) => state !== "ok").map(({ check, state }) => `${check} ${state}`);
  /** Each in both languages, with what to do. */
  const findingsOf = (all: readonly Finding[]) => {
    for (const { state, said, mend } of all)
      if (state !== "ok") expect([said, mend].map((texts) => texts?.join(" "))).toEqual([BILINGUAL, BILINGUAL]);
    return bad(all);
  };
  const BILINGUAL = expect.stringMatching(/\w.*[\u4e00-\u9fff]/s);

  const metrics = async (as: string | null = PROMETHEUS.clientId) => {
    const headers = as === null ? {} : { authorization: `Bearer ${await issuer.tokenForClient(as)}` };
    const response = await fetch(`${school.address}/metrics`, { headers });
    return { status: response.status, text: await response.text() };
  };
  const rows = async <Row extends pg.QueryResultRow>(sql: string) => (await superuser.query<Row>(sql)).rows;

  let folder: string;
  let issuer: DemoIssuer;
  let hub: Hub;
  let line: Wire;
  let school: Agency;
  let superuser: pg.Client;
  let patient: AgencyPatient;
  let bring: (registers: readonly (readonly [string, readonly Cells[]])[]) => Promise<void>;
  let gateway: SigningKey;
  let keysOfGateway: string;
  let hubKey: SigningKey;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "operated-"));
    issuer = await startDemoIssuer({
      host: "127.0.0.1",
      port: 0,
      dataDir: folder,
      audience: AUDIENCE,
      persons: [],
      clients: [SYSTEM, PROMETHEUS],
      explorers: [],
    });
    const gatewayFiles = await gatewayKeys();
    gateway = gatewayFiles.key;
    keysOfGateway = gatewayFiles.publicFile;
    hubKey = signingKeyIn(join(folder, "hub.json"));
    writeFileSync(join(folder, "secret"), SYSTEM.secret, { mode: 0o600 });
    hub = await openRealHub();
    line = await wireTo(`${hub.address}/subgraph`);

    const database = await preparedDatabase("tables");
    const config = parseConfig(
      {
        PORT: "0",
        HUB_DATA_DIR: join(folder, "school"),
        DATABASE_URL: database.url,
        DATABASE_MIGRATION_URL: database.migrationUrl,
        OIDC_ISSUER: issuer.issuer,
        FEDERATION_GATEWAY_KEYS_FILE: keysOfGateway,
      },
      JSON.stringify({
        federation: {
          name: "school",
          hubKeysFile: publicFileOf(join(folder, "hub.json")),
          hub: {
            url: line.url.replace("/subgraph", "/graphql"),
            issuer: issuer.issuer,
            clientId: SYSTEM.clientId,
            clientSecretFile: join(folder, "secret"),
            purpose: "COMPULSORY_EDUCATION",
          },
        },
      }),
    );
    bring = (registers) =>
      asOwnerAtHome(config, SCHOOL, async (owner, home) => {
        for (const [register, cells] of registers) {
          const file = await fileOf(Buffer.from(csv(register, cells)));
          taken(await importAtHome(owner, home, config, { register, file }));
        }
      });
    await bring(DIRECTORY);
    superuser = new pg.Client({ connectionString: database.superUrl });
    await superuser.connect();
    school = await openAgency(config, SCHOOL, pino({ level: "silent" }));
    const { activation } = await agencyInForce(config, SCHOOL);
    patient = { config, store: school.store, activation, role: SCHOOL.role };
  });
  afterAll(async () => {
    await school?.close();
    await Promise.all([superuser?.end(), line?.close(), issuer?.close()]);
    await hub?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function openRealHub(): Promise<Hub> {
    const env = {
      PORT: "0",
      HUB_DEMO: "1",
      HUB_DATA_DIR: join(folder, "hub"),
      FEDERATION_GATEWAY_KEYS_FILE: keysOfGateway,
      FEDERATION_RELATION_KEY_FILE: join(folder, "hub.json"),
    };
    const agency = idCipherOf(parseConfig(env, null)).encode("Agency", key(1));
    const agencies = {
      school: { agency, holds: ["R13", "R14", "R15", "R16", "R16b"] },
      clinic: { agency, holds: ["R14"] },
    };
    const config = parseConfig(env, JSON.stringify({ federation: { agencies } }));
    await prepareFolder(config.database.dataDir, "tables");
    return openHub({
      config,
      inForce: await policyInForce(config),
      log: pino({ level: "silent" }),
      verify: createTokenVerifier({ issuer: issuer.issuer, audience: AUDIENCE, jwksUrl: `${issuer.issuer}/jwks` }),
      asOwner: async (owner) => {
        await owner.query("INSERT INTO division VALUES (990101101000, '柳河镇'), (990101101200, '柳荫村')");
        await owner.query(
          `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
           VALUES ($1, 'SCHOOL', '柳河小学', 990101101000, 'AGREEMENT', '示例')`,
          [key(1)],
        );
        await owner.query(
          `INSERT INTO register_key (agency, register, key, record_type, record, digest)
           VALUES ('00000000-0000-0000-0000-000000000000', 'agencies', 'liuhe', 'Agency', $1, '')`,
          [key(1)],
        );
        await owner.query("INSERT INTO client (client_id, agency) VALUES ('school-system', $1)", [key(1)]);
      },
    });
  }
});

function client(client_id: string, agency: string): Cells {
  return { client_id, agency, active: "yes" };
}

const rewrite = (file: string, text: string, other: string): void =>
  writeFileSync(file, readFileSync(file, "utf8").replace(text, other));

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((later) => setTimeout(later, 50));
}
