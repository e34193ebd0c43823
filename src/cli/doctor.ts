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

/** What is looked at: of a hub, or of an agency that keeps rows at home. */
export interface Examined {
  /** What can be looked at without its database. */
  machine(config: HubConfig): Promise<Finding[]>;
  /** All of it, on the database as it is. */
  whole(config: HubConfig): Promise<Finding[]>;
}

export const add = (program: Command): void =>
  addDoctor(program, {
    machine: examineMachine,
    whole: async (config) => {
      const { activation } = await policyInForce(config);
      return Store.asItIs(storeConfigOf(config), (store) => examine({ config, store, activation }));
    },
  });

export function addDoctor(program: Command, examined: Examined): void {
  program
    .command("doctor")
    .description("say what is wrong here and how to mend it; changes nothing. 体检")
    .option("--json", "findings as JSON")
    .addHelpText(
      "after",
      `\nExample: ${program.name()} doctor      (ends with 1 where anything is red; what runs is not ready then)`,
    )
    .action(async ({ json }: { json?: true }) => {
      const findings = await find(examined);
      console.log(json ? JSON.stringify(findings, null, 2) : say(findings));
      if (findings.some(({ state }) => state === "red")) process.exitCode = 1;
    });
}

async function find({ machine, whole }: Examined): Promise<Finding[]> {
  let config: HubConfig;
  try {
    config = readConfig();
  } catch (error) {
    return [{ check: "config", ...unforeseen(error) }];
  }
  const { url, dataDir } = config.database;
  if (url === undefined && !existsSync(join(dataDir, "database")))
    return [
      ...(await machine(config)),
      { check: "database", ...ok("It is made at the first start", "将在首次启动时创建") },
    ];
  try {
    return await whole(config);
  } catch (error) {
    const told = error instanceof DataFolderInUse ? lastTold(dataDir) : undefined;
    return told
      ? [
          { check: "running", ...ok(`It runs here; at ${told.at} it found:`, `正在运行,${told.at} 的体检结果:`) },
          ...told.findings,
        ]
      : [...(await machine(config)), { check: "opening", ...unforeseen(error) }];
  }
}
