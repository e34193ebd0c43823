import type { Command } from "commander";
import { readConfig } from "../config.js";
import { demoOf, tokenFor } from "./running.js";
import { withPost } from "./words.js";

export function add(program: Command): void {
  program
    .command("token <as>")
    .description("print a token of the running demo: for a role, a post of it, a person or a system. 演示令牌")
    .addHelpText(
      "after",
      "\nExamples: hub token school\n          hub token school/class-teacher\n          hub token school/system-client",
    )
    .action(async (as: string) => {
      console.log(await tokenFor(demoOf(readConfig()), withPost(as)));
    });
}
