import { z } from "zod";
import { ConfigError, type HubConfig } from "../config.js";
import { createTokenVerifier, type KeySource, type TokenClaims } from "../viewer/token.js";
import { type Hub, openHub } from "./hub.js";

/** The identity provider does not say where its keys are. */
export class IssuerUnreachable extends Error {
  override readonly name = "IssuerUnreachable";
  readonly code = "ISSUER_UNREACHABLE";
  readonly exitCode = 2;
}

/**
 * The hub with the identity provider of the configuration.
 * @throws ConfigError no issuer is set; IssuerUnreachable; and whatever `openHub` refuses to start for
 */
export async function startProduction(config: HubConfig): Promise<Hub> {
  return openHub({ config, verify: await verifierOf(config) });
}

/** Milliseconds for which a good token is not checked again: as long as a viewer is kept. */
const GOOD_FOR = 5_000;

async function verifierOf({ oidc }: HubConfig): Promise<(bearer: string | undefined) => Promise<TokenClaims>> {
  const { issuer, audience, jwksFile, tokenLife } = oidc;
  if (issuer === undefined)
    throw new ConfigError(
      "OIDC_ISSUER: expected the URL of the identity provider whose access tokens the hub takes; " +
        "or HUB_DEMO=1 to try the hub with invented people",
    );
  const keys: KeySource = jwksFile === undefined ? { jwksUrl: await jwksUrlOf(issuer) } : { jwksFile };
  return createTokenVerifier({ issuer, audience, ...keys, longestLifeS: tokenLife, keepMs: GOOD_FOR });
}

/** How long the identity provider may take, in milliseconds. */
const PATIENCE = 5_000;

/** OpenID Connect Discovery 1.0, section 4: the document must name the very issuer that it was fetched from. */
async function jwksUrlOf(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE), redirect: "error" });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    return z.object({ issuer: z.literal(issuer), jwks_uri: z.url() }).parse(await answer.json()).jwks_uri;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : causeOf(cause);
    throw new IssuerUnreachable(
      `The identity provider's keys cannot be found at ${address}: ${why}. ` +
        "Correct OIDC_ISSUER, or give the keys in a file (OIDC_JWKS_FILE). 无法取得身份提供方的公钥。",
      { cause },
    );
  }
}

/** `fetch` says "fetch failed" and keeps the reason in `cause`. */
const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
};
