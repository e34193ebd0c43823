import { isDeepStrictEqual } from "node:util";
import type { Federated, SubgraphName } from "../federated.js";
import { SUBGRAPHS } from "../federated.js";
import type { Sent } from "../wire.js";
import { forged } from "./forge.js";
import type { Ask, Difference, Expected, FederationCase, Forgery } from "./format.js";

/** Answered by all, before and after what makes them fail: whoever leaves a subgraph alone for a while comes back to it. */
const WELL: Ask = {
  as: "near/head",
  purpose: "SCHOOL_SAFETY",
  query: "query ($id: ID!) { minor(id: $id) { attendance { term } } viewer { agency { closedOn } } }",
  variables: { id: "<child>" },
};

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/**
 * Runs a case on a gateway.
 * @param gateway its address; the question goes to /graphql there
 * @returns what is not as the case says, a line each; nothing where all is
 */
export async function run(world: Federated, gateway: string, written: FederationCase): Promise<string[]> {
  const one = named(written, world.named);
  const findings: string[] = [];
  const { wires } = world;
  const earlier = one.earlier && (await asked(one.earlier));
  if (earlier && earlier.status !== 200) findings.push(`earlier: ${earlier.status} ${earlier.text}`);
  const earlierCalls = lastCalls();

  for (const name of SUBGRAPHS) wires[name].fault = one.faults[name];
  const linesBefore = world.schoolLines.length;
  const before = { calls: counts(), hub: await logged("hub"), school: await logged("school") };
  const [first, ...others] = await Promise.all([
    asked(one.ask),
    ...one.together.map(({ ask }) => asked(but(one.ask, ask))),
  ]);
  if (!first) throw new TypeError("A question has an answer");
  findings.push(...judge("answer", first, one.answer));
  one.together.forEach(({ answer }, n) => {
    const other = others[n];
    if (other) findings.push(...judge(`together ${n + 1}`, other, answer));
  });
  const made = counts();
  for (const name of ["school", "library"] as const) {
    const expected = one.calls[name];
    const calls = made[name] - before.calls[name];
    if (expected !== undefined && calls !== expected) findings.push(`calls: ${name} was asked ${calls} times`);
  }
  for (const name of SUBGRAPHS) {
    const bytes =
      JSON.stringify(wires[name].sent.slice(before.calls[name])) +
      relationsRead(wires[name].sent.slice(before.calls[name]));
    findings.push(...held(`told ${name}`, bytes, one.told[name]));
  }
  for (const name of ["hub", "school"] as const) {
    const expected = one.logged[name];
    if (!expected) continue;
    const entries = (await logged(name)).slice(before[name].length);
    findings.push(...held(`logged ${name}`, entries + (name === "school" ? lines() : ""), expected));
    const request = `"requestId":"${first.headers.get("x-hub-request-id")}"`;
    if (expected.has.length > 0) findings.push(...held(`logged ${name}`, entries, { has: [request], lacks: [] }));
  }

  for (const [n, other] of one.alike.entries()) {
    const start = counts();
    const answer = await asked(but(one.ask, other));
    if (answer.status !== first.status || answer.text !== first.text)
      findings.push(`alike ${n + 1}: ${answer.status} ${answer.text} is not ${first.status} ${first.text}`);
    const end = counts();
    for (const name of ["school", "library"] as const)
      if (end[name] - start[name] !== made[name] - before.calls[name])
        findings.push(`alike ${n + 1}: ${name} was asked ${end[name] - start[name]} times`);
  }

  const calls = lastCalls();
  if (one.ended.length > 0) await world.endPart();
  for (const [n, { ask, answer }] of one.ended.entries())
    findings.push(...judge(`ended ${n + 1}`, await asked(but(one.ask, ask)), answer));
  for (const [n, forgery] of one.forge.entries()) {
    const call = calls[forgery.of];
    if (!call) throw new Error(`${one.id}: no call of ${forgery.of} to forge`);
    const sent = await forged(world.folder, call, earlierCalls[forgery.of], forgery);
    findings.push(...judgeForged(`forge ${n + 1}`, await post(urlOf(forgery.to ?? forgery.of), sent), forgery.answer));
  }

  for (const name of SUBGRAPHS) wires[name].fault = undefined;
  if (Object.keys(one.faults).length > 0) await recovered();
  return findings;

  function asked({ as, purpose, query, variables, operationName, headers, body }: Ask): Promise<Answered> {
    return post(`${gateway}/graphql`, {
      headers: {
        "content-type": "application/json",
        ...(as === null ? {} : { authorization: `Bearer ${as}` }),
        ...(purpose === null ? {} : { "x-hub-purpose": purpose }),
        ...headers,
      },
      body: body ?? JSON.stringify({ query, variables, operationName }),
    });
  }

  async function recovered(): Promise<void> {
    const well = named(WELL, world.named);
    for (let n = 0; n < 100; n++) {
      if (!(await asked(well)).text.includes('"errors"')) return;
      await new Promise((later) => setTimeout(later, 20));
    }
    throw new Error(`${one.id}: the gateway does not come back to its subgraphs`);
  }

  /** What the school wrote to its own log meanwhile. */
  function lines(): string {
    return world.schoolLines.slice(linesBefore).join("");
  }
  function counts(): Record<SubgraphName, number> {
    return { hub: wires.hub.sent.length, school: wires.school.sent.length, library: wires.library.sent.length };
  }
  function lastCalls(): Partial<Record<SubgraphName, Sent>> {
    return Object.fromEntries(
      SUBGRAPHS.flatMap((name) => (wires[name].sent.length > 0 ? [[name, wires[name].sent.at(-1)]] : [])),
    );
  }
  /** To the subgraph itself, past the wire: what the gateway sent is what is counted. */
  function urlOf(name: SubgraphName): string {
    return {
      hub: `${world.hub.address}/subgraph`,
      school: `${world.school.address}/subgraph`,
      library: wires.library.url,
    }[name];
  }
  async function logged(name: "hub" | "school"): Promise<string> {
    const rows = await world[name].store.query<{ entries: string }>(
      "SELECT entries FROM disclosure_segment ORDER BY seq",
    );
    return rows.map(({ entries }) => entries).join("\n");
  }
}

const but = (ask: Ask, { as = ask.as, purpose = ask.purpose, query = ask.query, ...other }: Difference): Ask => ({
  ...ask,
  ...other,
  as,
  purpose,
  query,
});

async function post(url: string, { headers, body }: Sent): Promise<Answered> {
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** What a relation or an assertion says, which its bytes do not show. */
function relationsRead(sent: readonly Sent[]): string {
  const words = JSON.stringify(sent).match(/eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]*(~[\w-]+)?/g) ?? [];
  const parts = words.flatMap((word) => word.split(/[.~]/).flatMap((part, n) => (n === 1 || n === 3 ? [part] : [])));
  return parts.map((part) => Buffer.from(part, "base64url").toString()).join("\n");
}

/** @returns the same with each <name> replaced by what it stands for */
function named<Value>(value: Value, names: Readonly<Record<string, string>>): Value {
  return JSON.parse(JSON.stringify(value), (_key, one: unknown) =>
    typeof one === "string" ? one.replaceAll(/<(\w+)>/g, (all, name: string) => names[name] ?? all) : one,
  );
}

function judge(at: string, { status, text, headers }: Answered, expected: Expected): string[] {
  const { data, errors = [] }: { data?: unknown; errors?: Record<string, unknown>[] } = JSON.parse(text);
  const findings = held(at, text, expected);
  for (const [name, value] of Object.entries(expected.headers))
    if (headers.get(name) !== value) findings.push(`${at}: ${name} is ${headers.get(name)}`);
  if (status !== expected.status) findings.push(`${at}: status ${status}, not ${expected.status}: ${text}`);
  if (expected.data !== "ANY" && !isDeepStrictEqual(data ?? null, expected.data ?? null))
    findings.push(`${at}: ${JSON.stringify(data)} is not ${JSON.stringify(expected.data)}`);
  const shown = errors.map((error, n) => ofWhatIsNamed(error, expected.errors[n] ?? {}));
  if (!isDeepStrictEqual(shown, expected.errors))
    findings.push(`${at}: errors ${JSON.stringify(errors)} are not ${JSON.stringify(expected.errors)}`);
  return findings;
}

const ofWhatIsNamed = (error: Record<string, unknown>, named: object): object => {
  const { extensions, ...rest } = error;
  const all: Record<string, unknown> = { ...Object(extensions), ...rest };
  return Object.fromEntries(Object.keys(named).map((name) => [name, all[name] ?? null]));
};

function judgeForged(
  at: string,
  { status, text }: Answered,
  { nothing, code, data, ...expected }: Forgery["answer"],
): string[] {
  const answer: { data?: { _entities?: unknown[] } | null; errors?: { extensions?: { code?: string } }[] } =
    JSON.parse(text);
  const findings = held(at, text, expected);
  if (nothing && answer.data && !answer.data._entities?.every((entity) => entity === null))
    findings.push(`${at}: shows ${text}`);
  if (expected.status !== undefined && status !== expected.status) findings.push(`${at}: status ${status}: ${text}`);
  if (code !== undefined && answer.errors?.[0]?.extensions?.code !== code)
    findings.push(`${at}: is not ${code}: ${text}`);
  if (data !== undefined && !isDeepStrictEqual(answer.data, data)) findings.push(`${at}: is ${text}`);
  return findings;
}

function held(
  at: string,
  text: string,
  expected: { readonly has: string[]; readonly lacks: string[] } | undefined,
): string[] {
  if (!expected) return [];
  return [
    ...expected.has.filter((part) => !text.includes(part)).map((part) => `${at}: lacks ${part}: ${text}`),
    ...expected.lacks
      .filter((part) => text.includes(part))
      .map((part) => `${at}: has ${part}: ${text.replaceAll(/eyJ[\w.-]+/g, "…")}`),
  ];
}
