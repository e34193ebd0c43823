// What a service of the compose files runs, for docker/run-without-engine.sh: NAME=value ... command words, each ended by NUL.
//   node compose-service.mjs SERVICE database=127.0.0.1:5432 FILE...      the host of a URL, and what stands there instead; a
//   later file says more of the services of those before it
// ${NAME} and ${NAME:-default} come from the environment; one that is not there ends it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// From the folder that it is run in: an installed hub has the parser.
const { parse } = createRequire(join(process.cwd(), "package.json"))("yaml");
const [, , name, instead, ...files] = process.argv;
const said = files.map(
  (file) => parse(readFileSync(new URL(file, import.meta.url), "utf8"), { merge: true }).services[name],
);
const environment = Object.assign({}, ...said.map((service) => service?.environment));
const { command = [], healthcheck } = Object.assign({}, ...said);

const [host, address] = instead.split("=");
const filled = (text) =>
  String(text)
    .replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, variable, kind, rest) => {
      const value = process.env[variable] ?? (kind === "-" ? rest : undefined);
      if (value === undefined) throw new Error(`${name} wants ${variable}`);
      return value;
    })
    .replace(`@${host}/`, `@${address}/`);

const set = Object.entries(environment).map(([key, value]) => `${key}=${filled(value)}`);
const words = command.length > 0 ? command : (healthcheck?.test ?? []).slice(1);
process.stdout.write([...set, ...words.map(filled)].map((word) => `${word}\0`).join(""));
