import { SingleBar } from "cli-progress";
import type { DataSource } from "typeorm";
import { loadTownship } from "../change/township/load.js";
import type { HubConfig } from "../config.js";
import type { Policy } from "../policy/policy.js";
import { closeMonths, dueMonths } from "../statistics/close.js";
import { boundsOf } from "../statistics/period.js";
import type { IdCipher } from "../store/global-id.js";
import type { Store } from "../store/store.js";
import { createTokenVerifier } from "../viewer/token.js";
import { unauthenticated } from "../viewer/unauthenticated.js";
import { type DemoIssuer, startDemoIssuer } from "./demo-issuer.js";
import { type DemoPeople, demoSecret, kebab, publishDemo, withdrawDemo } from "./demo-people.js";
import { DEMO_CLIENT, DEMO_EXPLORER } from "./demo-token.js";
import { checkPort } from "./door.js";
import type { SignIn } from "./explorer.js";
import { closingOf } from "./foundation.js";
import { type Hub, openHub } from "./hub.js";

export interface Demo extends Hub {
  readonly issuer: DemoIssuer;
  readonly people: DemoPeople;
  /** Shared records, of every type. */
  readonly records: number;
}

/**
 * The hub with an invented township and an identity provider of its own, on the port after the hub's.
 * @throws DemoIssuerRefused, and whatever `openHub` refuses to start for
 */
export async function startDemo(config: HubConfig): Promise<Demo> {
  const { dataDir } = config.database;
  const { host, port } = config.server;
  // The issuer gives tokens for the people of the directory, so it can only come second.
  let verify: ReturnType<typeof createTokenVerifier> = async () => {
    throw unauthenticated("the demo issuer is starting");
  };
  const issuerPort = port && port + 1;
  await checkPort({ host, port: issuerPort });
  let signIn: SignIn | null = null;
  let records = 0;
  const hub = await openHub({
    config,
    publicClients: [DEMO_CLIENT, DEMO_EXPLORER],
    verify: (bearer) => verify(bearer),
    signIn: () => signIn,
    asOwner: async (owner, ids, { policy }) => {
      await prepareDemo(owner, ids, config, policy);
      records = await countRecords(owner);
    },
  });
  try {
    const { persons, clients } = await whoIsThere(hub.store);
    const { audience } = config.oidc;
    const issuer = await startDemoIssuer({
      host,
      port: issuerPort,
      dataDir,
      audience,
      persons,
      clients,
      // A browser on this machine knows it by either name.
      explorers: [hub.address, hub.address.replace("127.0.0.1", "localhost")],
    });
    signIn = { issuer: issuer.issuer, clientId: DEMO_EXPLORER, resource: null, demo: true };
    verify = createTokenVerifier({ issuer: issuer.issuer, audience, jwksUrl: `${issuer.issuer}/jwks` });
    const people = { hub: hub.address, issuer: issuer.issuer, persons, clients };
    publishDemo(dataDir, people);
    return {
      ...hub,
      issuer,
      people,
      records,
      close: async () => {
        withdrawDemo(dataDir);
        await issuer.close();
        await hub.close();
      },
    };
  } catch (error) {
    await hub.close();
    throw error;
  }
}

/** The township, where the database has no agency yet, with a quarter of statistics. */
export async function prepareDemo(owner: DataSource, ids: IdCipher, config: HubConfig, policy: Policy): Promise<void> {
  // On a terminal: what is as large as a county takes its time.
  const bar = new SingleBar({ format: "{bar} {value} of {total} parts of the demo", clearOnComplete: true });
  const made = (blocks: number, of: number) => {
    if (blocks === 1) bar.start(of, 0);
    bar.update(blocks);
  };
  const loaded = await loadTownship(owner, { policy, ids, scale: config.demoScale, made }).finally(() => bar.stop());
  if (!loaded) return;
  const months = await dueMonths(owner, { first: DEMO_QUARTER, until: boundsOf(DEMO_QUARTER).last });
  await closeMonths(owner, months, closingOf(config, policy));
}

/** Something has happened in it. Those after it are closed by the hub's own clock, as anywhere. */
const DEMO_QUARTER = "2025-Q3";

/** Of every record with a global id. Only the owner can tell: the serving login sees no row without a viewer. */
async function countRecords(owner: DataSource): Promise<number> {
  const tables = owner.entityMetadatas.filter((entity) => entity.findColumnWithPropertyName("ref"));
  const counts = tables.map(({ tableName }) => `(SELECT count(*) FROM ${tableName})`);
  const [counted] = await owner.query<{ records: number }[]>(`SELECT (${counts.join(" + ")})::int AS records`);
  return counted?.records ?? 0;
}

/** Everybody of the directory who can ask; `as` goes to the first who holds a post in an agency of a kind. */
async function whoIsThere(store: Store): Promise<Pick<DemoPeople, "persons" | "clients">> {
  const persons = await store.query<DemoPeople["persons"][number]>(
    `SELECT p.subject, p.name, a.name AS "agencyName", a.kind AS role, p.post
       FROM person p JOIN agency a ON a.id = p.agency
      WHERE p.active
      ORDER BY a.no, p.no`,
  );
  const clients = await store.query<{ clientId: string } & Omit<DemoPeople["persons"][number], "subject">>(
    `SELECT c.client_id AS "clientId", c.client_id AS name, a.name AS "agencyName", a.kind AS role, 'SYSTEM_CLIENT' AS post
       FROM client c JOIN agency a ON a.id = c.agency
      WHERE c.active
      ORDER BY a.no, c.client_id`,
  );
  return {
    persons: named(persons),
    clients: named(clients.map((client) => ({ ...client, secret: demoSecret(client.clientId) }))),
  };
}

function named<Holder extends { readonly role: string; readonly post: string }>(holders: readonly Holder[]) {
  const taken = new Set<string>();
  return holders.map((holder) => {
    const as = `${kebab(holder.role)}/${kebab(holder.post)}`;
    if (taken.has(as)) return holder;
    taken.add(as);
    return { as, ...holder };
  });
}
