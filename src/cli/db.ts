import type { Command } from "commander";
import type { HubConfig } from "../config.js";
import type { Policy } from "../policy/policy.js";
import { prepareDemo } from "../server/demo.js";
import { activateIn, checkIdKey, idCipherOf, policyInForce, storeConfigOf } from "../server/foundation.js";
import { prepare } from "../store/store.js";
import { addDatabase } from "./database.js";

export const add = (program: Command): void => addDatabase(program, migrate);

async function migrate(config: HubConfig): Promise<Policy> {
  const { activation } = await policyInForce(config);
  const { policy } = activation;
  await prepare(storeConfigOf(config), async (owner) => {
    await activateIn(owner, activation);
    if (!config.demo) return;
    const ids = idCipherOf(config);
    await checkIdKey((sql, params) => owner.query(sql, params), ids, config);
    await prepareDemo(owner, ids, config, policy);
  });
  return policy;
}
