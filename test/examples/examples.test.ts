import { type GraphQLSchema, validate } from "graphql";
import pino from "pino";
import { holderOf, roleOf } from "../../src/cli/words.js";
import { parseConfig } from "../../src/config.js";
import { shownToRoles } from "../../src/disclosure/shown.js";
import { coverageOf } from "../../src/policy/coverage.js";
import { ROLES } from "../../src/policy/policy.js";
import { roleView } from "../../src/policy/view.js";
import { kebab } from "../../src/server/demo-people.js";
import { buildHubSchema } from "../../src/server/schema.js";
import { createTokenVerifier } from "../../src/viewer/token.js";
import { GROUPS } from "../proof/world.js";
import { gatewayBefore, gatewayKeysIn } from "../support/gateway.js";
import { asking } from "../support/hub.js";
import { type Answer, examples, openDemo, type TestDemo } from "./demo.js";

/** Whom the policy shows no record of a person (docs/decisions/0008): what they can ask is less. */
const NOTHING_PERSONAL = ["analyst", "auditor", "operator"];

/** Share of the open cells that some question here must be shown something by; the exhaustive proof asks for all. */
const LEAST = 0.6;
/** Rows that test/proof/exhaustive.test.ts asks for, with every set of facts that a cell names. */
const PROVED = new Set(Object.values(GROUPS).flat());

let demo: TestDemo;
let gateway: Awaited<ReturnType<typeof gatewayBefore>>;
let schema: GraphQLSchema;
/** What the gateway wrote of each request, by its id. */
const lines = new Map<unknown, Readonly<Record<string, unknown>>>();
const views = new Map<string, GraphQLSchema>();
beforeAll(async () => {
  demo = await openDemo(gatewayKeysIn);
  const { issuer } = demo.issuer;
  gateway = await gatewayBefore(demo, demo.dataDir, {
    verify: createTokenVerifier({ issuer, audience: parseConfig({}, null).oidc.audience, jwksUrl: `${issuer}/jwks` }),
    log: pino(
      { level: "info" },
      {
        write: (text: string) => {
          const line = JSON.parse(text);
          lines.set(line.requestId, line);
        },
      },
    ),
  });
  schema = await buildHubSchema();
}, 240_000);
afterAll(async () => {
  await gateway?.close();
  await demo?.close();
});

describe("the examples of each role", () => {
  it.each(ROLES.map(kebab))("%s", (role) => {
    const count = examples.filter((example) => example.role === role).length;
    expect(count).toBeGreaterThanOrEqual(NOTHING_PERSONAL.includes(role) ? 2 : 4);
  });
});

describe.each(examples)("$name", ({ role, post = "head", purpose, text, document, definition }) => {
  let asked: ReturnType<typeof askOthers> | undefined;
  const askOthers = () =>
    Promise.all(
      ROLES.map(kebab)
        .filter((other) => other !== role)
        .map(async (other) => ({ other, alone: await demo.ask(headOf(other), text, purpose) })),
    );
  /** What the heads of other agencies are answered, each asked once. */
  const others = () => (asked ??= askOthers());

  it("says in Chinese and English what it is for, and names its post, and a purpose where it needs one", () => {
    const { policy } = demo.activation;
    const [zh, en] = (definition.description?.value ?? "").split("\n");
    expect(zh).toMatch(/\p{sc=Han}/u);
    expect(en).toMatch(/^[\x20-\x7e]+\.$/);
    if (purpose) expect(policy.purposes.get(purpose)?.roles).toContain(roleOf(role));
    expect(policy.postsOf(roleOf(role)).map((one) => kebab(one.post))).toContain(post);
  });

  it("is valid in the schema as its role sees it", () => {
    const { policy } = demo.activation;
    const view = views.get(role) ?? roleView(demo.activation, schema, roleOf(role), policy.postsOf(roleOf(role)));
    views.set(role, view);
    expect(validate(view, document)).toEqual([]);
  });

  it("is answered to its own post; the heads of other agencies get their part or a refusal", async () => {
    const own = await demo.ask(`${role}/${post}`, text, purpose);
    expect(own).toMatchObject({ status: 200 });
    expect(own.body.errors).toBeUndefined();
    expect(Object.values(own.body.data ?? {}).every((part) => rowsOf(part).length > 0)).toBe(true);

    const outcomes = (await others()).map(({ other, alone }) => ({ other, outcome: outcomeOf(alone) }));
    const told = [...new Set(outcomes.map(({ outcome }) => outcome))].sort().map((outcome) => {
      const roles = outcomes.filter((one) => one.outcome === outcome).map(({ other }) => other);
      return `${outcome}: ${roles.join(" ")}`;
    });
    expect(`\n${[...linesOf(own), "---", ...told].join("\n")}\n`).toMatchSnapshot();
  });

  it("is answered alike through a gateway, and is on record alike, under the request that the gateway's line tells of", async () => {
    const as = `${role}/${post}`;
    const holder = holderOf(demo.activation.policy, as);
    const token = await demo.tokenOf(as);
    const options = purpose ? { purpose } : {};
    const own = await asking(demo.address)(token, text, options);
    const through = await gateway.ask(token, text, options);
    expect(linesOf(through)).toEqual(linesOf(own));
    expect(await onRecord(through)).toEqual(await onRecord(own));
    expect(lineOf(through)).toMatchObject({
      status: 200,
      role: holder.role,
      post: holder.post.post,
      purpose: purpose ?? null,
      kind: "read",
    });
  });

  it("is refused alike through a gateway to the heads of other agencies, and its line tells whom", async () => {
    const refused = (await others()).filter(({ alone }) => !alone.body.data);
    await Promise.all(
      refused
        // A third of them, and other ones for another question: all would take longer than all the rest.
        .filter((_, n) => (n + text.length) % 3 === 0 || refused.length < 3)
        .map(async ({ other, alone }) => {
          const through = await gateway.ask(await demo.tokenOf(headOf(other)), text, purpose ? { purpose } : {});
          expect(wordsOf(through)).toEqual(wordsOf(alone));
          const code = alone.body.errors?.[0]?.extensions.code;
          expect(lineOf(through)).toMatchObject({ status: alone.status, role: roleOf(other), code });
        }),
    );
  });
});

describe("what these questions have shown, as the log has it", () => {
  const open = async () => {
    const { activation, store } = demo;
    const met = await shownToRoles((sql, params) => store.pool.query(sql, params));
    return { met, cells: coverageOf(activation, met) };
  };

  it("stands in the cells of the policy", async () => {
    const { met, cells } = await open();
    const written = new Set(
      cells.flatMap(({ row, role, level }) =>
        // To whom an adult author is shown, a minor's is masked.
        [level, ...(row.limits.has("MASK_IF_MINOR_AUTHOR") ? ["M"] : [])].map((one) => `${role} ${row.row} ${one}`),
      ),
    );
    expect(met.map(({ role, row, level }) => `${role} ${row} ${level}`).filter((one) => !written.has(one))).toEqual([]);
  });

  it("together with the exhaustive proof meets every open cell of every row that a field shows", async () => {
    const { cells } = await open();
    const unmet = cells.filter(
      ({ hasField, row, questions }) => hasField && questions.length === 0 && !PROVED.has(row.row),
    );
    expect(unmet.map(({ row, role, level }) => `${role} ${row.row} ${level}`)).toEqual([]);
    const shown = cells.filter(({ hasField }) => hasField);
    expect(shown.filter(({ questions }) => questions.length > 0).length / shown.length).toBeGreaterThan(LEAST);
  });
});

const headOf = (role: string) => (role === "operator" ? "operator/system-admin" : `${role}/head`);

/** Of errors all but their places: what asks the library as well stands in other lines. */
const wordsOf = ({
  status,
  body: { errors = [] },
}: {
  readonly status: number;
  readonly body: { readonly errors?: readonly object[] };
}) => ({
  status,
  errors: errors.map((error) => ({ ...error, locations: null })),
});

const lineOf = ({ headers }: { readonly headers: Headers }) => lines.get(headers.get("x-hub-request-id"));

/** What the hub has on record of an answer, but for when it was, and the words in which the gateway asked. */
async function onRecord({ headers }: { readonly headers: Headers }) {
  const request = `"requestId":"${headers.get("x-hub-request-id")}"`;
  const segments = await demo.store.pool.query("SELECT entries FROM disclosure_segment WHERE strpos(entries, $1) > 0", [
    request,
  ]);
  return segments.rows
    .flatMap(({ entries }) => entries.split("\n"))
    .filter((line) => line.includes(request))
    .map((line) => ({ ...JSON.parse(line).entry, requestId: null, at: null, operation: null }));
}

/** Status, codes of errors, and how many records came; of more than a page, as of all fields of the schema, only that. */
function outcomeOf({ status, body: { data, errors = [] } }: Answer): string {
  const codes = [...new Set(errors.map(({ extensions }) => extensions.code))];
  const rows = Object.values(data ?? {}).map((part) => (rowsOf(part).length > 100 ? "many" : rowsOf(part).length));
  return [status, ...codes, ...(data ? [`${rows.join("+")} rows`] : [])].join(" ");
}

/** One record a line, the first ten. What changes with the calendar or from start to start is not part of it. */
function linesOf({ body: { data } }: { readonly body: Pick<Answer["body"], "data"> }): string[] {
  return Object.entries(data ?? {}).flatMap(([key, part]) => {
    const { nodes, ...rest } = isConnection(part) ? part : { nodes: rowsOf(part) };
    return [`${key}: ${steady(rest)}`, ...nodes.slice(0, 10).map((node) => `  ${steady(node)}`)];
  });
}

/** The records of a connection or of a list, or the one. */
function rowsOf(part: unknown): readonly unknown[] {
  if (isConnection(part)) return part.nodes;
  if (Array.isArray(part)) return part;
  return part === null ? [] : [part];
}

const steady = (value: unknown): string =>
  JSON.stringify(value, (key, one) => (one !== null && ["ageBand", "endCursor"].includes(key) ? `<${key}>` : one));

const isConnection = (value: unknown): value is { readonly nodes: readonly unknown[] } =>
  typeof value === "object" && value !== null && "nodes" in value && Array.isArray(value.nodes);
