import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import { exitWith } from "../cli/exit.js";
import { ConfigError, type HubConfig, readConfig } from "../config.js";
import { publicFileOf, signingKeyIn } from "../federation/keys.js";
import { demoSecret, runningDemo } from "../server/demo-people.js";
import { freePorts } from "./ports.js";
import { question } from "./question.js";
import { type Program, Together } from "./together.js";

/** `npm run start:federated`: gateway, hub, school and rescue station of the demo, four processes in one terminal. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLES = join(ROOT, "examples/agencies");
const HUB = join(ROOT, "dist/main.js");
const COMMAND = join(ROOT, "dist/cli/hub.js");
/** Who keeps rows at home: the client of its system at the hub, and what that is there for. */
const AGENCIES = [
  { name: "school", client: "school-jinyuan-1-system", purpose: "LEFT_BEHIND_CARE" },
  { name: "station", client: "rescue-station-yunling-system", purpose: "RESCUE_AND_TRACING" },
] as const;
type Agency = (typeof AGENCIES)[number];

try {
  await start(readConfig());
} catch (error) {
  exitWith(error);
}

async function start(config: HubConfig): Promise<void> {
  const { demo, server } = config;
  if (!demo) throw new ConfigError("start:federated runs the demo, with invented people; for real: docs/federation.md");
  const dataDir = resolve(config.database.dataDir);
  const { gateway, hub, school, station } = await portsFor(server);
  const address = (port: number) => `http://${server.host}:${port}`;

  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const keys = { gateway: join(dataDir, "gateway.json"), relation: join(dataDir, "relation.json") };
  // Whoever checks with a key reads it when it starts.
  for (const file of Object.values(keys)) signingKeyIn(file);
  const settings = join(dataDir, "federation.yaml");
  const urls = { hub: address(hub), school: address(school), station: address(station) };
  writeFileSync(settings, settingsFor(urls));

  const program = (name: string, args: readonly string[], env: Readonly<Record<string, string>>): Program => ({
    name,
    args,
    cwd: ROOT,
    env: {
      HOST: server.host,
      HUB_LOG_LEVEL: config.log.level ?? "warn",
      FEDERATION_GATEWAY_KEYS_FILE: publicFileOf(keys.gateway),
      ...env,
    },
  });
  const together = new Together((died) => {
    if (died !== undefined)
      console.error(`${died} has ended, and the others with it. ${died} 已退出,其余进程随之停止。`);
    process.exit(died === undefined ? 0 : 1);
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void together.end());
  // Nobody reads any more: the terminal was closed.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => void together.end());

  const shared = { HUB_DATA_DIR: dataDir, HUB_CONFIG: settings };
  const issuer = address(hub + 1);
  together.start(program("hub", [HUB], { ...shared, PORT: String(hub), HUB_DEMO_SCALE: String(config.demoScale) }));
  const composed = together.run(program("compose", [COMMAND, "compose"], shared));
  // Agencies link their numbers, and the gateway asks who gives tokens, when they start.
  if (!(await together.ready(urls.hub)) || !(await composed)) return;
  for (const agency of AGENCIES) {
    const { name } = agency;
    const its = join(dataDir, name);
    together.start({
      ...program(name, ["dist/main.js", "start"], {
        HUB_DEMO: "1",
        HUB_DATA_DIR: its,
        HUB_CONFIG: settingsOf(agency, its, { url: `${urls.hub}/graphql`, issuer }),
        PORT: String({ school, station }[name]),
        FEDERATION_HUB_KEYS_FILE: publicFileOf(keys.relation),
        OIDC_ISSUER: issuer,
      }),
      cwd: join(EXAMPLES, name),
    });
  }
  together.start(program("gateway", [COMMAND, "gateway"], { ...shared, PORT: String(gateway), OIDC_ISSUER: issuer }));
  const all = await Promise.all([urls.school, urls.station, address(gateway)].map((url) => together.ready(url)));
  const people = runningDemo(dataDir);
  if (!people || all.includes(false)) return;
  console.log(await question(people, address(gateway), urls));
}

/** The gateway is where the configuration says, the others where there is place. The demo's issuer is beside the hub. */
async function portsFor({ host, port }: HubConfig["server"]) {
  const [gateway = 0, hub = 0, school = 0, station = 0] = await freePorts(host, [1, 2, 1, 1], port);
  return { gateway: port || gateway, hub, school, station };
}

/** Of hub and gateway: examples/agencies/federation.yaml, at these addresses. */
function settingsFor(urls: Readonly<Record<"hub" | Agency["name"], string>>): string {
  const settings = parseDocument(readFileSync(join(EXAMPLES, "federation.yaml"), "utf8"));
  settings.setIn(["federation", "gateway", "hubUrl"], `${urls.hub}/subgraph`);
  for (const { name } of AGENCIES)
    settings.setIn(["federation", "gateway", "subgraphs", name, "url"], `${urls[name]}/subgraph`);
  return settings.toString();
}

/** Of an agency: its own hub.yaml, and the hub with the secret of its system there. @returns the file */
function settingsOf({ name, client, purpose }: Agency, folder: string, hub: { url: string; issuer: string }): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [file, clientSecretFile] = [join(folder, "hub.yaml"), join(folder, "client-secret")];
  writeFileSync(clientSecretFile, demoSecret(client), { mode: 0o600 });
  const settings = parseDocument(readFileSync(join(EXAMPLES, name, "hub.yaml"), "utf8"));
  settings.setIn(["federation", "hub"], { ...hub, clientId: client, clientSecretFile, purpose });
  writeFileSync(file, settings.toString());
  return file;
}
