import { readFileSync } from "node:fs";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import { readWhenChanged } from "../changed-file.js";
import { Fault } from "../errors.js";
import { unauthenticated } from "./unauthenticated.js";

/** All that the hub takes from a token: two names to look up. What they may do stands in the directory. */
export interface TokenClaims {
  /** `client_id`: the system that asks. */
  readonly client: string;
  /** OIDC subject of the person it asks for; null = the system asks for itself (client credentials). */
  readonly subject: string | null;
}

/** Where the issuer's public keys are: an address or a file, both JWK sets (RFC 7517). */
export type KeySource = { readonly jwksUrl: string } | { readonly jwksFile: string };

export type TokenVerifierOptions = KeySource & {
  readonly issuer: string;
  readonly audience: string;
  /** Longest life of a token in seconds, longer ones are refused; 300 by default. */
  readonly longestLifeS?: number;
  /** Seconds by which the issuer's clock may differ; 5 by default. */
  readonly clockToleranceS?: number;
  /**
   * Milliseconds for which a token that was found good is not checked again, hence the longest that a token outlives a
   * key that was taken back; 0 by default. Never longer than the token lives. Checking costs more than a small answer.
   */
  readonly keepMs?: number;
};

/** Asymmetric only: with a shared secret in the list, the public key would do as the secret. */
const ALGORITHMS = ["ES256", "PS256", "EdDSA"];
/** Good tokens kept at once, the oldest goes first. */
const KEPT = 10_000;
/** Seconds: the life of a token in production (docs/architecture.md). */
const LONGEST_LIFE_S = 300;

/**
 * Checks an access token (RFC 9068): signature, issuer, audience, `typ`, expiry, and its age.
 * @returns a function that takes the `Authorization` header
 * @throws Refusal UNAUTHENTICATED  whatever is wrong with the token: the same body
 * @throws Fault   the issuer's keys cannot be had; the token may be good
 */
export function createTokenVerifier(
  options: TokenVerifierOptions,
): (bearer: string | undefined) => Promise<TokenClaims> {
  const keys = orFault("jwksUrl" in options ? createRemoteJWKSet(new URL(options.jwksUrl)) : keysOf(options.jwksFile));
  const longest = options.longestLifeS ?? LONGEST_LIFE_S;
  const checks: JWTVerifyOptions = {
    algorithms: ALGORITHMS,
    issuer: options.issuer,
    audience: options.audience,
    typ: "at+jwt",
    requiredClaims: ["exp", "iat", "sub", "client_id"],
    // Also refuses an `iat` in the future, with which a token could live longer than exp - iat says.
    maxTokenAge: longest,
    clockTolerance: options.clockToleranceS ?? 5,
  };
  const { keepMs = 0 } = options;
  const good = new Map<string, { readonly until: number; readonly claims: TokenClaims }>();
  return async (bearer) => {
    const token = bearer && /^Bearer +(\S+)$/i.exec(bearer)?.[1];
    if (!token) throw unauthenticated("no bearer token");
    const known = good.get(token);
    if (known && known.until > Date.now()) return known.claims;
    good.delete(token);
    try {
      const { payload } = await jwtVerify(token, keys, checks);
      const claims = claimsOf(payload, longest);
      if (keepMs > 0) good.set(token, { until: Math.min(Date.now() + keepMs, Number(payload.exp) * 1000), claims });
      const [oldest] = good.keys();
      if (good.size > KEPT && oldest !== undefined) good.delete(oldest);
      return claims;
    } catch (error) {
      // Only keys that cannot be had are our fault; all else, foreseen by jose or not, is the token's.
      if (error instanceof Fault) throw error;
      throw unauthenticated(error instanceof Error ? error.message : "unreadable token");
    }
  };
}

function claimsOf({ exp, iat, sub, client_id }: JWTPayload, longest: number): TokenClaims {
  if (exp === undefined || iat === undefined || exp - iat > longest) throw new Error("lives too long");
  if (typeof client_id !== "string" || client_id === "") throw new Error("client_id is not a name");
  if (typeof sub !== "string" || sub === "") throw new Error("sub is not a name");
  return { client: client_id, subject: sub === client_id ? null : sub };
}

/** A token that names no known key is refused; keys that cannot be fetched or read are a fault. */
function orFault(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new Fault(
        "INTERNAL_SERVER_ERROR",
        {
          message: "The identity provider's keys are not available; the token could not be checked",
          messageZh: "身份提供方的公钥暂不可用,无法核验令牌",
          remedy: "Retry later; operator: check the issuer's JWKS address or file",
        },
        error,
      );
    }
  };
}

/** Public keys (JWKS) of a file. */
function keysOf(file: string): JWTVerifyGetKey {
  const keys = readWhenChanged(file, () => createLocalJWKSet(JSON.parse(readFileSync(file, "utf8"))));
  return async (header, token) => keys()(header, token);
}
