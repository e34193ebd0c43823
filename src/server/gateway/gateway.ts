import { existsSync, readFileSync } from "node:fs";
import type { FastifyRequest } from "fastify";
import pino, { type Logger } from "pino";
import { Counter } from "prom-client";
import { isOpenHttp, OPEN_HTTP } from "../../config/address.js";
import { ConfigError, type HubConfig } from "../../config.js";
import { HUB } from "../../federation/hub-subgraph.js";
import { signingKeysIn } from "../../federation/keys.js";
import { requestAmongUs } from "../../federation/reach.js";
import { checkStamp, SupergraphUnreadable, schemaOfGateway } from "../../federation/supergraph.js";
import { withLeaves } from "../../policy/activate.js";
import { nameOf } from "../../policy/between.js";
import { AT_GATEWAY } from "../../policy/decide.js";
import type { TokenClaims } from "../../viewer/token.js";
import { graphqlOver } from "../apollo.js";
import { type Closer, closeInTurn, closeTogether, closeUnstarted } from "../closing.js";
import { examineGateway } from "../doctor/examine.js";
import { DoctorOnDuty } from "../doctor/on-duty.js";
import { checkPort, closeDoor, drain, headerOf, listen, openDoor } from "../door.js";
import { type PolicyInForce, policyInForce } from "../foundation.js";
import { Metrics } from "../metrics.js";
import { Readiness } from "../readiness.js";
import { sending } from "../sending.js";
import { forEach, previousOf, routed, versionsBeside } from "../versions.js";
import { RoleViews } from "../views.js";
import { closeTracing, ended, serveMetrics, tracingOf, watch } from "../watching.js";
import { answerOf } from "./answering.js";
import type { GatewayContext, KnownViewer } from "./context.js";
import { hubIsReady, Subgraphs } from "./subgraphs.js";
import { KnownViewers } from "./viewers.js";

export interface GatewayOptions {
  readonly config: HubConfig;
  /** The same as the hub's. */
  readonly verify: (bearer: string | undefined) => Promise<TokenClaims>;
  /** Default: the policy of the configuration, over the hub's schema of this release. */
  readonly inForce?: PolicyInForce;
  readonly log?: Logger;
  /** Milliseconds for which a subgraph that failed again and again is left alone. */
  readonly rest?: number;
}

export interface Gateway {
  readonly address: string;
  readonly subgraphs: readonly string[];
  drain(): Promise<void>;
  close(): Promise<void>;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Whom the gateway let in, and with what token. */
    entrant: { readonly claims: TokenClaims; readonly token: string; readonly viewer: KnownViewer } | null;
  }
}

/**
 * Puts a gateway together and starts it: policy -> supergraph -> rule tree -> key -> HTTP. It keeps no record and no
 * answer, and sends nothing to anybody but the subgraphs.
 * @throws SupergraphUnreadable, SchemaError, SigningKeyUnreadable, CertificateUnfit
 */
export async function openGateway({ config, verify, inForce, log: given, rest }: GatewayOptions): Promise<Gateway> {
  const { federation, limits, server } = config;
  const { hubUrl, hubPatience, keyFile, patience, plainHttp, supergraphFile, tls } = federation.gateway;
  const log = given ?? pino({ level: config.log.level ?? "info" });
  await checkPort(server);
  const hub = inForce ?? (await policyInForce(config));
  const supergraph = textIn(supergraphFile);
  checkStamp(supergraph, hub.activation.policy);
  const { schema, added, entities, graphs, urls } = schemaOfGateway(hub.plain, hub.activation.policy, supergraph);
  for (const [name, url] of urls)
    if (name !== HUB && !plainHttp && isOpenHttp(url))
      throw new ConfigError(`${supergraphFile}: subgraph ${name}: expected ${OPEN_HTTP}`);
  const activation = await withLeaves(hub.activation, schema, new Map(), AT_GATEWAY);
  const { policy } = activation;
  const request = requestAmongUs(tls, log);
  const metrics = new Metrics(undefined, activation);
  const missed = new Counter({
    name: "hub_subgraph_failures_total",
    help: "Calls of the hub or an agency that were in vain, and why",
    labelNames: ["subgraph", "why"],
    registers: [metrics.registry],
  });
  const subgraphs = new Subgraphs({
    key: signingKeysIn(keyFile),
    request,
    hubUrl,
    hubPatience,
    urls,
    entities,
    patience,
    policy: nameOf(policy),
    missed: (subgraph, why) => missed.inc({ subgraph, why }),
    ...(rest === undefined ? {} : { rest }),
  });
  // Both hold here for as long as the hub says so.
  const previous = await previousOf(config, policy);
  const versions = await versionsBeside({ plain: schema, activation }, previous, () =>
    subgraphs.hubGoesBy.includes(previous ? nameOf(previous) : ""),
  );
  const viewers = new KnownViewers(policy, (asking, question) => subgraphs.askHub(asking, question, null));
  const doctor = new DoctorOnDuty(
    (stopping) => examineGateway(config, stopping),
    (findings) => metrics.examined(findings),
    log,
  );
  const readiness = new Readiness(
    "gateway",
    () => hubIsReady(hubUrl, request),
    () => doctor.red(),
    log,
  );

  const tracing = await tracingOf(config);
  const running: Closer[] = [() => doctor.stop()];
  const opened: Closer[] = [() => closeTracing(tracing, log), () => closeTogether(running)];
  try {
    const app = openDoor({
      log,
      maxBodyBytes: limits.maxBodyBytes,
      readiness,
      versions: versions.names,
      admit: async (request) => {
        request.watched = watch(metrics, tracing);
        const { authorization } = request.headers;
        const claims = await verify(authorization);
        const token = (authorization ?? "").replace(/^Bearer +/i, "");
        const viewer = await viewers.of({ requestId: request.id, claims, token });
        request.entrant = { claims, token, viewer };
        request.who = { role: viewer.role, post: viewer.post.post };
      },
      answered: (line, request, reply) => {
        ended(metrics, line, request, reply);
        log.info(line, "answered");
      },
    });
    running.push(() => closeDoor(app));
    app.decorateRequest("entrant", null);
    app.decorateRequest("watched", null);
    serveMetrics(app, metrics);
    const handling = ({ activation }: PolicyInForce) => {
      const answer = answerOf({ activation, views: new RoleViews(activation, schema), subgraphs, added });
      return graphqlOver<GatewayContext>(app, {
        schema: activation.schema,
        limits,
        log,
        answering: sending(log, answer),
        contextOf,
      });
    };
    app.all("/graphql", routed(await forEach(versions, handling)));
    await doctor.start();
    return {
      address: await listen(app, server),
      subgraphs: [...graphs.values()],
      drain: () => drain(readiness),
      close: () => closeInTurn(opened),
    };
  } catch (error) {
    await closeUnstarted(opened, log);
    throw error;
  }
}

function contextOf(request: FastifyRequest): GatewayContext {
  const { entrant, id, told } = request;
  if (!entrant) throw new TypeError("The door lets nobody pass without a viewer");
  const { claims, token, viewer } = entrant;
  return {
    requestId: id,
    claims,
    token,
    asker: { role: viewer.role, post: viewer.post, purpose: null },
    statedPurpose: headerOf(request, "x-hub-purpose"),
    idempotencyKey: headerOf(request, "idempotency-key"),
    told,
  };
}

function textIn(file: string): string {
  if (!existsSync(file)) throw new SupergraphUnreadable(`There is no supergraph at ${file}`);
  return readFileSync(file, "utf8");
}
