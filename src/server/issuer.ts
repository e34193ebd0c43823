import { z } from "zod";

/** The identity provider does not say where its keys are. */
export class IssuerUnreachable extends Error {
  override readonly name = "IssuerUnreachable";
  readonly code = "ISSUER_UNREACHABLE";
  readonly exitCode = 2;
}

/** How long the identity provider may take, in milliseconds. */
const PATIENCE = 5_000;

/**
 * Where the identity provider's public keys are. OpenID Connect Discovery 1.0, section 4: the document must name the
 * very issuer that it was fetched from.
 * @throws IssuerUnreachable
 */
export async function jwksUrlOf(issuer: string): Promise<string> {
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
