import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { ConfigError, type HubConfig, readConfig } from "../config.js";
import { compose } from "../federation/compose.js";
import type { AgencySubgraph } from "../federation/handed-in.js";
import { policyInForce } from "../server/foundation.js";

export function add(program: Command): void {
  program
    .command("compose")
    .description("make one graph of the hub and its agencies' subgraphs, checked, for `hub gateway`. 合成联邦模式")
    .option("--out <file>", "write it there instead of federation.gateway.supergraphFile")
    .addHelpText("after", "\nExample: hub compose --out supergraph.graphql")
    .action(async ({ out }: { readonly out?: string }) => {
      const config = readConfig();
      const { supergraphFile, hubUrl } = config.federation.gateway;
      const agencies = agenciesOf(config);
      const file = out ?? supergraphFile;
      writeFileSync(file, await compose({ ...(await policyInForce(config)), url: hubUrl }, agencies));
      console.log(`${file}: hub${agencies.map(({ name }) => `, ${name}`).join("")}`);
    });
}

function agenciesOf({ federation: { agencies, gateway } }: HubConfig): AgencySubgraph[] {
  return Object.entries(gateway.subgraphs).map(([name, { url, schemaFile, kernel }]) => ({
    name,
    url,
    kernel,
    sdl: textIn(schemaFile, name),
    holds: new Set(agencies[name]?.holds),
  }));
}

function textIn(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(
      `federation.gateway.subgraphs.${name}.schemaFile: expected a file that this user can read, not "${file}"`,
      { cause },
    );
  }
}
