import { ApolloServer, type ApolloServerPlugin, type BaseContext } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from "fastify";
import type { GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import { causeOf, formatError } from "./format.js";
import { type Limits, limitsRule } from "./limits.js";

export interface GraphqlLimits extends Limits {
  readonly maxTokens: number;
}

export interface GraphqlParts<Context extends BaseContext & { readonly requestId: string }> {
  readonly schema: GraphQLSchema;
  readonly limits: GraphqlLimits;
  readonly log: Logger;
  readonly answering: ApolloServerPlugin<Context>;
  readonly contextOf: (request: FastifyRequest) => Context;
}

/** GraphQL over one schema: parses, validates and bounds a question before `answering` sees it. */
export async function graphqlOver<Context extends BaseContext & { readonly requestId: string }>(
  app: FastifyInstance,
  { schema, limits, log, answering, contextOf }: GraphqlParts<Context>,
): Promise<RouteHandlerMethod> {
  const apollo = new ApolloServer<Context>({
    schema,
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
      answering,
      {
        unexpectedErrorProcessingRequest: async ({ requestContext: { contextValue }, error }) =>
          log.error({ requestId: contextValue.requestId, cause: causeOf(error) }, "unexpected"),
      },
    ],
  });
  await apollo.start();
  return fastifyApolloHandler(apollo, { context: async (request) => contextOf(request) });
}

/** Apollo's own lines may repeat what was asked; the hub tells its faults itself. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
