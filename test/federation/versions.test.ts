import "reflect-metadata";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { decodeJwt } from "jose";
import pg from "pg";
import pino from "pino";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { parseConfig } from "../../src/config.js";
import { compose } from "../../src/federation/compose.js";
import { publicFileOf, type SigningKey, signingKeyIn } from "../../src/federation/keys.js";
import { relationsFor } from "../../src/federation/relation.js";
import { nameOf } from "../../src/policy/between.js";
import { parsePolicy } from "../../src/policy/load.js";
import { type Agency, type AgencyDefinition, agencySdl, openAgency } from "../../src/server/agency.js";
import { server as checks } from "../../src/server/doctor/server.js";
import { idCipherOf, type PolicyInForce, policyInForce } from "../../src/server/foundation.js";
import { type Gateway, openGateway } from "../../src/server/gateway/gateway.js";
import { VersionsIrreconcilable, versionsOf } from "../../src/server/versions.js";
import { edited, shipped } from "../policy/shipped.js";
import { AGENCY, PERSONAL, RECORDS, town } from "../server/town.js";
import { BUT_THE_CLOCK } from "../support/clock.js";
import { startHub, type TestHub } from "../support/hub.js";
import { preparedDatabase } from "../support/prepared.js";
import { gatewayKeys, signedCall } from "./gateway.js";
import { seedSchool } from "./school.js";
import { wordIn } from "./word.js";

/** A school read of its pupils no more than the township, of attendance that a visit is asked for, and no number. */
const BEFORE = { ...edited("R6 SCHOOL := F:l|B:o & R13 SCHOOL := F:l|X:o & R2 SCHOOL := -"), version: "1\n" };
const [CURRENT, PREVIOUS] = [shipped, BEFORE].map((texts) => nameOf(parsePolicy(texts)));
const BOTH = `${CURRENT}, ${PREVIOUS}`;
const HELD = ["R13", "R14", "R15", "R16", "R16b"];
/** Milliseconds. */
const TEN_MINUTES = 600_000;

describe("for ten minutes after a new version of the policy has come", () => {
  let hub: TestHub;
  let school: Agency;
  let late: Agency;
  const lines: string[] = [];
  let says: Record<string, string> = { "x-hub-policy": "0 old" };
  let gateway: SigningKey;
  let folder: string;
  let inForce: PolicyInForce;
  let stale: Server;
  let through: Gateway;
  let child: string;
  const config = (more: object) =>
    parseConfig({ HUB_DEMO: "1", HUB_DATA_DIR: folder, PORT: "0" }, JSON.stringify(more));
  const policy = () => ({ policy: { previous: join(folder, "before") } });

  const home = async () => {
    const { body, headers } = await hub.ask(
      "near/head",
      "query ($id: ID!) { minor(id: $id) { homeAddress township { name } } }",
      {
        variables: { id: child },
        purpose: "COMPULSORY_EDUCATION",
      },
    );
    return { policy: headers.get("x-hub-policy"), ...body };
  };
  const word = async () => {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on Minor { relation(audience: "school", row: "R13") } } }`;
    const r = [{ __typename: "Minor", id: child }];
    const call = { as: "near/head", purpose: "COMPULSORY_EDUCATION", query, variables: { r } };
    const { headers, body } = await signedCall(gateway, call);
    const response = await fetch(`${hub.address}/subgraph`, { method: "POST", headers, body });
    const { signed, levels } = wordIn((await response.json()).data._entities[0].relation);
    return { ...decodeJwt(signed), levels };
  };
  const atSchool = async (under: string) => {
    const requestId = randomUUID();
    const binding = { audience: "school", viewer: "person:near/head", requestId, policy: under };
    const key = signingKeyIn(join(folder, "relation.json"));
    const relation = relationsFor(key, binding, [
      { id: child, levels: { R13: "F" }, byTheHub: false, assigned: false },
    ])[0];
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on Minor { attendance { daysAbsent } visitAsked } } }`;
    const { headers, body } = await signedCall(
      gateway,
      {
        as: null,
        purpose: "COMPULSORY_EDUCATION",
        query,
        variables: { r: [{ __typename: "Minor", id: child, relation }] },
        audience: "school",
        requestId,
      },
      { viewer: "person:near/head" },
    );
    const response = await fetch(`${school.address}/subgraph`, { method: "POST", headers, body });
    const { data, errors } = await response.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return { policy: response.headers.get("x-hub-policy"), found: data._entities[0] };
  };
  const doctor = async (check: "policy" | "federation", subgraphs: Record<string, string>) =>
    checks[check]?.(
      {
        config: config({
          ...policy(),
          federation: {
            gateway: {
              hubUrl: `${hub.address}/subgraph`,
              subgraphs: Object.fromEntries(
                Object.entries(subgraphs).map(([name, url]) => [name, { url, schemaFile: "x", kernel: true }]),
              ),
            },
          },
        }),
        store: hub.store,
        activation: inForce.activation,
      },
      new AbortController().signal,
    );
  const staleUrl = () => {
    const bound = stale.address();
    return `http://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}/subgraph`;
  };

  /** Through the gateway: the hub's part, and that of a school which goes by the version before alone. */
  const visit = async () => {
    const response = await fetch(`${through.address}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: "Bearer near/head",
        "x-hub-purpose": "COMPULSORY_EDUCATION",
      },
      body: JSON.stringify({
        query: "query ($id: ID!) { minor(id: $id) { fullName visitAsked } }",
        variables: { id: child },
      }),
    });
    return response.json();
  };

  /** Through the gateway, and of the hub alone. */
  const refusal = async () => {
    const body = JSON.stringify({
      query: "query ($id: ID!) { minor(id: $id) { citizenNumber } }",
      variables: { id: child },
    });
    const headers = {
      "content-type": "application/json",
      authorization: "Bearer near/head",
      "x-hub-purpose": "COMPULSORY_EDUCATION",
    };
    return Promise.all(
      [through.address, hub.address].map(async (at) => {
        const response = await fetch(`${at}/graphql`, { method: "POST", headers, body });
        return { policy: response.headers.get("x-hub-policy"), text: await response.text() };
      }),
    );
  };

  describe("the stricter answer of it and the version before stands", () => {
    it("at the hub, which names both", async () => {
      expect(await home()).toEqual({
        policy: BOTH,
        data: { minor: { homeAddress: null, township: { name: "柳河镇" } } },
      });
    });

    it("at the gateway, for as long as the hub says so, in the hub's words", async () => {
      const [gateway, alone] = await refusal();
      expect(gateway).toEqual(alone);
      expect(gateway).toEqual({ policy: BOTH, text: expect.stringContaining("FIELD_NOT_SHARED") });
    });

    it("through the gateway, of an agency that goes by the one before", async () => {
      expect(await visit()).toEqual({ data: { minor: { fullName: PERSONAL.child, visitAsked: true } } });
    });

    it("in the hub's word, which names both", async () => {
      expect(await word()).toMatchObject({ policy: BOTH, levels: { R13: "X" } });
    });

    it.each([
      ["both", BOTH],
      ["the new one", String(CURRENT)],
      ["the one before", String(PREVIOUS)],
    ])("at an agency, under a word of %s", async (_which, under) => {
      expect(await atSchool(under)).toEqual({ policy: BOTH, found: { attendance: null, visitAsked: true } });
    });
  });

  it("an older one still opens nothing, and the doctor names who goes by it", async () => {
    await expect(atSchool("0 old")).rejects.toThrow('"reason":"OTHER_POLICY"');
    expect(await doctor("federation", { school: `${school.address}/subgraph`, station: staleUrl() })).toMatchObject({
      state: "watch",
      said: [expect.stringMatching(/^Fenced off.*: station \(0 old\)/), expect.stringContaining("station")],
    });
  });

  it("the doctor names whose clock differs by more than words may", async () => {
    says = { "x-hub-policy": String(CURRENT), date: new Date(Date.now() - TEN_MINUTES).toUTCString() };
    expect(await doctor("federation", { station: staleUrl() })).toMatchObject({
      state: "watch",
      said: [expect.stringMatching(/^Clocks differ.*: station (599|600|601) s$/), expect.stringContaining("station")],
    });
  });

  it("the doctor says which versions hold, until when, and that all go by them", async () => {
    expect(await doctor("policy", {})).toMatchObject({
      state: "ok",
      said: [expect.stringMatching(/^Version \d+ .*until 20.* version 1 .* holds beside it/), expect.any(String)],
    });
    expect(await doctor("federation", { school: `${school.address}/subgraph` })).toMatchObject({ state: "ok" });
    expect(await doctor("federation", { nobody: "http://127.0.0.1:9/subgraph" })).toMatchObject({ state: "watch" });
  });

  it("two that differ in who writes a group do not hold at once: the start is refused, and says in what", async () => {
    writeTables("writers", { ...edited("R13 writers := SCHOOL"), version: "1\n" });
    const other = config({ policy: { previous: join(folder, "writers") } });
    const opened = versionsOf(other, inForce, (sql, params) => hub.store.query(sql, params));
    await expect(opened).rejects.toThrow(VersionsIrreconcilable);
    await expect(opened).rejects.toThrow("R13: writers");
  });

  describe("and when they are over", () => {
    beforeAll(() => {
      jest.useFakeTimers({ now: Date.now() + TEN_MINUTES, doNotFake: [...BUT_THE_CLOCK] });
    });
    afterAll(() => {
      jest.useRealTimers();
    });

    it("the new one decides alone, without a restart", async () => {
      expect(await home()).toEqual({
        policy: CURRENT,
        data: { minor: { homeAddress: PERSONAL.address, township: { name: "柳河镇" } } },
      });
      const [gateway, alone] = await refusal();
      expect(gateway).toEqual(alone);
      expect(gateway).toEqual({ policy: CURRENT, text: expect.stringContaining(PERSONAL.number) });
      expect(await word()).toMatchObject({ policy: CURRENT, levels: { R13: "F" } });
      expect(await atSchool(String(CURRENT))).toEqual({
        policy: CURRENT,
        found: { attendance: [{ daysAbsent: 7 }], visitAsked: true },
      });
    });

    it("whoever goes by the one before is fenced off, and not taken for somebody who has nothing", async () => {
      await expect(atSchool(String(PREVIOUS))).rejects.toThrow('"reason":"OTHER_POLICY"');
      expect(await visit()).toMatchObject({
        data: { minor: { fullName: PERSONAL.child, visitAsked: null } },
        errors: [{ extensions: { code: "AGENCY_UNAVAILABLE", agency: "school" } }],
      });
      expect(lines.join()).toContain('"code":"school OTHER_POLICY"');
    });

    it("no restart makes more of them: the database knows when they began", async () => {
      const again = await versionsOf(config(policy()), inForce, (sql, params) => hub.store.query(sql, params));
      expect(again.names()).toEqual([CURRENT]);
      expect(again.all.length).toBe(1);
    });
  });

  describe("which they are, the database knows", () => {
    const held = async (...changes: readonly (readonly [days: number, policy: string | undefined])[]) => {
      await superuser.query("DELETE FROM policy_started");
      for (const [days, policy] of changes)
        await superuser.query("INSERT INTO policy_started (policy, since) VALUES ($1, now() - $2 * interval '1 day')", [
          policy,
          days,
        ]);
      const started = await versionsOf(config(policy()), inForce, async (sql, params) => {
        const { rows } = await serving.query(sql, [...(params ?? [])]);
        return rows;
      });
      return started.names();
    };
    let superuser: pg.Client;
    let serving: pg.Client;
    beforeAll(async () => {
      const { superUrl, url } = await preparedDatabase("tables");
      superuser = new pg.Client({ connectionString: superUrl });
      serving = new pg.Client({ connectionString: url });
      await Promise.all([superuser.connect(), serving.connect()]);
    });
    afterAll(() => Promise.all([superuser?.end(), serving?.end()]));

    it("they begin when a version comes for the first time", async () => {
      expect(await held([30, PREVIOUS])).toEqual([CURRENT, PREVIOUS]);
    });

    it("and again when it comes back after another: who goes by the other is not fenced off", async () => {
      expect(await held([30, CURRENT], [7, PREVIOUS])).toEqual([CURRENT, PREVIOUS]);
    });

    it("but not by a restart", async () => {
      expect(await held([30, PREVIOUS], [7, CURRENT])).toEqual([CURRENT]);
      expect(await held([60, CURRENT], [30, PREVIOUS], [7, CURRENT])).toEqual([CURRENT]);
    });
  });

  const writeTables = (name: string, { version, matrix, posts, purposes }: typeof shipped) => {
    const directory = join(folder, name);
    mkdirSync(directory);
    writeFileSync(join(directory, "VERSION"), version);
    writeFileSync(join(directory, "access-matrix.csv"), matrix);
    writeFileSync(join(directory, "posts.csv"), posts);
    writeFileSync(join(directory, "purposes.csv"), purposes);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "versions-"));
    writeTables("before", BEFORE);
    const keys = await gatewayKeys();
    gateway = keys.key;
    inForce = await policyInForce(config({}));
    const ids = idCipherOf(config({}));
    child = ids.encode("Minor", RECORDS.Minor);
    hub = await startHub(
      "embedded",
      town,
      inForce,
      undefined,
      {
        FEDERATION_GATEWAY_KEYS_FILE: keys.publicFile,
        FEDERATION_RELATION_KEY_FILE: join(folder, "relation.json"),
      },
      JSON.stringify({
        ...policy(),
        federation: { agencies: { school: { agency: ids.encode("Agency", AGENCY), holds: HELD } } },
      }),
    );
    const database = await preparedDatabase("tables");
    const superuser = new pg.Client({ connectionString: database.superUrl });
    await superuser.connect();
    const openSchool = (more: object, asOwner?: AgencyDefinition["asOwner"]) =>
      openAgency(
        parseConfig(
          {
            PORT: "0",
            HUB_DEMO: "0",
            HUB_DATA_DIR: join(folder, "school"),
            DATABASE_URL: database.url,
            DATABASE_MIGRATION_URL: database.migrationUrl,
            FEDERATION_GATEWAY_KEYS_FILE: keys.publicFile,
          },
          JSON.stringify({
            ...more,
            federation: { name: "school", hubKeysFile: publicFileOf(join(folder, "relation.json")) },
          }),
        ),
        { ...SCHOOL, ...(asOwner ? { asOwner } : {}) },
        pino({ level: "silent" }),
      );
    school = await openSchool(policy(), async (_owner, own) => {
      await seedSchool(superuser, own, { lin: child, chen: "M-chen" }, "near/head");
      await superuser.end();
    });
    late = await openSchool({ policy: { directory: join(folder, "before") } });
    const supergraphFile = join(folder, "supergraph.graphql");
    const url = `${late.address}/subgraph`;
    const part = { name: "school", url, sdl: await agencySdl(SCHOOL, "school"), kernel: true, holds: new Set(HELD) };
    writeFileSync(supergraphFile, await compose({ ...inForce, url: `${hub.address}/subgraph` }, [part]));
    through = await openGateway({
      config: config({
        ...policy(),
        federation: { gateway: { supergraphFile, hubUrl: `${hub.address}/subgraph`, keyFile: keys.file } },
      }),
      inForce,
      log: pino({ level: "info" }, { write: (line) => void lines.push(line) }),
      verify: async (bearer) => ({ client: "test", subject: bearer?.replace("Bearer ", "") ?? null }),
    });
    stale = createServer((_request, response) => void response.writeHead(200, says).end());
    await new Promise<void>((listening) => void stale.listen(0, "127.0.0.1", listening));
  });
  afterAll(async () => {
    stale?.close();
    await through?.close();
    await Promise.all([late?.close(), school?.close(), hub?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
});
