import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import type { HubConfig } from "../config.js";
import { type DisclosureLog, openDisclosureLog } from "../disclosure/log.js";
import { Questions } from "../read/questions.js";
import type { ReadWorld } from "../read/world.js";
import { PublishedCounts } from "../statistics/published.js";
import type { IdCipher } from "../store/global-id.js";
import { type Query, Store, type StoreConfig } from "../store/store.js";
import type { TokenClaims } from "../viewer/token.js";
import { createViewers, type Viewers } from "../viewer/viewers.js";
import type { AnsweringParts } from "./answering.js";
import { type Closer, closeInTurn, closeTogether, closeUnstarted } from "./closing.js";
import { MemoryDirectory } from "./directory.js";
import type { Finding, Patient } from "./doctor/finding.js";
import { DoctorOnDuty } from "./doctor/on-duty.js";
import { tell } from "./doctor/told.js";
import { checkPort, drain } from "./door.js";
import { causeOf } from "./format.js";
import { checkIdKey, checkServingLogin, idCipherOf, type PolicyInForce } from "./foundation.js";
import { type Addresses, createHttp, type HttpParts } from "./http.js";
import { Metrics } from "./metrics.js";
import { type ProgramName, Readiness } from "./readiness.js";
import { repeated } from "./repeated.js";
import { type Versions, versionsOf } from "./versions.js";
import { RoleViews } from "./views.js";
import { closeTracing, tracingOf } from "./watching.js";

/** Milliseconds between two rounds of what a server does beside answering. */
const SWEEP_EVERY = 30_000;

/** What a server of the kernel is made of, a hub or an agency that keeps rows at home. */
export interface ServingParts {
  readonly name: ProgramName;
  readonly config: HubConfig;
  readonly log: Logger;
  readonly inForce: () => Promise<PolicyInForce>;
  readonly storeConfig: StoreConfig;
  /** Runs as the owner, after migrating: what the policy says of rows, and whoever fills an example's tables. */
  readonly asOwner: (owner: DataSource, ids: IdCipher, inForce: PolicyInForce) => Promise<void>;
  /** As the serving login. @throws PolicyNotActivated */
  readonly checkPrepared: (store: Store, inForce: PolicyInForce) => Promise<void>;
  /** Whose access token it is. @throws Refusal UNAUTHENTICATED */
  readonly verify: (bearer: string | undefined) => Promise<TokenClaims>;
  /** Clients that anybody may use for himself. */
  readonly publicClients: readonly string[];
  /** What may be wrong with it: looked at before it listens, and every minute. */
  readonly examine: (patient: Patient, stopping: AbortSignal) => Promise<readonly Finding[]>;
  /** What of it waits for others: looked at once it listens, and every minute. */
  readonly examineLater?: (patient: Patient, stopping: AbortSignal) => Promise<readonly Finding[]>;
}

/** What stands on the open database, before the door. */
export interface Ground {
  readonly inForce: PolicyInForce;
  readonly ids: IdCipher;
  readonly store: Store;
  readonly query: Query;
  readonly disclosures: DisclosureLog;
  readonly directory: MemoryDirectory;
  readonly viewers: Viewers;
  readonly metrics: Metrics;
  readonly versions: Versions;
  /**
   * All that answers questions over one schema, but changes.
   * @param name before the names of its statements
   */
  answeringOver(
    inForce: PolicyInForce,
    name: string,
    more?: Pick<ReadWorld, "heldBy" | "atHome">,
  ): Omit<AnsweringParts, "change" | "onRecord" | "told">;
}

/** What a hub or an agency adds to it. */
export interface Assembled<More> extends Pick<HttpParts, "alone" | "subgraph"> {
  /** In each round, after what every server does. */
  readonly sweep?: () => Promise<unknown>;
  /** Before it listens: whatever goes on beside answering. @returns how it is ended */
  readonly begin: () => () => Promise<void>;
  /** What whoever has started it can do besides. */
  readonly more: More;
}

export interface Serving extends Addresses {
  readonly store: Store;
  /** Before closing: says that nobody is to be sent here, and gives whoever has a connection the time to hear it. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Puts a server together and starts it: policy -> schema -> rule tree -> store -> log -> HTTP. Last opened,
 * first closed, also where it fails to start; what goes on beside answering ends while what was asked is answered.
 * @throws PolicyNotActivated, IdKeyForeign, LoginTooMighty, and whatever the database refuses
 */
export async function serve<More extends object>(
  parts: ServingParts,
  assemble: (ground: Ground) => Promise<Assembled<More>>,
): Promise<Serving & More> {
  const { config, log, examineLater } = parts;
  await checkPort(config.server);
  if (config.federation.tls) await checkPort(config.federation.tls);
  const inForce = await parts.inForce();
  const ids = idCipherOf(config);
  const store = await Store.open(parts.storeConfig, (owner) => parts.asOwner(owner, ids, inForce));
  const opened: Closer[] = [() => store.close()];
  try {
    const ground = await groundOn(parts, inForce, ids, store, opened);
    const { directory, disclosures, metrics, query, versions, viewers } = ground;
    const { alone, subgraph, sweep, begin, more } = await assemble(ground);
    const tracing = await tracingOf(config);
    opened.push(() => closeTracing(tracing, log));
    const running: Closer[] = [];
    opened.push(() => closeTogether(running));
    const patient = { config, store, activation: inForce.activation };
    const doctor = new DoctorOnDuty(
      (stopping) => parts.examine(patient, stopping),
      (findings) => {
        metrics.examined(findings);
        tell(config.database.dataDir, findings);
      },
      log,
      examineLater && ((stopping) => examineLater(patient, stopping)),
    );
    const readiness = new Readiness(
      parts.name,
      () => query("SELECT 1"),
      () => doctor.red(),
      log,
    );
    const http = await createHttp({
      server: config.server,
      tls: config.federation.tls,
      verify: parts.verify,
      viewerOf: (claims) => viewers.of(claims),
      alone,
      subgraph,
      directory,
      versions: versions.names,
      log,
      limits: config.limits,
      readiness,
      metrics,
      tracing,
    });
    running.push(() => http.close());
    const round = () =>
      query("SELECT hub_sweep()")
        .then(() => query("DELETE FROM assertion_seen WHERE until < now()"))
        .then(() => directory.refresh())
        .then(() => disclosures.sealLeft())
        .then(() => sweep?.())
        .catch((error: unknown) => log.warn({ cause: causeOf(error) }, "sweep"));
    // What a process that was killed has left is done before the next one answers.
    await round();
    running.push(repeated(SWEEP_EVERY, round));
    running.push(() => doctor.stop());
    await doctor.start();
    running.push(begin());
    const addresses = await http.listen();
    doctor.listening();
    return {
      ...more,
      ...addresses,
      store,
      drain: () => drain(readiness),
      close: () => closeInTurn(opened),
    };
  } catch (error) {
    await closeUnstarted(opened, log);
    throw error;
  }
}

async function groundOn(
  { config, log, checkPrepared, publicClients }: ServingParts,
  inForce: PolicyInForce,
  ids: IdCipher,
  store: Store,
  opened: Closer[],
): Promise<Ground> {
  const query: Query = (sql, params) => store.query(sql, params);
  await checkPrepared(store, inForce);
  await checkIdKey(query, ids, config);
  await checkServingLogin(store);
  const rows = await query<{ name: string; no: number }>("SELECT name, no FROM policy_row");
  const rowNumbers = new Map(rows.map(({ name, no }) => [name, no]));
  const directory = await MemoryDirectory.open(store, ids);
  const metrics = new Metrics(store.pool, inForce.activation);
  const disclosures = await openDisclosureLog({
    pool: store.logPool,
    dataDir: config.database.dataDir,
    wrote: (lines) => metrics.logged(lines),
  });
  opened.push(() => disclosures.close());
  return {
    inForce,
    ids,
    store,
    query,
    disclosures,
    directory,
    viewers: createViewers({ query, policy: inForce.activation.policy, publicClients }),
    metrics,
    versions: await versionsOf(config, inForce, query),
    answeringOver: ({ plain, activation }, name, more) => ({
      activation,
      questions: new Questions(
        {
          schema: activation.schema,
          coordinates: activation.coordinates,
          tables: activation.tables,
          ids,
          directory,
          entity: (target) => store.dataSource.getMetadata(target),
          ...more,
        },
        rowNumbers,
        (plan) => store.evict(plan),
        // Statements of one connection have one name each: while two versions of the policy hold, there are more of them.
        activation.at === inForce.activation.at ? name : `${name}_both`,
      ),
      store,
      disclosures,
      counts: new PublishedCounts(store, activation, () => directory.divisions()),
      views: new RoleViews(activation, plain),
      log,
    }),
  };
}
