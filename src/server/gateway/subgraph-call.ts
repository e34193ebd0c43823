import { z } from "zod";
import { assertionFor, digest, HEADER } from "../../federation/assertion.js";
import { skewOf, WORD_SKEW } from "../../federation/clocks.js";
import { HUB } from "../../federation/hub-subgraph.js";
import { BodyTooLarge } from "../../federation/reach.js";
import { viewerFor } from "../../federation/relation.js";
import { namesIn } from "../../policy/between.js";
import type { GatewayContext } from "./context.js";
import { isRecord } from "./nodes.js";
import type { SubgraphsOptions } from "./subgraphs.js";

/** One call of one subgraph. */
export interface SubgraphCall {
  readonly name: string;
  readonly url: string;
  /** Whether the person who asks is of the agency that runs the subgraph. */
  readonly own: boolean;
  /** The subgraph must go by one of these versions of the policy, where it says by which it goes. */
  readonly versions?: readonly string[];
  /** Told which versions of the policy it goes by. */
  readonly heard?: (versions: readonly string[]) => void;
  /** Digest of the change that the client asks for; null: a question changes nothing. */
  readonly change: string | null;
  readonly question: object;
  /** Largest answer that is read, in bytes; the hub bounds its own. */
  readonly mostBytes?: number;
}

/** On whose behalf; before the hub has said who asks, without an asker. */
export type Caller = Pick<GatewayContext, "requestId" | "claims" | "token"> &
  Partial<Pick<GatewayContext, "asker" | "idempotencyKey">>;

/** Why a subgraph's part is missing, for the gateway's own log. */
export type WhyNot =
  | "ASSERTION_REFUSED"
  | "BUSY"
  | "CLOCK"
  | "GIVEN_UP" // never alone: another call for the same part has failed
  | "LATE"
  | "NO_DATA"
  | "NO_GRAPHQL"
  | "NO_JSON"
  | "NOT_READY"
  | "NOT_REGISTERED"
  | "OTHER_POLICY"
  | "RESTING"
  | "TOO_LARGE"
  | "UNFIT"
  | "UNKNOWN_KEY"
  | "UNREACHABLE";

/** What came back is no answer to a GraphQL question, or nothing came. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly code: string;
  constructor(
    subgraph: string,
    readonly why: WhyNot,
    cause?: unknown,
  ) {
    super(why, { cause });
    this.code = [subgraph, why, systemCodeOf(cause)].join(" ").trimEnd();
  }
}

/** What the system or TLS calls it. E.g. CERT_HAS_EXPIRED. */
const systemCodeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";

/**
 * Sends a question to a subgraph, under an assertion for this very call. The user's own token goes to the hub alone; an
 * agency learns of others than its own people neither who asks nor what for (policy row R35).
 * @throws NoAnswer
 */
export async function callSubgraph(
  { key, request }: Pick<SubgraphsOptions, "key" | "request">,
  { name, url, own, versions, heard, change, question, mostBytes = Number.POSITIVE_INFINITY }: SubgraphCall,
  { requestId, claims, token, asker, idempotencyKey }: Caller,
  signal: AbortSignal,
): Promise<unknown> {
  const hub = name === HUB;
  const body = JSON.stringify(question);
  const assertion = assertionFor(
    key(),
    name,
    {
      requestId,
      purpose: hub || own ? (asker?.purpose?.purpose ?? null) : null,
      idempotencyKey: change === null ? null : (idempotencyKey ?? null),
      change,
      viewer: viewerFor(hub || own, claims, requestId),
    },
    { body: digest(body), token: hub ? token : null },
  );
  const before = Date.now();
  try {
    const { status, headers, text } = await request(url, {
      method: "POST",
      signal,
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json",
        [HEADER]: assertion,
        ...(hub ? { authorization: `Bearer ${token}` } : {}),
      },
      body,
      mostBytes,
    });
    if (status >= 300 && status < 400) throw new NoAnswer(name, "NO_GRAPHQL");
    const { "x-hub-policy": policy, date } = headers;
    const theirs = policy === undefined ? undefined : namesIn(String(policy));
    if (theirs) heard?.(theirs);
    if (versions && theirs && !theirs.some((version) => versions.includes(version)))
      throw new NoAnswer(name, "OTHER_POLICY");
    const answer: unknown = JSON.parse(text);
    const why = refusalIn(answer, skewOf(date ?? null, before));
    if (why) throw new NoAnswer(name, why);
    return answer;
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    throw new NoAnswer(name, signal.aborted ? "LATE" : whyOf(error), error);
  }
}

function whyOf(error: unknown): WhyNot {
  if (error instanceof BodyTooLarge) return "TOO_LARGE";
  return error instanceof SyntaxError ? "NO_JSON" : "UNREACHABLE";
}

const refusal = z.object({
  extensions: z.discriminatedUnion("code", [
    z.object({ code: z.literal("ASSERTION_REFUSED") }),
    z.object({ code: z.literal("RELATION_REFUSED"), reason: z.enum(["UNKNOWN_KEY", "CLOCK", "OTHER_POLICY"]) }),
  ]),
});
const refused = z.object({ errors: z.tuple([refusal], z.unknown()) });

/**
 * Why a subgraph takes nothing from this gateway, or no word of the hub's, whatever is asked: the operator's matter, and
 * about no child.
 * @param skew seconds between its clock and ours
 */
function refusalIn(answer: unknown, skew: number): WhyNot | undefined {
  if (!isRecord(answer) || !("errors" in answer)) return undefined;
  const [error] = refused.safeParse(answer).data?.errors ?? [];
  if (error?.extensions.code === "RELATION_REFUSED") return error.extensions.reason;
  // Why, it tells nobody; the time, everybody.
  return error && (skew > WORD_SKEW ? "CLOCK" : "ASSERTION_REFUSED");
}
