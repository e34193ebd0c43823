import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, parseConfig, readConfig } from "../../src/config.js";

const POSTGRES = "postgres://hub_app:secret@db:5432/hub";
const ISSUER = "https://login.example/realms/town";
const OVER_HTTPS =
  "an https URL (http only on loopback); or federation.gateway.plainHttp, on a network that nobody else reads";
const REAL = { DATABASE_URL: POSTGRES, OIDC_ISSUER: ISSUER };

describe("settings that nobody gave", () => {
  const config = parseConfig({}, null);

  it("are a demo on loopback with the embedded database and the package's own policy", () => {
    expect(config).toMatchObject({
      server: { host: "127.0.0.1", port: 4000 },
      database: { dataDir: ".hub" },
      oidc: { audience: "minors-hub" },
      limits: { maxDepth: 12 },
      keys: { file: join(".hub", "hub.key") },
      demo: true,
    });
    expect(config.database.url).toBeUndefined();
    expect(config.policy.directory).toBe(join(import.meta.dirname, "../../policies"));
  });

  it("cannot be changed by who reads them", () => {
    expect(() => Object.assign(config, { demo: false })).toThrow(TypeError);
    expect(() => Object.assign(config.server, { port: 1 })).toThrow(TypeError);
  });
});

describe("settings that were given", () => {
  const yaml = `
server: { host: localhost, port: 8080 }
database: { poolSize: 20, dataDir: /var/lib/hub }
policy: { directory: /etc/hub/policies }
limits: { maxDepth: 8 }
`;

  it("come from hub.yaml", () => {
    expect(parseConfig({}, yaml)).toMatchObject({
      server: { host: "localhost", port: 8080 },
      database: { poolSize: 20, dataDir: "/var/lib/hub" },
      policy: { directory: "/etc/hub/policies" },
      limits: { maxDepth: 8, maxAliases: 100 },
      keys: { file: "/var/lib/hub/hub.key" },
    });
  });

  it("come from the environment where both speak", () => {
    const { server, database } = parseConfig({ PORT: "9000", HUB_DATA_DIR: "/srv/hub" }, yaml);
    expect(server).toEqual({ host: "localhost", port: 9000 });
    expect(database).toMatchObject({ dataDir: "/srv/hub", poolSize: 20 });
  });

  it("come from the environment however deep they lie", () => {
    const { federation } = parseConfig(
      { HOST: "127.0.0.2", FEDERATION_TLS_PORT: "4444", FEDERATION_GATEWAY_TLS_CA_FILE: "b" },
      `federation: { gatewayKeysFile: g, tls: { port: 4443, certificateFile: c, keyFile: k, caFile: a },
         gateway: { tls: { certificateFile: c, keyFile: k, caFile: a } } }`,
    );
    expect(federation.tls).toEqual({ host: "127.0.0.2", port: 4444, certificateFile: "c", keyFile: "k", caFile: "a" });
    expect(federation.gateway.tls).toEqual({ certificateFile: "c", keyFile: "k", caFile: "b" });
  });

  it("may have two doors at one port of two addresses, and at ports of the system's choice", () => {
    const files = "certificateFile: c, keyFile: k, caFile: a";
    const tls = (port: number, more = "") =>
      `federation: { gatewayKeysFile: g, tls: { port: ${port}, ${files} ${more} } }`;
    expect(parseConfig({ PORT: "4443" }, tls(4443, ", host: 127.0.0.2")).federation.tls?.port).toBe(4443);
    expect(parseConfig({ PORT: "0" }, tls(0)).federation.tls?.port).toBe(0);
  });

  it("may say that subgraphs are asked over http, and take none for built with the kernel unless they say so", () => {
    const { federation } = parseConfig(
      {},
      `federation: { gateway: { plainHttp: true, hubUrl: "http://hub:4000/subgraph",
         subgraphs: { school: { url: "http://school:4000/subgraph", schemaFile: school.graphql } } } }`,
    );
    expect(federation.gateway.subgraphs["school"]?.kernel).toBe(false);
  });

  it("need no file, nor anything in it", () => {
    expect(parseConfig({ PORT: "0" }, "# nothing yet\n").server.port).toBe(0);
  });

  it("migrate with the serving login unless another is named", () => {
    const owner = "postgres://hub_owner:secret@db/hub";
    expect(parseConfig(REAL, null).database.migrationUrl).toBe(POSTGRES);
    expect(parseConfig({ ...REAL, DATABASE_MIGRATION_URL: owner }, null).database.migrationUrl).toBe(owner);
  });
});

describe("demo mode", () => {
  it.each`
    environment                                       | demo
    ${{}}                                             | ${true}
    ${{ HUB_DEMO: "0" }}                              | ${false}
    ${{ DATABASE_URL: POSTGRES }}                     | ${false}
    ${{ OIDC_ISSUER: ISSUER }}                        | ${false}
    ${{ DATABASE_URL: POSTGRES, HUB_DEMO: "1" }}      | ${true}
    ${{ ...REAL, NODE_ENV: "production" }}            | ${false}
    ${{ ...REAL, HOST: "0.0.0.0" }}                   | ${false}
    ${{ HOST: "::1" }}                                | ${true}
    ${{ HOST: "127.0.0.2", NODE_ENV: "development" }} | ${true}
  `("$environment -> $demo", ({ environment, demo }) => expect(parseConfig(environment, null).demo).toBe(demo));
});

describe("settings that are wrong", () => {
  it.each`
    environment                                                                                   | message
    ${{ PORT: "http" }}                                                                           | ${"PORT: expected a port, 0 to 65535"}
    ${{ PORT: "65536" }}                                                                          | ${"PORT: expected a port, 0 to 65535"}
    ${{ PORT: "" }}                                                                               | ${"PORT: expected a port, 0 to 65535"}
    ${{ HOST: "0.0.0.0:80", HUB_DEMO: "0" }}                                                      | ${"HOST: expected a host name or IP address, without port"}
    ${{ DATABASE_URL: "mysql://db/hub" }}                                                         | ${"DATABASE_URL: expected postgres://user:password@host:5432/database"}
    ${{ DATABASE_URL: "" }}                                                                       | ${"DATABASE_URL: expected postgres://user:password@host:5432/database"}
    ${{ DATABASE_MIGRATION_URL: POSTGRES }}                                                       | ${"DATABASE_MIGRATION_URL: expected DATABASE_URL beside it: the login that serves"}
    ${{ HUB_DATA_DIR: "" }}                                                                       | ${"HUB_DATA_DIR: expected a folder"}
    ${{ OIDC_ISSUER: "login.example" }}                                                           | ${"OIDC_ISSUER: expected the issuer's https URL (http only on loopback), without query or fragment"}
    ${{ OIDC_ISSUER: "http://login.example" }}                                                    | ${"OIDC_ISSUER: expected the issuer's https URL (http only on loopback), without query or fragment"}
    ${{ OIDC_ISSUER: "https://login.example/?realm=town" }}                                       | ${"OIDC_ISSUER: expected the issuer's https URL (http only on loopback), without query or fragment"}
    ${{ OIDC_AUDIENCE: "" }}                                                                      | ${"OIDC_AUDIENCE: expected the audience that access tokens carry"}
    ${{ OIDC_JWKS_FILE: "keys.json" }}                                                            | ${"OIDC_JWKS_FILE: expected OIDC_ISSUER beside it: whose keys these are"}
    ${{ HUB_DEMO: "yes" }}                                                                        | ${"HUB_DEMO: expected true or false (in the environment 1 or 0)"}
    ${{ HUB_DEMO_SCALE: "101" }}                                                                  | ${"HUB_DEMO_SCALE: expected a whole number from 0 to 100"}
    ${{ HUB_LOG_LEVEL: "loud" }}                                                                  | ${"HUB_LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal"}
    ${{ FEDERATION_TLS_PORT: "4443", FEDERATION_TLS_CA_FILE: "a", FEDERATION_TLS_KEY_FILE: "k" }} | ${"town.yaml, federation.tls.certificateFile: expected a PEM file with this machine's certificate"}
    ${{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" }}                                          | ${"OTEL_EXPORTER_OTLP_ENDPOINT: expected the http(s) URL of an OTLP collector"}
    ${{ HUB_DATADIR: "x" }}                                                                       | ${'HUB_DATADIR: unknown variable: did you mean "HUB_DATA_DIR"?'}
    ${{ HUB_PORT: "80" }}                                                                         | ${'HUB_PORT: unknown variable: did you mean "PORT"?'}
    ${{ HUB_SUPPRESSION_K: "5" }}                                                                 | ${"HUB_SUPPRESSION_K: unknown variable"}
    ${{ HOST: "0.0.0.0" }}                                                                        | ${"HOST: expected a loopback address in demo mode, whose tokens anybody gets; or HUB_DEMO=0"}
    ${{ ...REAL, HUB_DEMO: "1", HOST: "hub.example" }}                                            | ${"HOST: expected a loopback address in demo mode, whose tokens anybody gets; or HUB_DEMO=0"}
    ${{ NODE_ENV: "production" }}                                                                 | ${"NODE_ENV: demo mode refuses production: set DATABASE_URL and OIDC_ISSUER, or HUB_DEMO=0"}
  `("$environment: $message", ({ environment, message }) => expect(refusal(environment, null)).toBe(message));

  it.each`
    yaml                                                                                                                                      | message
    ${"server: { prot: 80 }"}                                                                                                                 | ${'town.yaml: unknown key "server.prot": did you mean "server.port"?'}
    ${"databse: { poolSize: 2 }"}                                                                                                             | ${'town.yaml: unknown key "databse": did you mean "database"?'}
    ${"port: 80"}                                                                                                                             | ${'town.yaml: unknown key "port": did you mean "server.port"?'}
    ${"suppression: { k: 5 }"}                                                                                                                | ${'town.yaml: unknown key "suppression"'}
    ${"__proto__: { demo: true }"}                                                                                                            | ${'town.yaml: unknown key "__proto__"'}
    ${'server: { port: "80" }'}                                                                                                               | ${"town.yaml, server.port: expected a port, 0 to 65535"}
    ${"server: 80"}                                                                                                                           | ${"town.yaml, server: expected a section with host, port"}
    ${"server:"}                                                                                                                              | ${"town.yaml, server: expected a section with host, port"}
    ${"[server]"}                                                                                                                             | ${"town.yaml: expected sections server, database, oidc, policy, limits, log, tracing, statistics, doctor, federation, registers, keys"}
    ${"demo: 1"}                                                                                                                              | ${"town.yaml, demo: expected true or false (in the environment 1 or 0)"}
    ${"database: { poolSize: 0 }"}                                                                                                            | ${"town.yaml, database.poolSize: expected a whole number from 1 to 200"}
    ${"limits: { maxDepth: 101 }"}                                                                                                            | ${"town.yaml, limits.maxDepth: expected a whole number from 1 to 100"}
    ${"limits: { maxTokens: .inf }"}                                                                                                          | ${"town.yaml, limits.maxTokens: expected a whole number from 100 to 100000"}
    ${"policy: { directory: '' }"}                                                                                                            | ${"town.yaml, policy.directory: expected a folder with access-matrix.csv, posts.csv and purposes.csv"}
    ${"doctor: { certificates: a.pem }"}                                                                                                      | ${"town.yaml, doctor.certificates: expected a list of PEM files"}
    ${"federation: { gateway: { hubUrl: 'http://hub.example/subgraph' } }"}                                                                   | ${`town.yaml, federation.gateway.hubUrl: expected ${OVER_HTTPS}`}
    ${"federation: { gateway: { subgraphs: { school: { url: 'http://10.0.0.7/subgraph', schemaFile: s } } } }"}                               | ${`town.yaml, federation.gateway.subgraphs.school.url: expected ${OVER_HTTPS}`}
    ${"federation: { tls: { port: 4443, certificateFile: c, keyFile: k } }"}                                                                  | ${"town.yaml, federation.tls.caFile: expected a PEM file with the certificates of the authority that signs the other side's"}
    ${"federation: { tls: { port: 4443, certificateFile: c, keyFile: k, caFile: a } }"}                                                       | ${"town.yaml, federation.tls: expected FEDERATION_GATEWAY_KEYS_FILE beside it: a certificate alone lets nobody ask"}
    ${"federation: { gatewayKeysFile: g, tls: { port: 4000, certificateFile: c, keyFile: k, caFile: a } }"}                                   | ${"town.yaml, federation.tls.port: expected another port than server.port, where everybody else asks: a port has one door"}
    ${"{ server: { port: 1 }, federation: { gatewayKeysFile: g, tls: { host: '::', port: 1, certificateFile: c, keyFile: k, caFile: a } } }"} | ${"town.yaml, federation.tls.port: expected another port than server.port, where everybody else asks: a port has one door"}
    ${"federation: { gateway: { tls: { caFile: a } } }"}                                                                                      | ${"town.yaml, federation.gateway.tls.certificateFile: expected a PEM file with this machine's certificate\ntown.yaml, federation.gateway.tls.keyFile: expected a PEM file with the certificate's private key"}
    ${"keys: { file: 7 }"}                                                                                                                    | ${"town.yaml, keys.file: expected a file with the hub's id key"}
    ${"{ demo: true, server: { host: hub } }"}                                                                                                | ${"town.yaml, server.host: expected a loopback address in demo mode, whose tokens anybody gets; or HUB_DEMO=0"}
  `("$yaml: $message", ({ yaml, message }) => expect(refusal({}, yaml)).toBe(message));

  it.each`
    yaml                                      | message
    ${"server:\n  port: 1\n  port: 2"}        | ${"town.yaml: YAMLParseError: Map keys must be unique at line 3, column 3:"}
    ${"database: { url: 'postgres://hunter2"} | ${"town.yaml: YAMLParseError: Missing closing 'quote at line 1, column 37:"}
    ${"server: *ports"}                       | ${"town.yaml: ReferenceError: Unresolved alias (the anchor must be set before the alias): ports"}
  `("that are not YAML are named by line, and not quoted: $message", ({ yaml, message }) =>
    expect(refusal({}, yaml)).toBe(message),
  );

  it("are told all at once", () => {
    expect(refusal({ PORT: "-1", HUB_DEM: "1" }, "limits: { depth: 3 }").split("\n")).toEqual([
      'HUB_DEM: unknown variable: did you mean "HUB_DEMO"?',
      "PORT: expected a port, 0 to 65535",
      'town.yaml: unknown key "limits.depth": did you mean "limits.maxDepth"?',
    ]);
  });

  it("are not repeated where they may hold a password", () => {
    expect(refusal({ DATABASE_URL: "mysql://root:hunter2@db" }, null)).not.toContain("hunter2");
  });

  it("end the process with 2", () => {
    expect(new ConfigError("")).toMatchObject({ name: "ConfigError", code: "CONFIG", exitCode: 2 });
  });
});

describe("the file", () => {
  const folder = mkdtempSync(join(tmpdir(), "hub-config-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is the one that HUB_CONFIG names", () => {
    const file = join(folder, "town.yaml");
    writeFileSync(file, "server: { port: 8081 }");
    expect(readConfig({ HUB_CONFIG: file }).server.port).toBe(8081);
  });

  it("must be there when HUB_CONFIG names it, and need not otherwise", () => {
    const file = join(folder, "none.yaml");
    expect(() => readConfig({ HUB_CONFIG: file })).toThrow(
      `HUB_CONFIG: expected a file with the settings, there is none at "${file}"`,
    );
    expect(readConfig({}).server.port).toBe(4000);
  });

  it("may be used beside variables of the tests, which a hub under test inherits", () => {
    expect(readConfig({ HUB_TEST_POSTGRES: POSTGRES }).demo).toBe(true);
  });
});

describe("a secret", () => {
  const folder = mkdtempSync(join(tmpdir(), "hub-secret-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "url");
  writeFileSync(file, `${POSTGRES}\n`);

  it.each(["DATABASE_URL", "DATABASE_MIGRATION_URL", "DATABASE_ADMIN_URL"])("%s may be given in a file", (name) => {
    const config = readConfig({ DATABASE_URL_FILE: file, [`${name}_FILE`]: file, OIDC_ISSUER: ISSUER });
    expect(Object.values(config.database)).toContain(POSTGRES);
  });

  it.each`
    environment                                            | message
    ${{ DATABASE_URL: POSTGRES, DATABASE_URL_FILE: file }} | ${"DATABASE_URL, DATABASE_URL_FILE: expected one of them"}
    ${{ DATABASE_URL_FILE: join(folder, "none") }}         | ${`DATABASE_URL_FILE: expected a file that this user can read, not "${join(folder, "none")}"`}
  `("is refused otherwise: $message", ({ environment, message }) =>
    expect(() => readConfig(environment)).toThrow(expect.objectContaining({ name: "ConfigError", message })),
  );
});

describe("the settings of the federation", () => {
  const page = readFileSync(new URL("../../docs/federation.md", import.meta.url), "utf8");
  const told = [...page.matchAll(/^\| `(\S+)` \| (?:`(\w+)` )?\| [HAG ]+ \|/gm)].map(([, key = "", variable]) => [
    key,
    variable,
  ]);

  it("are told in docs/federation.md, each with its variable, and no other", () => {
    const known = settingsUnder("federation").map((key) => [key, variableOf(key)]);
    expect(known.length).toBeGreaterThan(25);
    expect(told.sort()).toEqual(known.sort());
  });

  /** As the refusal of a section names its keys. */
  function settingsUnder(path: string): string[] {
    const wrong = path.split(".").reduceRight<unknown>((value, key) => ({ [key]: value }), 1);
    const refused = refusal({}, JSON.stringify(wrong));
    const [, what, keys = ""] = new RegExp(`${path}: expected (a section|subgraphs) with (.*)`).exec(refused) ?? [];
    if (what === "subgraphs") return settingsUnder(`${path}.<name>`);
    return what === undefined
      ? [path.replace("federation.", "")]
      : keys.split(", ").flatMap((key) => settingsUnder(`${path}.${key}`));
  }

  function variableOf(key: string): string | undefined {
    const name = `FEDERATION_${key.replace(/[.A-Z]/g, (one) => (one === "." ? "_" : `_${one}`)).toUpperCase()}`;
    return refusal({ [name]: "" }, null).includes(`${name}: expected`) ? name : undefined;
  }
});

function refusal(environment: Record<string, string>, yaml: string | null): string {
  try {
    parseConfig(environment, yaml, "town.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "accepted";
}
