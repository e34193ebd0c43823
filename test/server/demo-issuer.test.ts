import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { z } from "zod";
import { hubOf } from "../../src/agency/hub-door.js";
import { parseConfig } from "../../src/config.js";
import { bearing } from "../viewer/bearing.js";
import { refusalOf, UNAUTHENTICATED } from "../viewer/refusal.js";

// Watched before the issuer is loaded: its library likes to say on the console what should be done otherwise.
const printed = (["log", "info", "warn", "error"] as const).map((how) => jest.spyOn(console, how));
const { DemoIssuerRefused, startDemoIssuer } = await import("../../src/server/demo-issuer.js");
const { DEMO_CLIENT, DEMO_EXPLORER, requestToken } = await import("../../src/server/demo-token.js");
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
const verifierOf = (issuer: string) => bearing({ issuer, audience: AUDIENCE, jwksUrl: `${issuer}/jwks` });

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

  it("is what an agency's program asks the hub with: kept while it is good, and had anew when the hub refuses it", async () => {
    const tokens: string[] = [];
    const hub = createServer((request, response) => {
      tokens.push(request.headers.authorization ?? "");
      response.statusCode = tokens.length === 2 ? 401 : 200;
      response.end(JSON.stringify({ data: { asked: tokens.length } }));
    });
    await new Promise<void>((listening) => void hub.listen(0, "127.0.0.1", listening));
    const bound = hub.address();
    const clientSecretFile = join(folder, "secret");
    writeFileSync(clientSecretFile, `${ROSTER.secret}\n`);
    const door = hubOf(
      parseConfig(
        {},
        JSON.stringify({
          federation: {
            hub: {
              url: `http://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}/graphql`,
              issuer: demo.issuer,
              clientId: ROSTER.clientId,
              clientSecretFile,
              purpose: "CASE_HANDLING",
            },
          },
        }),
      ),
    );
    const ask = () => door.ask(z.object({ asked: z.number() }), { query: "{ asked }", variables: {} });
    expect([await ask(), await ask(), await ask()]).toEqual([{ asked: 1 }, { asked: 3 }, { asked: 4 }]);
    const [first, second, anew, kept] = tokens;
    expect([second === first, anew === first, kept === anew]).toEqual([true, false, true]);
    expect(await verify(anew?.replace("Bearer ", "") ?? "")).toEqual({ client: "school-roster", subject: null });
    writeFileSync(clientSecretFile, "guess");
    tokens.length = 1; // the hub refuses the token that is kept
    await expect(ask()).rejects.toMatchObject({
      code: "REFUSED_BY_HUB",
      message: expect.stringMatching(/^UNAUTHENTICATED The identity provider gives this system no token/),
    });
    await new Promise((closed) => void hub.close(closed));
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
      expect(await refusalOf(bearing({ ...other, jwksUrl })(token))).toBe(UNAUTHENTICATED);
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
});

describe("signing in by browser", () => {
  const REDIRECT = `${HUB}/signed-in.html`;
  const VERIFIER = "a-verifier-of-forty-three-characters-or-more-";

  it("gives the explorer a token of whoever was chosen, for a code and its verifier", async () => {
    const code = await codeFor("wang");
    const answer = await exchange({ code, code_verifier: VERIFIER });
    const { access_token, id_token } = await answer.json();
    expect(await verify(access_token)).toEqual({ client: DEMO_EXPLORER, subject: "wang" });
    expect(decodeJwt(id_token)).toMatchObject({ aud: DEMO_EXPLORER, sub: "wang", nonce: "n" });
    expect(answer.headers.get("access-control-allow-origin")).toBe(HUB);
  });

  it("asks nothing of who was chosen before, and signs in again", async () => {
    const { location } = await follow(await begin({ login_hint: "li" }));
    expect(location.href).toMatch(new RegExp(`^${REDIRECT}\\?code=`));
  });

  it("shows names in a page without scripts, and escapes them", async () => {
    const { page } = await follow(await begin({}));
    expect(page).toContain("河湾中学 · 王老师");
    expect(page).not.toMatch(/<script/);
  });

  it.each`
    to                                | form
    ${"whoever has another verifier"} | ${{ code_verifier: `${VERIFIER}x` }}
    ${"whoever has none"}             | ${{}}
    ${"another client"}               | ${{ code_verifier: VERIFIER, client_id: DEMO_CLIENT }}
    ${"another redirect"}             | ${{ code_verifier: VERIFIER, redirect_uri: `${HUB}/` }}
  `("gives a good code's token not to $to", async ({ form }) => {
    const answer = await exchange({ code: await codeFor("wang"), ...form });
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('token"');
  });

  it("gives a token to no page of another origin", async () => {
    const form = { code: await codeFor("wang"), code_verifier: VERIFIER };
    expect((await exchange(form, "http://elsewhere.example")).status).toBe(400);
  });

  it.each([
    ["comes back to another address", { redirect_uri: "http://elsewhere.example/" }],
    ["is of another client", { client_id: DEMO_CLIENT }],
    ["has no challenge", { code_challenge: "" }],
  ])("does not begin where the request %s", async (_what, changed) => {
    const { location, page } = await follow(await begin(changed));
    expect(`${location.search}${page}`).toContain("error");
    expect(`${location}${page}`).not.toMatch(/code=|<button/);
  });

  it("belongs to the browser in which it began", async () => {
    const { location } = await follow(await begin({}));
    const page = await fetch(location, {
      method: "POST",
      body: new URLSearchParams({ subject: "wang" }),
      redirect: "manual",
    });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain("sign in again");
  });

  const begin = async (changed: Record<string, string>) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER));
    const parameters = {
      client_id: DEMO_EXPLORER,
      redirect_uri: REDIRECT,
      response_type: "code",
      scope: "openid",
      state: "s",
      nonce: "n",
      prompt: "login",
      code_challenge: Buffer.from(digest).toString("base64url"),
      code_challenge_method: "S256",
      ...changed,
    };
    return new URL(`${demo.issuer}/auth?${new URLSearchParams(parameters)}`);
  };

  /** As a browser with cookies of its own, until a page is shown or it is sent to the explorer. */
  async function follow(start: URL, subject?: string) {
    const cookies = new Map<string, string>();
    let location = start;
    let init: RequestInit = {};
    for (;;) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(location, { ...init, redirect: "manual", headers: { cookie } });
      for (const set of answer.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        cookies.set(name, value);
      }
      const to = answer.headers.get("location");
      const page = await answer.text();
      if (to) location = new URL(to, location);
      if (location.origin === HUB || (!to && (subject === undefined || init.method))) return { location, page };
      init = to ? {} : { method: "POST", body: new URLSearchParams({ subject: subject ?? "" }) };
    }
  }

  const codeFor = async (subject: string) =>
    (await follow(await begin({}), subject)).location.searchParams.get("code") ?? "";

  const exchange = (form: Record<string, string>, origin = HUB) =>
    fetch(`${demo.issuer}/token`, {
      method: "POST",
      headers: { origin },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: DEMO_EXPLORER,
        redirect_uri: REDIRECT,
        ...form,
      }),
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
    const both = bearing({ issuer: other.issuer, audience: AUDIENCE, jwksUrl: `${demo.issuer}/jwks` });
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
