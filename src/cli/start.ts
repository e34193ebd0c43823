import type { Command } from "commander";

export function add(program: Command): void {
  program
    .command("start")
    .description("start the hub: with the demo township, or with DATABASE_URL and OIDC_ISSUER the real thing. 启动")
    .addHelpText("after", "\nExample: HUB_DATA_DIR=/var/lib/hub hub start")
    .action(async () => {
      await import("../main.js");
    });
}
