import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { GraphQLSchema } from "graphql";
import type { DataSource } from "typeorm";
import { REGISTERS, titleFindings } from "../change/import/index.js";
import { ConfigError, type HubConfig } from "../config.js";
import { ENTITIES, SUBJECTS } from "../domain/index.js";
import { subgraphOf } from "../federation/subgraph.js";
import { type Activation, activate, edgeOpenings, withLeaves } from "../policy/activate.js";
import { loadPolicy } from "../policy/load.js";
import type { Policy } from "../policy/policy.js";
import type { Closing } from "../statistics/close.js";
import { sourceOf, writeSources } from "../statistics/source.js";
import { IdCipher } from "../store/global-id.js";
import type { Query, Store, StoreConfig } from "../store/store.js";
import { buildHubSchema } from "./schema.js";

// What a hub stands on, and what the command line needs of it without serving anything.

/** A policy over the hub's schema; `plain` is the schema without the rule tree. */
export interface PolicyInForce {
  readonly plain: GraphQLSchema;
  readonly activation: Activation;
}

/** The policy of the configuration. @throws ConfigError where the configuration names registers or columns that are none */
export async function policyInForce({ policy: { directory }, registers }: HubConfig): Promise<PolicyInForce> {
  const findings = titleFindings(registers, REGISTERS);
  if (findings.length > 0) throw new ConfigError(findings.join("\n"));
  const policy = await loadPolicy(directory);
  const plain = await buildHubSchema();
  return { plain, activation: await activate(policy, plain) };
}

/** The same policy over the hub's schema as a subgraph: what was asked of the rule tree is not asked again. */
export async function subgraphInForce(
  { plain, activation }: PolicyInForce,
  { federation }: HubConfig,
): Promise<PolicyInForce> {
  const held = new Set(Object.values(federation.agencies).flatMap(({ holds }) => holds));
  const subgraph = subgraphOf(plain, [...held]);
  return { plain: subgraph, activation: await withLeaves(activation, subgraph, new Map()) };
}

export const storeConfigOf = ({ database: { url, migrationUrl, dataDir, poolSize } }: HubConfig): StoreConfig => ({
  url,
  migrationUrl,
  dataDir,
  poolSize,
  entities: ENTITIES,
});

/**
 * Global ids of this hub. Makes the id key where there is none; the demo's is the same everywhere, so that its ids are.
 * @throws DemoKeyInUse
 */
export function idCipherOf({ keys: { file }, demo }: HubConfig): IdCipher {
  const secret = secretIn(file, () => (demo ? DEMO_SECRET : randomBytes(32)));
  if (!demo && secret.equals(DEMO_SECRET)) throw new DemoKeyInUse(file);
  return new IdCipher(secret);
}

const DEMO_SECRET = createHash("sha256").update("minors-hub demo: invented children only").digest();

/**
 * Writes what the policy says about rows and edges, and rebuilds what was derived under another one; writes what is
 * counted for statistics, and how.
 */
export async function activateIn(owner: DataSource, activation: Activation): Promise<void> {
  await owner.query("SELECT hub_activate($1::text[], $2::jsonb)", [
    [...activation.policy.rows.keys()],
    JSON.stringify(edgeOpenings(activation)),
  ]);
  await writeSources(owner, SUBJECTS);
}

/** @throws PolicyNotActivated, also where nothing was migrated yet */
export async function checkActivated(store: Store, activation: Activation): Promise<void> {
  const [table] = await store.query<{ is: string | null }>("SELECT to_regclass('edge_opening')::text AS is");
  if (!table?.is) throw new PolicyNotActivated();
  const rows = await store.query<{ opening: string }>(
    "SELECT concat_ws(' ', edge, role, kind) AS opening FROM edge_opening",
  );
  const stored = new Set(rows.map(({ opening }) => opening));
  const wanted = edgeOpenings(activation).map(({ edge, role, kind }) => `${edge} ${role} ${kind}`);
  if (wanted.length !== stored.size || wanted.some((opening) => !stored.has(opening))) throw new PolicyNotActivated();
  const sources = await store.query<{ statement: string }>("SELECT statement FROM statistics_source");
  const counted = new Set(sources.map(({ statement }) => statement));
  if (
    counted.size !== new Set(SUBJECTS.map(sourceOf)).size ||
    SUBJECTS.some((subject) => !counted.has(sourceOf(subject)))
  )
    throw new PolicyNotActivated();
}

/**
 * The same of an agency that keeps rows at home.
 * @throws PolicyNotActivated a migration or a row of the policy is not there yet; ConfigError a table without row security
 */
export async function checkPreparedAtHome(store: Store, { rows }: Policy): Promise<void> {
  const [table] = await store.query<{ is: string | null }>("SELECT to_regclass('policy_row')::text AS is");
  if (!table?.is) throw new PolicyNotActivated();
  const there = new Set(
    (await store.query<{ name: string }>("SELECT name FROM migration UNION ALL SELECT name FROM policy_row")).map(
      ({ name }) => name,
    ),
  );
  const wanted = [...store.dataSource.migrations.map(({ name }) => name ?? ""), ...rows.keys()];
  if (wanted.some((name) => !there.has(name))) throw new PolicyNotActivated();
  const tables = store.dataSource.entityMetadatas.map(({ tableName }) => tableName);
  const open = await store.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE oid = ANY ($1::regclass[]) AND NOT (relrowsecurity AND relforcerowsecurity)",
    [tables],
  );
  if (open.length > 0)
    throw new ConfigError(
      `tables: expected row security, forced, on ${open.map(({ name }) => name).join(", ")}: CALL hub_held('...') in a migration. 表须强制行级安全。`,
    );
}

/** What is counted when statistics are closed, and what is published of it. */
export const closingOf = ({ statistics: { k } }: HubConfig, policy: Policy): Closing => ({
  policy,
  subjects: SUBJECTS,
  k,
});

/**
 * The ids of a database belong to one key: with another, every id that anybody has kept would mean nothing, and a demo
 * would give tokens for people who are real.
 * @param query as the serving login, or as the owner before anything is written
 * @throws IdKeyForeign
 */
export async function checkIdKey(
  query: Query,
  { fingerprint }: IdCipher,
  { keys: { file } }: HubConfig,
): Promise<void> {
  const [key] = await query<{ fingerprint: string }>("SELECT hub_id_key($1) AS fingerprint", [fingerprint]);
  if (key?.fingerprint !== fingerprint) throw new IdKeyForeign(file);
}

/**
 * The second wall holds for a login that owns nothing, bypasses nothing and is no keeper; to others every row is there.
 * @throws LoginTooMighty
 */
export async function checkServingLogin(store: Store): Promise<void> {
  const [login] = await store.query<{ name: string; mighty: boolean }>(
    `SELECT r.rolname AS name,
            r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, 'hub_keeper', 'MEMBER')
              OR pg_has_role(r.oid, 'hub_statistics', 'MEMBER')
              OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace) AS mighty
       FROM pg_roles r
      WHERE r.rolname = current_user`,
  );
  if (!login || login.mighty) throw new LoginTooMighty(login?.name ?? "");
}

/** The hub's id key; made on the first start, and the same for every hub of one database. */
function secretIn(file: string, make: () => Buffer): Buffer {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Whole or not at all: ids made with half a key would be lost with the next start.
    writeFileSync(`${file}.new`, make(), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file);
}

/** A hub that is no demo was given the folder of one: everybody knows the key, and with it what an id hides. */
export class DemoKeyInUse extends Error {
  readonly code = "DEMO_KEY_IN_USE";
  readonly exitCode = 2;
  constructor(file: string) {
    super(
      `${file} holds the id key of the demo, which is in every copy of this program. Choose another HUB_DATA_DIR ` +
        "(or keys.file), and leave the demo its own. 该标识密钥为公开的演示密钥。",
    );
  }
}

/** The database knows another id key: the hub's own was lost, or the database is not this hub's. */
export class IdKeyForeign extends Error {
  readonly code = "ID_KEY_FOREIGN";
  readonly exitCode = 2;
  constructor(file: string) {
    super(
      `The ids of this database were made with another key than the one in ${file}. Put the key that was kept with ` +
        "the database there (or name its file in keys.file); a demo needs a database of its own. 标识密钥与数据库不符。",
    );
  }
}

/** The policy that this hub has loaded is not the one that the database was prepared for. */
export class PolicyNotActivated extends Error {
  readonly code = "POLICY_NOT_ACTIVATED";
  readonly exitCode = 2;
  constructor() {
    super(
      "The database is not prepared for this version and policy. Run `hub db migrate`, or an agency's own `db migrate`, " +
        "with the migration login. 数据库未按当前版本与政策激活。",
    );
  }
}

/** Row security would not bind the login of DATABASE_URL. */
export class LoginTooMighty extends Error {
  readonly code = "LOGIN_TOO_MIGHTY";
  readonly exitCode = 2;
  constructor(name: string) {
    super(
      `DATABASE_URL: ${name} is a superuser, bypasses row security or owns the tables. Serve with a login that may no ` +
        "more than hub_app, as `hub db init` makes it, and name the owner in DATABASE_MIGRATION_URL. 服务账号权限过大。",
    );
  }
}
