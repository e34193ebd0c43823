import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import pg from "pg";
import { freshDatabase } from "../support/database.js";
import { hub, startBuiltHub } from "./binary.js";

const folder = mkdtempSync(join(tmpdir(), "hub-start-"));
const data = { HUB_DATA_DIR: join(folder, "data"), PORT: "0" };
const taken = createServer((_request, answer) => answer.end("{}")).listen(0, "127.0.0.1");
const port = () => {
  const address = taken.address();
  if (address === null || typeof address === "string") throw new TypeError("It listens on TCP");
  return address.port;
};
beforeAll(async () => {
  if (!taken.listening) await once(taken, "listening");
  cpSync(new URL("../../policies", import.meta.url), join(folder, "policies"), { recursive: true });
  writeFileSync(join(folder, "policies/VERSION"), "seven\n");
  writeFileSync(join(folder, "broken.yaml"), `policy: { directory: ${join(folder, "policies")} }\n`);
});
afterAll(() => {
  taken.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("hub start refuses in words, without a stack, and ends with 2", () => {
  it.each`
    what                          | env                                                                                 | said
    ${"a port that is none"}      | ${() => ({ PORT: "abc" })}                                                          | ${/^PORT: expected a port, 0 to 65535$/m}
    ${"an unknown setting"}       | ${() => ({ HUB_PORT: "1" })}                                                        | ${/^HUB_PORT: unknown variable: did you mean "PORT"\?$/m}
    ${"a demo in production"}     | ${() => ({ NODE_ENV: "production" })}                                               | ${/^NODE_ENV: demo mode refuses production/m}
    ${"no identity provider"}     | ${() => ({ HUB_DEMO: "0" })}                                                        | ${/^OIDC_ISSUER: expected the URL of the identity provider/m}
    ${"an issuer that is silent"} | ${() => ({ HUB_DEMO: "0", OIDC_ISSUER: "http://127.0.0.1:1" })}                     | ${/^The identity provider's keys cannot be found at http:\/\/127\.0\.0\.1:1\/\.well-known\/openid-configuration: .+\. Correct OIDC_ISSUER/m}
    ${"an issuer that is none"}   | ${() => ({ HUB_DEMO: "0", OIDC_ISSUER: `http://127.0.0.1:${port()}` })}             | ${/^The identity provider's keys cannot be found at .*openid-configuration: /m}
    ${"no database there"}        | ${() => ({ HUB_DEMO: "1", DATABASE_URL: "postgres://hub:secret@127.0.0.1:1/hub" })} | ${/^The database 127\.0\.0\.1:1\/hub cannot be opened as hub: .*ECONNREFUSED/m}
    ${"a policy with a mistake"}  | ${() => ({ HUB_CONFIG: join(folder, "broken.yaml") })}                              | ${/^The policy is refused, 1 to mend:\n {2}VERSION:1: not a whole number from 1\. /m}
  `("$what", async ({ env, said }) => {
    const { code, stderr } = await hub(["start"], { ...data, ...env() });
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/^ +at |secret/m);
    expect(code).toBe(2);
  });
});

it("hub start says that its port is taken before it makes a database", async () => {
  const HUB_DATA_DIR = join(folder, "unmade");
  const refused = await hub(["start"], { HUB_DATA_DIR, PORT: String(port()) });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^listen EADDRINUSE.*choose another PORT/) });
  expect(existsSync(HUB_DATA_DIR)).toBe(false);
});

describe("PostgreSQL", () => {
  // Above, the demo has left its id key in the other folder, which a production hub does not take.
  const data = { HUB_DATA_DIR: join(folder, "production"), PORT: "0" };
  const databases: string[] = [];
  afterAll(async () => {
    for (const url of databases) await dropAll(url);
  });

  it("hub db init makes logins and database, hub db migrate the tables, and a hub in production serves them", async () => {
    // Roles belong to the cluster and other tests make them too: here they are there already.
    const { superUrl } = await freshDatabase();
    const name = `hub_init_${process.pid}`;
    const as = (user: string) => {
      const url = new URL(superUrl);
      return Object.assign(url, {
        username: `${name}_${user}`,
        password: "p@ss:word",
        pathname: `/${name}`,
      }).toString();
    };
    databases.push(superUrl);
    const env = {
      ...data,
      DATABASE_ADMIN_URL: superUrl,
      DATABASE_MIGRATION_URL: as("owner"),
      DATABASE_URL: as("login"),
    };
    expect(await hub(["db", "init"], env)).toEqual({
      code: 0,
      stderr: "",
      stdout: `Made login ${name}_owner, login ${name}_login, database ${name}.\n`,
    });
    expect((await hub(["db", "init"], env)).stdout).toBe("All of it was there already.\n");
    expect(await superuserIs(env.DATABASE_URL)).toBe("off");

    const issuer = { OIDC_ISSUER: "https://login.invalid", OIDC_JWKS_FILE: join(folder, "jwks.json") };
    const { publicKey } = await generateKeyPair("ES256", { extractable: true });
    writeFileSync(issuer.OIDC_JWKS_FILE, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] }));
    // Who serves has not the owner's password: without its migration the hub has no tables.
    const serving = { ...data, ...issuer, DATABASE_URL: env.DATABASE_URL };
    const early = await hub(["start"], serving);
    expect(early).toMatchObject({ code: 2, stderr: expect.stringContaining("hub db migrate") });

    const migrated = {
      code: 0,
      stdout: expect.stringMatching(/^The database is up to date; policy version \d+ \(\w{12}\) is active\.\n$/),
    };
    expect(await hub(["db", "migrate"], { ...env, ...issuer })).toMatchObject(migrated);
    expect(await hub(["db", "migrate"], { ...env, ...issuer })).toMatchObject(migrated);

    const doctor = await hub(["doctor"], serving);
    expect(doctor).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^ok {5}row-security /m) });
    expect(doctor.stdout).not.toMatch(/^red|p@ss/m);

    const running = await startBuiltHub(serving);
    expect(running.banner).toMatch(/"msg":"Minors hub at http:\/\/127\.0\.0\.1:\d+\/graphql · policy version \d+ /);
    expect((await fetch(`${running.address}/readyz`)).status).toBe(200);
    expect((await fetch(`${running.address}/graphql`, { method: "POST" })).status).toBe(401);
    const second = await hub(["start"], { ...serving, PORT: new URL(running.address).port });
    expect(second).toMatchObject({ code: 2, stderr: expect.stringMatching(/^listen EADDRINUSE.*choose another PORT/) });
    expect(await running.stop()).toBe(0);
    expect(await hub(["verify-log"], { ...data, DATABASE_URL: env.DATABASE_URL })).toMatchObject({ code: 0 });

    async function superuserIs(url: string): Promise<unknown> {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query("SHOW is_superuser");
      await client.end();
      return rows[0]?.is_superuser;
    }
  }, 120_000);

  it("hub doctor says in words and in JSON what is wrong, and ends with 1", async () => {
    const nowhere = { ...data, HUB_DEMO: "1", DATABASE_URL: "postgres://hub:secret@127.0.0.1:1/hub" };
    const { code, stdout } = await hub(["doctor"], nowhere);
    expect(stdout).toMatch(/^red {4}opening +The database 127\.0\.0\.1:1\/hub cannot be opened as hub: .*\n +→ /m);
    expect(stdout).not.toContain("secret");
    expect(code).toBe(1);
    const json = await hub(["doctor", "--json"], { ...nowhere, PORT: "abc" });
    expect(JSON.parse(json.stdout)).toEqual([
      expect.objectContaining({
        check: "config",
        state: "red",
        said: [expect.stringMatching(/^PORT/), expect.anything()],
      }),
    ]);
    expect(json.code).toBe(1);
  });

  it.each`
    what                             | command      | env                                                                                       | said
    ${"init without an admin"}       | ${"init"}    | ${{ DATABASE_URL: "postgres://a@db/hub", DATABASE_MIGRATION_URL: "postgres://b@db/hub" }} | ${/^DATABASE_ADMIN_URL: expected/}
    ${"init of one login for both"}  | ${"init"}    | ${{ DATABASE_URL: "postgres://a@db/hub", DATABASE_ADMIN_URL: "postgres://b@db/hub" }}     | ${/who serves must not own the tables/}
    ${"migrate of the embedded one"} | ${"migrate"} | ${{}}                                                                                     | ${/^DATABASE_URL: expected the database to migrate/}
  `("refuses $what", async ({ command, env, said }) =>
    expect(await hub(["db", command], { ...data, ...env })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(said),
    }),
  );

  async function dropAll(superUrl: string): Promise<void> {
    const name = `hub_init_${process.pid}`;
    const admin = new pg.Client({ connectionString: superUrl });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    for (const role of ["owner", "login"]) await admin.query(`DROP ROLE IF EXISTS ${name}_${role}`);
    await admin.end();
  }
});
