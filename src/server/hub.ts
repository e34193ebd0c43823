import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import type { GraphQLSchema } from "graphql";
import pino, { type Logger } from "pino";
import type { DataSource } from "typeorm";
import { runChange } from "../change/run.js";
import type { HubConfig } from "../config.js";
import { openDisclosureLog } from "../disclosure/log.js";
import { ENTITIES } from "../domain/index.js";
import { type Activation, activate, edgeOpenings } from "../policy/activate.js";
import { loadPolicy } from "../policy/load.js";
import type { Leaf } from "../policy/tree.js";
import { Questions } from "../read/questions.js";
import { IdCipher } from "../store/global-id.js";
import { Store, type StoreConfig } from "../store/store.js";
import type { TokenClaims } from "../viewer/token.js";
import { createViewers } from "../viewer/viewers.js";
import { MemoryDirectory } from "./directory.js";
import { createHttp } from "./http.js";
import { buildHubSchema } from "./schema.js";
import { RoleViews } from "./views.js";

export interface HubOptions {
  readonly config: HubConfig;
  readonly verify: (bearer: string | undefined) => Promise<TokenClaims>;
  /** Clients that anybody may use for himself (demo). */
  readonly publicClients?: readonly string[];
  /** Runs as the owner, after migration and activation: the demo township. */
  readonly asOwner?: (owner: DataSource, ids: IdCipher, activation: Activation) => Promise<void>;
  /** Leaves that stand in for the policy's own: the flip test. */
  readonly replaced?: ReadonlyMap<string, Leaf>;
  readonly log?: Logger;
}

export interface Hub {
  readonly address: string;
  readonly activation: Activation;
  readonly store: Store;
  readonly questions: Questions;
  /** Directory and viewers are read again: after an import. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** The policy that this hub has loaded is not the one that the database was prepared for. */
export class PolicyNotActivated extends Error {
  readonly code = "POLICY_NOT_ACTIVATED";
  readonly exitCode = 2;
  constructor() {
    super(
      "The database was prepared for another policy. Run `hub db migrate` with the migration login. 数据库未按当前政策激活。",
    );
  }
}

/** How often ended relations are taken out of the arrays, and the directory is read again. */
const SWEEP_EVERY = 30_000;
/** Milliseconds that a closing hub leaves to the questions that are being answered. */
const DRAIN = 10_000;

/** Puts a hub together and starts it: policy -> schema -> rule tree -> store -> log -> HTTP. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { config, log = pino({ level: "warn" }) } = options;
  const { plain, activation } = await policyInForce(config, options.replaced);
  const { policy } = activation;
  const ids = idCipherOf(config);

  const store = await Store.open(storeConfigOf(config), async (owner) => {
    await activateIn(owner, activation);
    await options.asOwner?.(owner, ids, activation);
  });
  try {
    await checkActivated(store, activation);
    const rowNumbers = new Map(
      (await store.query<{ name: string; no: number }>("SELECT name, no FROM policy_row")).map(({ name, no }) => [
        name,
        no,
      ]),
    );
    const directory = await MemoryDirectory.open(store, ids);
    const disclosures = await openDisclosureLog({ pool: store.pool, dataDir: config.database.dataDir });
    const viewers = createViewers({
      query: (sql, params) => store.query(sql, params),
      policy,
      publicClients: options.publicClients ?? [],
    });
    const questions = new Questions(
      {
        schema: activation.schema,
        coordinates: activation.coordinates,
        tables: activation.tables,
        ids,
        directory,
        entity: (target) => store.dataSource.getMetadata(target),
      },
      rowNumbers,
      (name) => store.evict(name),
    );
    const changing = { activation, questions, store, disclosures, demo: config.demo };
    const http = await createHttp({
      activation,
      questions,
      store,
      disclosures,
      directory,
      views: new RoleViews(activation, plain),
      log,
      verify: options.verify,
      viewerOf: (claims) => viewers.of(claims),
      limits: config.limits,
      ready: async () => {
        await store.query("SELECT 1");
      },
      change: (asked, context, plan, info, command) => runChange(changing, asked, context, plan, info, command),
    });
    await http.listen({ host: config.server.host, port: config.server.port });
    const refresh = async () => {
      await directory.refresh();
      viewers.forget();
    };
    const sweep = setInterval(() => {
      store
        .query("SELECT hub_sweep()")
        .then(() => directory.refresh())
        .catch((error: unknown) => log.warn({ kind: error instanceof Error ? error.name : "unknown" }, "sweep"));
    }, SWEEP_EVERY);
    sweep.unref();
    const { port } = addressOf(http.server.address());
    const { host } = config.server;
    return {
      address: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
      activation,
      store,
      questions,
      refresh,
      close: async () => {
        clearInterval(sweep);
        const cut = setTimeout(() => http.server.closeAllConnections(), DRAIN);
        await http.close();
        clearTimeout(cut);
        await disclosures.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The policy of the configuration over the hub's schema; `plain` is the schema without the rule tree. */
export async function policyInForce(
  { policy: { directory } }: HubConfig,
  replaced?: ReadonlyMap<string, Leaf>,
): Promise<{ readonly plain: GraphQLSchema; readonly activation: Activation }> {
  const policy = await loadPolicy(directory);
  const plain = await buildHubSchema();
  return { plain, activation: await activate(policy, plain, replaced) };
}

export const storeConfigOf = ({ database: { url, migrationUrl, dataDir, poolSize } }: HubConfig): StoreConfig => ({
  url,
  migrationUrl,
  dataDir,
  poolSize,
  entities: ENTITIES,
});

/** Global ids of this hub. Makes the id key where there is none; the demo's is the same everywhere, so that its ids are. */
export const idCipherOf = ({ keys: { file }, demo }: HubConfig): IdCipher =>
  new IdCipher(secretIn(file, () => (demo ? DEMO_SECRET : randomBytes(32))));

const DEMO_SECRET = createHash("sha256").update("minors-hub demo: invented children only").digest();

/** Writes what the policy says about rows and edges, and rebuilds what was derived under another one. */
export async function activateIn(owner: DataSource, activation: Activation): Promise<void> {
  await owner.query("SELECT hub_activate($1::text[], $2::jsonb)", [
    [...activation.policy.rows.keys()],
    JSON.stringify(edgeOpenings(activation)),
  ]);
}

/** @throws PolicyNotActivated */
export async function checkActivated(store: Store, activation: Activation): Promise<void> {
  const rows = await store.query<{ opening: string }>(
    "SELECT concat_ws(' ', edge, role, kind) AS opening FROM edge_opening",
  );
  const stored = new Set(rows.map(({ opening }) => opening));
  const wanted = edgeOpenings(activation).map(({ edge, role, kind }) => `${edge} ${role} ${kind}`);
  if (wanted.length !== stored.size || wanted.some((opening) => !stored.has(opening))) throw new PolicyNotActivated();
}

/** The hub's id key; made on the first start, and the same for every hub of one database. */
function secretIn(file: string, make: () => Buffer): Buffer {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, make(), { mode: 0o600, flag: "wx" });
  }
  return readFileSync(file);
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === "string") throw new TypeError("The hub listens on TCP");
  return address;
}
