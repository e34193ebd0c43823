import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import { Fault, HTTP_STATUS, Mistake, Refusal } from "../errors.js";
import { WordRefused } from "../federation/signed-word.js";

const OURS = [Refusal, Mistake, Fault];

/** graphql-js repeats in its messages what it was sent, however long. */
const LONGEST_MESSAGE = 300;

/** What the hub has said of a question, for a gateway to pass on as it is. */
export class Relayed extends Error {
  override readonly name = "Relayed";
  constructor(readonly formatted: GraphQLFormattedError) {
    super(formatted.message);
  }
}

/**
 * The only way for an error to leave the hub: our codes pass, what graphql-js and Apollo say of a question that is no
 * good becomes BAD_USER_INPUT or COST_EXCEEDED, all else is a fault that is told to the hub's own log and to nobody
 * else.
 */
export function formatError(error: unknown, log: Logger, requestId?: string): GraphQLFormattedError {
  if (error instanceof Relayed) return error.formatted;
  const innermost = innermostOf(error);
  const place = placeOf(error);
  if (innermost instanceof GraphQLError && isOurs(innermost)) {
    const { http: _http, ...extensions } = innermost.extensions;
    if (innermost instanceof WordRefused) log.warn({ requestId, code: innermost.code, why: innermost.why }, "refused");
    if (innermost instanceof Fault) log.error({ requestId, code: innermost.code, cause: causeOf(innermost) }, "fault");
    return { message: innermost.message, ...(innermost.path ? { path: innermost.path } : place), extensions };
  }
  if (error instanceof GraphQLError && innermost instanceof GraphQLError && isOfTheQuestion(error))
    return { message: clipped(error.message), ...place, extensions: mistakeIn(error) };
  log.error({ requestId, code: "INTERNAL_SERVER_ERROR", cause: causeOf(error) }, "fault");
  return {
    message: "The hub failed to answer; the operator finds the cause under the request id",
    ...place,
    extensions: {
      code: "INTERNAL_SERVER_ERROR",
      messageZh: "系统内部错误,请凭请求编号联系管理员",
      remedy: "Send it again later, or tell the operator the request id (X-Hub-Request-Id)",
      ...(requestId ? { requestId } : {}),
    },
  };
}

/** Status of an answer that holds these errors and no data. */
export function statusOf(errors: readonly GraphQLFormattedError[]): number {
  const [status] = errors.map(({ extensions }) => statusOfCode(extensions?.["code"])).sort((a, b) => b - a);
  return status ?? 500;
}

/** Status for which the hub's own failure takes the data out of an answer. */
export function faultStatus(errors: readonly GraphQLFormattedError[]): number | undefined {
  const status = errors.length > 0 ? statusOf(errors) : 200;
  return status >= 500 ? status : undefined;
}

const statusOfCode = (code: unknown): number =>
  Object.entries(HTTP_STATUS).find(([known]) => known === code)?.[1] ?? 500;

/** Kind and place of a cause, without its text: a driver's message may show a row. */
export function causeOf(error: unknown): object {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (!(cause instanceof Error)) return { kind: typeof cause };
  const code = "code" in cause ? cause.code : undefined;
  const stack = cause.stack?.split("\n").filter((line) => line.trim().startsWith("at "));
  return { kind: cause.name, code, stack: stack?.slice(0, 8) };
}

/** Apollo and graphql-js wrap errors in errors; what one of ours was caused by is not looked at. */
function innermostOf(error: unknown): unknown {
  if (!(error instanceof GraphQLError) || isOurs(error) || !error.originalError) return error;
  return innermostOf(error.originalError);
}

/** Scalars raise a plain GraphQLError with one of our codes and a remedy. */
const isOurs = (error: GraphQLError): boolean =>
  OURS.some((family) => error instanceof family) ||
  (error.extensions["code"] === "BAD_USER_INPUT" && "remedy" in error.extensions);

/**
 * Beyond validation graphql-js raises the same class for an argument that is no good and for a value of the hub's own
 * that is of no good type, and repeats that value.
 */
const isOfTheQuestion = ({ path, message }: GraphQLError): boolean => path === undefined || /^Argument "/.test(message);

const placeOf = (error: unknown) =>
  error instanceof GraphQLError
    ? { ...(error.path ? { path: error.path } : {}), ...(error.locations ? { locations: error.locations } : {}) }
    : {};

const clipped = (message: string): string =>
  message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;

function mistakeIn({ message, extensions }: GraphQLError) {
  // graphql-js stops a document of too many tokens, and one whose fields cost too much to compare, with these words.
  if (/tokens\. Parsing aborted\.$|^Validation aborted\.$/.test(message))
    return { code: "COST_EXCEEDED", messageZh: "查询过大", remedy: "Ask for less at once, in several questions" };
  if (extensions["code"] === "BAD_REQUEST")
    return {
      code: "BAD_USER_INPUT",
      messageZh: "请求格式有误",
      remedy: 'POST {"query": "...", "variables": {...}} as application/json',
    };
  return {
    code: "BAD_USER_INPUT",
    messageZh: "查询语句或变量有误",
    remedy: "Correct the document or its variables; the schema you may ask is what introspection shows you",
  };
}
