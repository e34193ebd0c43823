import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { readConfig } from "../config.js";
import { shownToRoles } from "../disclosure/shown.js";
import { HONOURED, unhonouredLimits } from "../policy/check.js";
import { type Covered, coverageOf } from "../policy/coverage.js";
import { type Difference, differences } from "../policy/diff.js";
import { factsInWords } from "../policy/explain.js";
import { loadPolicy } from "../policy/load.js";
import { kebab } from "../server/demo-people.js";
import { policyInForce, storeConfigOf } from "../server/foundation.js";
import { Store } from "../store/store.js";
import { PRINTED, printedPolicy } from "./printed-policy.js";
import { alignedTable } from "./table.js";

export function add(program: Command): void {
  const policy = program.command("policy").description("the policy that decides who sees what. 政策");
  policy
    .command("diff <folder>")
    .description("say what the policy in a folder would show otherwise than the one in force. 对比政策")
    .option("--json", "for programs")
    .addHelpText("after", "\nExample: hub policy diff policies-next/")
    .action(async (folder: string, { json }: { json?: true }) => {
      const config = readConfig();
      const before = await policyInForce(config);
      const after = await policyInForce({ ...config, policy: { directory: folder } });
      const found = differences(before.activation.tables, after.activation.tables);
      console.log(json ? JSON.stringify(found, null, 2) : inWords(found));
    });
  policy
    .command("print")
    .description("print the tables in Markdown: every group for every role, posts and purposes. 打印权限矩阵")
    .option("--into <file>", "put them between the marks of a page")
    .addHelpText("after", "\nExample: hub policy print --into docs/access-model.md")
    .action(async ({ into }: { into?: string }) => {
      const text = printedPolicy(await loadPolicy(readConfig().policy.directory));
      if (into === undefined) console.log(text);
      else
        writeFileSync(
          into,
          readFileSync(into, "utf8").replace(PRINTED, () => `\n${text}\n\n`),
        );
    });
  policy
    .command("coverage")
    .description("say of each open cell which questions on record have met it, and whether the proof does. 政策覆盖")
    .option("--json", "for programs")
    .addHelpText("after", "\nExample: hub policy coverage      (the embedded database only while its hub is stopped)")
    .action(async ({ json }: { json?: true }) => {
      const config = readConfig();
      const { activation } = await policyInForce(config);
      const shown = await Store.asItIs(storeConfigOf(config), (store) =>
        shownToRoles((sql, params) => store.pool.query(sql, params)),
      );
      const found = coverageOf(activation, shown);
      console.log(json ? JSON.stringify(found.map(plain), null, 2) : covered(found));
    });
  policy
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

/** Each changed cell, what comes of it and for whom; then how much opens and how much closes. */
function inWords(found: readonly Difference[]): string {
  const effects = found.flatMap((difference) => difference.effects);
  const opens = effects.filter(({ before }) => before === "-").length;
  const closes = effects.filter(({ after }) => after === "-").length;
  return [
    ...found.flatMap(({ row, group, groupZh, role, cells, effects }) => [
      `${row} ${group} ${groupZh} · ${kebab(role)}   ${cells.before === cells.after ? cells.after : `${cells.before || "no row"}  ->  ${cells.after || "no row"}`}`,
      ...effects.flatMap(({ before, after, when, posts, purposes }) => [
        `  ${before === "-" ? "opens" : after === "-" ? "closes" : "changes"} ${before} -> ${after} when ${when.map(factsInWords).join("; or ")}`,
        `    posts     ${posts.map(kebab).join(" ")}`,
        `    purposes  ${purposes.join(" ")}`,
      ]),
      ...(effects.length === 0 ? ["  no field and nobody's post and purpose comes to it"] : []),
    ]),
    `${effects.length} effects: ${opens} open, ${closes} close, ${effects.length - opens - closes} change.${
      effects.length > closes
        ? " To widen takes an approved version (VERSION) with a legal basis. 放宽须经批准并注明依据。"
        : ""
    }`,
  ].join("\n");
}

const plain = ({ row, ...covered }: Covered) => ({ row: row.row, group: row.group, groupZh: row.groupZh, ...covered });

/** Each alternative of each cell, and how many are met. */
function covered(found: readonly Covered[]): string {
  const asked = found.filter(({ questions }) => questions.length > 0).length;
  const proved = found.filter(({ hasField }) => hasField).length;
  return [
    alignedTable([
      ["ROW", "ROLE", "CELL", "MET BY"],
      ...found.map(({ row, role, level, conditions, questions, hasField }) => [
        `${row.row} ${row.groupZh}`,
        kebab(role),
        `${level}:${conditions.join(",")}`,
        questions.join(" ") || (hasField ? "the exhaustive proof" : "nothing: no field shows it"),
      ]),
    ]),
    `${found.length} open: ${asked} met by a question on record, ${proved} by the exhaustive proof, ${found.length - proved} without a field.`,
  ].join("\n");
}
