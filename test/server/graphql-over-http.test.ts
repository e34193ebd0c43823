import { startHub, type TestHub } from "../support/hub.js";
import { expectDressed, type Sent, send } from "./asking.js";
import { doc, VIEWER } from "./bad-questions.js";
import { town } from "./town.js";

/**
 * GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/), what it says a server MUST do. Where it lets
 * one answer a bad question with 200 in application/json, the hub does not: who reads the status alone must not take
 * a refusal for an answer.
 */
let hub: TestHub;
const JSON_TYPE = "application/json; charset=utf-8";
const GRAPHQL = "application/graphql-response+json; charset=utf-8";

it.each`
  accept                                                         | type
  ${undefined}                                                   | ${JSON_TYPE}
  ${"*/*"}                                                       | ${JSON_TYPE}
  ${"application/*"}                                             | ${JSON_TYPE}
  ${"application/json"}                                          | ${JSON_TYPE}
  ${"application/json; charset=utf-8"}                           | ${JSON_TYPE}
  ${"APPLICATION/JSON"}                                          | ${JSON_TYPE}
  ${"application/graphql-response+json"}                         | ${GRAPHQL}
  ${"application/graphql-response+json, application/json;q=0.9"} | ${GRAPHQL}
  ${"application/graphql-response+json;q=0.5, application/json"} | ${JSON_TYPE}
  ${"text/html, application/xhtml+xml, application/json;q=0.1"}  | ${JSON_TYPE}
`("answers in $type to Accept: $accept", async ({ accept, type }) => {
  const said = await send(hub, { ...doc(VIEWER), headers: accept === undefined ? {} : { accept } });
  expect({ status: said.status, type: said.headers.get("content-type"), data: said.data }).toEqual({
    status: 200,
    type,
    data: { viewer: { name: "贺校长" } },
  });
  expectDressed(said);
});

it.each(["application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"])(
  "reads a body of %s as UTF-8",
  async (type) => {
    const said = await send(hub, {
      ...doc('{ agencies { name } minors(filter: { fullName: { eq: "陆晴晴" } }) { totalCount } }'),
      headers: { "content-type": type },
    });
    expect(said).toMatchObject({ status: 200, data: { minors: { totalCount: 1 } } });
  },
);

describe.each([JSON_TYPE, GRAPHQL])("in %s", (type) => {
  const headers = { accept: type.split(";")[0] ?? "" };
  it.each`
    what                               | query                                                      | variables     | status
    ${"cannot be parsed"}              | ${"{"}                                                     | ${{}}         | ${400}
    ${"is not valid"}                  | ${"{ nope }"}                                              | ${{}}         | ${400}
    ${"names no operation"}            | ${"query a { __typename } query b { __typename }"}         | ${{}}         | ${400}
    ${"has variables of a wrong type"} | ${"query ($n: Int!) { minors(first: $n) { totalCount } }"} | ${{ n: "x" }} | ${400}
    ${"asks for what is not shared"}   | ${"{ cases { nodes { narrative } } }"}                     | ${{}}         | ${403}
  `("a question that $what is refused without data", async ({ query, variables, status }) => {
    const said = await send(hub, { ...doc(query, variables), headers });
    expect({ status: said.status, type: said.headers.get("content-type") }).toEqual({ status, type });
    expect(said.text).not.toContain('"data"');
    expect(said.errors.length).toBeGreaterThan(0);
  });

  it("an answer with data is a 200, whatever errors stand beside", async () => {
    const said = await send(hub, { ...doc('{ viewer { role } minor(id: "x") { id } }'), headers });
    expect(said).toMatchObject({ status: 200, data: { viewer: { role: "SCHOOL" }, minor: null } });
    expect(said.errors).toHaveLength(1);
  });
});

describe("GET", () => {
  const get = (parameters: Record<string, string>, headers: Record<string, string> = {}): Sent => ({
    method: "GET",
    path: `/graphql?${new URLSearchParams(parameters)}`,
    headers: { "apollo-require-preflight": "1", ...headers },
  });

  it("asks a query, with variables and the name of an operation", async () => {
    const query = "query a($w: String) { divisions(within: $w) { code } } query b { __typename }";
    const said = await send(hub, get({ query, variables: '{"w":"990101101200"}', operationName: "a" }));
    expect(said).toMatchObject({ status: 200, data: { divisions: [{ code: "990101101200" }] } });
  });

  it("changes nothing", async () => {
    const said = await send(hub, get({ query: "mutation { __typename }" }));
    expect({ status: said.status, allow: said.headers.get("allow") }).toEqual({ status: 405, allow: "POST" });
    expect(said.data).toBeUndefined();
  });
});

it.each(["PUT", "PATCH", "DELETE"])("%s is no method of GraphQL's", async (method) => {
  const said = await send(hub, { ...doc(VIEWER), method });
  expect({ status: said.status, allow: said.headers.get("allow") }).toEqual({ status: 405, allow: "GET, POST" });
});

beforeAll(async () => {
  hub = await startHub("embedded", town);
});
afterAll(() => hub?.close());
