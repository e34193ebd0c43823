import { ConfigError, type HubConfig } from "../config.js";
import { createTokenVerifier, type KeySource, type TokenClaims } from "../viewer/token.js";
import { type Hub, openHub } from "./hub.js";
import { jwksUrlOf } from "./issuer.js";

/**
 * The hub with the identity provider of the configuration.
 * @throws ConfigError no issuer is set; IssuerUnreachable; and whatever `openHub` refuses to start for
 */
export async function startProduction(config: HubConfig): Promise<Hub> {
  const { issuer, explorerClient: clientId, audience } = config.oidc;
  const verify = await verifierOf(config);
  if (issuer === undefined || clientId === undefined) return openHub({ config, verify });
  const resource = URL.canParse(audience) ? audience : null;
  // Public: it has no secret and speaks for whoever has signed in, never for itself.
  return openHub({
    config,
    verify,
    publicClients: [clientId],
    signIn: () => ({ issuer, clientId, resource, demo: false }),
  });
}

/** Milliseconds for which a good token is not checked again: as long as a viewer is kept. */
const GOOD_FOR = 5_000;

/** @throws ConfigError no issuer is set; IssuerUnreachable */
export async function verifierOf({ oidc }: HubConfig): Promise<(bearer: string | undefined) => Promise<TokenClaims>> {
  const { issuer, audience, jwksFile, tokenLife } = oidc;
  if (issuer === undefined)
    throw new ConfigError(
      "OIDC_ISSUER: expected the URL of the identity provider whose access tokens the hub takes; " +
        "or HUB_DEMO=1 to try the hub with invented people",
    );
  const keys: KeySource = jwksFile === undefined ? { jwksUrl: await jwksUrlOf(issuer) } : { jwksFile };
  return createTokenVerifier({ issuer, audience, ...keys, longestLifeS: tokenLife, keepMs: GOOD_FOR });
}
