import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { type HubConfig, readConfig } from "../config.js";
import { examine, examineMachine, unforeseen } from "../server/doctor/examine.js";
import { type Finding, ok } from "../server/doctor/finding.js";
import { say } from "../server/doctor/say.js";
import { lastTold } from "../server/doctor/told.js";
import { policyInForce, storeConfigOf } from "../server/foundation.js";
import { DataFolderInUse } from "../store/embedded.js";
import { Store } from "../store/store.js";

export function add(program: Command): void {
  program
    .command("doctor")
    .description("say what is wrong with this hub and how to mend it; changes nothing. 体检")
    .option("--json", "findings as JSON")
    .addHelpText(
      "after",
      "\nExample: hub doctor      (ends with 1 where anything is red; a running hub is not ready then)",
    )
    .action(async ({ json }: { json?: true }) => {
      const findings = await find();
      console.log(json ? JSON.stringify(findings, null, 2) : say(findings));
      if (findings.some(({ state }) => state === "red")) process.exitCode = 1;
    });
}

async function find(): Promise<Finding[]> {
  let config: HubConfig;
  try {
    config = readConfig();
  } catch (error) {
    return [{ check: "config", ...unforeseen(error) }];
  }
  const { url, dataDir } = config.database;
  if (url === undefined && !existsSync(join(dataDir, "database")))
    return [
      ...(await examineMachine(config)),
      { check: "database", ...ok("It is made at the first start", "将在首次启动时创建") },
    ];
  try {
    const { activation } = await policyInForce(config);
    const store = await Store.open({ ...storeConfigOf(config), asItIs: true });
    try {
      return await examine({ config, store, activation });
    } finally {
      await store.close();
    }
  } catch (error) {
    const told = error instanceof DataFolderInUse ? lastTold(dataDir) : undefined;
    return told
      ? [
          {
            check: "running",
            ...ok(`A hub runs here; at ${told.at} it found:`, `运行中的中枢于 ${told.at} 的体检结果:`),
          },
          ...told.findings,
        ]
      : [...(await examineMachine(config)), { check: "opening", ...unforeseen(error) }];
  }
}
