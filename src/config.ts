import { existsSync, readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
// Deep import: graphql-js keeps it internal, and its version is pinned.
import { suggestionList } from "graphql/jsutils/suggestionList.js";
import { parse } from "yaml";
import { z } from "zod";

/** The settings are wrong. Names variable or file and key, and what was meant; entry points exit with `exitCode`. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "CONFIG";
  readonly exitCode = 2;
}

const LOOPBACK_HTTP_ONLY = "the issuer's https URL (http only on loopback), without query or fragment";

// In every error text: what was meant. No text repeats the value, which may hold a password.
const text = (meant: string) => z.string(meant).min(1, meant);
const whole = (min: number, max: number, meant = `a whole number from ${min} to ${max}`) =>
  z.int(meant).min(min, meant).max(max, meant);
const AN_AGENCY = "the agency's global id, or a list of them";
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
const httpUrl = (meant: string) => z.url({ protocol: /^https?$/, error: meant });
const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: "postgres://user:password@host:5432/database" });
const section = <Keys extends z.ZodRawShape>(keys: Keys) =>
  z.strictObject(keys, `a section with ${Object.keys(keys).join(", ")}`);

const host = z.union([z.hostname(), z.ipv6()], "a host name or IP address, without port");
const port = whole(0, 65_535, "a port, 0 to 65535");
/** By what two machines of a federation know each other. PEM files, read again when they change. */
const certificates = {
  /** What is shown to the other side, with what leads up to its authority. */
  certificateFile: text("a PEM file with this machine's certificate"),
  keyFile: text("a PEM file with the certificate's private key"),
  /** Whose certificates are taken of the other side, and nobody else's. */
  caFile: text("a PEM file with the certificates of the authority that signs the other side's"),
};

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
  federation: section({
    /** The gateway's public keys (JWKS, Ed25519): with them the hub is a subgraph as well, at /subgraph. */
    gatewayKeysFile: text("a file with the gateway's public keys (JWKS)").optional(),
    /** Mutual TLS: /subgraph is to be had here alone, by whoever shows a certificate of the authority. */
    tls: section({
      /** Default: `server.host`. */
      host: host.optional(),
      port,
      ...certificates,
      /** One name (DNS, subject alternative) that the certificate must bear, where the authority signs for others as well. */
      clientName: z.hostname("the DNS name in the gateway's certificate").optional(),
    }).optional(),
    /** With what the hub signs for agencies' subgraphs. Default: `relation.json` in the data folder; made if missing. */
    relationKeyFile: text("a file with the hub's signing keys (JWKS)").optional(),
    /** Name of this subgraph, where it is an agency's; a hub is "hub". */
    name: text("the name that the hub has registered").optional(),
    /** Code of the agency that this is, where others of its kind keep their records in the same database. */
    agency: text("the agency's code in the register agencies").optional(),
    /** The hub's public keys (JWKS, Ed25519), where this is an agency: whose word it takes for who may see what. */
    hubKeysFile: text("a file with the hub's public keys (JWKS)").optional(),
    /** The hub, where this is an agency: its own system there tells it what it must know, and asks it for links. */
    hub: section({
      url: httpUrl("the http(s) URL of the hub's /graphql"),
      /** Who gives that system its tokens: OAuth 2.0, client credentials. */
      issuer: z.string(LOOPBACK_HTTP_ONLY).refine(isIssuer, LOOPBACK_HTTP_ONLY),
      clientId: text("the agency's client id at the issuer"),
      clientSecretFile: text("a file with the client's secret"),
      /** For which it brings its registers and asks for links: one that opens all that it writes. */
      purpose: text("a purpose of purposes.csv"),
    }).optional(),
    /** Subgraphs of agencies: whose people they know by name, and policy rows that they hold at home. */
    agencies: z
      .record(
        z.string(),
        section({
          /** Of several, where one subgraph has the records of all: schools of one township, say. */
          agency: z
            .union([text(AN_AGENCY), z.array(text(AN_AGENCY)).min(1)], AN_AGENCY)
            .transform((one) => (typeof one === "string" ? [one] : one)),
          holds: z.array(text("a policy row"), "a list of policy rows").min(1, "at least one policy row"),
        }),
        "subgraphs with agency and holds",
      )
      .default({}),
    /** For `hub compose` and `hub gateway`; the hub itself reads none of it. */
    gateway: section({
      /** The hub's own subgraph. */
      hubUrl: httpUrl("the http(s) URL of the hub's /subgraph").default("http://127.0.0.1:4000/subgraph"),
      /** Subgraphs of agencies by name; the schema as its agency hands it in. */
      subgraphs: z
        .record(
          z.string(),
          section({
            url: httpUrl("the http(s) URL of the agency's /subgraph"),
            schemaFile: text("a file with the agency's schema (SDL)"),
            /** Decides by the same policy: built with the agency kit. Others may add only what needs no decision. */
            kernel: z.boolean("true where it is built with the agency kit").default(false),
          }),
          "subgraphs with url, schemaFile and kernel",
        )
        .default({}),
      /** What `hub compose` writes. Default: `supergraph.graphql` in the data folder. */
      supergraphFile: text("a file for the supergraph").optional(),
      /** With what the gateway signs its calls. Default: `gateway.json` in the data folder; made if missing. */
      keyFile: text("a file with the gateway's signing keys (JWKS)").optional(),
      /** Whether subgraphs elsewhere than on this machine may be asked over http: on a network that nobody else reads. */
      plainHttp: z.boolean("true or false").default(false),
      /** Mutual TLS: what hub and agencies are shown, and whose certificates are taken of them. */
      tls: section(certificates).optional(),
      /** Milliseconds for which an agency may think. */
      patience: whole(100, 20_000).default(3_000),
      /** Milliseconds for which the hub may think: an import plan of 20,000 rows takes its time. */
      hubPatience: whole(100, 240_000).default(30_000),
    }).prefault({}),
  }),
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
    federation: {
      ...federation,
      tls: federation.tls && { ...federation.tls, host: federation.tls.host ?? rest.server.host },
      relationKeyFile: federation.relationKeyFile ?? join(database.dataDir, "relation.json"),
      gateway: {
        ...federation.gateway,
        supergraphFile: federation.gateway.supergraphFile ?? join(database.dataDir, "supergraph.graphql"),
        keyFile: federation.gateway.keyFile ?? join(database.dataDir, "gateway.json"),
      },
    },
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
    const { gatewayKeysFile, hubKeysFile, tls } = config.federation;
    if (tls && tls.port !== 0 && tls.port === config.server.port && meet(tls.host, config.server.host))
      refuse("federation.tls.port", "another port than server.port, where everybody else asks: a port has one door");
    if (tls && gatewayKeysFile === undefined)
      refuse("federation.tls", "FEDERATION_GATEWAY_KEYS_FILE beside it: a certificate alone lets nobody ask");
    if (hubKeysFile !== undefined && hubKeysFile === gatewayKeysFile)
      refuse("federation.hubKeysFile", "another file than the gateway's: whoever has its key could speak for the hub");
    const { hubUrl, subgraphs, plainHttp } = config.federation.gateway;
    const urls = [
      ["hubUrl", hubUrl],
      ...Object.entries(subgraphs).map(([name, { url }]) => [`subgraphs.${name}.url`, url]),
    ];
    for (const [key = "", url = ""] of urls)
      if (!plainHttp && isOpenHttp(url)) refuse(`federation.gateway.${key}`, OPEN_HTTP);
    const agencysHub = config.federation.hub?.url;
    if (agencysHub !== undefined && !plainHttp && isOpenHttp(agencysHub)) refuse("federation.hub.url", OPEN_HTTP);
    if (config.demo && !isLoopback(config.server.host))
      refuse("server.host", "a loopback address in demo mode, whose tokens anybody gets; or HUB_DEMO=0");
  });

type Settings = z.output<typeof settings>;
/** What the hub runs with. Paths that are not absolute are relative to the working directory. */
export type HubConfig = { readonly [Section in keyof Settings]: Readonly<Settings[Section]> };

const asIs = (value: string) => value;
const asNumber = (value: string) => (/^\d+$/.test(value) ? Number(value) : value);
const asFlag = (value: string) => ({ "1": true, "0": false })[value] ?? value;

/** Where a variable's value goes, and how its text is read. */
const VARIABLES: Readonly<Record<string, readonly [key: string, read: (value: string) => unknown]>> = {
  HOST: ["server.host", asIs],
  PORT: ["server.port", asNumber],
  DATABASE_URL: ["database.url", asIs],
  DATABASE_MIGRATION_URL: ["database.migrationUrl", asIs],
  DATABASE_ADMIN_URL: ["database.adminUrl", asIs],
  HUB_DATA_DIR: ["database.dataDir", asIs],
  OIDC_ISSUER: ["oidc.issuer", asIs],
  OIDC_AUDIENCE: ["oidc.audience", asIs],
  OIDC_JWKS_FILE: ["oidc.jwksFile", asIs],
  OIDC_EXPLORER_CLIENT: ["oidc.explorerClient", asIs],
  OIDC_TOKEN_LIFE: ["oidc.tokenLife", asNumber],
  HUB_DEMO: ["demo", asFlag],
  HUB_DEMO_SCALE: ["demoScale", asNumber],
  HUB_LOG_LEVEL: ["log.level", asIs],
  FEDERATION_GATEWAY_KEYS_FILE: ["federation.gatewayKeysFile", asIs],
  FEDERATION_HUB_KEYS_FILE: ["federation.hubKeysFile", asIs],
  FEDERATION_RELATION_KEY_FILE: ["federation.relationKeyFile", asIs],
  FEDERATION_TLS_HOST: ["federation.tls.host", asIs],
  FEDERATION_TLS_PORT: ["federation.tls.port", asNumber],
  FEDERATION_TLS_CERTIFICATE_FILE: ["federation.tls.certificateFile", asIs],
  FEDERATION_TLS_KEY_FILE: ["federation.tls.keyFile", asIs],
  FEDERATION_TLS_CA_FILE: ["federation.tls.caFile", asIs],
  FEDERATION_TLS_CLIENT_NAME: ["federation.tls.clientName", asIs],
  FEDERATION_GATEWAY_TLS_CERTIFICATE_FILE: ["federation.gateway.tls.certificateFile", asIs],
  FEDERATION_GATEWAY_TLS_KEY_FILE: ["federation.gateway.tls.keyFile", asIs],
  FEDERATION_GATEWAY_TLS_CA_FILE: ["federation.gateway.tls.caFile", asIs],
  OTEL_EXPORTER_OTLP_ENDPOINT: ["tracing.endpoint", asIs],
};
/** May be given in a file that NAME_FILE names, as systemd's credentials and Docker's secrets are. */
const SECRETS = ["DATABASE_URL", "DATABASE_MIGRATION_URL", "DATABASE_ADMIN_URL"] as const;

const KEYS = [
  "demo",
  "demoScale",
  ...Object.entries(sections).flatMap(([name, its]) => [
    name,
    ...("shape" in its ? Object.keys(its.shape) : []).map((key) => `${name}.${key}`),
  ]),
];

type Env = Readonly<Record<string, string | undefined>>;

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

function withSecrets(env: Env): Env {
  const all = { ...env };
  for (const name of SECRETS) {
    const file = env[`${name}_FILE`];
    if (file === undefined) continue;
    if (env[name] !== undefined) throw new ConfigError(`${name}, ${name}_FILE: expected one of them`);
    try {
      all[name] = readFileSync(file, "utf8").trimEnd();
    } catch (cause) {
      throw new ConfigError(`${name}_FILE: expected a file that this user can read, not "${file}"`, { cause });
    }
  }
  return all;
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

function withVariables(env: Env, settings: unknown): unknown {
  return Object.entries(VARIABLES).reduce((all, [name, [path, read]]) => {
    const value = env[name];
    return value === undefined ? all : withValue(all, path.split("."), read(value));
  }, settings);
}

function withValue(settings: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  // What is no section is told as it stands.
  return isRecord(settings) ? { ...settings, [key]: withValue(settings[key] ?? {}, rest, value) } : settings;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether one address listens for the other as well. */
const meet = (one: string, other: string): boolean =>
  one === other || [one, other].some((host) => host === "0.0.0.0" || host === "::");

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/** Who stands between could read children's data, and the users' tokens. */
export const OPEN_HTTP =
  "an https URL (http only on loopback); or federation.gateway.plainHttp, on a network that nobody else reads";
export function isOpenHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !isLoopback(hostname.replace(/^\[|\]$/g, ""));
}

function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, search, hash } = new URL(value);
  const safe = protocol === "https:" || (protocol === "http:" && isLoopback(hostname.replace(/^\[|\]$/g, "")));
  return safe && search === "" && hash === "";
}
