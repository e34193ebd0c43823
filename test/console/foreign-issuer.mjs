// An identity provider as a township has one, which knows nothing of the hub but an audience and a redirect address. It asks for
// a name and takes any; everything that it has given is gone with its process. Ends with its standard input.
import { text } from "node:stream/consumers";
import { createMemoryAdapter } from "oidc-provider/lib/adapters/memory_adapter.js";
import { Provider } from "oidc-provider/lib/provider.js";

const { ISSUER, HUB, AUDIENCE, SIGNING_KEY } = process.env;

const provider = new Provider(ISSUER, {
  adapter: createMemoryAdapter(),
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
  jwks: { keys: [JSON.parse(SIGNING_KEY)] },
  cookies: { keys: ["of a test"] },
  clients: [
    {
      client_id: "explorer",
      token_endpoint_auth_method: "none",
      redirect_uris: [`${HUB}/signed-in.html`],
      grant_types: ["authorization_code", "refresh_token"],
    },
  ],
  clientDefaults: { id_token_signed_response_alg: "ES256" },
  clientBasedCORS: (_ctx, origin) => origin === HUB,
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed("refresh_token"),
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource) => {
        if (resource !== AUDIENCE) throw new Error(`unknown resource ${resource}`);
        const jwt = { sign: { alg: "ES256" } };
        return { scope: "", audience: AUDIENCE, accessTokenTTL: 300, accessTokenFormat: "jwt", jwt };
      },
    },
  },
  async loadExistingGrant({ oidc }) {
    const { client, session } = oidc;
    if (!session?.accountId) return undefined;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === "POST") {
    const accountId = new URLSearchParams(await text(ctx.req)).get("name");
    ctx.respond = false;
    return provider.interactionFinished(ctx.req, ctx.res, { login: { accountId } });
  }
  const hint = String(params.login_hint ?? "").replace(/[^\w/-]/g, "");
  ctx.type = "html";
  ctx.body = `<!doctype html><html lang="en"><title>Town Hall</title><form method="post"><label>Name <input name="name" value="${hint}"></label><button>Sign in</button></form></html>`;
});

const server = provider.listen(Number(new URL(ISSUER).port), "127.0.0.1", () => console.log("listening"));
process.stdin.resume().on("end", () => server.close(() => process.exit()).closeAllConnections());
