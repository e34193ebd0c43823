import type { Command } from "commander";
import pino from "pino";
import { readConfig } from "../config.js";
import { openGateway } from "../server/gateway/gateway.js";
import { verifierOf } from "../server/production.js";
import { stopOnSignal } from "./exit.js";

export function add(program: Command): void {
  program
    .command("gateway")
    .description("answer questions over the hub and its agencies' subgraphs, as `hub compose` made them one. 联邦网关")
    .addHelpText("after", "\nExample: PORT=4100 OIDC_ISSUER=https://id.example hub gateway")
    .action(async () => {
      const config = readConfig();
      const gateway = await openGateway({ config, verify: await verifierOf(config) });
      stopOnSignal(gateway);
      pino().info({ address: gateway.address, subgraphs: gateway.subgraphs }, "the gateway answers"); // whatever the level
    });
}
