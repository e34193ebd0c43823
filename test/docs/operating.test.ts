import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import pg from "pg";
import { follow } from "./page.js";

const folder = mkdtempSync(join(tmpdir(), "hub-operating-"));
const name = `hub_operating_${process.pid}`;
const cluster = process.env["HUB_TEST_POSTGRES"] ?? "";

describe("docs/operating.md", () => {
  it("leads from an empty server to a hub that is watched, backed up and restored", async () => {
    const { publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwks = join(folder, "jwks.json");
    writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] }));
    const { code, said } = await follow("docs/operating.md", {
      ETC: join(folder, "etc"),
      SERVER: new URL(cluster).host,
      NAME: name,
      HUB_DATA_DIR: join(folder, "data"),
      BACKUP: join(folder, "backup"),
      OIDC_ISSUER: "https://login.invalid",
      OIDC_JWKS_FILE: jwks,
      PORT: String(20_000 + (process.pid % 20_000)),
    });
    expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
    expect(said).toMatch(/^Made .*login hub_operating_\d+_login, database hub_operating_\d+\.$/m);
    expect(said).toContain('{"status":"ready"}');
    expect(said).toMatch(/^ok {5}row-security /m);
    expect(said).toMatch(/^ok {5}hidden .*\n.*\nOK$/m);
    expect(said).not.toMatch(/^(red|watch) /m);
    expect(said.match(/^The disclosure log is intact/gm)).toHaveLength(2);
  });

  afterAll(async () => {
    const admin = new pg.Client({ connectionString: cluster });
    await admin.connect();
    for (const database of [name, `${name}_again`])
      await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    for (const login of ["owner", "login"]) await admin.query(`DROP ROLE IF EXISTS ${name}_${login}`);
    await admin.end();
    rmSync(folder, { recursive: true, force: true });
  });
});
