// What a service of compose.yaml runs, for docker/run-without-engine.sh: NAME=value ... command words, each ended by NUL.
//   node compose-service.mjs SERVICE database=127.0.0.1:5432      the host of a URL, and what stands there instead
// ${NAME} and ${NAME:-default} come from the environment; one that is not there ends it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// From the folder that it is run in: an installed hub has the parser.
const { parse } = createRequire(join(process.cwd(), "package.json"))("yaml");
const [, , name, instead] = process.argv;
const { services } = parse(readFileSync(new URL("compose.yaml", import.meta.url), "utf8"), { merge: true });
const { environment = {}, command = [], healthcheck } = services[name];

const [host, address] = instead.split("=");
const filled = (text) =>
  String(text)
    .replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, variable, kind, rest) => {
      const value = process.env[variable] ?? (kind === "-" ? rest : undefined);
      if (value === undefined) throw new Error(`compose.yaml wants ${variable}`);
      return value;
    })
    .replace(`@${host}/`, `@${address}/`);

const set = Object.entries(environment).map(([key, value]) => `${key}=${filled(value)}`);
const words = command.length > 0 ? command : (healthcheck?.test ?? []).slice(1);
process.stdout.write([...set, ...words.map(filled)].map((word) => `${word}\0`).join(""));
