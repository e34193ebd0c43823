import Fastify from "fastify";
import { serveExplorer } from "../../src/server/explorer.js";
import { startHub, type TestHub } from "../support/hub.js";
import { send } from "./asking.js";
import { town } from "./town.js";

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub("embedded", town);
});
afterAll(() => hub?.close());

const get = (path: string) => fetch(hub.address + path);

describe("the explorer's files", () => {
  it("are served to anybody, under a policy that runs and loads nothing from elsewhere", async () => {
    const page = await get("/");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(policy).toContain("connect-src 'self';");
    expect(policy).not.toMatch(/unsafe-eval|data:|blob:|\*|https?:/);
    expect(policy.match(/[a-z-]+ 'self' 'unsafe-inline'/g)).toEqual(["style-src 'self' 'unsafe-inline'"]);
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("are kept by the browser where their name tells what they hold, and asked for again where it does not", async () => {
    const page = await get("/");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const [, script = ""] = /<script[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
    expect((await get(script)).headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  it("say how people sign in: not at all where no client is named", async () => {
    const told = await get("/explorer.json");
    expect(await told.json()).toEqual({ signIn: null });
    expect(told.headers.get("cache-control")).toBe("no-store");
  });

  it.each(["/index", "/assets/", "/assets/none.js", "/src/main.tsx", "/..%2fpackage.json", "/signed-in"])(
    "are all that anybody gets: %s is answered as every path is",
    async (path) => {
      const { text } = await send(hub, { method: "GET", path, as: null });
      expect(text).toBe((await send(hub, { body: "{}", as: null })).text);
    },
  );

  it("are missed aloud where nothing was built", async () => {
    const app = Fastify();
    serveExplorer(app, () => null, import.meta.dirname);
    const { statusCode, body } = await app.inject("/");
    expect(statusCode).toBe(404);
    expect(body).toMatch(/^The explorer is not built: `npm ci` .* GraphQL is at \/graphql/);
  });

  it("are read, not written", async () =>
    expect((await fetch(`${hub.address}/`, { method: "POST" })).status).toBe(401));
});
