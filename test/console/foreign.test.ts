import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import type { Browser } from "playwright-core";
import { parseConfig } from "../../src/config.js";
import type { Hub } from "../../src/server/hub.js";
import { startProduction } from "../../src/server/production.js";
import { freePort } from "../server/own-cluster.js";
import { town } from "../server/town.js";
import { startHub } from "../support/hub.js";
import { preparedDatabase } from "../support/prepared.js";
import { openChromium, textOf, type Visit, visit } from "./browser.js";

const AUDIENCE = "https://minors-hub.example";

describe("the explorer of a hub whose people sign in at an identity provider of their own", () => {
  const folder = mkdtempSync(join(tmpdir(), "hub-foreign-"));
  let issuer: Issuer;
  let hub: Hub;
  let browser: Browser;
  let here: Visit;

  beforeAll(async () => {
    const { url, migrationUrl, superUrl } = await preparedDatabase("tables");
    const database = { HUB_DATA_DIR: folder, DATABASE_URL: url };
    const seeded = await startHub({ url, migrationUrl, superUrl }, town, undefined, undefined, {
      ...database,
      HUB_DEMO: "0",
    });
    await seeded.close();
    const port = await freePort();
    issuer = await foreignIssuer(`http://127.0.0.1:${port}`);
    const settings = { OIDC_ISSUER: issuer.address, OIDC_AUDIENCE: AUDIENCE, OIDC_EXPLORER_CLIENT: "explorer" };
    hub = await startProduction(
      parseConfig({ ...database, ...settings, PORT: String(port), HUB_LOG_LEVEL: "warn" }, null),
    );
    browser = await openChromium();
    here = await visit(browser, hub.address, "en-GB");
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await hub?.close();
    await issuer?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("signs them in there with code and PKCE, and answers them as the directory knows them", async () => {
    await signIn("Sign in", "near/head");
    await here.page.locator(".question .view-line").first().waitFor();
    await here.write("{ viewer { role post } }");
    expect(await here.ask()).toMatch(/"role": "SCHOOL",\s+"post": "HEAD"/);
    expect(await here.page.getByRole("button", { name: "Compare with another post" }).count()).toBe(0);
  });

  it("renews a token that has expired by itself, without a window, and asks again", async () => {
    await expireNext();
    expect(await here.ask()).toContain('"role": "SCHOOL"');
    expect(await here.page.locator(".notice").count()).toBe(0);
  });

  it("says that the sign-in has expired where the provider renews it no more, keeps what was written, and goes on after signing in again", async () => {
    await issuer.restart();
    await expireNext();
    expect(await here.ask()).toContain("The sign-in has expired");
    await signIn("Sign in again", null);
    await here.page.locator(".answer pre").waitFor();
    expect(await here.question()).toBe("{ viewer { role post } }");
    expect(await here.page.locator(".notice").count()).toBe(0);
  });

  it("is told no more than that of somebody whom the directory does not know", async () => {
    await here.page.getByRole("button", { name: "Sign out" }).click();
    await here.context.clearCookies();
    await signIn("Sign in", "nobody");
    await here.page.locator(".notice").waitFor();
    expect(await textOf(here.page.locator(".notice"))).toContain("or the hub does not know you");
  });

  it("has asked nobody but the hub and that provider, and stored nothing", async () => {
    expect([...here.origins].sort()).toEqual([hub.address, issuer.address].sort());
    expect(await here.stored()).toEqual([{}, {}]);
    // The browser's own report of the tokens that were not taken, and that the provider's page has no icon.
    expect(here.consoleErrors.filter((text) => !/status of 40[014]/.test(text))).toEqual([]);
  });

  /** As a person at the provider's page. @param name null = as it stands there */
  async function signIn(button: string, name: string | null): Promise<void> {
    const opened = here.context.waitForEvent("page");
    await here.page.getByRole("button", { name: button, exact: true }).click();
    const popup = await opened;
    if (name !== null) await popup.getByLabel("Name").fill(name);
    const closed = popup.waitForEvent("close");
    await popup.getByRole("button", { name: "Sign in" }).click();
    await closed;
  }

  /** The next question is asked with a token that the hub does not take. */
  const expireNext = () =>
    here.page.route(
      "**/graphql",
      (route) => route.continue({ headers: { ...route.request().headers(), authorization: "Bearer expired" } }),
      { times: 1 },
    );
});

interface Issuer {
  readonly address: string;
  /** It comes back with its key, and remembers nothing else. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

async function foreignIssuer(hub: string): Promise<Issuer> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const address = `http://127.0.0.1:${await freePort()}`;
  const env = {
    PATH: process.env["PATH"],
    ISSUER: address,
    HUB: hub,
    AUDIENCE,
    SIGNING_KEY: JSON.stringify({ ...(await exportJWK(privateKey)), alg: "ES256", use: "sig", kid: "town" }),
  };
  let running: ChildProcess;
  const start = async () => {
    running = spawn(process.execPath, [join(import.meta.dirname, "foreign-issuer.mjs")], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    if (running.stdout) await once(running.stdout, "data");
  };
  const stop = async () => {
    const gone = once(running, "exit");
    running.stdin?.end();
    await gone;
  };
  await start();
  return {
    address,
    stop,
    restart: async () => {
      await stop();
      await start();
    },
  };
}
