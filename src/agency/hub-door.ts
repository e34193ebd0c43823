import { readFile } from "node:fs/promises";
import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import * as oauth from "oauth4webapi";
import { z } from "zod";
import { ConfigError, type HubConfig } from "../config.js";
import { Fault } from "../errors.js";

/** One operation of the agency's department system at the hub's public API. */
export interface Asking {
  readonly query: string;
  readonly variables: object;
  readonly idempotencyKey?: string;
}

/** The hub as an agency's own department system meets it: docs/doors/department-system.md. */
export interface HubDoor {
  /**
   * @param answer what `data` must be
   * @throws Fault HUB_UNAVAILABLE  no answer, or one that says "later": the same may be asked again
   * @throws RefusedByHub           the hub has answered, and says no
   */
  ask<Data>(answer: z.ZodType<Data>, asking: Asking): Promise<Data>;
}

/** The hub does not take what the agency asks or tells. */
export class RefusedByHub extends Error {
  readonly code = "REFUSED_BY_HUB";
  readonly exitCode = 1;
  /** @param said the hub's own code, words and remedy */
  constructor(readonly said: z.infer<typeof error>) {
    const { code, messageZh, remedy } = said.extensions;
    super(
      [`${code} ${said.message}`, messageZh, typeof remedy === "string" ? remedy : null].filter(Boolean).join(". "),
    );
  }
}

const error = z.object({
  message: z.string(),
  extensions: z
    .object({ code: z.string(), messageZh: z.string().optional(), remedy: z.unknown().optional() })
    .default({ code: "UNKNOWN" }),
});
const body = z.object({ data: z.unknown().optional(), errors: z.array(error).optional() });

/** What passes by itself. */
const LATER = ["RATE_LIMITED", "LOG_UNAVAILABLE", "DATABASE_UNAVAILABLE", "HUB_UNAVAILABLE", "INTERNAL_SERVER_ERROR"];
/** Milliseconds for which the hub, or whoever gives tokens, may think. */
const PATIENCE = 30_000;

/** Who is silent is waited for no longer, and not beyond the end of whoever asks. */
const within = (stopping: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(PATIENCE), ...(stopping ? [stopping] : [])]);

/** How often the same is asked again within one turn. */
export interface Waits {
  /** Milliseconds before the same is asked again for the first time, and the longest. */
  readonly initialDelay: number;
  readonly maxDelay: number;
  /** How often it is asked again. */
  readonly maxAttempts: number;
}
const WAITS: Waits = { initialDelay: 500, maxDelay: 8_000, maxAttempts: 4 };

type Settings = Pick<NonNullable<HubConfig["federation"]["hub"]>, "url" | "purpose">;

/**
 * @param token  an access token of the agency's system; `fresh`: not the one before, which was refused
 */
export function hubDoor(
  { url, purpose }: Settings,
  token: (fresh: boolean) => Promise<string>,
  { stopping, waits = WAITS }: { readonly stopping?: AbortSignal; readonly waits?: Waits } = {},
): HubDoor {
  const again = retry(
    handleWhen((error) => error instanceof Fault),
    { maxAttempts: waits.maxAttempts, backoff: new ExponentialBackoff(waits) },
  );
  return {
    ask: (answer, asking) =>
      again.execute(async () => {
        const first = await send(asking, false);
        // A token that was good for longer than the hub takes it.
        const { data, errors } = first.status === 401 ? await send(asking, true) : first;
        const [refusal] = errors ?? [];
        if (refusal && LATER.includes(refusal.extensions.code)) throw unavailable(new Error(refusal.extensions.code));
        if (refusal) throw new RefusedByHub(refusal);
        const read = answer.safeParse(data);
        if (!read.success) throw unavailable(read.error);
        return read.data;
      }, stopping),
  };

  async function send({ query, variables, idempotencyKey }: Asking, fresh: boolean) {
    try {
      const response = await fetch(url, {
        method: "POST",
        redirect: "error",
        signal: within(stopping),
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${await token(fresh)}`,
          "x-hub-purpose": purpose,
          ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
        },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...body.parse(await response.json()) };
    } catch (cause) {
      throw cause instanceof RefusedByHub ? cause : unavailable(cause);
    }
  }
}

const unavailable = (cause: unknown) =>
  new Fault(
    "HUB_UNAVAILABLE",
    {
      message: `The hub does not answer: ${reasonOf(cause)}`,
      messageZh: "中枢暂不可用",
      remedy: "Nothing is lost: the same is told or asked again by itself. Look whether the hub is reached from here",
    },
    cause,
  );

/** `fetch` keeps the reason in `cause`; what was answered in the hub's place is not repeated. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return "something else answers in its place";
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/**
 * The hub of the configuration, with tokens of its identity provider: OAuth 2.0, client credentials (RFC 6749, 4.4).
 * @throws ConfigError this agency has no system at the hub
 */
export function hubOf(
  { federation: { hub } }: HubConfig,
  how: { readonly stopping?: AbortSignal; readonly waits?: Waits } = {},
): HubDoor {
  if (hub === undefined)
    throw new ConfigError("federation.hub: expected the hub, and as whom this agency's own system asks there");
  return hubDoor(hub, tokens(hub, how.stopping), how);
}

const NO_TOKEN = {
  code: "UNAUTHENTICATED",
  messageZh: "身份提供方未签发令牌",
  remedy: "Compare federation.hub, clientId and the secret, with the account at the issuer",
};

function tokens(
  { issuer, clientId, clientSecretFile }: NonNullable<HubConfig["federation"]["hub"]>,
  stopping: AbortSignal | undefined,
): (fresh: boolean) => Promise<string> {
  const client: oauth.Client = { client_id: clientId };
  // The configuration lets http pass on loopback alone.
  const options = {
    [oauth.allowInsecureRequests]: issuer.startsWith("http:"),
    signal: () => within(stopping),
  };
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async (fresh) => {
    if (kept && !fresh && Date.now() < kept.until) return kept.token;
    const address = new URL(issuer);
    const server = await oauth.processDiscoveryResponse(address, await oauth.discoveryRequest(address, options));
    const secret = oauth.ClientSecretBasic((await readFile(clientSecretFile, "utf8")).trimEnd());
    const grant = await oauth.clientCredentialsGrantRequest(server, client, secret, {}, options);
    try {
      const { access_token, expires_in = 0 } = await oauth.processClientCredentialsResponse(server, client, grant);
      kept = { token: access_token, until: Date.now() + expires_in * 900 };
      return access_token;
    } catch (error) {
      if (!(error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError))
        throw error;
      throw new RefusedByHub({ message: "The identity provider gives this system no token", extensions: NO_TOKEN });
    }
  };
}
