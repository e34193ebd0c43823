import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import pg from "pg";
import type { Logger } from "pino";
import { parseConfig } from "../../src/config.js";
import { type PolicyInForce, policyInForce } from "../../src/server/foundation.js";
import { type Hub, openHub } from "../../src/server/hub.js";
import type { IdCipher } from "../../src/store/global-id.js";
import type { TokenClaims } from "../../src/viewer/token.js";
import { unauthenticated } from "../../src/viewer/unauthenticated.js";
import type { DatabaseUrls } from "./database.js";
import { preparedDatabase, prepareFolder } from "./prepared.js";

export interface TestHub extends Hub {
  /** Asks as the person with this OIDC subject (or a client: `client:name`). */
  ask(subject: string, query: string, options?: AskOptions): Promise<Answer>;
  /** PostgreSQL's superuser; the embedded database is reached through its socket. */
  readonly superUrl: string | undefined;
}
export interface AskOptions {
  readonly purpose?: string;
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}
export interface Answer {
  readonly status: number;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  };
  readonly text: string;
  readonly headers: Headers;
}

export type Database = "embedded" | "postgresql";

/** Sends SQL as the superuser, whom row security does not bind: a test's world is built by nobody in it. */
export type Sql = (sql: string, params?: unknown[]) => Promise<unknown>;

/** The policy as it is shipped, activated once a test file. */
let activated: Promise<PolicyInForce> | undefined;
const shipped = () => (activated ??= policyInForce(parseConfig({ HUB_DEMO: "1" }, null)));

/**
 * A hub over HTTP whose tokens are trusted as they are: the token is the subject. Tokens have tests of their own.
 * @param database  a new one of this kind, or one that is there
 * @param settings  text of hub.yaml
 */
export async function startHub(
  database: Database | DatabaseUrls,
  seed: (query: Sql, ids: IdCipher) => Promise<void>,
  inForce?: PolicyInForce,
  log?: Logger,
  environment: Readonly<Record<string, string>> = {},
  settings: string | null = null,
): Promise<TestHub> {
  const folder = mkdtempSync(join(tmpdir(), "hub-"));
  const on =
    database === "postgresql" ? await preparedDatabase("tables") : database === "embedded" ? undefined : database;
  const env = {
    PORT: "0",
    HUB_DATA_DIR: folder,
    HUB_DEMO: "1",
    ...(on ? { DATABASE_URL: on.url, DATABASE_MIGRATION_URL: on.migrationUrl } : {}),
    ...environment,
  };
  const config = parseConfig(env, settings);
  if (config.database.url === undefined) await prepareFolder(config.database.dataDir, "tables");
  const hub = await openHub({
    config,
    publicClients: ["test"],
    verify: tokensAsTheyAre,
    asOwner: async (owner, ids) => {
      if (!on) return seed((sql, params) => owner.query(sql, params), ids);
      const superuser = new pg.Client({ connectionString: on.superUrl });
      await superuser.connect();
      try {
        await seed((sql, params) => superuser.query(sql, params), ids);
      } finally {
        await superuser.end();
      }
    },
    inForce: inForce ?? (await shipped()),
    ...(log ? { log } : {}),
  });
  return {
    ...hub,
    superUrl: on?.superUrl,
    ask: asking(hub.address),
    close: async () => {
      await hub.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The token is the subject, or a client: `client:name`. */
export async function tokensAsTheyAre(bearer: string | undefined): Promise<TokenClaims> {
  const subject = bearer?.replace("Bearer ", "");
  if (!subject) throw unauthenticated("no token");
  return subject.startsWith("client:") ? { client: subject.slice(7), subject: null } : { client: "test", subject };
}

/** Asks whoever serves GraphQL at this address. */
export const asking =
  (address: string): TestHub["ask"] =>
  async (subject, query, { purpose, variables, headers } = {}) => {
    const response = await fetch(`${address}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${subject}`,
        ...(purpose ? { "x-hub-purpose": purpose } : {}),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text), headers: response.headers };
  };
