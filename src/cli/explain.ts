import type { Command } from "commander";
import { z } from "zod";
import { type HubConfig, readConfig } from "../config.js";
import { type Explanation, explanationOf } from "../policy/access.js";
import type { Asker } from "../policy/decide.js";
import { kebab } from "../server/demo-people.js";
import { policyInForce } from "../server/foundation.js";
import { Failed, Misuse } from "./exit.js";
import { ask, demoOf, errorLines, tokenFor } from "./running.js";
import { holderOf, purposeOf, withPost } from "./words.js";

interface Options {
  readonly as: string;
  readonly purpose?: string;
  readonly minor?: string;
}

export function add(program: Command): void {
  program
    .command("explain <coordinate>")
    .description("say when a field is shown to somebody and why, and what of it for one minor. 解释可见性")
    .requiredOption("--as <role/post>", "for whom; a role alone is its head")
    .option("--purpose <purpose>", "what for")
    .option("--minor <id>", "id of a minor, of whom the running demo is asked")
    .addHelpText(
      "after",
      "\nExamples: hub explain Minor.homeAddress --as school" +
        "\n          hub explain Minor.homeAddress --as womens-federation --purpose LEFT_BEHIND_CARE --minor M...",
    )
    .action(async (coordinate: string, { as, purpose, minor }: Options) => {
      const config = readConfig();
      const { activation } = await policyInForce(config);
      const { role, post } = holderOf(activation.policy, as);
      const stated = purpose === undefined ? null : purposeOf(activation.policy, role, purpose);
      const asker = { role, post, purpose: stated };
      const explanation = explanationOf(activation, asker, coordinate);
      if (!explanation)
        throw new Misuse(`There is no field ${coordinate}. Write Type.field; \`hub schema\` prints them all`);
      const { version, hash } = activation.policy;
      console.log([...saidOf(explanation, asker), `  Policy    version ${version}, hash ${hash}`].join("\n"));
      if (minor !== undefined) console.log(await forMinor(config, explanation, as, purpose, minor));
    });
}

/** The cell in words, who of the role may use it for what, and what this asker may expect. */
function saidOf(
  { coordinate, groups, posts, purposes, expectation }: Explanation,
  { role, post, purpose }: Asker,
): string[] {
  if (groups.length === 0) return [coordinate];
  const list = (what: string, words: readonly string[]) => `  ${what.padEnd(8)}  ${words.join("\n            ")}`;
  return [
    ...groups.flatMap(({ row, group, groupZh, reason, rules }) => [
      `${coordinate}  ${row} ${group} ${groupZh}`,
      list("Reason", [reason]),
      ...rules.map((rule) => list(rule.slice(0, rule.indexOf(":")), [rule.slice(rule.indexOf(":") + 2)])),
    ]),
    ...(posts.length > 0
      ? [list("Posts", posts), list("Purposes", purposes)]
      : [`  Never shown to ${kebab(role)} 不向该部门共享`]),
    `  For ${kebab(role)}/${kebab(post.post)}, ${purpose?.purpose ?? "no purpose"}: at best ${expectation.level}. ${expectation.reason}`,
  ];
}

const QUESTION = `query Explain($id: ID!) {
  viewer { name agency { name } postZh }
  minor(id: $id) { disclosure { group name level because requestable } }
}`;
const told = z.object({
  viewer: z.object({
    name: z.string().nullable(),
    agency: z.object({ name: z.string() }).nullable(),
    postZh: z.string(),
  }),
  minor: z.object({
    disclosure: z.array(
      z.object({
        group: z.string(),
        name: z.string(),
        level: z.string(),
        because: z.array(z.string()),
        requestable: z.boolean(),
      }),
    ),
  }),
});

/** What the caller's own relation to this minor opens: the running hub is asked, and logs it as any question. */
async function forMinor(
  config: HubConfig,
  explained: Explanation,
  as: string,
  purpose: string | undefined,
  id: string,
): Promise<string> {
  const demo = demoOf(config);
  const answer = await ask(demo, await tokenFor(demo, withPost(as)), { query: QUESTION, variables: { id }, purpose });
  if (answer.errors) throw new Failed(errorLines(answer).join("\n"));
  const { viewer, minor } = told.parse(answer.data);
  const groups = minor.disclosure.filter(({ group }) => explained.groups.some(({ row }) => row === group));
  if (groups.length === 0) throw new Misuse("--minor explains fields of Minor only");
  return [
    `  This minor, to ${[viewer.agency?.name, viewer.postZh, viewer.name].filter(Boolean).join(" ")}:`,
    ...groups.map(({ group, name, level, because, requestable }) => {
      const why =
        because.length > 0 ? `because ${because.join("; and ")}` : "none of the conditions holds 条件均不成立";
      return `    ${group} ${name}: ${level}, ${why}${requestable ? "; you may request access 可申请共享" : ""}`;
    }),
  ].join("\n");
}
