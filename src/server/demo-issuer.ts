import { once } from "node:events";
import { createServer } from "node:http";
import type { ResourceServer } from "oidc-provider";
import { createMemoryAdapter } from "oidc-provider/lib/adapters/memory_adapter.js";
import { CustomOIDCProviderError } from "oidc-provider/lib/helpers/errors.js";
import { Provider } from "oidc-provider/lib/provider.js";
import type { Role } from "../policy/policy.js";
import { type DemoKeys, demoKeysIn } from "./demo-keys.js";
import { chooser, SIGN_IN } from "./demo-sign-in.js";
import { DEMO_CLIENT, DEMO_EXPLORER, DEMO_PERSON, type DemoClient, requestToken } from "./demo-token.js";
import { SIGNED_IN } from "./explorer.js";

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
  /** Origins of the explorer, which alone may sign people in by browser. */
  readonly explorers: readonly string[];
}

export interface DemoIssuer {
  /** Base address; keys at `/jwks`, tokens at `/token`, sign-in at `/auth`, discovery at `/.well-known/openid-configuration`. */
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
  const provider = demoProvider(issuer, keys, options);
  const answer = provider.callback();
  const choose = chooser(provider, options);
  server.on("request", (request, response) =>
    request.url?.startsWith(SIGN_IN) ? choose(request, response) : answer(request, response),
  );
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

function demoProvider(
  issuer: string,
  keys: DemoKeys,
  { audience, persons, clients, explorers }: DemoIssuerOptions,
): Provider {
  const personOf = new Map(persons.map((person) => [person.subject, person]));
  const agencyOf = new Map(clients.map((client) => [client.clientId, client.agencyName]));
  const hub: ResourceServer = {
    scope: "",
    audience,
    accessTokenTTL: 300,
    accessTokenFormat: "jwt",
    jwt: { sign: { alg: "ES256" } },
  };
  // By browser people come from the explorer only.
  const noRedirect = { redirect_uris: [], response_types: [] };
  const provider: Provider = new Provider(issuer, {
    adapter: createMemoryAdapter(),
    jwks: { keys: [keys.signing] },
    cookies: { keys: keys.cookies },
    responseTypes: ["code"],
    pkce: { required: () => true },
    interactions: { url: (_ctx, { uid }) => `${SIGN_IN}${uid}` },
    findAccount: (_ctx, sub) =>
      personOf.has(sub) ? { accountId: sub, claims: () => Promise.resolve({ sub }) } : undefined,
    // Whoever chose a person has agreed: the demo asks no second time.
    async loadExistingGrant({ oidc }) {
      const accountId = oidc.session?.accountId;
      if (!oidc.client || accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    clients: [
      { ...noRedirect, client_id: DEMO_CLIENT, token_endpoint_auth_method: "none", grant_types: [DEMO_PERSON] },
      {
        client_id: DEMO_EXPLORER,
        token_endpoint_auth_method: "none",
        redirect_uris: explorers.map((origin) => origin + SIGNED_IN),
        response_types: ["code"],
        grant_types: ["authorization_code", "refresh_token"],
      },
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
        useGrantedResource: () => true,
        getResourceServerInfo(_ctx, resource) {
          if (resource !== HUB) throw new CustomOIDCProviderError("invalid_target", `the hub is ${HUB}`);
          return hub;
        },
      },
    },
    // The library's own versions of these print that they should be replaced.
    ttl: {
      AccessToken: 300,
      ClientCredentials: 300,
      IdToken: 300,
      RefreshToken: 3600,
      Interaction: 3600,
      Session: 3600,
      Grant: 3600,
    },
    clientBasedCORS: (_ctx, origin, { clientId }) => clientId === DEMO_EXPLORER && explorers.includes(origin),
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
