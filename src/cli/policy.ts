import type { Command } from "commander";
import { readConfig } from "../config.js";
import { HONOURED, unhonouredLimits } from "../policy/check.js";
import { policyInForce } from "../server/foundation.js";

export function add(program: Command): void {
  program
    .command("policy")
    .description("the policy that decides who sees what. 政策")
    .command("check")
    .description("load the tables and ask the rule tree everything, as the hub does when it starts")
    .addHelpText("after", "\nExample: HUB_CONFIG=hub.yaml hub policy check")
    .action(async () => {
      const config = readConfig();
      const { activation } = await policyInForce(config);
      const { policy, coordinates, tables } = activation;
      const guarded = [...coordinates.values()].filter(({ kind }) => kind !== "public").length;
      console.log(`The policy in ${config.policy.directory} is sound.
  version  ${policy.version}
  hash     ${policy.hash}
  rows ${policy.rows.size} · posts ${policy.posts.length} · purposes ${policy.purposes.size} · fields decided ${guarded}
  ${tables.asks.toLocaleString("en")} answers of the rule tree in ${Math.round(tables.milliseconds)} ms`);
      const limits = new Map<string, string[]>();
      for (const { row, limit } of unhonouredLimits(policy, HONOURED))
        limits.set(limit, [...(limits.get(limit) ?? []), row]);
      if (limits.size > 0) console.log("Limits that this version does not keep yet:");
      for (const [limit, rows] of limits) console.log(`  ${limit.padEnd(12)}  ${rows.join(" ")}`);
    });
}
