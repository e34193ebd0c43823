import { once } from "node:events";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from "jose";
import { Fault } from "../../src/errors.js";
import { createTokenVerifier } from "../../src/viewer/token.js";
import { bearing } from "./bearing.js";
import { refusalOf, UNAUTHENTICATED } from "./refusal.js";

const ISSUER = "https://login.example/realms/town";
const AUDIENCE = "minors-hub";
const NOW = Math.floor(Date.now() / 1000);
const PERSON = { iss: ISSUER, aud: AUDIENCE, client_id: "portal", sub: "wang.fang", iat: NOW, exp: NOW + 300 };

const TIMERS = ["nextTick", "queueMicrotask", "setImmediate", "setInterval", "setTimeout"] as const;

const keys = {
  ES256: await key("ES256"),
  PS256: await key("PS256"),
  EdDSA: await key("EdDSA"),
  RS256: await key("RS256"),
};
const stranger = await key("ES256");
const folder = mkdtempSync(join(tmpdir(), "hub-token-"));
const jwksFile = join(folder, "jwks.json");
writeKeys(Object.values(keys).map(({ jwk }) => jwk));
afterAll(() => rmSync(folder, { recursive: true }));

const verifyHeader = createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksFile });
const verify = bearing({ issuer: ISSUER, audience: AUDIENCE, jwksFile });

describe("a token that is good", () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW * 1000, doNotFake: [...TIMERS] }));
  afterEach(() => jest.useRealTimers());

  it("names the client and the person", async () =>
    expect(await verifyHeader(`Bearer ${await token()}`)).toEqual({ client: "portal", subject: "wang.fang" }));

  it("names the client alone when it is the client's own", async () =>
    expect(await verify(await token({ sub: "portal" }))).toEqual({ client: "portal", subject: null }));

  it.each`
    what                                      | claims                                   | header
    ${"signed with PS256"}                    | ${{}}                                    | ${{ alg: "PS256" }}
    ${"signed with EdDSA"}                    | ${{}}                                    | ${{ alg: "EdDSA" }}
    ${"for several resources, the hub among"} | ${{ aud: ["registry", AUDIENCE] }}       | ${{}}
    ${"living five minutes"}                  | ${{ exp: NOW + 300 }}                    | ${{}}
    ${"of a clock that is a little ahead"}    | ${{ iat: NOW + 3, exp: NOW + 300 }}      | ${{}}
    ${"expired by less than clocks differ"}   | ${{ iat: NOW - 300, exp: NOW - 1 }}      | ${{}}
    ${"whose typ is written out"}             | ${{}}                                    | ${{ typ: "application/at+jwt" }}
    ${"that says more than is asked"}         | ${{ role: "POLICE_STATION", scope: "" }} | ${{}}
  `("may be $what", async ({ claims, header }) =>
    expect(await verify(await token(claims, header))).toEqual({ client: "portal", subject: "wang.fang" }),
  );
});

describe("a header is refused with one body that bears", () => {
  it.each`
    what                               | header
    ${"nothing"}                       | ${undefined}
    ${"an empty text"}                 | ${""}
    ${"a scheme alone"}                | ${"Bearer "}
    ${"another scheme"}                | ${"Basic cG9ydGFsOnNlY3JldA=="}
    ${"garbage"}                       | ${"open sesame"}
    ${"garbage in three parts"}        | ${"Bearer a.b.c"}
    ${"a hundred thousand characters"} | ${`Bearer ${"x".repeat(100_000)}`}
    ${"a good token without a scheme"} | ${() => token()}
    ${"one with another scheme"}       | ${async () => `DPoP ${await token()}`}
    ${"two"}                           | ${async () => `Bearer ${await token()}, Bearer ${await token()}`}
  `("$what", async ({ header }) => {
    expect(await refusalOf(verifyHeader(typeof header === "function" ? await header() : header))).toBe(UNAUTHENTICATED);
  });
});

describe("a token that is not good is refused with one body:", () => {
  it.each`
    what                                  | bearer
    ${"alg none"}                         | ${() => unsigned({ alg: "none", typ: "at+jwt" })}
    ${"alg None"}                         | ${() => unsigned({ alg: "None", typ: "at+jwt" })}
    ${"HS256 with the public key as PEM"} | ${async () => sharedSecret(await exportSPKI(keys.ES256.publicKey))}
    ${"HS256 with the public key as JWK"} | ${() => sharedSecret(JSON.stringify(keys.ES256.jwk))}
    ${"RS256, though the key is known"}   | ${() => token({}, { alg: "RS256" })}
    ${"a stranger's key"}                 | ${() => token({}, { kid: "stranger" }, stranger.privateKey)}
    ${"a stranger's key by a known name"} | ${() => token({}, {}, stranger.privateKey)}
    ${"its own key inside"}               | ${() => token({}, { jwk: stranger.jwk }, stranger.privateKey)}
    ${"claims changed after signing"}     | ${changed}
    ${"another issuer"}                   | ${() => token({ iss: "https://login.example/realms/other" })}
    ${"no issuer"}                        | ${() => token({ iss: undefined })}
    ${"another audience"}                 | ${() => token({ aud: "registry" })}
    ${"no audience"}                      | ${() => token({ aud: undefined })}
    ${"an ID token's typ"}                | ${() => token({}, { typ: "JWT" })}
    ${"no typ"}                           | ${withoutType}
    ${"expired"}                          | ${() => token({ iat: NOW - 600, exp: NOW - 60 })}
    ${"no expiry"}                        | ${() => token({ exp: undefined })}
    ${"no time of issue"}                 | ${() => token({ iat: undefined })}
    ${"a life of more than five minutes"} | ${() => token({ exp: NOW + 301 })}
    ${"issued in the future, to live on"} | ${() => token({ iat: NOW + 86_400, exp: NOW + 90_000 })}
    ${"not valid yet"}                    | ${() => token({ nbf: NOW + 60 })}
    ${"no client"}                        | ${() => token({ client_id: undefined })}
    ${"a client that is no text"}         | ${() => token({ client_id: { $ne: null } })}
    ${"an empty client"}                  | ${() => token({ client_id: "" })}
    ${"no subject"}                       | ${() => token({ sub: undefined })}
    ${"a subject that is no text"}        | ${() => token({ sub: ["wang.fang"] })}
  `("$what", async ({ bearer }) => {
    const answer = refusalOf(verify(await bearer()));
    expect(await answer).toBe(UNAUTHENTICATED);
  });

  it("why, only the hub's own log learns, and no claim's value", async () => {
    const refusals = await Promise.allSettled([verifyHeader(undefined), verify(await token({ aud: "registry" }))]);
    const errors = refusals.map((refusal) => (refusal.status === "rejected" ? refusal.reason : undefined));
    expect(errors.map(({ cause }) => cause)).toEqual(["no bearer token", 'unexpected "aud" claim value']);
    for (const error of errors) expect(Object.keys(error)).not.toContain("cause");
  });
});

describe("a token that was found good", () => {
  const keepMs = 5_000;
  const file = join(folder, "kept.json");
  const allow = (...jwks: JWK[]) => writeFileSync(file, JSON.stringify({ keys: jwks }));
  const keeping = () => bearing({ issuer: ISSUER, audience: AUDIENCE, jwksFile: file, keepMs });
  const at = (seconds: number) => jest.setSystemTime((NOW + seconds) * 1000);

  // Time stands still but for `at`; everything else runs as ever.
  beforeEach(() => jest.useFakeTimers({ now: NOW * 1000, doNotFake: [...TIMERS] }));
  afterEach(() => jest.useRealTimers());

  it("is good for a while without its key, and no longer", async () => {
    allow(keys.ES256.jwk);
    const [kept, unseen, check] = [await token(), await token({ sub: "li.na" }), keeping()];
    expect(await check(kept)).toMatchObject({ subject: "wang.fang" });
    allow(stranger.jwk);
    utimesSync(file, NOW + 10, NOW + 10);
    at(4);
    expect(await check(kept)).toMatchObject({ subject: "wang.fang" });
    expect(await refusalOf(check(unseen))).toBe(UNAUTHENTICATED);
    at(6);
    expect(await refusalOf(check(kept))).toBe(UNAUTHENTICATED);
  });

  it("is not good for longer than it lives", async () => {
    allow(keys.ES256.jwk);
    const check = keeping();
    const short = await token({ iat: NOW - 10, exp: NOW + 1 });
    expect(await check(short)).toMatchObject({ subject: "wang.fang" });
    allow(stranger.jwk);
    utimesSync(file, NOW + 20, NOW + 20);
    at(2);
    expect(await refusalOf(check(short))).toBe(UNAUTHENTICATED);
  });

  it("lends its being good to no other token", async () => {
    allow(keys.ES256.jwk);
    const check = keeping();
    await check(await token());
    expect(await refusalOf(check(await changed()))).toBe(UNAUTHENTICATED);
  });
});

describe("keys in a file", () => {
  it("are read again when the file changes: the new key counts and the old one does not", async () => {
    const [before, after] = [await token(), await token({}, {}, stranger.privateKey)];
    expect(await verify(before)).toMatchObject({ client: "portal" });
    expect(await refusalOf(verify(after))).toBe(UNAUTHENTICATED);
    writeKeys([{ ...stranger.jwk, kid: "ES256" }], NOW + 1);
    expect(await verify(after)).toMatchObject({ client: "portal" });
    expect(await refusalOf(verify(before))).toBe(UNAUTHENTICATED);
    writeKeys(
      Object.values(keys).map(({ jwk }) => jwk),
      NOW + 2,
    );
    expect(await verify(before)).toMatchObject({ client: "portal" });
  });

  it.each`
    what              | contents
    ${"is not there"} | ${undefined}
    ${"is not JSON"}  | ${"-----BEGIN PUBLIC KEY-----"}
    ${"has no keys"}  | ${"{}"}
  `("are the hub's fault, not the caller's, when the file $what", async ({ contents }) => {
    const file = join(folder, "other.json");
    rmSync(file, { force: true });
    if (contents !== undefined) writeFileSync(file, contents);
    const unable = bearing({ issuer: ISSUER, audience: AUDIENCE, jwksFile: file });
    await expect(token().then(unable)).rejects.toThrow(Fault);
    expect(await refusalOf(unable("garbage"))).toBe(UNAUTHENTICATED);
  });
});

describe("keys at an address", () => {
  it("are a fault while they cannot be fetched, and nobody's once they can", async () => {
    let status = 503;
    const server = createServer((_request, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ keys: [keys.ES256.jwk] }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const jwksUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/jwks`;
    const remote = bearing({ issuer: ISSUER, audience: AUDIENCE, jwksUrl });

    await expect(token().then(remote)).rejects.toThrow(Fault);
    status = 200;
    expect(await remote(await token())).toMatchObject({ client: "portal" });
    expect(await refusalOf(token({}, { kid: "stranger" }, stranger.privateKey).then(remote))).toBe(UNAUTHENTICATED);

    server.close();
    server.closeAllConnections();
    const unreachable = bearing({ issuer: ISSUER, audience: AUDIENCE, jwksUrl });
    await expect(token().then(unreachable)).rejects.toThrow(Fault);
  });
});

async function key(alg: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { publicKey, privateKey, jwk: { ...(await exportJWK(publicKey)), kid: alg } };
}

/** @param changedAt seconds; two writes may fall into one tick of the file system's clock */
function writeKeys(jwks: readonly JWK[], changedAt = NOW): void {
  writeFileSync(jwksFile, JSON.stringify({ keys: jwks }));
  utimesSync(jwksFile, changedAt, changedAt);
}

/** A good token, but for what is given; undefined takes a claim out. */
function token(claims: object = {}, header: Partial<JWTHeaderParameters> = {}, by?: CryptoKey): Promise<string> {
  const alg = header.alg ?? "ES256";
  const [, known] = Object.entries(keys).find(([name]) => name === alg) ?? [];
  return new SignJWT({ ...PERSON, ...claims })
    .setProtectedHeader({ alg, kid: alg, typ: "at+jwt", ...header })
    .sign(by ?? known?.privateKey ?? stranger.privateKey);
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

const unsigned = (header: object) => `${base64url(header)}.${base64url(PERSON)}.`;

const sharedSecret = (secret: string) =>
  new SignJWT(PERSON).setProtectedHeader({ alg: "HS256", kid: "ES256", typ: "at+jwt" }).sign(Buffer.from(secret));

function withoutType(): Promise<string> {
  return new SignJWT(PERSON).setProtectedHeader({ alg: "ES256", kid: "ES256" }).sign(keys.ES256.privateKey);
}

async function changed(): Promise<string> {
  const [header, , signature] = (await token()).split(".");
  return [header, base64url({ ...PERSON, sub: "head.of.police" }), signature].join(".");
}
