import { startHub, type TestHub } from "../support/hub.js";
import { capturedLog, expectDressed, expectRefusal, expectSilent, type Sent, send } from "./asking.js";
import { town } from "./town.js";

const { log, lines } = capturedLog();
let hub: TestHub;

const asking = (query: string): Sent => ({ body: JSON.stringify({ query }) });
const questions: [what: string, request: Sent][] = [
  ["who am I", asking("{ viewer { name } }")],
  ["a record", asking('{ minor(id: "x") { fullName } }')],
  ["a field that there is not", asking("{ minor { fulName } }")],
  ["the schema", asking("{ __schema { types { name } } }")],
  ["a syntax error", asking("{")],
  ["a mutation", asking("mutation { __typename }")],
  ["no JSON", { body: "{" }],
  ["1 MB", { body: "x".repeat(1_000_000) }],
  ["a form", { body: "x", headers: { "content-type": "multipart/form-data; boundary=x" } }],
  ["gzip", { body: "x", headers: { "content-encoding": "gzip" } }],
  ["HTML", { body: "x", headers: { accept: "text/html" } }],
  ["GET", { method: "GET", path: "/graphql?query={viewer{name}}" }],
  ["PUT", { method: "PUT" }],
  [
    "OPTIONS, as a browser asks before",
    { method: "OPTIONS", headers: { origin: "https://elsewhere.example", "access-control-request-method": "POST" } },
  ],
  ["a path below", { path: "/graphql/x" }],
  ["a slash more", { path: "/graphql/" }],
  ["the path in percents", { path: "/%67raphql" }],
  ["a path that there is not", { method: "GET", path: "/console" }],
];
/** Headers of somebody who is not known. */
const strangers: [who: string, headers: Record<string, string>][] = [
  ["nobody", {}],
  ["an empty header", { authorization: "" }],
  ["a scheme alone", { authorization: "Bearer " }],
  ["garbage", { authorization: "garbage" }],
  ["another scheme", { authorization: "Basic bmVhci9oZWFkOng=" }],
  ["a token of nobody", { authorization: "Bearer nobody" }],
  ["a client of nobody", { authorization: "Bearer client:nobody" }],
  ["a token of 10 KB", { authorization: `Bearer ${"x".repeat(10_000)}` }],
];

describe("who is not known is told so before anything is read, with the same bytes:", () => {
  let first: string;
  beforeAll(async () => {
    first = (await send(hub, { ...asking("{ viewer { name } }"), as: null })).text;
  });

  describe.each(strangers)("%s", (_, authorization) => {
    it.each(questions)("%s", async (_what, { headers, ...request }) => {
      const said = await send(hub, { ...request, headers: { ...headers, ...authorization }, as: null });
      expectRefusal(said, 401, "UNAUTHENTICATED");
      expect(said.text).toBe(first);
      expect(said.headers.get("www-authenticate")).toBe("Bearer");
    });
  });
});

it.each([
  ["/healthz", 200],
  ["/readyz", 200],
])("%s is answered to anybody, and says nothing of the hub", async (path, status) => {
  const said = await send(hub, { method: "GET", path, as: null });
  expect(said.status).toBe(status);
  expect(said.text).toMatch(/^\{"status":"\w+"\}$/);
  expectDressed(said);
});

it("nothing of whoever tried stands in the log", () => {
  expectSilent(lines());
  expect(JSON.stringify(lines())).not.toMatch(/nobody|bmVhci9|xxxx/);
  for (const { role, operation, purpose } of lines().filter(({ msg }) => msg === "answered"))
    expect({ role, operation, purpose }).toEqual({ role: null, operation: null, purpose: null });
});

beforeAll(async () => {
  hub = await startHub("embedded", town, undefined, log);
});
afterAll(() => hub?.close());
