import { readFileSync } from "node:fs";
import { ConfigError } from "./error.js";

export type Env = Readonly<Record<string, string | undefined>>;

const asIs = (value: string) => value;
const asNumber = (value: string) => (/^\d+$/.test(value) ? Number(value) : value);
const asFlag = (value: string) => ({ "1": true, "0": false })[value] ?? value;

/** Where a variable's value goes, and how its text is read. */
export const VARIABLES: Readonly<Record<string, readonly [key: string, read: (value: string) => unknown]>> = {
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

export function withSecrets(env: Env): Env {
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

export function withVariables(env: Env, settings: unknown): unknown {
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
