import { GraphQLError } from "graphql";

/**
 * Every error that may leave the hub has a code. Three families that never share a class:
 * a refusal (the policy says no), a caller's mistake (ask differently) and a fault (ours).
 */
export type RefusalCode =
  | "UNAUTHENTICATED"
  | "ASSERTION_REFUSED"
  | "RELATION_REFUSED"
  | "FIELD_NOT_SHARED"
  | "PURPOSE_REQUIRED"
  | "PURPOSE_NOT_ALLOWED"
  | "NOT_FOUND_OR_NOT_SHARED";
export type MistakeCode = "BAD_USER_INPUT" | "CONFLICT" | "IDEMPOTENCY_MISMATCH" | "COST_EXCEEDED" | "RATE_LIMITED";
export type FaultCode =
  | "LOG_UNAVAILABLE"
  | "DATABASE_UNAVAILABLE"
  | "HUB_UNAVAILABLE"
  | "AGENCY_UNAVAILABLE"
  | "INTERNAL_SERVER_ERROR";
export type HubErrorCode = RefusalCode | MistakeCode | FaultCode;

export interface HubErrorFacts {
  /** English sentence. */
  readonly message: string;
  /** 中文 */
  readonly messageZh: string;
  /** Facts that the client can act on: `coordinate`, `policy`, `basis`, `remedy`, `field` ... Nothing about a child. */
  readonly [extension: string]: unknown;
}

/** What HTTP says of an answer that holds nothing but this error. */
export const HTTP_STATUS: Readonly<Record<HubErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  ASSERTION_REFUSED: 401,
  RELATION_REFUSED: 403,
  FIELD_NOT_SHARED: 403,
  PURPOSE_REQUIRED: 403,
  PURPOSE_NOT_ALLOWED: 403,
  NOT_FOUND_OR_NOT_SHARED: 200,
  BAD_USER_INPUT: 400,
  CONFLICT: 409,
  IDEMPOTENCY_MISMATCH: 409,
  COST_EXCEEDED: 400,
  RATE_LIMITED: 429,
  LOG_UNAVAILABLE: 503,
  DATABASE_UNAVAILABLE: 503,
  HUB_UNAVAILABLE: 503,
  AGENCY_UNAVAILABLE: 200,
  INTERNAL_SERVER_ERROR: 500,
};

abstract class HubError<Code extends HubErrorCode> extends GraphQLError {
  constructor(
    readonly code: Code,
    facts: HubErrorFacts,
    readonly status: number = HTTP_STATUS[code],
    cause?: unknown,
  ) {
    const { message, ...extensions } = facts;
    super(message, {
      extensions: { code, ...extensions, http: { status } },
      ...(cause instanceof Error ? { originalError: cause } : {}),
    });
  }
}

/** The policy says no. */
export class Refusal extends HubError<RefusalCode> {
  constructor(code: RefusalCode, facts: HubErrorFacts) {
    super(code, facts);
  }
}

/** The caller asked for something that cannot be done as asked. */
export class Mistake extends HubError<MistakeCode> {
  /** @param status where HTTP has a word of its own for it: 404, 405, 413 ... */
  constructor(code: MistakeCode, facts: HubErrorFacts, status?: number) {
    super(code, facts, status);
  }
}

/** The hub failed. The cause goes to the hub's own log, never to the client. */
export class Fault extends HubError<FaultCode> {
  constructor(code: FaultCode, facts: HubErrorFacts, cause?: unknown) {
    super(code, facts, undefined, cause);
  }
}

/** A row that does not exist and a row that the viewer may not see: the same, byte for byte. */
export const notFoundOrNotShared = () =>
  new Refusal("NOT_FOUND_OR_NOT_SHARED", {
    message: "No such record, or none that is shared with you",
    messageZh: "没有这条记录,或该记录未与您共享",
  });

/** @param field path of the argument, e.g. "input.citizenNumber"; @param remedy what to send instead */
export const badUserInput = (field: string, message: string, messageZh: string, remedy: string) =>
  new Mistake("BAD_USER_INPUT", { message, messageZh, field, remedy });

/** @param retryAfter seconds */
export const rateLimited = (retryAfter: number) =>
  new Mistake("RATE_LIMITED", {
    message: "You have looked for too many children, or for this one too often",
    messageZh: "查询过于频繁",
    retryAfter,
    remedy: `Ask again in ${retryAfter} seconds; where a child cannot wait, call the duty desk of the social affairs office`,
  });

/** @param what the measure that is exceeded, e.g. "depth" */
export const tooMuch = (what: string, is: number, limit: number) =>
  new Mistake("COST_EXCEEDED", {
    message: `The question has ${what} ${is}; the limit is ${limit}`,
    messageZh: `查询过大:${what} 为 ${is},上限为 ${limit}`,
    remedy: "Ask for less at once, in several questions",
    field: what,
  });
