import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { createTokenVerifier } from "../../src/viewer/token.js";
import { refusalOf, UNAUTHENTICATED } from "../viewer/refusal.js";

// Watched before the issuer is loaded: its library likes to say on the console what should be done otherwise.
const printed = (["log", "info", "warn", "error"] as const).map((how) => jest.spyOn(console, how));
const { DemoIssuerRefused, startDemoIssuer } = await import("../../src/server/demo-issuer.js");
const { DEMO_CLIENT, requestToken } = await import("../../src/server/demo-token.js");
const { DemoKeysUnreadable } = await import("../../src/server/demo-keys.js");

const AUDIENCE = "minors-hub";
const WANG = {
  subject: "wang",
  name: "王老师",
  agencyName: "河湾中学",
  role: "SCHOOL",
  post: "CLASS_TEACHER",
} as const;
const LI = {
  subject: "li",
  name: "李警官",
  agencyName: "河湾派出所",
  role: "POLICE_STATION",
  post: "DUTY_OFFICER",
} as const;
const ROSTER = { clientId: "school-roster", secret: "s3cret: 100%+1", agencyName: "河湾中学" };

const folder = mkdtempSync(join(tmpdir(), "hub-issuer-"));
const HUB = "http://127.0.0.1:4000";
const options = { host: "127.0.0.1", port: 0, dataDir: join(folder, "data"), audience: AUDIENCE, explorers: [HUB] };
const start = (changes: Partial<Parameters<typeof startDemoIssuer>[0]> = {}) =>
  startDemoIssuer({ ...options, persons: [WANG, LI], clients: [ROSTER], ...changes });
const verifierOf = (issuer: string) => createTokenVerifier({ issuer, audience: AUDIENCE, jwksUrl: `${issuer}/jwks` });

const demo = await start();
const verify = verifierOf(demo.issuer);
afterAll(async () => {
  await demo.close();
  rmSync(folder, { recursive: true });
});

describe("a token of the demo issuer, over HTTP", () => {
  it("names a person of the public demo client", async () =>
    expect(await verify(await demo.tokenFor("wang"))).toEqual({ client: DEMO_CLIENT, subject: "wang" }));

  it("names a department system alone", async () =>
    expect(await verify(await demo.tokenForClient("school-roster"))).toEqual({
      client: "school-roster",
      subject: null,
    }));

  it("names a department system and the person of its agency for whom it asks", async () =>
    expect(await verify(await demo.tokenForClient("school-roster", "wang"))).toEqual({
      client: "school-roster",
      subject: "wang",
    }));

  it("can be had by another process that knows the address", async () => {
    expect(await verify(await requestToken(demo.issuer, { subject: "li" }))).toMatchObject({ subject: "li" });
    expect(await verify(await requestToken(demo.issuer, { client: ROSTER }))).toMatchObject({ subject: null });
  });

  it("is an ES256 access token of 300 s that says nothing about post or agency", async () => {
    const token = await demo.tokenFor("wang");
    const { iat = 0, exp, ...claims } = decodeJwt(token);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "ES256", typ: "at+jwt" });
    expect(exp).toBe(iat + 300);
    const names = { iss: demo.issuer, aud: AUDIENCE, client_id: DEMO_CLIENT, sub: "wang" };
    expect(claims).toEqual({ ...names, jti: expect.any(String) });
  });

  it("is good for its own hub only", async () => {
    const token = await demo.tokenFor("wang");
    const jwksUrl = `${demo.issuer}/jwks`;
    for (const other of [
      { issuer: "https://login.example", audience: AUDIENCE },
      { issuer: demo.issuer, audience: "registry" },
    ])
      expect(await refusalOf(createTokenVerifier({ ...other, jwksUrl })(token))).toBe(UNAUTHENTICATED);
  });
});

describe("the demo issuer gives no token", () => {
  it.each`
    to                                              | as                                                             | words
    ${"a person whom it does not know"}             | ${{ subject: "nobody" }}                                       | ${"no demo person of that subject"}
    ${"a system for a person of another agency"}    | ${{ client: ROSTER, subject: "li" }}                           | ${"people of its own agency only"}
    ${"a system with a wrong secret"}               | ${{ client: { ...ROSTER, secret: "guess" } }}                  | ${"client authentication failed"}
    ${"a system with a wrong secret, for a person"} | ${{ client: { ...ROSTER, secret: "guess" }, subject: "wang" }} | ${"client authentication failed"}
    ${"a system that it does not know"}             | ${{ client: { ...ROSTER, clientId: "stranger" } }}             | ${"client authentication failed"}
  `("to $to", ({ as, words }) => expect(requestToken(demo.issuer, as)).rejects.toThrow(words));

  it.each`
    to                                | form
    ${"the public client by itself"}  | ${{ grant_type: "client_credentials", client_id: DEMO_CLIENT }}
    ${"a system without its secret"}  | ${{ grant_type: "client_credentials", client_id: "school-roster" }}
    ${"a system, for something else"} | ${{ grant_type: "client_credentials", client_id: "school-roster", client_secret: ROSTER.secret, resource: "urn:registry" }}
    ${"two persons at once"}          | ${[["grant_type", "urn:minors-hub:demo-person"], ["client_id", DEMO_CLIENT], ["subject", "wang"], ["subject", "li"]]}
    ${"nobody in particular"}         | ${{ grant_type: "urn:minors-hub:demo-person", client_id: DEMO_CLIENT }}
    ${"whoever sends a code"}         | ${{ grant_type: "authorization_code", client_id: DEMO_CLIENT, code: "x" }}
  `("to $to", async ({ form }) => {
    const answer = await fetch(`${demo.issuer}/token`, { method: "POST", body: new URLSearchParams(form) });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).not.toContain("access_token");
  });

  it("to a web page of another origin", async () => {
    const body = new URLSearchParams({
      grant_type: "urn:minors-hub:demo-person",
      client_id: DEMO_CLIENT,
      subject: "wang",
    });
    const ask = (headers: Record<string, string>) => fetch(`${demo.issuer}/token`, { method: "POST", body, headers });
    expect((await ask({})).status).toBe(200);
    expect((await ask({ origin: "http://elsewhere.example" })).status).toBe(400);
  });

  it("and shows a browser no log-in", async () => {
    const page = await fetch(`${demo.issuer}/auth?client_id=${DEMO_CLIENT}&response_type=code`, {
      headers: { accept: "text/html" },
    });
    expect(page.status).toBe(400);
    const discovered = await fetch(`${demo.issuer}/.well-known/openid-configuration`);
    expect(await discovered.json()).toMatchObject({ jwks_uri: `${demo.issuer}/jwks`, response_types_supported: [] });
  });
});

describe("the demo issuer's keys", () => {
  const file = join(options.dataDir, "demo-issuer-keys.json");

  it("are kept, so that a token is good after a restart; and are readable by their owner only", async () => {
    const first = await start();
    const token = await first.tokenFor("wang");
    await first.close();
    const second = await start({ port: Number(new URL(first.issuer).port) });
    expect(await verifierOf(second.issuer)(token)).toMatchObject({ subject: "wang" });
    await second.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("are of each data folder its own", async () => {
    const other = await start({ dataDir: join(folder, "other") });
    const forged = await other.tokenFor("wang");
    const both = createTokenVerifier({ issuer: other.issuer, audience: AUDIENCE, jwksUrl: `${demo.issuer}/jwks` });
    expect(await refusalOf(both(forged))).toBe(UNAUTHENTICATED);
    await other.close();
  });

  it.each(["", "{", "{}", '{"signing":{"kty":"RSA"},"cookies":["x"]}'])(
    "are not made anew over a damaged file: %j",
    async (contents) => {
      const dataDir = mkdtempSync(join(folder, "damaged-"));
      writeFileSync(join(dataDir, "demo-issuer-keys.json"), contents);
      const refused = start({ dataDir });
      await expect(refused).rejects.toThrow(DemoKeysUnreadable);
      await expect(refused).rejects.toThrow(/demo-issuer-keys.json cannot be used; delete it/);
    },
  );
});

describe("the demo issuer does not start", () => {
  it.each(["0.0.0.0", "::", "192.0.2.7", "hub.example", "127.0.0.1.example", ""])("on %j", async (host) => {
    await expect(start({ host })).rejects.toThrow(DemoIssuerRefused);
  });

  it("in production", async () => {
    const { NODE_ENV } = process.env;
    Object.assign(process.env, { NODE_ENV: "production" });
    try {
      await expect(start()).rejects.toThrow(DemoIssuerRefused);
    } finally {
      Object.assign(process.env, { NODE_ENV });
    }
  });

  it("twice on one port", async () => {
    await expect(start({ port: Number(new URL(demo.issuer).port) })).rejects.toThrow(/EADDRINUSE/);
  });
});

it("the demo issuer prints nothing", () => {
  for (const how of printed) expect(how).not.toHaveBeenCalled();
});

it("a closed demo issuer answers nobody", async () => {
  const closed = await start();
  await closed.close();
  await expect(fetch(`${closed.issuer}/jwks`)).rejects.toThrow();
});
