import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";

/** How people sign in to the explorer: OpenID Connect, authorization code with PKCE, no secret. */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  /** What the token must be good for (RFC 8707), where it is a URI. */
  readonly resource: string | null;
  /** The demo issuer: one may be several people at once, and compare what they are answered. */
  readonly demo: boolean;
}

/** Where the issuer sends the browser back to, below the hub's address. */
export const SIGNED_IN = "/signed-in.html";

/** What `npm run build` makes of console/. */
const BUILT = fileURLToPath(new URL("../../console/dist", import.meta.url));

/** Without it the hub answers GraphQL and nothing else: `npm ci --omit=dev` has nothing to build it with. */
export const isExplorerBuilt = (folder = BUILT): boolean => existsSync(join(folder, "index.html"));
export const NOT_BUILT =
  "The explorer is not built: `npm ci` with development packages builds it. GraphQL is at /graphql. 查询台未构建。";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".woff2": "font/woff2",
};

/**
 * Serves the explorer at `/` to anybody: it is the same for all and holds nothing. What it asks needs a token like
 * every question.
 * @param signIn  null where the configuration names no client for it
 */
export function serveExplorer(app: FastifyInstance, signIn: () => SignIn | null, folder = BUILT): void {
  if (!isExplorerBuilt(folder)) {
    app.get("/", { config: { open: true } }, async (_request, reply) =>
      reply.code(404).type("text/plain; charset=utf-8").send(NOT_BUILT),
    );
    return;
  }
  app.get("/explorer.json", { config: { open: true } }, async () => ({ signIn: signIn() }));
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue; // a folder
    const body = readFileSync(join(folder, path));
    // Names in assets/ carry a hash of what they hold.
    const cache = path.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    app.get(`/${path === "index.html" ? "" : path}`, { config: { open: true, cache } }, async (_request, reply) =>
      reply
        .header("Content-Security-Policy", policyOf(signIn()))
        .header("Referrer-Policy", "no-referrer")
        .type(type)
        .send(body),
    );
  }
}

/** docs/explorer.md says why each source is there. */
const policyOf = (signIn: SignIn | null): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self'${signIn ? ` ${new URL(signIn.issuer).origin}` : ""}`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
