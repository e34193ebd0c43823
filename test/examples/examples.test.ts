import { type GraphQLSchema, validate } from "graphql";
import { roleOf } from "../../src/cli/words.js";
import { ROLES } from "../../src/policy/policy.js";
import { roleView } from "../../src/policy/view.js";
import { kebab } from "../../src/server/demo-people.js";
import { buildHubSchema } from "../../src/server/schema.js";
import { type Answer, examples, openDemo, type TestDemo } from "./demo.js";

/** Roles with people who ask, and whom the policy shows something of what this hub has. */
const THREE_OR_MORE = [
  "police-station",
  "social-affairs-office",
  "school",
  "village-community",
  "governance-emergency-office",
  "publicity-culture-centre",
];
/** Whom the policy shows nothing of minors, cases, incidents and alerts: their groups come with other records. */
const NONE = ["custody-authority", "analyst", "auditor", "operator"];

let demo: TestDemo;
let schema: GraphQLSchema;
beforeAll(async () => {
  demo = await openDemo();
  schema = await buildHubSchema();
}, 120_000);
afterAll(() => demo?.close());

describe("the examples of each role", () => {
  it.each(ROLES.map(kebab))("%s", (role) => {
    const count = examples.filter((example) => example.role === role).length;
    if (NONE.includes(role)) expect(count).toBe(0);
    else expect(count).toBeGreaterThanOrEqual(THREE_OR_MORE.includes(role) ? 3 : 1);
  });
});

describe.each(examples)("$name", ({ role, post = "head", purpose, text, document, definition }) => {
  it("says in Chinese and English what it is for, and names purpose and post", () => {
    const { policy } = demo.activation;
    const [zh, en] = (definition.description?.value ?? "").split("\n");
    expect(zh).toMatch(/\p{sc=Han}/u);
    expect(en).toMatch(/^[\x20-\x7e]+\.$/);
    expect(policy.purposes.get(purpose ?? "")?.roles).toContain(roleOf(role));
    expect(policy.postsOf(roleOf(role)).map((one) => kebab(one.post))).toContain(post);
  });

  it("is valid in the schema as its role sees it", () => {
    const { policy } = demo.activation;
    const view = roleView(demo.activation, schema, roleOf(role), policy.postsOf(roleOf(role)));
    expect(validate(view, document)).toEqual([]);
  });

  it("is answered to its own post; the heads of other agencies get their part or a refusal", async () => {
    const own = await demo.ask(`${role}/${post}`, text, purpose);
    expect(own).toMatchObject({ status: 200 });
    expect(own.body.errors).toBeUndefined();

    const others = new Map<string, string[]>();
    for (const other of ROLES.map(kebab).filter((one) => one !== role)) {
      const head = other === "operator" ? "operator/system-admin" : `${other}/head`;
      const outcome = outcomeOf(await demo.ask(head, text, purpose));
      others.set(outcome, [...(others.get(outcome) ?? []), other]);
    }
    const told = [...others].map(([outcome, roles]) => `${outcome}: ${roles.join(" ")}`).sort();
    expect(`\n${[...linesOf(own), "---", ...told].join("\n")}\n`).toMatchSnapshot();
  });
});

/** Status, codes of errors, and how many records came. */
function outcomeOf({ status, body: { data, errors = [] } }: Answer): string {
  const codes = [...new Set(errors.map(({ extensions }) => extensions.code))];
  const rows = Object.values(data ?? {}).map((list) => (isList(list) ? list.nodes.length : 0));
  return [status, ...codes, ...(data ? [`${rows.join("+")} rows`] : [])].join(" ");
}

/** One record a line. What changes with the calendar or from start to start is not part of it. */
function linesOf({ body: { data } }: Answer): string[] {
  return Object.entries(data ?? {}).flatMap(([key, list]) => {
    if (!isList(list)) return [`${key}: ${steady(list)}`];
    const { nodes, ...rest } = list;
    return [`${key}: ${steady(rest)}`, ...nodes.map((node) => `  ${steady(node)}`)];
  });
}

const steady = (value: unknown): string =>
  JSON.stringify(value, (key, one) => (one !== null && ["ageBand", "endCursor"].includes(key) ? `<${key}>` : one));

const isList = (value: unknown): value is { readonly nodes: readonly unknown[] } =>
  typeof value === "object" && value !== null && "nodes" in value && Array.isArray(value.nodes);
