import { once } from "node:events";
import { createServer } from "node:http";
import type { Adapter, ResourceServer } from "oidc-provider";
import { CustomOIDCProviderError } from "oidc-provider/lib/helpers/errors.js";
import { Provider } from "oidc-provider/lib/provider.js";
import type { Role } from "../policy/policy.js";
import { type DemoKeys, demoKeysIn } from "./demo-keys.js";
import { DEMO_CLIENT, DEMO_PERSON, type DemoClient, requestToken } from "./demo-token.js";

/** The hub as a resource (RFC 8707), which must be a URI; the audience in the token need not be one. */
const HUB = "urn:minors-hub";
const LOOPBACK = /^(localhost|::1|127(\.\d+){3})$/;

export interface DemoPerson {
  readonly subject: string;
  readonly name: string;
  readonly agencyName: string;
  readonly role: Role;
  readonly post: string;
}

export interface DemoIssuerOptions {
  /** 0 = any free port. */
  readonly port: number;
  /** Loopback only. */
  readonly host: string;
  /** Keeps the keys. */
  readonly dataDir: string;
  /** `aud` of its tokens, as OIDC_AUDIENCE. */
  readonly audience: string;
  readonly persons: readonly DemoPerson[];
  readonly clients: readonly DemoClient[];
}

export interface DemoIssuer {
  /** Base address; keys at `/jwks`, tokens at `/token`, discovery at `/.well-known/openid-configuration`. */
  readonly issuer: string;
  /** A token of the public demo client for this person. */
  tokenFor(subject: string): Promise<string>;
  /** A department system's token: its own or, with a subject, one that names the person too. */
  tokenForClient(clientId: string, subject?: string): Promise<string>;
  close(): Promise<void>;
}

/** The demo issuer does not start where it could be taken for a real one. */
export class DemoIssuerRefused extends Error {
  override readonly name = "DemoIssuerRefused";
  readonly exitCode = 2;
}

/**
 * Starts the demo's identity provider: real OIDC tokens (RFC 9068, ES256, 300 s) for invented people.
 * @throws DemoIssuerRefused   NODE_ENV=production, or a host that is not loopback
 * @throws DemoKeysUnreadable  the kept keys are damaged
 */
export async function startDemoIssuer(options: DemoIssuerOptions): Promise<DemoIssuer> {
  const { NODE_ENV } = process.env;
  if (NODE_ENV === "production")
    throw new DemoIssuerRefused("NODE_ENV=production: no demo identities; unset HUB_DEMO and set OIDC_ISSUER");
  if (!LOOPBACK.test(options.host))
    throw new DemoIssuerRefused(`HOST=${options.host}: the demo issuer gives tokens away; use 127.0.0.1`);
  const keys = await demoKeysIn(options.dataDir);
  const server = createServer().listen(options.port, options.host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const issuer = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
  server.on("request", demoProvider(issuer, keys, options).callback());
  return {
    issuer,
    tokenFor: (subject) => requestToken(issuer, { subject }),
    async tokenForClient(clientId, subject) {
      const client = options.clients.find((known) => known.clientId === clientId);
      if (!client) throw new Error(`No demo client ${clientId}; there are ${options.clients.map((c) => c.clientId)}`);
      return requestToken(issuer, { client, subject });
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function demoProvider(issuer: string, keys: DemoKeys, { audience, persons, clients }: DemoIssuerOptions): Provider {
  const personOf = new Map(persons.map((person) => [person.subject, person]));
  const agencyOf = new Map(clients.map((client) => [client.clientId, client.agencyName]));
  const hub: ResourceServer = {
    scope: "",
    audience,
    accessTokenTTL: 300,
    accessTokenFormat: "jwt",
    jwt: { sign: { alg: "ES256" } },
  };
  // No browser comes by: no client has a redirect, so neither sessions nor log-in pages are ever made.
  const noRedirect = { redirect_uris: [], response_types: [] };
  const provider = new Provider(issuer, {
    adapter: () => nothingKept,
    jwks: { keys: [keys.signing] },
    cookies: { keys: keys.cookies },
    responseTypes: [],
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    clients: [
      { ...noRedirect, client_id: DEMO_CLIENT, token_endpoint_auth_method: "none", grant_types: [DEMO_PERSON] },
      ...clients.map(({ clientId, secret }) => ({
        ...noRedirect,
        client_id: clientId,
        client_secret: secret,
        grant_types: ["client_credentials", DEMO_PERSON],
      })),
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => HUB,
        getResourceServerInfo(_ctx, resource) {
          if (resource !== HUB) throw new CustomOIDCProviderError("invalid_target", `the hub is ${HUB}`);
          return hub;
        },
      },
    },
    // The library's own versions of these four print that they should be replaced.
    ttl: { AccessToken: 300, ClientCredentials: 300 },
    clientBasedCORS: () => false,
    renderError(ctx, out) {
      ctx.body = out;
    },
  });
  provider.registerGrantType<{ subject?: unknown }>(
    DEMO_PERSON,
    async (ctx) => {
      const { client, params } = ctx.oidc;
      const person = personOf.get(String(params.subject));
      if (!person) throw refused("no demo person of that subject");
      if (client.clientId !== DEMO_CLIENT && agencyOf.get(client.clientId) !== person.agencyName)
        throw refused("a department system asks on behalf of people of its own agency only");
      const token = new provider.AccessToken({
        client,
        accountId: person.subject,
        grantId: person.subject,
        gty: DEMO_PERSON,
        resourceServer: new provider.ResourceServer(HUB, hub),
      });
      ctx.body = { access_token: await token.save(), expires_in: token.expiration, token_type: token.tokenType };
    },
    ["subject"],
  );
  return provider;
}

/** Not the library's InvalidGrant: that keeps its reason to itself, and the demo is for trying things out. */
const refused = (reason: string) => new CustomOIDCProviderError("invalid_grant", reason);

/** Its tokens are JWTs, which carry all there is to know; the issuer has nothing to store. */
const nothingKept: Adapter = {
  upsert: async () => {},
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
};
