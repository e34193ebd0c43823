import { on, once } from "node:events";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { jest } from "@jest/globals";
import pino from "pino";
import { parseConfig } from "../../src/config.js";
import { freePorts } from "../../src/federated/ports.js";
import type { CertificateFiles } from "../../src/federation/certificates.js";
import { compose } from "../../src/federation/compose.js";
import { publicFileOf, type SigningKey, signingKeyIn } from "../../src/federation/keys.js";
import { checkPort } from "../../src/server/door.js";
import { type PolicyInForce, policyInForce } from "../../src/server/foundation.js";
import { type Gateway, openGateway } from "../../src/server/gateway/gateway.js";
import { RECORDS, town } from "../server/town.js";
import { asking, startHub, type TestHub, tokensAsTheyAre } from "../support/hub.js";
import { agencySdl } from "./agency-sdl.js";
import { Authority } from "./authority.js";
import { signedCall } from "./gateway.js";

const MINOR = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Minor { fullName } } }";
const ANSWER = { data: { _entities: [{ fullName: "陆晴晴" }] } };
const HOST = "127.0.0.1";
type Sent = Awaited<ReturnType<typeof signedCall>>;

describe("/subgraph where a certificate is asked for", () => {
  let hub: TestHub;
  let port: number;
  let key: SigningKey;
  let inForce: PolicyInForce;
  const folder = mkdtempSync(join(tmpdir(), "tls-"));
  const file = (name: string) => join(folder, name);
  const ours = new Authority();
  const theirs = new Authority();
  const TRUST = { ca: readFileSync(ours.caFile) };
  const asClient = ({ certificateFile, keyFile, caFile: _theirs, ...more }: CertificateFiles & ConnectionOptions) => ({
    ...TRUST,
    ...shownBy({ certificateFile, keyFile }),
    ...more,
  });
  /** What the hub is started with; tests put other files in their place, and these back. */
  const hubs = ours.certificate({ use: "server" });
  const gateways = ours.certificate({ use: "client" });
  const inUse = { certificateFile: file("hub.pem"), keyFile: file("hub.key"), caFile: file("ca.pem") };
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line) => void lines.push(line) });

  const over = (files: (CertificateFiles & ConnectionOptions) | null, sent: Sent, path = "/subgraph") =>
    new Promise<{ status?: number | undefined; body?: unknown; ended?: true }>((resolve) => {
      const asked = request(
        {
          host: HOST,
          port,
          path,
          method: "POST",
          headers: sent.headers,
          agent: false,
          ...(files ? asClient(files) : TRUST),
        },
        async (response) => resolve({ status: response.statusCode, body: JSON.parse(await text(response)) }),
      );
      asked.on("error", () => resolve({ ended: true })).end(sent.body);
    });
  const dial = (files: CertificateFiles, more: ConnectionOptions = {}) =>
    new Promise<TLSSocket>((connected, failed) => {
      const socket = connect({ host: HOST, port, ...asClient(files), ...more }, () => connected(socket));
      socket.once("error", failed);
      dialled.push(socket);
    });
  const dialled: TLSSocket[] = [];
  const refusedSoFar = async () => {
    const told = await fetch(`${hub.address}/metrics`, { headers: { authorization: "Bearer operator" } });
    return Number(/^hub_certificates_refused_total (\d+)$/m.exec(await told.text())?.[1]);
  };
  const call = (as: string | null = "near/head") => {
    const id = hub.questions.world.ids.encode("Minor", RECORDS.Minor);
    return signedCall(key, { as, query: MINOR, variables: { r: [{ __typename: "Minor", id }] } });
  };

  const put = (files: Partial<CertificateFiles>) => {
    for (const kind of ["certificateFile", "keyFile", "caFile"] as const)
      if (files[kind] !== undefined) copyFileSync(files[kind], inUse[kind]);
  };

  describe("answers", () => {
    it("a gateway whose certificate the authority has signed", async () => {
      expect(await over(gateways, await call())).toMatchObject({ status: 200, body: ANSWER });
    });

    it.each`
      who                                         | files                                                          | why
      ${"who has none"}                           | ${null}                                                        | ${"ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE"}
      ${"who signed his own"}                     | ${theirs.selfSigned()}                                         | ${"DEPTH_ZERO_SELF_SIGNED_CERT"}
      ${"of another authority"}                   | ${theirs.certificate({ use: "client" })}                       | ${"UNABLE_TO_VERIFY_LEAF_SIGNATURE"}
      ${"whose certificate has ended"}            | ${ours.certificate({ use: "client", days: -1 })}               | ${"CERT_HAS_EXPIRED"}
      ${"with a server's of the same authority"}  | ${ours.certificate({ use: "server" })}                         | ${"INVALID_PURPOSE"}
      ${"of another name, of the same authority"} | ${ours.certificate({ use: "client", name: "portal.example" })} | ${"ANOTHER_NAME"}
      ${"of a name below it"}                     | ${ours.certificate({ use: "client", name: "*.example" })}      | ${"ANOTHER_NAME"}
      ${"who speaks TLS 1.2"}                     | ${{ ...gateways, maxVersion: "TLSv1.2" }}                      | ${"ERR_SSL_UNSUPPORTED_PROTOCOL"}
    `("nobody $who, whatever he has signed: not a byte, and why stands in the log ($why)", async ({ files, why }) => {
      const refusals = await refusedSoFar();
      lines.length = 0;
      expect(await over(files, await call())).toEqual({ ended: true });
      expect(lines.filter((line) => line.includes("refused")).map((line) => JSON.parse(line))).toMatchObject([
        { level: 40, code: "CERTIFICATE_REFUSED", why, msg: "refused" },
      ]);
      expect(lines.join("")).not.toContain("/subgraph");
      expect(await refusedSoFar()).toBe(refusals + 1);
    });

    it("nobody over plain HTTP: the call is not even looked at, and is good over TLS afterwards", async () => {
      const { headers, body } = await call();
      const plain = await fetch(`${hub.address}/subgraph`, { method: "POST", headers, body });
      expect(plain.status).toBe(401);
      expect((await plain.json()).errors[0].extensions.code).toBe("ASSERTION_REFUSED");
      expect(lines.join("")).toContain('"why":"asked where no certificate is shown"');
      expect(await over(gateways, { headers, body })).toMatchObject({ status: 200, body: ANSWER });
    });

    it("no certificate by itself: the assertion is asked for as before", async () => {
      const { headers, body } = await call();
      const { "x-hub-assertion": _none, ...others } = headers;
      expect(await over(gateways, { headers: others, body })).toMatchObject({
        status: 401,
        body: { errors: [{ extensions: { code: "ASSERTION_REFUSED" } }] },
      });
    });
  });

  it("leaves the other doors to those who have no certificate, and does not open them beside it", async () => {
    expect((await fetch(`${hub.address}/healthz`)).status).toBe(200);
    expect((await hub.ask("near/head", "{ viewer { post } }")).status).toBe(200);
    expect((await fetch(hub.address)).headers.get("content-type")).toContain("text/html");
    const { headers, body } = await call();
    expect((await over(gateways, { headers, body }, "/graphql")).status).toBe(404);
  });

  it("is closed again, and nothing goes on, where the other door cannot be opened any more", async () => {
    const [taken = 0, guarded = 0] = await freePorts(HOST, [1, 1], 0);
    const begun = jest.spyOn(globalThis, "setInterval");
    const ended = jest.spyOn(globalThis, "clearInterval");
    const other = createNetServer();
    const starts = startHub(
      "embedded",
      // The ports have been looked at by then.
      async () => void (await once(other.listen(taken, HOST), "listening")),
      inForce,
      log,
      {
        PORT: String(taken),
        FEDERATION_GATEWAY_KEYS_FILE: publicFileOf(file("gateway.json")),
        FEDERATION_TLS_PORT: String(guarded),
        FEDERATION_TLS_CERTIFICATE_FILE: hubs.certificateFile,
        FEDERATION_TLS_KEY_FILE: hubs.keyFile,
        FEDERATION_TLS_CA_FILE: hubs.caFile,
      },
    );
    try {
      await expect(starts).rejects.toMatchObject({ code: "EADDRINUSE" });
      await checkPort({ host: HOST, port: guarded });
      const rounds = begun.mock.results.map(({ value }) => value);
      expect(rounds.length).toBeGreaterThanOrEqual(3); // sweep, doctor, statistics
      expect(ended.mock.calls.map(([round]) => round)).toEqual(expect.arrayContaining(rounds));
    } finally {
      begun.mockRestore();
      ended.mockRestore();
      other.close();
    }
  });

  describe("goes by what is in its files and by the clock now, without a restart:", () => {
    afterEach(() => put(hubs));

    it("a renewed certificate is shown to the next, and whoever is connected is asked to come again", async () => {
      const connected = await dial(gateways);
      const renewed = ours.certificate({ use: "server" });
      expect(await healthOn(connected)).toContain("keep-alive");
      put(renewed);
      expect(await healthOn(connected)).toContain("close");
      expect((await dial(gateways)).getPeerX509Certificate()?.toString()).toBe(
        readFileSync(renewed.certificateFile, "utf8"),
      );
    });

    it("whose certificate ends while he is connected is asked to come again", async () => {
      const connected = await dial(gateways);
      expect(await healthOn(connected)).toContain("keep-alive");
      const later = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 31 * 86_400_000);
      try {
        expect(await healthOn(connected)).toContain("close");
      } finally {
        later.mockRestore();
      }
    });

    it("a certificate whose key is not there yet changes nothing, and is told", async () => {
      put({ certificateFile: ours.certificate({ use: "server" }).certificateFile });
      expect(await over(gateways, await call())).toMatchObject({ status: 200 });
      expect(lines.join("")).toContain(`${inUse.keyFile} is not the key of the certificate`);
    });

    it("who was let in by an authority that is gone is let in no more", async () => {
      put({ caFile: theirs.caFile });
      expect(await over(gateways, await call())).toEqual({ ended: true });
      expect(await over(theirs.certificate({ use: "client" }), await call())).toMatchObject({ status: 200 });
    });

    it("nobody is let in by what he kept of a connection: the certificate is looked at each time", async () => {
      const before = await dial(gateways);
      const session = await new Promise<Buffer>((kept) => before.once("session", kept));
      const again = await dial(gateways, { session });
      expect(await healthOn(again)).toContain("keep-alive");
      expect(again.isSessionReused()).toBe(false);
    });
  });

  describe("and a gateway that shows one", () => {
    let gateway: Gateway;
    const shown = { certificateFile: file("g.pem"), keyFile: file("g.key"), caFile: ours.caFile };
    const show = ({ certificateFile, keyFile }: CertificateFiles) => {
      copyFileSync(certificateFile, shown.certificateFile);
      copyFileSync(keyFile, shown.keyFile);
    };
    const stranger = createServer(shownBy(theirs.certificate({ use: "server" })), () => {
      throw new Error("Nothing is sent to whom the gateway does not know");
    });

    it("has its questions answered, also by a certificate that it was given meanwhile", async () => {
      const ask = () => asking(gateway.address)("near/head", "{ viewer { post } }");
      expect((await ask()).body).toEqual({ data: { viewer: { post: "HEAD" } } });
      show(ours.certificate({ use: "client", days: -1 }));
      expect((await ask()).body.errors?.[0]?.extensions["code"]).toBe("HUB_UNAVAILABLE");
      expect(lines.join("")).toContain('"code":"CERTIFICATE_REFUSED","why":"CERT_HAS_EXPIRED"');
      show(ours.certificate({ use: "client" }));
      expect((await ask()).body).toEqual({ data: { viewer: { post: "HEAD" } } });
    });

    it("loses no question while both sides renew theirs", async () => {
      const asked = Array.from({ length: 40 }, async (_, n) => {
        await sleep(5 * n);
        return (await asking(gateway.address)("near/head", "{ viewer { post } }")).status;
      });
      await sleep(100);
      put(ours.certificate({ use: "server" }));
      show(ours.certificate({ use: "client" }));
      expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    });

    it("asks nobody whose certificate is of another authority: his part is missing, and why stands in its log", async () => {
      const { body } = await asking(gateway.address)("near/head", "{ viewer { agency { name openingHours } } }");
      expect(body).toMatchObject({
        data: { viewer: { agency: { name: "near/head", openingHours: null } } },
        errors: [{ extensions: { code: "AGENCY_UNAVAILABLE", agency: "library" } }],
      });
      expect(lines.join("")).toContain("library UNREACHABLE UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    });

    it("is not ready while others can read its key, or its certificate has ended", async () => {
      chmodSync(file("gateway.json"), 0o644);
      show(ours.certificate({ use: "client", days: -1 }));
      const exposed = await open();
      const { errors } = await (await fetch(`${exposed.address}/readyz`)).json();
      expect(errors[0]).toMatchObject({
        message: "The gateway is not ready: gateway-certificates, gateway-key-file",
        extensions: { code: "NOT_READY", checks: ["gateway-certificates", "gateway-key-file"] },
      });
      await exposed.close();
      chmodSync(file("gateway.json"), 0o600);
      show(gateways);
    });

    let open: () => Promise<Gateway>;
    beforeAll(async () => {
      show(gateways);
      await new Promise<void>((listening) => void stranger.listen(0, HOST, listening));
      const address = stranger.address();
      const library = {
        name: "library",
        url: `https://${HOST}:${typeof address === "object" ? address?.port : ""}/subgraph`,
        sdl: agencySdl('type Agency @key(fields: "id") { id: ID! openingHours: String }'),
        kernel: false,
        holds: new Set<string>(),
      };
      const hubUrl = `https://${HOST}:${port}/subgraph`;
      writeFileSync(file("supergraph.graphql"), await compose({ ...inForce, url: hubUrl }, [library]));
      const config = parseConfig(
        { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder },
        JSON.stringify({ federation: { gateway: { hubUrl, tls: shown } } }),
      );
      open = () => openGateway({ config, inForce, log, verify: tokensAsTheyAre });
      gateway = await open();
    });
    afterAll(async () => {
      await gateway?.close();
      stranger.close();
    });
  });

  beforeAll(async () => {
    key = signingKeyIn(file("gateway.json"));
    copyFileSync(hubs.certificateFile, inUse.certificateFile);
    copyFileSync(hubs.keyFile, inUse.keyFile);
    copyFileSync(hubs.caFile, inUse.caFile);
    inForce = await policyInForce(parseConfig({ HUB_DEMO: "1" }, null));
    hub = await startHub("embedded", withOperator, inForce, log, {
      FEDERATION_GATEWAY_KEYS_FILE: publicFileOf(file("gateway.json")),
      FEDERATION_TLS_PORT: "0",
      FEDERATION_TLS_CERTIFICATE_FILE: inUse.certificateFile,
      FEDERATION_TLS_KEY_FILE: inUse.keyFile,
      FEDERATION_TLS_CA_FILE: inUse.caFile,
      FEDERATION_TLS_CLIENT_NAME: "gateway.example",
    });
    const address = new URL(hub.guardedAddress ?? "");
    expect([address.protocol, address.hostname]).toEqual(["https:", HOST]);
    port = Number(address.port);
  });
  afterAll(async () => {
    for (const socket of dialled) socket.destroy();
    await hub?.close();
    for (const made of [folder, ours.folder, theirs.folder]) rmSync(made, { recursive: true, force: true });
  });
});

function shownBy({ certificateFile, keyFile }: Omit<CertificateFiles, "caFile">) {
  return { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
}

/** The connection header of the answer to one question on an open connection. */
async function healthOn(socket: TLSSocket): Promise<string> {
  socket.write(`GET /healthz HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  for await (const [chunk] of on(socket, "data", { close: ["close"] }))
    return /^connection: (.*)$/im.exec(String(chunk))?.[1] ?? "";
  throw new Error("ended");
}

/** The town, and who may read metrics. */
async function withOperator(...[sql, ids]: Parameters<typeof town>): Promise<void> {
  await town(sql, ids);
  const id = "00000000-0000-7000-8000-000000000999";
  await sql(
    `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
     VALUES ($1, 'OPERATOR', '运维', 990101101000, 'AGREEMENT', '示例')`,
    [id],
  );
  await sql(
    "INSERT INTO person (id, subject, name, agency, post) VALUES ($1, 'operator', '无名', $1, 'SYSTEM_ADMIN')",
    [id],
  );
}
