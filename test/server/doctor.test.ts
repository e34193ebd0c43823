import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import pino from "pino";
import { type HubConfig, parseConfig } from "../../src/config.js";
import { keepVerification } from "../../src/disclosure/verified.js";
import type { CertificateFiles } from "../../src/federation/certificates.js";
import { publicFileOf, signingKeyIn } from "../../src/federation/keys.js";
import { examine } from "../../src/server/doctor/examine.js";
import { type Finding } from "../../src/server/doctor/finding.js";
import { offOrigin } from "../../src/server/doctor/machine.js";
import { DoctorOnDuty } from "../../src/server/doctor/on-duty.js";
import { Store } from "../../src/store/store.js";
import { Authority } from "../federation/authority.js";
import { type DatabaseUrls, freshDatabase } from "../support/database.js";
import { startHub, type TestHub } from "../support/hub.js";
import { ask, send } from "./asking.js";
import { town } from "./town.js";

const folder = mkdtempSync(join(tmpdir(), "hub-doctor-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
let database: DatabaseUrls;
let hub: TestHub;
let superuser: pg.Client;
let config: HubConfig;
const findings = (changed: Partial<HubConfig> = {}) =>
  examine({ config: { ...config, ...changed }, store: hub.store, activation: hub.activation });
const bad = (all: readonly Finding[]) =>
  all.filter(({ state }) => state !== "ok").map(({ check, state }) => `${check} ${state}`);
const mendOf = (all: readonly Finding[]) => all.find(({ state }) => state !== "ok")?.mend?.join(" ");

describe("the doctor", () => {
  it("finds nothing at a hub that is as it should be, on PostgreSQL", async () => {
    const all = await findings();
    expect(bad(all)).toEqual([]);
    expect(all.map(({ check }) => check)).toEqual([
      "node",
      "data-folder",
      "disk",
      "explorer",
      "id-key-file",
      "certificates",
      "relation-key-file",
      "gateway-certificates",
      "gateway-key-file",
      "gateway-keys",
      "issuer-keys",
      "database",
      "extensions",
      "clock",
      "policy",
      "federation",
      "migrations",
      "login",
      "row-security",
      "log-append-only",
      "id-key",
      "log-heads",
      "log-unsealed",
      "log-verified",
    ]);
  });

  it("nor at one on the embedded database", async () => {
    const other = await startHub("embedded", async () => {});
    expect((await send(other, { method: "GET", path: "/readyz", as: null })).status).toBe(200);
    await other.close();
  });

  describe("of the database names what is wrong, and how to mend it", () => {
    it.each`
      found                    | what                                            | harm                                                                                             | undo
      ${"migrations red"}      | ${"a migration that did not run"}               | ${"UPDATE migration SET name = name || 'x' WHERE id = 3"}                                        | ${"UPDATE migration SET name = trim('x' from name) WHERE id = 3"}
      ${"policy red"}          | ${"another policy's openings"}                  | ${"UPDATE edge_opening SET role = role || 'x'"}                                                  | ${"UPDATE edge_opening SET role = trim('x' from role)"}
      ${"row-security red"}    | ${"a table that its owner is not held back on"} | ${"ALTER TABLE guardian NO FORCE ROW LEVEL SECURITY"}                                            | ${"ALTER TABLE guardian FORCE ROW LEVEL SECURITY"}
      ${"row-security red"}    | ${"a policy that lets everybody in"}            | ${"CREATE POLICY leak ON case_file FOR SELECT TO PUBLIC USING (true)"}                           | ${"DROP POLICY leak ON case_file"}
      ${"row-security red"}    | ${"a new table without"}                        | ${"CREATE TABLE note (text text)"}                                                               | ${"DROP TABLE note"}
      ${"row-security red"}    | ${"a view that shows past it"}                  | ${"CREATE VIEW past AS SELECT * FROM minor; GRANT SELECT ON past TO hub_app"}                    | ${"DROP VIEW past"}
      ${"log-append-only red"} | ${"a log that can be changed"}                  | ${"GRANT UPDATE ON disclosure_segment TO hub_app"}                                               | ${"REVOKE UPDATE ON disclosure_segment FROM hub_app"}
      ${"id-key red"}          | ${"a database of another key"}                  | ${"UPDATE id_key SET fingerprint = 'x' || fingerprint"}                                          | ${"UPDATE id_key SET fingerprint = trim('x' from fingerprint)"}
      ${"log-unsealed watch"}  | ${"a change that nobody sealed"}                | ${"INSERT INTO disclosure_unsealed VALUES (gen_random_uuid(), now() - interval '1 hour', '{}')"} | ${"DELETE FROM disclosure_unsealed"}
    `("$what: $found", async ({ found, harm, undo }) => {
      await superuser.query(harm);
      try {
        const all = await findings();
        expect(bad(all)).toEqual([found]);
        expect(mendOf(all)).toMatch(/\w.*[\u4e00-\u9fff]/);
      } finally {
        await superuser.query(undo);
      }
      expect(bad(await findings())).toEqual([]);
    });

    it("a serving login that may make others", async () => {
      // One of its own: roles belong to the cluster, and other tests run on it.
      const name = `hub_mighty_${process.pid}`;
      await superuser.query(`CREATE ROLE ${name} LOGIN CREATEROLE IN ROLE hub_app`);
      const url = Object.assign(new URL(database.url), { username: name }).toString();
      const store = await Store.open({ url, dataDir: folder, entities: [] });
      try {
        expect(bad(await examine({ config, store, activation: hub.activation }))).toEqual(["login red"]);
      } finally {
        await store.close();
        await superuser.query(`DROP ROLE ${name}`);
      }
    });

    it("a log that was cut off", async () => {
      await ask(hub, "{ minors { nodes { fullName } } }");
      const { dataDir } = config.database;
      const { rows } = await superuser.query('SELECT seq::int, last_entry::int AS "lastEntry" FROM disclosure_segment');
      const head = { ...rows[0], at: "2026-03-01T08:00:00.000+08:00" };
      writeFileSync(join(dataDir, "heads.jsonl"), `${JSON.stringify({ ...head, seq: 900, hash: "00" })}\n`);
      expect(bad(await findings())).toEqual(["log-heads red"]);
      rmSync(join(dataDir, "heads.jsonl"));
      expect(bad(await findings())).toEqual([]);
    });
  });

  it("keeps the hub from being ready, by the name of the check and nothing more", async () => {
    await superuser.query("ALTER TABLE guardian NO FORCE ROW LEVEL SECURITY");
    const unsafe = await readyz();
    await superuser.query("ALTER TABLE guardian FORCE ROW LEVEL SECURITY");
    expect(unsafe).toMatchObject({
      status: 503,
      body: {
        errors: [
          {
            message: "The hub is not ready: row-security",
            extensions: { code: "NOT_READY", checks: ["row-security"] },
          },
        ],
      },
    });
    expect(await readyz()).toEqual({ status: 200, body: { status: "ready" } });

    async function readyz() {
      const started = await startHub(database, async () => {}, undefined, undefined, { HUB_DATA_DIR: folder });
      const { status, text } = await send(started, { method: "GET", path: "/readyz", as: null });
      await started.close();
      return { status, body: JSON.parse(text) };
    }
  });

  describe("of the machine", () => {
    it("tells a key that others can read, and a folder that is open", async () => {
      chmodSync(config.keys.file, 0o644);
      chmodSync(config.database.dataDir, 0o755);
      expect(bad(await findings())).toEqual(["data-folder watch", "id-key-file red"]);
      chmodSync(config.keys.file, 0o600);
      chmodSync(config.database.dataDir, 0o700);
    });

    it.each`
      what                 | keys                                                               | found
      ${"public keys"}     | ${{ keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y" }] }}         | ${[]}
      ${"a private key"}   | ${{ keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" }] }} | ${["issuer-keys red"]}
      ${"a shared secret"} | ${{ keys: [{ kty: "oct", k: "k" }] }}                              | ${["issuer-keys red"]}
      ${"no key"}          | ${{ keys: [] }}                                                    | ${["issuer-keys red"]}
    `("$what of the identity provider: $found", async ({ keys, found }) => {
      const jwksFile = file("jwks.json", JSON.stringify(keys));
      const oidc = { ...config.oidc, issuer: "https://login.invalid", jwksFile };
      expect(bad(await findings({ oidc, demo: false })).filter((one) => one !== "id-key red")).toEqual(found);
    });

    it("tells an identity provider that is silent, which is no reason to turn everybody away", async () => {
      const oidc = { ...config.oidc, issuer: "http://127.0.0.1:1" };
      expect(bad(await findings({ oidc, demo: false })).filter((one) => one !== "id-key red")).toEqual([
        "issuer-keys watch",
      ]);
    });

    it.each`
      what            | ok
      ${"sound one"}  | ${true}
      ${"broken one"} | ${false}
    `("remembers a verification of the log: $what", async ({ ok }) => {
      keepVerification(config.database.dataDir, { at: new Date().toISOString(), ok });
      expect(bad(await findings())).toEqual(ok ? [] : ["log-verified red"]);
      rmSync(join(config.database.dataDir, "verified.json"));
    });

    it("tells a log that was not verified for long", async () => {
      keepVerification(config.database.dataDir, { at: "2020-03-01T08:00:00.000+08:00", ok: true });
      expect(bad(await findings())).toEqual(["log-verified watch"]);
      rmSync(join(config.database.dataDir, "verified.json"));
    });

    it.each`
      extension  | text                                                                           | loads
      ${".html"} | ${'<script src="https://cdn.example/x.js">'}                                   | ${["https://cdn.example/x.js"]}
      ${".html"} | ${'<link rel="stylesheet" href="//cdn.example/x.css">'}                        | ${["//cdn.example/x.css"]}
      ${".html"} | ${'<a href="https://spec.example">spec</a><script src="/x.js">'}               | ${[]}
      ${".css"}  | ${'@import "https://cdn.example/x.css";'}                                      | ${["https://cdn.example/x.css"]}
      ${".css"}  | ${"a { background: url(https://cdn.example/x.png) }"}                          | ${["https://cdn.example/x.png"]}
      ${".css"}  | ${"a { background: url(data:image/png;base64,x) } /* https://spec.example */"} | ${[]}
      ${".js"}   | ${'fetch("https://api.example/x")'}                                            | ${["https://api.example/x"]}
      ${".js"}   | ${'import("https://esm.example/x.js")'}                                        | ${["https://esm.example/x.js"]}
      ${".js"}   | ${'const ns = "http://www.w3.org/2000/svg"; fetch("/graphql")'}                | ${[]}
    `("explorer files: $text loads $loads", ({ extension, text, loads }) =>
      expect(offOrigin(extension, text)).toEqual(loads),
    );

    describe("certificates", () => {
      const authority = new Authority();
      const lasts = (days: number) => authority.certificate({ use: "server", days });
      const good = lasts(60);
      const other = { ...good, keyFile: lasts(60).keyFile };
      const ended = lasts(-1).certificateFile;
      const both = (...files: string[]) => file("both.pem", files.map((one) => readFileSync(one, "utf8")).join(""));
      const at = { host: "127.0.0.1", port: 4443 };
      const SCHOOL = { url: `https://127.0.0.1:${at.port}/subgraph`, schemaFile: "school.graphql", kernel: true };
      const amongUs = (tls: CertificateFiles, ofGateway = false, subgraphs = {}): Partial<HubConfig> => {
        const { federation } = config;
        return {
          federation: ofGateway
            ? { ...federation, gateway: { ...federation.gateway, tls, subgraphs } }
            : { ...federation, tls: { ...at, ...tls } },
        };
      };
      const atProxy = (file: string): Partial<HubConfig> => ({ doctor: { certificates: [file] } });

      it.each`
        what                                                           | changed                                                         | found
        ${"the proxy's, which lasts for two months"}                   | ${() => atProxy(good.certificateFile)}                          | ${[]}
        ${"the proxy's, which ends within 30 days"}                    | ${() => atProxy(lasts(20).certificateFile)}                     | ${["certificates watch"]}
        ${"the proxy's, which has ended"}                              | ${() => atProxy(lasts(-1).certificateFile)}                     | ${["certificates red"]}
        ${"the proxy's, which is not there"}                           | ${() => atProxy(join(folder, "none.pem"))}                      | ${["certificates red"]}
        ${"the subgraph's, which lasts for two months"}                | ${() => amongUs(good)}                                          | ${[]}
        ${"the subgraph's, which ends within 30 days"}                 | ${() => amongUs(lasts(20))}                                     | ${["certificates watch"]}
        ${"the subgraph's, which has ended"}                           | ${() => amongUs(lasts(-1))}                                     | ${["certificates red"]}
        ${"that of an old authority, which has ended, before the new"} | ${() => amongUs({ ...good, caFile: both(ended, good.caFile) })} | ${["certificates watch"]}
        ${"that of the only authority, which has ended"}               | ${() => amongUs({ ...good, caFile: ended })}                    | ${["certificates red"]}
        ${"the subgraph's, which is of another key"}                   | ${() => amongUs(other)}                                         | ${["certificates red"]}
        ${"that of the subgraph's authority, which is not there"}      | ${() => amongUs({ ...good, caFile: join(folder, "none.pem") })} | ${["certificates red"]}
        ${"that of the subgraph's authority, where the file is empty"} | ${() => amongUs({ ...good, caFile: file("empty.pem", "") })}    | ${["certificates red"]}
        ${"the gateway's, which lasts for two months"}                 | ${() => amongUs(good, true)}                                    | ${[]}
        ${"the gateway's, which has ended"}                            | ${() => amongUs(lasts(-1), true)}                               | ${["gateway-certificates watch"]}
        ${"the gateway's, which is of another key"}                    | ${() => amongUs(other, true)}                                   | ${["gateway-certificates watch"]}
        ${"the same, by which it would ask a school"}                  | ${() => amongUs(other, true, { school: SCHOOL })}               | ${["gateway-certificates watch", "federation watch"]}
      `("$what: $found", async ({ changed, found }) => {
        const all = await findings(changed());
        expect(bad(all)).toEqual(found);
        if (found.length > 0) expect(mendOf(all)).toMatch(/\w.*[\u4e00-\u9fff]/);
      });

      it("between a new certificate and its key are red for a start, and watched by a hub that runs on the former", async () => {
        const found: Finding[] = [];
        const onDuty = new DoctorOnDuty(
          () => findings(amongUs(other)),
          (all) => void found.push(...all),
          pino({ level: "silent" }),
        );
        await onDuty.start();
        await onDuty.stop();
        expect(bad(found)).toEqual(["certificates watch"]);
        expect(onDuty.red()).toEqual([]);
        expect(bad(await findings(amongUs(other)))).toEqual(["certificates red"]);
      });
      afterAll(() => rmSync(authority.folder, { recursive: true }));
    });

    describe("keys of the federation", () => {
      const asked = file("gateway.public.json", "");
      const own = join(folder, "relation.json");
      const gateways = join(folder, "gateway.json");
      const federated = (): Partial<HubConfig> => {
        const { federation } = config;
        const gateway = { ...federation.gateway, keyFile: gateways };
        return { federation: { ...federation, gatewayKeysFile: asked, relationKeyFile: own, gateway } };
      };
      const nothing = () => {};

      it.each`
        what                                             | harm                                                  | found
        ${"all as they were made"}                       | ${nothing}                                            | ${[]}
        ${"the hub's, which others can read"}            | ${() => chmodSync(own, 0o640)}                        | ${["relation-key-file red"]}
        ${"the hub's, which is cut off"}                 | ${() => writeFileSync(own, "{")}                      | ${["relation-key-file red"]}
        ${"the gateway's, which others can read"}        | ${() => chmodSync(gateways, 0o644)}                   | ${["gateway-key-file watch"]}
        ${"of its gateway's public ones none"}           | ${() => rmSync(asked)}                                | ${["gateway-keys watch"]}
        ${"of its gateway's public ones one without id"} | ${() => writeFileSync(asked, withoutKid(asked))}      | ${["gateway-keys watch"]}
        ${"its gateway's private ones"}                  | ${() => writeFileSync(asked, readFileSync(gateways))} | ${["gateway-keys watch"]}
      `("$what: $found", async ({ harm, found }) => {
        for (const name of [own, gateways]) {
          rmSync(name, { force: true });
          signingKeyIn(name);
        }
        copyFileSync(publicFileOf(gateways), asked);
        harm();
        const all = await findings(federated());
        expect(bad(all)).toEqual(found);
        if (found.length > 0)
          expect(all.find(({ state }) => state !== "ok")?.said.join(" ")).toMatch(/\w.*[\u4e00-\u9fff]/);
      });
      const withoutKid = (name: string) => readFileSync(name, "utf8").replace('"kid"', '"no"');
    });
  });
});

beforeAll(async () => {
  database = await freshDatabase();
  const dataDir = join(folder, "data");
  const environment = { HUB_DATA_DIR: dataDir };
  hub = await startHub(database, town, undefined, undefined, environment);
  config = parseConfig(
    { ...environment, HUB_DEMO: "1", DATABASE_URL: database.url, DATABASE_MIGRATION_URL: database.migrationUrl },
    null,
  );
  expect(existsSync(config.keys.file)).toBe(true);
  superuser = new pg.Client({ connectionString: database.superUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser?.end();
  await hub?.close();
  rmSync(folder, { recursive: true, force: true });
});
