import type { Command } from "commander";
import { z } from "zod";
import { type HubConfig, readConfig } from "../config.js";
import type { Activation } from "../policy/activate.js";
import type { Guard, WriteGuard } from "../policy/coordinates.js";
import type { Asker } from "../policy/decide.js";
import { expectationOf, inWords } from "../policy/explain.js";
import type { Alternative, PolicyRow, Role, Scope } from "../policy/policy.js";
import { mayShow, rowsOf } from "../policy/say.js";
import { kebab } from "../server/demo-people.js";
import { policyInForce } from "../server/foundation.js";
import { Failed, Misuse } from "./exit.js";
import { ask, demoOf, errorLines, tokenFor } from "./running.js";
import { askersOf, holderOf, purposeOf, withPost } from "./words.js";

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
      const guard = activation.coordinates.get(coordinate);
      if (!guard) throw new Misuse(`There is no field ${coordinate}. Write Type.field; \`hub schema\` prints them all`);
      const { role, post } = holderOf(activation.policy, as);
      const stated = purpose === undefined ? null : purposeOf(activation.policy, role, purpose);
      const asker = { role, post, purpose: stated };
      console.log(
        [...inGeneral(activation, coordinate, guard, asker), ...forAsker(activation, coordinate, asker)].join("\n"),
      );
      if (minor !== undefined) console.log(await forMinor(config, guard, as, purpose, minor));
    });
}

/** The cell in words, and who of the role may use it for what. */
function inGeneral({ tables, policy }: Activation, coordinate: string, guard: Guard, { role }: Asker): string[] {
  if (guard.kind === "public") return [coordinate];
  const rows = rowsOf(guard).flatMap((row) => [
    `${coordinate}  ${row.row} ${row.group} ${row.groupZh}`,
    `  Reason    ${row.reason}`,
    ...(guard.kind === "write" ? writersOf(guard, row) : alternativesOf(row, role)),
  ]);
  const open = askersOf(policy, role).filter((asker) => mayShow(tables, guard, asker));
  if (open.length === 0)
    return [...rows, `  Never ${guard.kind === "write" ? "open" : "shown"} to ${kebab(role)} 不向该部门共享`];
  const posts = new Set(open.map(({ post }) => `${kebab(post.post)} ${post.postZh}${SCOPE_WORDS[post.scope]}`));
  const purposes = new Set(
    open.flatMap(({ purpose }) =>
      purpose ? `${purpose.purpose} ${purpose.purposeZh} (${purpose.basis.join("; ")})` : [],
    ),
  );
  return [
    ...rows,
    `  Posts     ${[...posts].join("\n            ")}`,
    `  Purposes  ${[...purposes].join("\n            ")}`,
  ];
}

const alternativesOf = (row: PolicyRow, role: Role): string[] =>
  (row.cells.get(role) ?? []).filter(({ level }) => level !== "A").map((alternative) => inOneLine(row, alternative));

/** A mutation that always writes nothing of a group is for whoever takes part. */
const writersOf = ({ written }: WriteGuard, { writers }: PolicyRow): string[] =>
  written.some(({ always }) => always) ? [`  Writers   ${[...writers].map(kebab).join(", ")}`] : [];

const inOneLine = ({ at }: PolicyRow, { level, conditions }: Alternative): string => {
  const shown = level === "F" ? "the value 原值" : level === "A" ? "a count" : (at[level] ?? "");
  return `  ${level.padEnd(8)}  ${shown}, when ${conditions.map(inWords).join(", or ")}`;
};

const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  AGENCY: "",
  ASSIGNED: ", of records assigned 限被指派",
  OWN_CLASS: ", of the own class 限本班",
};

function forAsker(activation: Activation, coordinate: string, asker: Asker): string[] {
  const expected = expectationOf(activation, asker, coordinate);
  if (!expected) return [];
  const who = `${kebab(asker.role)}/${kebab(asker.post.post)}`;
  return [`  For ${who}, ${asker.purpose?.purpose ?? "no purpose"}: at best ${expected.level}. ${expected.reason}`];
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
  guard: Guard,
  as: string,
  purpose: string | undefined,
  id: string,
): Promise<string> {
  const demo = demoOf(config);
  const answer = await ask(demo, await tokenFor(demo, withPost(as)), { query: QUESTION, variables: { id }, purpose });
  if (answer.errors) throw new Failed(errorLines(answer).join("\n"));
  const { viewer, minor } = told.parse(answer.data);
  const groups = minor.disclosure.filter(({ group }) => rowsOf(guard).some(({ row }) => row === group));
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
