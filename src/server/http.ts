import { randomUUID } from "node:crypto";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from "fastify";
import { GraphQLError } from "graphql";
import type { Logger } from "pino";
import { Fault, Mistake, Refusal } from "../errors.js";
import { expectationOf } from "../policy/explain.js";
import type { HubContext } from "../viewer/context.js";
import type { TokenClaims } from "../viewer/token.js";
import type { Viewer } from "../viewer/viewer.js";
import { type AnsweringParts, answering } from "./answering.js";
import type { MemoryDirectory } from "./directory.js";
import { formatError } from "./format.js";
import { type Limits, limitsRule } from "./limits.js";

export interface HttpParts extends AnsweringParts {
  readonly verify: (bearer: string | undefined) => Promise<TokenClaims>;
  readonly viewerOf: (claims: TokenClaims) => Promise<Viewer>;
  readonly directory: MemoryDirectory;
  readonly limits: Limits & { readonly maxTokens: number; readonly maxBodyBytes: number };
  /** Throws while the hub cannot answer. */
  readonly ready: () => Promise<void>;
}

declare module "fastify" {
  interface FastifyRequest {
    viewer: Viewer | null;
  }
}

/** The hub over HTTP: GraphQL at /graphql, health beside it. Who has no token is told so before GraphQL is reached. */
export async function createHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { activation, log } = parts;
  const app = Fastify({
    bodyLimit: parts.limits.maxBodyBytes,
    genReqId: () => randomUUID(),
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
  });
  const apollo = new ApolloServer<HubContext>({
    schema: activation.schema,
    csrfPrevention: true,
    introspection: true, // answered from the role's view
    persistedQueries: false,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: parts.limits.maxTokens },
    stopOnTerminationSignals: false,
    logger: log,
    validationRules: [limitsRule(parts.limits)],
    formatError: (formatted, error) =>
      error instanceof GraphQLError ? formatError(error, log) : formatError(new GraphQLError(formatted.message, { originalError: error instanceof Error ? error : null }), log),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      fastifyApolloDrainPlugin(app),
      answering(parts),
    ],
  });
  await apollo.start();

  app.decorateRequest("viewer", null);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("X-Hub-Request-Id", request.id);
    reply.header("Cache-Control", "no-store");
    if (request.url.split("?")[0] !== "/graphql") return;
    request.viewer = await parts.viewerOf(await parts.verify(request.headers.authorization));
  });
  app.route({
    url: "/graphql",
    method: ["GET", "POST"],
    handler: fastifyApolloHandler(apollo, { context: async (request) => contextOf(parts, request) }),
  });
  app.get("/healthz", async () => ({ status: "alive" }));
  app.get("/readyz", async () => {
    await parts.ready();
    return { status: "ready" };
  });
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send(bodyOf(new Mistake("BAD_USER_INPUT", { message: "No such path; GraphQL is at /graphql", messageZh: "没有此路径,GraphQL 位于 /graphql", field: "path", remedy: "POST to /graphql" }), log)),
  );
  app.setErrorHandler(async (error: unknown, request, reply) => {
    const said = error instanceof Refusal || error instanceof Mistake || error instanceof Fault ? error : ofFastify(error);
    const status = said ? statusOf(said) : 500;
    if (status === 401) reply.header("WWW-Authenticate", "Bearer");
    if (status === 503) reply.header("Retry-After", "2");
    return reply.code(status).send(bodyOf(said ?? error, log, request.id));
  });
  return app;
}

const bodyOf = (error: unknown, log: Logger, requestId?: string) => ({ errors: [formatError(error, log, requestId)] });

const statusOf = ({ extensions }: GraphQLError): number => {
  const http = extensions["http"];
  return typeof http === "object" && http !== null && "status" in http && typeof http.status === "number" ? http.status : 500;
};

/** What Fastify refuses by itself: bodies that are no JSON, too large, of another kind. */
function ofFastify(error: unknown): Mistake | undefined {
  const known = isFastifyError(error) ? error : undefined;
  if (!known?.statusCode || known.statusCode >= 500) return undefined;
  const tooLarge = known.statusCode === 413;
  return new Mistake(tooLarge ? "COST_EXCEEDED" : "BAD_USER_INPUT", {
    message: tooLarge ? "The body is larger than the hub takes" : "The body is no JSON that the hub can read",
    messageZh: tooLarge ? "请求体过大" : "请求体不是可读取的 JSON",
    field: "body",
    remedy: tooLarge ? "Ask for less at once" : 'Send {"query": "...", "variables": {...}} as application/json',
    http: { status: known.statusCode },
  });
}
const isFastifyError = (error: unknown): error is FastifyError => error instanceof Error && "statusCode" in error;

function contextOf({ activation, directory, questions }: HttpParts, request: FastifyRequest): HubContext {
  const { viewer } = request;
  if (!viewer) throw new TypeError("onRequest lets nobody pass without a viewer");
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  const { agency, post } = viewer;
  const context: HubContext = {
    requestId: request.id,
    viewer,
    asker: { role: agency.role, post, purpose: null },
    statedPurpose: header("x-hub-purpose"),
    idempotencyKey: header("idempotency-key"),
    purposes: [...activation.policy.purposes.values()].filter(({ roles }) => roles.has(agency.role)).map(({ purpose }) => purpose),
    expect: (coordinate) => expectationOf(activation, context.asker, coordinate),
    directory,
    keyOf: (type, id) => {
      const decoded = questions.world.ids.decode(id);
      return decoded?.type === type ? decoded.key : null;
    },
    change: () => {
      throw new TypeError("Only a mutation changes anything");
    },
  };
  return context;
}
