import * as oauth from "oauth4webapi";
import { z } from "zod";

const settings = z.object({
  signIn: z
    .object({ issuer: z.url(), clientId: z.string(), resource: z.string().nullable(), demo: z.boolean() })
    .nullable(),
});
export type SignInSettings = NonNullable<z.infer<typeof settings>["signIn"]>;

/** How this hub's people sign in. @returns null where the operator has set up no sign-in for the explorer */
export async function signInSettings(): Promise<SignInSettings | null> {
  return settings.parse(await (await fetch("/explorer.json")).json()).signIn;
}

/** Somebody's access token; it lives in this page's memory and nowhere else. */
export interface Session {
  readonly subject: string;
  /** As it stands now. */
  token(): string;
  /**
   * Gets another token without a window, where the issuer has given a refresh token.
   * @param refused  the token that the hub did not take
   * @returns false where only signing in again helps
   */
  renew(refused: string): Promise<boolean>;
}

/** The browser kept the sign-in window from opening. */
export class PopupBlocked extends Error {}

/** What the window that comes back from the issuer tells this page: console/src/signed-in.ts. */
export const CHANNEL = "signed-in";

/**
 * Signs somebody in: authorization code with PKCE, in a window of its own, so that nothing that was typed here is lost
 * and nothing has to be stored.
 * @param before subject of who signed in before and does so again
 * @param signal ends the waiting: the window may be closed without a word
 * @throws PopupBlocked; oauth4webapi's errors where the issuer refuses or answers something else
 */
export async function signIn(
  settings: SignInSettings,
  before: string | undefined,
  signal: AbortSignal,
): Promise<Session> {
  // At once, while the browser still sees the click.
  const popup = window.open("about:blank", "_blank", "popup,width=720,height=640");
  if (!popup) throw new PopupBlocked();
  try {
    const issuer = new URL(settings.issuer);
    const insecure = { [oauth.allowInsecureRequests]: issuer.protocol === "http:" };
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    const client = { client_id: settings.clientId };
    const resource = settings.resource === null ? {} : { resource: settings.resource };
    const redirect = `${location.origin}/signed-in.html`;
    const [verifier, state, nonce] = [
      oauth.generateRandomCodeVerifier(),
      oauth.generateRandomState(),
      oauth.generateRandomNonce(),
    ];
    const address = new URL(z.url().parse(server.authorization_endpoint));
    address.search = String(
      new URLSearchParams({
        client_id: settings.clientId,
        redirect_uri: redirect,
        response_type: "code",
        scope: "openid",
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
        ...resource,
        // In the demo one chooses a person anew, whoever was chosen before.
        ...(settings.demo ? { prompt: "login" } : {}),
        ...(before === undefined ? {} : { login_hint: before }),
      }),
    );
    const returned = answered(state, signal);
    popup.location.href = address.href;
    const parameters = oauth.validateAuthResponse(server, client, await returned, state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      redirect,
      verifier,
      { ...insecure, additionalParameters: resource },
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    const again = async (refresh: string) =>
      oauth.processRefreshTokenResponse(
        server,
        client,
        await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refresh, {
          ...insecure,
          additionalParameters: resource,
        }),
      );
    return { subject: oauth.getValidatedIdTokenClaims(tokens)?.sub ?? "", ...renewable(tokens, again) };
  } catch (error) {
    popup.close();
    throw error;
  }
}

/** Questions that are refused together renew once: an issuer that sees a refresh token twice takes it for stolen. */
function renewable(
  first: oauth.TokenEndpointResponse,
  again: (refresh: string) => Promise<oauth.TokenEndpointResponse>,
): Omit<Session, "subject"> {
  let tokens = first;
  let renewing: Promise<boolean> | undefined;
  const renewed = async ({ refresh_token: refresh }: oauth.TokenEndpointResponse) => {
    if (refresh === undefined) return false;
    try {
      tokens = { refresh_token: refresh, ...(await again(refresh)) };
      return true;
    } catch {
      // Whether the issuer takes it no more or cannot be reached, signing in again is what helps, and says why not.
      return false;
    }
  };
  return {
    token: () => tokens.access_token,
    renew: async (refused) => {
      if (tokens.access_token !== refused) return true;
      renewing ??= renewed(tokens).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
  };
}

/** Waits for the window of this very sign-in; several pages may be signing in at once. */
function answered(state: string, signal: AbortSignal): Promise<URLSearchParams> {
  const channel = new BroadcastChannel(CHANNEL);
  return new Promise<URLSearchParams>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    channel.addEventListener("message", ({ data }) => {
      const parameters = new URLSearchParams(String(data));
      if (parameters.get("state") === state) resolve(parameters);
    });
  }).finally(() => channel.close());
}
