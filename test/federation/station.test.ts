import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { STATION } from "../../examples/agencies/station/src/records.js";
import { parseConfig } from "../../src/config.js";
import { freePorts } from "../../src/federated/ports.js";
import { publicFileOf, type SigningKey, signingKeyIn } from "../../src/federation/keys.js";
import { type Request, requestAmongUs } from "../../src/federation/reach.js";
import { relationsFor } from "../../src/federation/relation.js";
import { parsePolicy } from "../../src/policy/load.js";
import type { ShownLevel } from "../../src/policy/policy.js";
import { type Agency, openAgency } from "../../src/server/agency.js";
import { shipped } from "../policy/shipped.js";
import { Authority } from "./authority.js";
import { gatewayKeys, signedCall } from "./gateway.js";

/** As the hub knows a client, and as the station does. */
const CHILD = "M-child";
const key = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const policy = parsePolicy(shipped);

describe("a rescue station that keeps its stays and identity checks at home", () => {
  let station: Agency;
  let gateway: SigningKey;
  let hub: SigningKey;
  /** The station asks for a certificate as well. */
  let asGateway: Request;
  let port: number;

  const ASKED = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Minor {
    stays { foundAt condition leftOn leftFor } inStation identityChecks { kind status checkedOn } } } }`;
  const seen = async (levels: Readonly<Record<string, ShownLevel>>, viewer?: string, assigned = false) => {
    const requestId = randomUUID();
    const who = viewer ?? `request:${requestId}`;
    const binding = {
      audience: "station",
      viewer: who,
      requestId,
      policy: `${policy.version} ${policy.hash}`,
    };
    const relation = relationsFor(hub, binding, [{ id: CHILD, levels, byTheHub: false, assigned }])[0];
    const variables = { r: [{ __typename: "Minor", id: CHILD, relation }] };
    const { headers, body } = await signedCall(
      gateway,
      {
        as: null,
        query: ASKED,
        variables,
        audience: "station",
        requestId,
        purpose: viewer ? "RESCUE_AND_TRACING" : null,
      },
      { viewer: who },
    );
    const response = await asGateway(`https://127.0.0.1:${port}/subgraph`, {
      method: "POST",
      headers,
      body,
      signal: AbortSignal.timeout(5_000),
    });
    return JSON.parse(response.text).data._entities[0];
  };

  const NOTHING = { stays: null, inStation: null, identityChecks: null };
  const STAYS = [{ foundAt: "汽车站", condition: "疲惫,手臂有淤青", leftOn: null, leftFor: null }];
  const CHECKS = [{ kind: "DNA", status: "ASKED_FOR", checkedOn: "2026-03-05" }];

  it.each`
    levels                    | shown                                          | row
    ${{ R41: "F" }}           | ${{ stays: STAYS, inStation: true }}           | ${"R41"}
    ${{ R41: "B" }}           | ${{ inStation: true }}                         | ${"R41"}
    ${{ R34: "X" }}           | ${{ identityChecks: CHECKS }}                  | ${"R34"}
    ${{ R41: "B", R34: "X" }} | ${{ inStation: true, identityChecks: CHECKS }} | ${"R34, R41"}
    ${{}}                     | ${{}}                                          | ${"R34, R41"}
  `("shows $shown at $levels ($row)", async ({ levels, shown }) => {
    expect(await seen(levels)).toEqual({ ...NOTHING, ...shown });
  });

  it.each`
    viewer                    | levels                    | assigned | shown
    ${"person:intake"}        | ${{ R41: "F", R34: "X" }} | ${false} | ${{ stays: STAYS, inStation: true, identityChecks: CHECKS }}
    ${"person:social worker"} | ${{ R41: "F", R34: "X" }} | ${true}  | ${{ stays: STAYS, inStation: true, identityChecks: CHECKS }}
    ${"person:social worker"} | ${{ R41: "F" }}           | ${true}  | ${{ stays: STAYS, inStation: true }}
    ${"person:social worker"} | ${{ R41: "F", R34: "X" }} | ${false} | ${{}}
    ${"person:social worker"} | ${{}}                     | ${true}  | ${{}}
    ${"person:intake"}        | ${{}}                     | ${false} | ${{}}
  `(
    "its own $viewer sees $shown where the hub says $levels, assigned to him $assigned",
    async ({ viewer, levels, assigned, shown }) => {
      expect(await seen(levels, viewer, assigned)).toEqual({ ...NOTHING, ...shown });
    },
  );

  it("has no column for what was compared (R34, PIPL 28)", async () => {
    const columns = await station.store.query<{ name: string }>(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'identity_check' ORDER BY 1",
    );
    expect(columns.map(({ name }) => name)).toEqual(["checked_on", "id", "kind", "minor", "status"]);
  });

  it("is asked nothing where no certificate is shown, not even by its gateway", async () => {
    const call = await signedCall(gateway, { as: null, query: ASKED, variables: { r: [] }, audience: "station" });
    const response = await fetch(`${station.address}/subgraph`, { method: "POST", ...call });
    expect([response.status, (await response.json()).errors[0].extensions.code]).toEqual([401, "ASSERTION_REFUSED"]);
    const over = await asGateway(`https://127.0.0.1:${port}/subgraph`, {
      method: "POST",
      ...call,
      signal: AbortSignal.timeout(5_000),
    });
    expect(over.status).toBe(200);
  });

  const authority = new Authority();
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "station-"));
    const gatewayFiles = await gatewayKeys();
    gateway = gatewayFiles.key;
    hub = signingKeyIn(join(folder, "hub.json"));
    [port = 0] = await freePorts("127.0.0.1", [1], 0);
    asGateway = requestAmongUs(authority.certificate({ use: "client" }), { error() {} });
    const config = parseConfig(
      { PORT: "0", HUB_DATA_DIR: folder, HUB_DEMO: "0", FEDERATION_GATEWAY_KEYS_FILE: gatewayFiles.publicFile },
      JSON.stringify({
        federation: {
          name: "station",
          hubKeysFile: publicFileOf(join(folder, "hub.json")),
          tls: { port, ...authority.certificate({ use: "server" }) },
        },
      }),
    );
    station = await openAgency(
      config,
      {
        ...STATION,
        asOwner: async (owner, ids) => {
          const sql = (text: string, params: unknown[] = []) => owner.query(text, params);
          await sql("INSERT INTO division VALUES (990101000000, '云岭县')");
          await sql(
            `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
             VALUES ($1, 'RESCUE_STATION', '救助管理站', 990101000000, 'STATUTORY_DUTY', '示例')`,
            [key(1)],
          );
          for (const [n, subject, post] of [
            [2, "intake", "INTAKE_WORKER"],
            [3, "social worker", "SOCIAL_WORKER"],
          ] as const)
            await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, $4)", [
              key(n),
              subject,
              key(1),
              post,
            ]);
          await sql(
            `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
             VALUES ($1, $2, 990101000000, '示例', '例', '2014-03-02', 'MALE')`,
            [key(11), ids.ref(key(11))],
          );
          await sql("INSERT INTO minor_link (hub_id, minor) VALUES ($1, $2)", [CHILD, key(11)]);
          await sql(
            "INSERT INTO stay (minor, admitted_at, found_at, condition) VALUES ($1, '2026-03-04T22:10:00+08', '汽车站', '疲惫,手臂有淤青')",
            [key(11)],
          );
          await sql(
            "INSERT INTO identity_check (minor, kind, status, checked_on) VALUES ($1, 'DNA', 'ASKED_FOR', '2026-03-05')",
            [key(11)],
          );
          const source = { record_type: "Minor", record: key(11), agency: key(1), kind: "SOURCE", basis: "示例" };
          await sql("SELECT hub_involve($1)", [JSON.stringify([source])]);
        },
      },
      pino({ level: "silent" }),
    );
  });
  afterAll(async () => {
    await station?.close();
    for (const made of [folder, authority.folder]) rmSync(made, { recursive: true, force: true });
  });
});
