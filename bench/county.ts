import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import pg from "pg";
import { parseConfig } from "../src/config.js";
import { activateIn, idCipherOf, policyInForce, storeConfigOf } from "../src/server/foundation.js";
import type { IdCipher } from "../src/store/global-id.js";
import { prepare } from "../src/store/store.js";
import { freshDatabase } from "../test/support/database.js";
import { start, stop } from "../test/support/postgres-cluster.mjs";
import { buildWorld, type Size, type Supervisor } from "./world.js";

const ISSUER = "https://issuer.invalid";
const AUDIENCE = "minors-hub";

/** A database with the county in it, and people with tokens. */
export interface County {
  readonly ids: IdCipher;
  readonly supervisors: readonly Supervisor[];
  /** Environment of a hub in production, and of those who take part beside it. */
  readonly hub: NodeJS.ProcessEnv;
  readonly others: NodeJS.ProcessEnv;
  /** Access token of each supervisor. */
  readonly tokens: ReadonlyMap<string, string>;
  /** For files; gone when the county is closed. */
  readonly folder: string;
  close(): Promise<void>;
}

/**
 * Migrates a new database on a PostgreSQL of our own, durable as in production, and loads the county.
 * @param started is told the server's process id
 */
export async function openCounty(size: Size, started: (pid: string) => void = () => {}): Promise<County> {
  const folder = mkdtempSync(join(tmpdir(), "hub-bench-"));
  await start(["fsync=on", "full_page_writes=on", "shared_buffers=512MB"]);
  const { url, migrationUrl, superUrl } = await freshDatabase();
  const config = parseConfig({ DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl, HUB_DATA_DIR: folder }, null);
  const { activation } = await policyInForce(config);
  const ids = idCipherOf(config);
  await prepare(storeConfigOf(config), (owner) => activateIn(owner, activation));

  const superuser = new pg.Client({ connectionString: superUrl });
  await superuser.connect();
  const { rows } = await superuser.query<{ pid: string }>(
    "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid",
  );
  for (const { pid } of rows) started(pid);
  const supervisors = await buildWorld(superuser, ids, size);
  await superuser.end();

  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwks = join(folder, "jwks.json");
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "bench", alg: "ES256" }] }));
  const tokenFor = ({ subject, client }: Supervisor) =>
    new SignJWT({ client_id: client })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "bench" })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(privateKey);
  const tokens = new Map<string, string>();
  for (const supervisor of supervisors) tokens.set(supervisor.subject, await tokenFor(supervisor));

  return {
    ids,
    supervisors,
    hub: {
      DATABASE_URL: url,
      HUB_DATA_DIR: folder,
      OIDC_ISSUER: ISSUER,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_JWKS_FILE: jwks,
      // A race takes longer than a token lives otherwise.
      OIDC_TOKEN_LIFE: "3600",
      PORT: "0",
      NODE_ENV: "production",
    },
    others: { DATABASE_URL: superUrl, HUB_DATA_DIR: folder, NODE_ENV: "production" },
    tokens,
    folder,
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
