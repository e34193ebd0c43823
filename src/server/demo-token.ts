import { z } from "zod";

/** Public client of the demo: whoever sits at the machine takes a token for any demo person. */
export const DEMO_CLIENT = "hub-demo-cli";
/** Public client of the explorer in the demo: a person signs in by browser, with code and PKCE. */
export const DEMO_EXPLORER = "hub-demo-explorer";
/** Grant type of the demo: a token for the person named in `subject`, without a password. */
export const DEMO_PERSON = "urn:minors-hub:demo-person";

/** A department system of the demo: asks with its secret, for itself or for a person of its agency. */
export interface DemoClient {
  readonly clientId: string;
  readonly secret: string;
  readonly agencyName: string;
}

/**
 * Asks a running demo issuer for an access token, over HTTP, as any client would.
 * @param as  a person, by the public client; or a department system, on behalf of a person where one is named
 * @throws Error with the issuer's own words
 */
export async function requestToken(
  issuer: string,
  as: { readonly subject: string } | { readonly client: DemoClient; readonly subject?: string | undefined },
): Promise<string> {
  const client = "client" in as ? as.client : undefined;
  const answer = await fetch(`${issuer}/token`, {
    method: "POST",
    headers: client ? { authorization: basic(client) } : {},
    body: new URLSearchParams({
      ...(as.subject === undefined
        ? { grant_type: "client_credentials" }
        : { grant_type: DEMO_PERSON, subject: as.subject }),
      ...(client ? {} : { client_id: DEMO_CLIENT }),
    }),
  });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${issuer} gave no token: ${JSON.stringify(body)}`);
  return z.object({ access_token: z.string() }).parse(body).access_token;
}

/** Both parts are form-encoded before they are joined: RFC 6749, 2.3.1. */
const basic = ({ clientId, secret }: DemoClient) =>
  `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`)}`;
