import { randomUUID } from "node:crypto";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { Mistake } from "../errors.js";
import { type Assertion, digest, HEADER } from "../federation/assertion.js";
import type { Entrance } from "../federation/entrance.js";
import { accessOf, explanationOf } from "../policy/access.js";
import { expectationOf } from "../policy/explain.js";
import { isOutside, outsider } from "../policy/home.js";
import type { HubContext, Told } from "../viewer/context.js";
import type { TokenClaims } from "../viewer/token.js";
import type { Viewer } from "../viewer/viewer.js";
import { type AnsweringParts, answering, codeOf } from "./answering.js";
import type { MemoryDirectory } from "./directory.js";
import { type SignIn, serveExplorer } from "./explorer.js";
import { causeOf, formatError, statusOf } from "./format.js";
import { type Limits, limitsRule } from "./limits.js";
import type { Metrics } from "./metrics.js";
import type { Readiness } from "./readiness.js";
import type { Tracing } from "./tracing.js";
import { answerUnreadable, checkHead, refusedByFastify, unknownPath, unreadablePath } from "./transport.js";
import { type Watched, watch } from "./watching.js";

export interface HttpParts {
  /** What answers whoever has a token, at /graphql; an agency's subgraph has none. */
  readonly alone:
    | {
        readonly answering: AnsweringParts;
        readonly verify: (bearer: string | undefined) => Promise<TokenClaims>;
        readonly viewerOf: (claims: TokenClaims) => Promise<Viewer>;
        /** How people sign in to the explorer; null = they cannot. */
        readonly signIn: () => SignIn | null;
      }
    | undefined;
  /** What answers a gateway at /subgraph; undefined where the configuration names none. */
  readonly subgraph: (Entrance & { readonly answering: AnsweringParts }) | undefined;
  /** In force for all that is answered. */
  readonly policy: { readonly version: number; readonly hash: string };
  readonly log: Logger;
  readonly directory: MemoryDirectory;
  readonly limits: Limits & { readonly maxTokens: number; readonly maxBodyBytes: number };
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Who the token says it is. */
    claims: TokenClaims | null;
    viewer: Viewer | null;
    /** Digest of the body, and what the gateway says of the call: at /subgraph. */
    digest: string;
    assertion: Assertion | null;
    told: Told;
    watched: Watched | null;
  }
  interface FastifyContextConfig {
    /** Answered to anybody; every other path, known or not, is for whoever has a token. */
    open?: boolean;
    /** `Cache-Control`, for what is the same for everybody; no-store by default. */
    cache?: string;
  }
}

/**
 * The hub over HTTP: GraphQL at /graphql, for a gateway at /subgraph, health beside it. Who has no token is told so
 * before GraphQL is reached; at an agency, who has no assertion.
 */
export async function createHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { alone, subgraph, log, metrics, readiness } = parts;
  const app = Fastify({
    bodyLimit: parts.limits.maxBodyBytes,
    genReqId: () => randomUUID(),
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    http: { requireHostHeader: false }, // refused in our words: checkHead
    return503OnClosing: false, // what has been sent is answered
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (_error, request, reply) => {
      request.told = nothingYet();
      dress(request, reply);
      refuse(unreadablePath(), request, reply);
    },
  });
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const formatted = formatError(error, log, request.id);
    request.told.code = codeOf([formatted]);
    const status = error instanceof Mistake ? error.status : statusOf([formatted]);
    return reply.code(status).send({ errors: [formatted] });
  };

  app.decorateRequest("claims", null);
  app.decorateRequest("viewer", null);
  app.decorateRequest("digest", "");
  app.decorateRequest("assertion", null);
  app.decorateRequest("told");
  app.decorateRequest("watched", null);
  app.addHook("onRequest", async (request) => {
    request.told = nothingYet();
    if (request.routeOptions.config.open) return;
    request.watched = watch(metrics, parts.tracing);
    if (alone) {
      request.claims = await alone.verify(request.headers.authorization);
      request.viewer = await alone.viewerOf(request.claims);
    }
    checkHead(request);
  });
  const { version, hash } = parts.policy;
  app.addHook("onSend", async (request, reply) => {
    dress(request, reply);
    // In force for all that the answer shows, withholds or explains.
    if (request.viewer) reply.header("X-Hub-Policy", `${version} ${hash}`);
    // Who is told to go elsewhere loses no question on a connection that is closed under it.
    if (readiness.stopping) reply.header("Connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => {
    if (!request.watched) return; // anybody may ask for health, as often as he likes
    const line = accessLine(request, reply);
    metrics.request(line.kind ?? "none", line.code ?? "OK", reply.elapsedTime);
    request.watched.end(line);
    log.info(line, "answered");
  });
  if (alone) {
    app.all("/graphql", await graphqlOver(app, parts, alone.answering));
    serveExplorer(app, alone.signIn);
  }
  app.get("/healthz", { config: { open: true } }, async () => ({ status: "alive" }));
  app.get("/readyz", { config: { open: true } }, async (_request, reply) => {
    const { status, body } = await readiness.now();
    return reply.code(status).send(body);
  });
  app.get("/metrics", async (request, reply) => {
    // Not by address: behind a proxy everybody comes from loopback. Prometheus gets a token by client credentials.
    if (request.viewer?.agency.role !== "OPERATOR") throw unknownPath();
    return reply.type(metrics.contentType).send(await metrics.told());
  });
  app.setNotFoundHandler(async (request, reply) => refuse(unknownPath(), request, reply));
  app.setErrorHandler(async (error: unknown, request, reply) =>
    refuse(refusedByFastify(error) ?? error, request, reply),
  );
  if (subgraph)
    await app.register(async (calls) => {
      const read = calls.getDefaultJsonParser("error", "error");
      calls.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
        request.digest = digest(body);
        read(request, body.toString("utf8"), done);
      });
      calls.addHook("preHandler", async (request) => {
        const { authorization, [HEADER]: signed } = request.headers;
        const assertion = await subgraph.verify(typeof signed === "string" ? signed : undefined, {
          body: request.digest,
          token: authorization?.replace(/^Bearer +/i, "") ?? null,
        });
        request.id = assertion.requestId;
        request.assertion = assertion;
        request.viewer ??= (await subgraph.viewerOf?.(assertion)) ?? null;
      });
      calls.post("/subgraph", await graphqlOver(app, parts, subgraph.answering));
    });
  return app;
}

/** GraphQL over one schema. */
async function graphqlOver(app: FastifyInstance, parts: HttpParts, over: AnsweringParts) {
  const { limits, log } = parts;
  const apollo = new ApolloServer<HubContext>({
    schema: over.activation.schema,
    csrfPrevention: true,
    introspection: true, // answered from the role's view
    persistedQueries: false,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: limits.maxTokens },
    validationOptions: { maxErrors: 10 },
    stopOnTerminationSignals: false,
    logger: SILENT,
    validationRules: [limitsRule(limits)],
    formatError: (_formatted, error) => formatError(error, log),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      fastifyApolloDrainPlugin(app),
      answering(over),
      {
        unexpectedErrorProcessingRequest: async ({ requestContext: { contextValue }, error }) =>
          log.error({ requestId: contextValue.requestId, cause: causeOf(error) }, "unexpected"),
      },
    ],
  });
  await apollo.start();
  return fastifyApolloHandler(apollo, { context: async (request) => contextOf(parts, over, request) });
}

const nothingYet = (): Told => ({ kind: null, operation: null, purpose: null, code: null });

/** What every answer carries; last, so that nothing that Apollo sets for an answer outlives it. */
function dress(request: FastifyRequest, reply: FastifyReply): void {
  reply.header("X-Hub-Request-Id", request.id);
  reply.header("Cache-Control", request.routeOptions.config.cache ?? "no-store");
  reply.header("X-Content-Type-Options", "nosniff");
  if (reply.statusCode === 401) reply.header("WWW-Authenticate", "Bearer");
  if (reply.statusCode === 503) reply.header("Retry-After", "2");
}

/** Who asked what kind of question, without anybody's name and without the question: `operation` is in the disclosure log too. */
const accessLine = ({ id, method, routeOptions, viewer, told }: FastifyRequest, reply: FastifyReply) => ({
  requestId: id,
  method,
  route: routeOptions.url ?? null,
  status: reply.statusCode,
  role: viewer?.agency.role ?? null,
  post: viewer?.post.post ?? null,
  ...told,
  ms: Math.round(reply.elapsedTime),
});

/** Apollo's own lines may repeat what was asked; the hub tells its faults itself. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

function contextOf(
  { directory, subgraph }: HttpParts,
  { activation, questions, counts }: AnsweringParts,
  request: FastifyRequest,
): HubContext {
  const { assertion, claims, viewer, watched } = request;
  if (!viewer || !watched) throw new TypeError("The hooks let nobody pass without a viewer");
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  const { agency, post } = viewer;
  return {
    requestId: request.id,
    viewer,
    asker: isOutside(viewer) ? outsider(agency.role) : { role: agency.role, post, purpose: null },
    // The gateway's word stands for the client's headers: nobody on the way can change it.
    statedPurpose: assertion ? (assertion.purpose ?? undefined) : header("x-hub-purpose"),
    told: request.told,
    timed: watched.timed,
    assertion,
    idempotencyKey: assertion ? (assertion.idempotencyKey ?? undefined) : header("idempotency-key"),
    purposes: [...activation.policy.purposes.values()].filter(({ roles }) => roles.has(agency.role)),
    // Apollo hands out a copy of this object, and the purpose is stated on the copy.
    expect(coordinate) {
      return expectationOf(activation, this.asker, coordinate);
    },
    explain(coordinate) {
      return explanationOf(activation, this.asker, coordinate);
    },
    access: (role) => accessOf(activation, role),
    directory,
    keyOf: (type, id) => {
      const decoded = questions.world.ids.decode(id);
      return decoded?.type === type ? decoded.key : null;
    },
    confer: (audience, conferred) => {
      if (!subgraph?.confer || !assertion || !claims) throw new TypeError("Only the hub's subgraph has a relation");
      return subgraph.confer(audience, { viewer, claims, requestId: assertion.requestId }, conferred);
    },
    counted: new Set(),
    count(subject, asked) {
      this.counted.add(subject.group);
      return this.timed("statement", () => counts.of(subject, asked, this.asker, viewer));
    },
    change: () => {
      throw new TypeError("Only a mutation changes anything");
    },
    onRecord: () => {
      throw new TypeError("The question is not checked yet");
    },
  };
}
