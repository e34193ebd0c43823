import type { Command } from "commander";
import { readConfig } from "../config.js";
import { readOperation, variablesOf } from "./operation.js";
import { ask, demoOf, errorLines, tokenFor } from "./running.js";
import { withPost } from "./words.js";

interface Options {
  readonly as: string;
  readonly purpose?: string;
  readonly var: readonly string[];
  readonly sql?: true;
}

export function add(program: Command): void {
  program
    .command("query <file>")
    .description("ask the running demo what stands in a file, and print the answer. 查询")
    .requiredOption("--as <role/post>", "who asks; a role alone is the post that the file names, or its head")
    .option("--purpose <purpose>", "what for; default: the line `Purpose: ...` in the operation's description")
    .option("--var <name=value>", "a variable; may be repeated", (one: string, all: string[]) => [...all, one], [])
    .option("--sql", "print the planned statement instead, and ask nothing")
    .addHelpText("after", "\nExample: hub query examples/school/my-pupils.graphql --as school/class-teacher")
    .action(query);
}

async function query(file: string, { as, purpose, var: values, sql }: Options): Promise<void> {
  const config = readConfig();
  const operation = readOperation(file);
  const variables = variablesOf(operation, values);
  const who = withPost(as, operation.post);
  const stated = purpose ?? operation.purpose;
  if (sql) {
    const { plannedSql } = await import("./planned-sql.js");
    console.log(await plannedSql(config, operation, { as: who, purpose: stated, variables }));
    return;
  }
  const demo = demoOf(config);
  const answer = await ask(demo, await tokenFor(demo, who), { query: operation.text, variables, purpose: stated });
  console.log(JSON.stringify(answer, null, 2));
  for (const line of errorLines(answer)) console.error(line);
  if (answer.errors) process.exitCode = 1;
}
