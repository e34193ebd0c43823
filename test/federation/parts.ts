import "reflect-metadata";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import pino from "pino";
import { parseConfig } from "../../src/config.js";
import { compose } from "../../src/federation/compose.js";
import { publicFileOf } from "../../src/federation/keys.js";
import { withLeaves } from "../../src/policy/activate.js";
import type { allow, deny } from "../../src/policy/tree.js";
import { type Agency, type AgencyDefinition, agencyInForce, agencySdl, openAgency } from "../../src/server/agency.js";
import type { PolicyInForce } from "../../src/server/foundation.js";
import { openGateway } from "../../src/server/gateway/gateway.js";
import type { IdCipher } from "../../src/store/global-id.js";
import { type DatabaseUrls, freshDatabase } from "../support/database.js";
import { gatewayKeysIn } from "../support/gateway.js";
import { asking, type Sql, type TestHub, tokensAsTheyAre } from "../support/hub.js";

/** As the hub registers agencies: `federation.agencies` of its settings. */
export type Registered = Readonly<Record<string, { readonly agency: string; readonly holds: readonly string[] }>>;

/** Leaves of a rule tree, by name, in place of its own. */
export type Replaced = ReadonlyMap<string, typeof allow | typeof deny>;

type Fill = (sql: Sql, own: IdCipher) => Promise<void>;

/** An agency on a new database of the test cluster. @param folder  where the keys of hub and gateway are, or will be */
export const startAgency = async (
  folder: string,
  name: string,
  definition: AgencyDefinition,
  fill: Fill,
  environment: Readonly<Record<string, string>> = {},
): Promise<Agency> => agencyOn(await freshDatabase(), folder, name, definition, { fill, environment });

/** An agency on a database of the test cluster that is there. */
export async function agencyOn(
  database: DatabaseUrls,
  folder: string,
  name: string,
  definition: AgencyDefinition,
  more: {
    readonly fill?: Fill;
    readonly environment?: Readonly<Record<string, string>>;
    readonly replaced?: Replaced | undefined;
  },
): Promise<Agency> {
  const config = parseConfig(
    {
      PORT: "0",
      HUB_DATA_DIR: join(folder, new URL(database.url).pathname),
      DATABASE_URL: database.url,
      DATABASE_MIGRATION_URL: database.migrationUrl,
      ...(await gatewayKeysIn(folder)),
      ...more.environment,
    },
    JSON.stringify({ federation: { name, hubKeysFile: publicFileOf(join(folder, "relation.json")) } }),
  );
  const asOwner = async (_owner: unknown, own: IdCipher) => {
    const superuser = new pg.Client({ connectionString: database.superUrl });
    await superuser.connect();
    await more.fill?.((text, params) => superuser.query(text, params), own);
    await superuser.end();
  };
  return openAgency(config, { ...definition, asOwner }, pino({ level: "silent" }), async () => {
    const { plain, activation } = await agencyInForce(config, definition);
    return { plain, activation: more.replaced ? await withLeaves(activation, plain, more.replaced) : activation };
  });
}

export interface AgencyPart {
  readonly definition: AgencyDefinition;
  readonly address: string;
}

/** A gateway over a hub and agencies. */
export async function startGateway(
  folder: string,
  hub: { readonly address: string },
  composed: PolicyInForce,
  registered: Registered,
  agencies: Readonly<Record<string, AgencyPart>>,
  inForce = composed,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly ask: TestHub["ask"]; close(): Promise<void> }> {
  const hubUrl = `${hub.address}/subgraph`;
  const parts = Object.entries(agencies).map(async ([name, { definition, address }]) => ({
    name,
    url: `${address}/subgraph`,
    sdl: await agencySdl(definition, name),
    kernel: true,
    holds: new Set(registered[name]?.holds),
  }));
  const supergraph = await compose({ ...composed, url: hubUrl }, await Promise.all(parts));
  writeFileSync(join(folder, "supergraph.graphql"), supergraph);
  const gateway = await openGateway({
    config: parseConfig(
      { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder, ...environment },
      JSON.stringify({ federation: { agencies: registered, gateway: { hubUrl } } }),
    ),
    inForce,
    log: pino({ level: "silent" }),
    verify: tokensAsTheyAre,
  });
  return { ask: asking(gateway.address), close: () => gateway.close() };
}
