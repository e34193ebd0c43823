import pino, { type Logger } from "pino";
import type { DataSource } from "typeorm";
import { runChange, runOnRecord } from "../change/run.js";
import type { HubConfig } from "../config.js";
import { openDisclosureLog } from "../disclosure/log.js";
import { findMixedReadings } from "../disclosure/mixed-readings.js";
import { hubSubgraph } from "../federation/hub-subgraph.js";
import type { Activation } from "../policy/activate.js";
import { Questions } from "../read/questions.js";
import { closeMonths, dueMonths } from "../statistics/close.js";
import { PublishedCounts } from "../statistics/published.js";
import type { IdCipher } from "../store/global-id.js";
import { Store } from "../store/store.js";
import type { TokenClaims } from "../viewer/token.js";
import { createViewers } from "../viewer/viewers.js";
import type { AnsweringParts } from "./answering.js";
import { MemoryDirectory } from "./directory.js";
import { DoctorOnDuty } from "./doctor/on-duty.js";
import { checkPort, closeDoor, drain, listen } from "./door.js";
import type { SignIn } from "./explorer.js";
import { causeOf } from "./format.js";
import {
  activateIn,
  checkActivated,
  checkIdKey,
  checkServingLogin,
  closingOf,
  idCipherOf,
  type PolicyInForce,
  policyInForce,
  storeConfigOf,
  subgraphInForce,
} from "./foundation.js";
import { createHttp } from "./http.js";
import { Metrics } from "./metrics.js";
import { Readiness } from "./readiness.js";
import { forEach, versionsOf } from "./versions.js";
import { RoleViews } from "./views.js";
import { closeTracing, tracingOf } from "./watching.js";

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

export interface Hub {
  readonly address: string;
  readonly activation: Activation;
  readonly store: Store;
  readonly questions: Questions;
  /** Directory and viewers are read again: after an import. */
  refresh(): Promise<void>;
  /** Before closing: says that nobody is to be sent here, and gives whoever has a connection the time to hear it. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** How often ended relations are taken out of the arrays, the directory is read again, and imports are sealed. */
export const SWEEP_EVERY = 30_000;
/** How often the hub looks whether a month has ended whose statistics are due. */
const CLOSE_EVERY = 3_600_000;

/** Puts a hub together and starts it: policy -> schema -> rule tree -> store -> log -> HTTP. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { config, log = pino({ level: config.log.level ?? (config.demo ? "warn" : "info") }) } = options;
  await checkPort(config.server);
  const { plain, activation } = options.inForce ?? (await policyInForce(config));
  const { policy } = activation;
  const ids = idCipherOf(config);

  const store = await Store.open(storeConfigOf(config), async (owner) => {
    await checkIdKey((sql, params) => owner.query(sql, params), ids, config);
    await activateIn(owner, activation);
    await options.asOwner?.(owner, ids, activation);
  });
  try {
    await checkActivated(store, activation);
    await checkIdKey((sql, params) => store.query(sql, params), ids, config);
    await checkServingLogin(store);
    const rowNumbers = new Map(
      (await store.query<{ name: string; no: number }>("SELECT name, no FROM policy_row")).map(({ name, no }) => [
        name,
        no,
      ]),
    );
    const directory = await MemoryDirectory.open(store, ids);
    const metrics = new Metrics(store.pool, activation);
    const disclosures = await openDisclosureLog({
      pool: store.logPool,
      dataDir: config.database.dataDir,
      wrote: (lines) => metrics.logged(lines),
    });
    const tracing = await tracingOf(config);
    const doctor = new DoctorOnDuty({ config, store, activation }, metrics, log);
    const readiness = new Readiness(
      () => store.query("SELECT 1"),
      () => doctor.red(),
      log,
    );
    const viewers = createViewers({
      query: (sql, params) => store.query(sql, params),
      policy,
      publicClients: options.publicClients ?? [],
    });
    const versions = await versionsOf(config, { plain, activation }, (sql, params) => store.query(sql, params));
    const subgraph = await hubSubgraph(config, ids, versions.names, (sql, params) => store.query(sql, params));
    /** All that answers questions over one schema: /graphql, and the subgraph that a gateway asks. */
    const answeringOver = ({ plain, activation }: PolicyInForce, name: string): AnsweringParts => {
      const questions = new Questions(
        {
          schema: activation.schema,
          coordinates: activation.coordinates,
          tables: activation.tables,
          ids,
          directory,
          entity: (target) => store.dataSource.getMetadata(target),
          heldBy: subgraph?.heldBy,
        },
        rowNumbers,
        (name) => store.evict(name),
        name,
      );
      const changing = {
        activation,
        questions,
        store,
        disclosures,
        demo: config.demo,
        limits: config.limits,
        registers: config.registers,
      };
      return {
        activation,
        questions,
        store,
        disclosures,
        counts: new PublishedCounts(store, activation, () => directory.divisions()),
        views: new RoleViews(activation, plain),
        log,
        change: runChange(changing),
        onRecord: runOnRecord(changing),
      };
    };
    // Statements of one connection have one name each, and each version has its own.
    const nameFor = (inForce: PolicyInForce, name: string) =>
      inForce.activation === activation ? name : `${name}_both`;
    const alone = await forEach(versions, (inForce) => answeringOver(inForce, nameFor(inForce, "hub")));
    const http = await createHttp({
      alone: {
        answering: alone,
        verify: options.verify,
        viewerOf: (claims) => viewers.of(claims),
        signIn: options.signIn ?? (() => null),
      },
      versions: versions.names,
      subgraph: subgraph && {
        ...subgraph,
        answering: await forEach(versions, async (inForce) =>
          answeringOver(await subgraphInForce(inForce, config), nameFor(inForce, "subgraph")),
        ),
      },
      directory,
      log,
      limits: config.limits,
      readiness,
      metrics,
      tracing,
    });
    const sweepNow = () =>
      store
        .query("SELECT hub_sweep()")
        .then(() => store.query("DELETE FROM assertion_seen WHERE until < now()"))
        .then(() => directory.refresh())
        .then(() => disclosures.sealLeft())
        .then(() => findMixedReadings((sql, params) => store.query(sql, params), ids))
        .catch((error: unknown) => log.warn({ cause: causeOf(error) }, "sweep"));
    // What a process that was killed has left is done before the next one answers.
    await sweepNow();
    await doctor.start();
    const address = await listen(http, config.server);
    const refresh = async () => {
      await directory.refresh();
      viewers.forget();
    };
    const sweep = setInterval(sweepNow, SWEEP_EVERY);
    sweep.unref();
    const closing = setInterval(() => {
      // The first closing is the operator's, when the registers are in.
      dueMonths(store.dataSource, { first: false })
        .then((months) => closeMonths(store.dataSource, months, closingOf(config, policy)))
        .catch((error: unknown) => log.warn({ cause: causeOf(error) }, "statistics"));
    }, CLOSE_EVERY);
    closing.unref();
    return {
      address,
      activation,
      store,
      questions: alone.now().questions,
      refresh,
      drain: () => drain(readiness),
      close: async () => {
        clearInterval(sweep);
        clearInterval(closing);
        await doctor.stop();
        await closeDoor(http);
        await closeTracing(tracing, log);
        await disclosures.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
