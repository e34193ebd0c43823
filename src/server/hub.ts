import pino, { type Logger } from "pino";
import type { DataSource } from "typeorm";
import { runChange, runOnRecord } from "../change/run.js";
import type { HubConfig } from "../config.js";
import { findMixedReadings } from "../disclosure/mixed-readings.js";
import { hubSubgraph } from "../federation/hub-subgraph.js";
import type { Activation } from "../policy/activate.js";
import type { Questions } from "../read/questions.js";
import { closeMonths, dueMonths } from "../statistics/close.js";
import type { IdCipher } from "../store/global-id.js";
import type { TokenClaims } from "../viewer/token.js";
import type { AnsweringParts } from "./answering.js";
import { examine } from "./doctor/examine.js";
import type { SignIn } from "./explorer.js";
import { causeOf } from "./format.js";
import {
  activateIn,
  checkActivated,
  checkIdKey,
  closingOf,
  type PolicyInForce,
  policyInForce,
  storeConfigOf,
  subgraphInForce,
} from "./foundation.js";
import { repeated } from "./repeated.js";
import { type Serving, serve } from "./serving.js";
import { forEach } from "./versions.js";

export interface HubOptions {
  readonly config: HubConfig;
  readonly verify: (bearer: string | undefined) => Promise<TokenClaims>;
  /** Clients that anybody may use for himself (demo). */
  readonly publicClients?: readonly string[];
  /** How people sign in to the explorer; without it they cannot. */
  readonly signIn?: () => SignIn | null;
  /** Runs as the owner, after migration and activation: the demo township. */
  readonly asOwner?: (owner: DataSource, ids: IdCipher, activation: Activation) => Promise<void>;
  /** Default: the policy of the configuration. The flip test gives one with another leaf. */
  readonly inForce?: PolicyInForce;
  readonly log?: Logger;
}

export interface Hub extends Serving {
  readonly activation: Activation;
  readonly questions: Questions;
  /** Directory and viewers are read again: after an import. */
  refresh(): Promise<void>;
}

/** How often the hub looks whether a month has ended whose statistics are due. */
const CLOSE_EVERY = 3_600_000;

/** Puts a hub together and starts it. @throws as `serve` */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { config, log = pino({ level: config.log.level ?? (config.demo ? "warn" : "info") }) } = options;
  return serve(
    {
      name: "hub",
      config,
      log,
      inForce: async () => options.inForce ?? policyInForce(config),
      storeConfig: storeConfigOf(config),
      asOwner: async (owner, ids, { activation }) => {
        await checkIdKey((sql, params) => owner.query(sql, params), ids, config);
        await activateIn(owner, activation);
        await options.asOwner?.(owner, ids, activation);
      },
      checkPrepared: (store, { activation }) => checkActivated(store, activation),
      verify: options.verify,
      publicClients: options.publicClients ?? [],
      examine,
    },
    async (ground) => {
      const { directory, ids, inForce, query, store, versions, viewers } = ground;
      const { activation } = inForce;
      const subgraph = await hubSubgraph(config, ids, activation.policy, versions.names, query);
      /** All that answers questions over one schema: /graphql, and the subgraph that a gateway asks. */
      const answeringOver = (version: PolicyInForce, name: string): AnsweringParts => {
        const parts = ground.answeringOver(version, name, { heldBy: subgraph?.heldBy });
        const { demo, limits, registers } = config;
        const changing = { ...parts, demo, limits, registers };
        return { ...parts, change: runChange(changing), onRecord: runOnRecord(changing) };
      };
      const alone = await forEach(versions, (version) => answeringOver(version, "hub"));
      return {
        alone: {
          answering: alone,
          signIn: options.signIn ?? (() => null),
        },
        subgraph: subgraph && {
          ...subgraph,
          answering: await forEach(versions, async (version) =>
            answeringOver(await subgraphInForce(version, config), "subgraph"),
          ),
        },
        sweep: () => findMixedReadings(query, ids),
        begin: () =>
          repeated(CLOSE_EVERY, () =>
            // The first closing is the operator's, when the registers are in.
            dueMonths(store.dataSource, { first: false })
              .then((months) => closeMonths(store.dataSource, months, closingOf(config, activation.policy)))
              .catch((error: unknown) => log.warn({ cause: causeOf(error) }, "statistics")),
          ),
        more: {
          activation,
          questions: alone.now().questions,
          refresh: async () => {
            await directory.refresh();
            viewers.forget();
          },
        },
      };
    },
  );
}
