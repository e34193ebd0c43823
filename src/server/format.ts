import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import { Fault, Mistake, Refusal } from "../errors.js";

const OURS = [Refusal, Mistake, Fault];

/** graphql-js and Apollo say these of a document that is no good; the caller can mend it. */
const OF_THE_DOCUMENT: ReadonlySet<unknown> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "BAD_REQUEST",
  "OPERATION_RESOLUTION_FAILURE",
]);

/**
 * The only way for an error to leave the hub: our codes pass, the document's mistakes become BAD_USER_INPUT, all else
 * is a fault that is told to the hub's own log and to nobody else.
 */
export function formatError(error: unknown, log: Logger, requestId?: string): GraphQLFormattedError {
  const original = originalOf(error);
  const place = error instanceof GraphQLError ? { ...(error.path ? { path: error.path } : {}), ...(error.locations ? { locations: error.locations } : {}) } : {};
  if (original instanceof GraphQLError && (OURS.some((family) => original instanceof family) || isOurs(original))) {
    const { http: _http, ...extensions } = original.extensions;
    if (original instanceof Fault) log.error({ requestId, code: original.code, cause: causeOf(original) }, "fault");
    return { message: original.message, ...(original.path ? { path: original.path } : place), extensions };
  }
  if (error instanceof GraphQLError && (OF_THE_DOCUMENT.has(error.extensions["code"]) || !error.originalError)) {
    return {
      message: error.message,
      ...place,
      extensions: {
        code: "BAD_USER_INPUT",
        messageZh: "查询语句或变量有误",
        remedy: "Correct the document or its variables; the schema you may ask is what introspection shows you",
      },
    };
  }
  log.error({ requestId, code: "INTERNAL_SERVER_ERROR", cause: causeOf(error) }, "fault");
  return {
    message: "The hub failed to answer; the operator finds the cause under the request id",
    ...place,
    extensions: { code: "INTERNAL_SERVER_ERROR", messageZh: "系统内部错误,请凭请求编号联系管理员", ...(requestId ? { requestId } : {}) },
  };
}

const originalOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError instanceof GraphQLError ? error.originalError : error;

/** Scalars raise a plain GraphQLError with one of our codes and a remedy. */
const isOurs = ({ extensions }: GraphQLError) => extensions["code"] === "BAD_USER_INPUT" && "remedy" in extensions;

/** Kind and place of a cause, without its text: a driver's message may show a row. */
function causeOf(error: unknown): object {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (!(cause instanceof Error)) return { kind: typeof cause };
  const code = "code" in cause ? cause.code : undefined;
  return { kind: cause.name, code, stack: cause.stack?.split("\n").filter((line) => line.trim().startsWith("at ")).slice(0, 8) };
}
