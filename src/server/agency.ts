import pino, { type Logger } from "pino";
import type { NonEmptyArray } from "type-graphql";
import type { DataSource } from "typeorm";
import { examineAccount, examineAgency, examineAgencyAtHome } from "../agency/doctor.js";
import { answeredFor, type Home, type Whose } from "../agency/home.js";
import { hubOf } from "../agency/hub-door.js";
import { HomeMetrics } from "../agency/metrics.js";
import { telling } from "../agency/telling.js";
import { keepInTouch } from "../agency/touch.js";
import { ConfigError, type HubConfig } from "../config.js";
import { agencySubgraph, GATEWAY_CLIENT } from "../federation/agency-subgraph.js";
import { findingsAtHome } from "../federation/kept.js";
import type { WhyRefused } from "../federation/signed-word.js";
import { agencySubgraphOf, sdlIn } from "../federation/subgraph.js";
import { activate } from "../policy/activate.js";
import { SchemaError } from "../policy/coordinates.js";
import { atHome } from "../policy/home.js";
import { loadPolicy } from "../policy/load.js";
import type { Policy, Role } from "../policy/policy.js";
import type { IdCipher } from "../store/global-id.js";
import { AGENCY_MIGRATIONS, migrationsIn } from "../store/migrate.js";
import { prepare, Store, type StoreConfig } from "../store/store.js";
import { unauthenticated } from "../viewer/unauthenticated.js";
import type { Finding } from "./doctor/finding.js";
import { checkIdKey, checkPreparedAtHome, idCipherOf, type PolicyInForce, storeConfigOf } from "./foundation.js";
import { verifierOf } from "./production.js";
import { buildAgencyTypes } from "./schema.js";
import { type Serving, type ServingParts, serve } from "./serving.js";
import { forEach } from "./versions.js";

/** An agency that keeps rows at home: what it adds to the hub's records, and where it keeps them. */
export interface AgencyDefinition {
  /** Its kind: its role in the policy. */
  readonly role: Role;
  /** Its `Minor`, and what belongs to one: types = tables = groups. */
  readonly types: NonEmptyArray<new () => object>;
  /** Folder of its own migrations, one SQL file each. */
  readonly migrations: URL;
  /** Runs as the owner, after migrating: an example's people and records. */
  readonly asOwner?: (owner: DataSource, ids: IdCipher) => Promise<void>;
}

export type Agency = Serving;

/** The agency's schema, before the rule tree stands around it. */
const agencySchema = async ({ types, role }: Pick<AgencyDefinition, "types" | "role">, name: string) =>
  agencySubgraphOf(await buildAgencyTypes(types), name, role);

/** What the gateway composes of an agency. @param name as the hub has registered it */
export const agencySdl = async (definition: Pick<AgencyDefinition, "types" | "role">, name: string): Promise<string> =>
  sdlIn(await agencySchema(definition, name));

/**
 * The policy over what the agency adds, decided as an agency decides.
 * @throws ConfigError without a name, SchemaError, ActivationError
 */
export async function agencyInForce(
  { federation: { name }, policy: { directory } }: HubConfig,
  definition: Pick<AgencyDefinition, "types" | "role">,
): Promise<PolicyInForce> {
  if (name === undefined)
    throw new ConfigError("federation.name: expected the name by which the hub has registered this agency");
  const plain = await agencySchema(definition, name);
  const activation = await activate(await loadPolicy(directory), plain, atHome(definition.role));
  const findings = findingsAtHome(activation, definition.role);
  if (findings.length > 0) throw new SchemaError(findings);
  return { plain, activation };
}

/**
 * The whole of an agency's `db migrate`: the hub's tables and its own, and the policy's rows.
 * @throws IdKeyForeign, NewerDatabase, and whatever the database refuses
 */
export async function migrateAgency(config: HubConfig, definition: AgencyDefinition): Promise<Policy> {
  const { policy } = (await agencyInForce(config, definition)).activation;
  const ids = idCipherOf(config);
  await prepare(agencyStoreOf(config, definition), (owner) => prepareAgency(owner, config, definition, policy, ids));
  return policy;
}

/** Its database: the hub's tables and its own. */
export const agencyStoreOf = (config: HubConfig, { types, migrations }: AgencyDefinition): StoreConfig => ({
  ...storeConfigOf(config),
  entities: [...types],
  migrations: [...AGENCY_MIGRATIONS, ...migrationsIn(migrations)],
});

async function prepareAgency(
  owner: DataSource,
  config: HubConfig,
  { asOwner }: AgencyDefinition,
  { rows }: Policy,
  ids: IdCipher,
): Promise<void> {
  await checkIdKey((sql, params) => owner.query(sql, params), ids, config);
  // No edge leads anywhere here; shares of a group are told apart by its number.
  await owner.query("SELECT hub_activate($1::text[], '[]')", [[...rows.keys()]]);
  await asOwner?.(owner, ids);
}

/**
 * Work of the login that owns an agency's tables, after migrating: an import, say. Of an embedded database nobody else has
 * the folder meanwhile.
 * @throws as `migrateAgency`; DataFolderInUse
 */
export async function asOwnerAtHome<T>(
  config: HubConfig,
  definition: AgencyDefinition,
  work: (owner: DataSource, home: Home) => Promise<T>,
): Promise<T> {
  const { role } = definition;
  const { policy } = (await agencyInForce(config, definition)).activation;
  const ids = idCipherOf(config);
  return prepare(agencyStoreOf(config, definition), async (owner) => {
    await prepareAgency(owner, config, definition, policy, ids);
    return work(owner, { role, agency: config.federation.agency, policy, ids });
  });
}

/** What the doctor finds of an agency, on its database as it is. @throws as `openAgency` */
export async function examineAtHome(config: HubConfig, definition: AgencyDefinition): Promise<Finding[]> {
  const { activation } = await agencyInForce(config, definition);
  return Store.asItIs(agencyStoreOf(config, definition), (store) =>
    examineAgency({ config, store, activation, role: definition.role }),
  );
}

/**
 * An agency's subgraph: its own database, and the hub's policy, rule tree, planner, row security and log. It answers its
 * gateway alone, and opens nothing that the hub does not say.
 * @param inForce default: the policy of the configuration. The flip test gives one with another leaf
 * @throws ConfigError, SchemaError, ActivationError, and as `serve`
 */
export async function openAgency(
  config: HubConfig,
  definition: AgencyDefinition,
  log: Logger = pino({ level: config.log.level ?? "info" }),
  inForce = () => agencyInForce(config, definition),
): Promise<Agency> {
  const { role } = definition;
  return serve(
    {
      name: "agency",
      config,
      log,
      inForce,
      storeConfig: agencyStoreOf(config, definition),
      asOwner: (owner, ids, { activation: { policy } }) => prepareAgency(owner, config, definition, policy, ids),
      checkPrepared: (store, { activation: { policy } }) => checkPreparedAtHome(store, policy),
      verify: verifierWhenAsked(config),
      publicClients: [GATEWAY_CLIENT],
      examine: (patient, stopping) => examineAgencyAtHome({ ...patient, role }, stopping),
      examineLater: (patient, stopping) => examineAccount({ ...patient, role }, stopping),
    },
    async ({ answeringOver, ids, inForce: { activation }, metrics, query, store, versions, viewers }) => {
      const { policy } = activation;
      const { agency, hub } = config.federation;
      if (hub) await checkWhoseSystem(store.dataSource, { role, agency });
      const counted = new HomeMetrics(metrics.registry, store.dataSource, { role, agency });
      const refused = (why: WhyRefused) => counted.refused(why);
      const subgraph = agencySubgraph(config, versions.names, role, viewers, query, log, refused);
      return {
        alone: undefined,
        subgraph: {
          ...subgraph,
          answering: await forEach(versions, (version) => ({
            ...answeringOver(version, "hub", { atHome: true }),
            change: writesNothing,
            onRecord: writesNothing,
            told: ({ assertion }, variables) => (assertion ? subgraph.told(assertion, variables) : new Map()),
          })),
        },
        begin: () => {
          const touch =
            hub &&
            keepInTouch(
              store.dataSource,
              { role, agency, policy, ids },
              (stopping) => hubOf(config, { stopping }),
              log,
              (turn, code) => counted.turned(turn, code),
            );
          return async () => touch?.stop();
        },
        more: {},
      };
    },
  );
}

/**
 * The account at the hub is one agency's: nothing is told, or asked for, in its name of whoever else keeps records here.
 * @throws ConfigError
 */
async function checkWhoseSystem(database: DataSource, whose: Whose): Promise<void> {
  const agencies = await telling(database, (manager) => answeredFor(manager, whose));
  if (agencies.length > 1)
    throw new ConfigError(
      `federation.agency: expected the code of the agency whose account is in federation.hub; records are kept here by ${agencies.map(({ code }) => code).join(", ")}`,
    );
}

/** Of its operator alone: an issuer that is away, or none, keeps nobody else from anything. */
function verifierWhenAsked(config: HubConfig): ServingParts["verify"] {
  let verifier: ReturnType<typeof verifierOf> | undefined;
  return async (bearer) => {
    if (config.oidc.issuer === undefined) throw unauthenticated("no issuer is configured");
    verifier ??= verifierOf(config).catch((error: unknown) => {
      verifier = undefined;
      throw error;
    });
    return (await verifier)(bearer);
  };
}

const writesNothing = async (): Promise<never> => {
  throw new TypeError("An agency's subgraph has no mutations");
};
