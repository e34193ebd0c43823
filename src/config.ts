import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
// Deep import: graphql-js keeps it internal, and its version is pinned.
import { suggestionList } from "graphql/jsutils/suggestionList.js";
import { parse } from "yaml";
import { z } from "zod";
import { isIssuer, isLoopback, LOOPBACK_HTTP_ONLY } from "./config/address.js";
import { ConfigError } from "./config/error.js";
import { federation, federationWith, refuseFederation } from "./config/federation.js";
import { type Env, VARIABLES, withSecrets, withVariables } from "./config/variables.js";
import { host, httpUrl, port, section, text, whole } from "./config/words.js";

export { ConfigError } from "./config/error.js";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: "postgres://user:password@host:5432/database" });

const sections = {
  server: section({
    host: host.default("127.0.0.1"),
    port: port.default(4000),
  }),
  database: section({
    /** Login that serves: owns nothing, bypasses nothing. Without it the hub runs its embedded database. */
    url: databaseUrl.optional(),
    /** Login that migrates and owns the tables. Default: `url`. */
    migrationUrl: databaseUrl.optional(),
    /** Login that may make logins and databases; only `hub db init` uses it, no running hub needs it. */
    adminUrl: databaseUrl.optional(),
    /** The embedded database and the hub's own files. */
    dataDir: text("a folder").default(".hub"),
    poolSize: whole(1, 200).default(10),
  }),
  oidc: section({
    issuer: z.string(LOOPBACK_HTTP_ONLY).refine(isIssuer, LOOPBACK_HTTP_ONLY).optional(),
    audience: text("the audience that access tokens carry").default("minors-hub"),
    jwksFile: text("a file with the issuer's public keys (JWKS)").optional(),
    /** The explorer's client at the issuer: public, code with PKCE, back to `/signed-in.html`. Without it nobody signs in there. */
    explorerClient: text("the explorer's client id at the issuer").optional(),
    /** Longest life of an access token in seconds; longer ones are refused. */
    tokenLife: whole(30, 3600).default(300),
  }),
  policy: section({
    directory: text("a folder with access-matrix.csv, posts.csv and purposes.csv").default(
      fileURLToPath(new URL("../policies", import.meta.url)),
    ),
    /** The version before, while it is followed by another: for ten minutes the stricter answer of the two stands. */
    previous: text("a folder with the tables of the version before").optional(),
  }),
  limits: section({
    maxTokens: whole(100, 100_000).default(2000),
    maxDepth: whole(1, 100).default(12),
    maxAliases: whole(0, 10_000).default(100),
    maxBodyBytes: whole(1024, 10_485_760).default(262_144),
    /** matchIdentity: by one person within an hour, and by one agency for the same child within a day. */
    lookupsAnHour: whole(1, 10_000).default(30),
    lookupsOfOneChild: whole(1, 1000).default(5),
  }),
  log: section({
    /** Least severity of the hub's own log: one JSON line an event on standard output. Default: info; of a demo, warn. */
    level: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(", ")}`).optional(),
  }),
  tracing: section({
    /** Base address of an OTLP collector over HTTP; without it nothing of OpenTelemetry is loaded. */
    endpoint: httpUrl("the http(s) URL of an OTLP collector").optional(),
  }),
  statistics: section({
    /** Least count that is published; 20 at least of what is most sensitive. A township may raise it, never below 5. */
    k: whole(5, 1_000).default(10),
  }),
  doctor: section({
    /** PEM files of the certificates that the proxy in front shows: `hub doctor` tells before they end. */
    certificates: z.array(text("a PEM file"), "a list of PEM files").default([]),
  }),
  federation,
  /** How agencies name the columns of their files. Agency code -> register -> titles; checked against the registers at start. */
  registers: z.record(
    z.string(),
    z.record(
      z.string(),
      section({
        columns: z.record(z.string(), z.string(), "title of the file: column of the register").default({}),
        ignore: z.array(z.string(), "a list of titles").default([]),
        without: z.array(z.string(), "a list of columns that the file does not have").default([]),
      }),
      "registers with columns, ignore or without",
    ),
    "agencies, each with its registers",
  ),
  keys: section({
    /** The hub's id key. Default: `hub.key` in the data folder. */
    file: text("a file with the hub's id key").optional(),
  }),
};

const settings = z
  .strictObject(
    {
      server: sections.server.prefault({}),
      database: sections.database.prefault({}),
      oidc: sections.oidc.prefault({}),
      policy: sections.policy.prefault({}),
      limits: sections.limits.prefault({}),
      log: sections.log.prefault({}),
      tracing: sections.tracing.prefault({}),
      statistics: sections.statistics.prefault({}),
      doctor: sections.doctor.prefault({}),
      federation: sections.federation.prefault({}),
      keys: sections.keys.prefault({}),
      registers: sections.registers.default({}),
      demo: z.boolean("true or false (in the environment 1 or 0)").optional(),
      /** How many people live around those of the examples when the demo is loaded: 0 nobody, 1 ten thousand children. */
      demoScale: whole(0, 100).default(1),
    },
    `sections ${Object.keys(sections).join(", ")}`,
  )
  .transform(({ database, keys, demo, federation, ...rest }) => ({
    ...rest,
    database: { ...database, migrationUrl: database.migrationUrl ?? database.url },
    federation: federationWith(federation, { ...rest, database }),
    keys: { file: keys.file ?? join(database.dataDir, "hub.key") },
    demo: demo ?? (database.url === undefined && rest.oidc.issuer === undefined),
  }))
  .superRefine((config, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: path.split("."), message });
    if (config.database.migrationUrl !== undefined && config.database.url === undefined)
      refuse("database.migrationUrl", "DATABASE_URL beside it: the login that serves");
    if (config.oidc.jwksFile !== undefined && config.oidc.issuer === undefined)
      refuse("oidc.jwksFile", "OIDC_ISSUER beside it: whose keys these are");
    refuseFederation(config, refuse);
    if (config.demo && !isLoopback(config.server.host))
      refuse("server.host", "a loopback address in demo mode, whose tokens anybody gets; or HUB_DEMO=0");
  });

type Settings = z.output<typeof settings>;
/** What the hub runs with. Paths that are not absolute are relative to the working directory. */
export type HubConfig = { readonly [Section in keyof Settings]: Readonly<Settings[Section]> };

const KEYS = [
  "demo",
  "demoScale",
  ...Object.entries(sections).flatMap(([name, its]) => [
    name,
    ...("shape" in its ? Object.keys(its.shape) : []).map((key) => `${name}.${key}`),
  ]),
];

/**
 * The environment wins over the file; what neither says has a default.
 * @param yamlText contents of hub.yaml, null = there is none
 * @throws ConfigError with all that is wrong, one a line
 */
export function parseConfig(env: Env, yamlText: string | null, file = "hub.yaml"): HubConfig {
  const unknown = unknownVariables(env);
  const parsed = settings.safeParse(withVariables(env, contents(yamlText ?? "", file)));
  const problems = parsed.success
    ? unknown
    : [...unknown, ...parsed.error.issues.flatMap((issue) => said(issue, env, file))];
  if (parsed.success && parsed.data.demo && env["NODE_ENV"] === "production")
    problems.push("NODE_ENV: demo mode refuses production: set DATABASE_URL and OIDC_ISSUER, or HUB_DEMO=0");
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems.join("\n"));
  for (const part of Object.values(parsed.data)) Object.freeze(part);
  return Object.freeze(parsed.data);
}

/**
 * The only reader of the environment: it, the files that its secrets are in, and `hub.yaml` from the working directory
 * or the file in HUB_CONFIG.
 */
export function readConfig(environment: Env = process.env): HubConfig {
  const env = withSecrets(environment);
  const file = env["HUB_CONFIG"] ?? "hub.yaml";
  if (existsSync(file)) return parseConfig(env, readFileSync(file, "utf8"), file);
  if (env["HUB_CONFIG"] === undefined) return parseConfig(env, null);
  throw new ConfigError(`HUB_CONFIG: expected a file with the settings, there is none at "${file}"`);
}

function contents(yamlText: string, file: string): unknown {
  try {
    return parse(yamlText) ?? {};
  } catch (error) {
    // The first line says what and where; the rest quotes the file, which may hold a password.
    const [message] = String(error).split("\n");
    throw new ConfigError(`${file}: ${message}`, { cause: error });
  }
}

/** HUB_TEST_* is left to the tests, whose hubs inherit it. */
function unknownVariables(env: Env): string[] {
  const known = ["HUB_CONFIG", ...Object.keys(VARIABLES)];
  return Object.keys(env)
    .filter((name) => name.startsWith("HUB_") && !name.startsWith("HUB_TEST_") && !known.includes(name))
    .map(
      (name) =>
        `${name}: unknown variable${didYouMean([...known.filter((one) => name === `HUB_${one}`), ...suggestionList(name, known)])}`,
    );
}

function said(issue: z.core.$ZodIssue, env: Env, file: string): string[] {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => {
      const unknown = path ? `${path}.${key}` : key;
      const elsewhere = KEYS.filter((known) => known.endsWith(`.${key}`));
      return `${file}: unknown key "${unknown}"${didYouMean([...elsewhere, ...suggestionList(unknown, KEYS)])}`;
    });
  const variable = Object.entries(VARIABLES).find(([name, [key]]) => key === path && env[name] !== undefined);
  return [`${variable?.[0] ?? (path ? `${file}, ${path}` : file)}: expected ${issue.message}`];
}

const didYouMean = ([first]: readonly string[]) => (first === undefined ? "" : `: did you mean "${first}"?`);
