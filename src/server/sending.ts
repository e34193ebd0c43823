import { type ApolloServerPlugin, type GraphQLRequestContext, type GraphQLResponse, HeaderMap } from "@apollo/server";
import type { ExecutionResult, GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import type { Told } from "../viewer/context.js";
import { faultStatus, formatError, statusOf } from "./format.js";

/** An answer, or without `data` a refusal of the whole question. */
export interface Result {
  readonly data?: ExecutionResult["data"];
  readonly errors?: readonly unknown[];
}

/** What an answer is made with. */
interface Answered {
  readonly requestId: string;
  readonly told: Told;
}

/** Answers valid documents, and says in the access line what came of it. */
export function sending<Context extends Answered>(
  log: Logger,
  answer: (request: GraphQLRequestContext<Context>) => Promise<Result>,
): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async responseForOperation(request) {
          const result = await answer(request).catch((error: unknown) => ({ errors: [error] }));
          return send(result, log, request.contextValue);
        },
        // Here, and not in `send`: what Apollo refuses by itself does not come that far.
        async willSendResponse({ contextValue: { told }, response: { body } }) {
          if (body.kind === "single") told.code = codeOf(body.singleResult.errors);
        },
      };
    },
  };
}

/**
 * Makes the answer of a result. A fault takes everything with it: whoever reads half an answer takes what is missing
 * for what is not there.
 */
function send({ data, errors = [] }: Result, log: Logger, { requestId }: Answered): GraphQLResponse {
  const formatted = errors.map((error) => formatError(error, log, requestId));
  const fault = faultStatus(formatted);
  const refused = fault ?? (data === undefined ? statusOf(formatted) : undefined);
  return {
    http: { headers: new HeaderMap(), ...(refused ? { status: refused } : {}) },
    body: {
      kind: "single",
      singleResult: {
        ...(formatted.length > 0 ? { errors: formatted } : {}),
        ...(refused || data === undefined ? {} : { data }),
      },
    },
  };
}

/** @returns the first error's code, null where there is none */
export function codeOf(errors: readonly GraphQLFormattedError[] = []): string | null {
  const code = errors[0]?.extensions?.["code"];
  return typeof code === "string" ? code : null;
}
