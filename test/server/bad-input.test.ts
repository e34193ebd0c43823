import { startHub, type TestHub } from "../support/hub.js";
import { ask, capturedLog, expectRefusal, expectSilent, type Said, type Sent, send } from "./asking.js";
import { bodies, costly, doc, documents, filtered, get, paths, VIEWER, values } from "./bad-questions.js";
import { town } from "./town.js";

const { log, lines } = capturedLog();
let hub: TestHub;

describe("a question that is no good is refused with a code and a remedy:", () => {
  it.each([...bodies, ...documents, ...values, ...paths])("%s", async (_, request, status, code) => {
    expectRefusal(await send(hub, request), status, code);
  });
});

describe("a question that would cost too much is refused, and meanwhile others are answered:", () => {
  it.each(costly)("%s", async (_, request, status, code) => {
    const all = await Promise.all(Array.from({ length: 8 }, (_, i) => (i % 2 ? send(hub, request) : good())));
    all.forEach((said, i) => void (i % 2 ? expectRefusal(said, status, code) : expectGood(said)));
  });
});

describe("what is unusual and good is answered:", () => {
  it.each([
    ["null for all that may be left out", doc(VIEWER, null, { operationName: null, extensions: null })],
    ["unknown keys beside the query", doc(VIEWER, {}, { id: 1 })],
    ["a byte order mark", { body: `\ufeff${JSON.stringify({ query: VIEWER })}` }],
    ["GET", get(`query=${VIEWER}`)],
    ["the path in percents", { path: "/%67raphql", ...doc(VIEWER) }],
    ["first: 1 and first: 100", doc("{ a: minors(first: 1) { totalCount } b: minors(first: 100) { totalCount } }")],
    ["half a surrogate pair", filtered("String", "phone", "\ud800")],
    [
      "quotes, braces and backslashes",
      doc("query ($v: [String!]) { minors(filter: { phone: { in: $v } }) { totalCount } }", {
        v: ["{}", '"', "\\", "'", "", ","],
      }),
    ],
    ["an empty list", doc("query ($v: [String!]) { minors(filter: { phone: { in: $v } }) { totalCount } }", { v: [] })],
    ["a filter of nothing", doc("{ minors(filter: { and: [], or: [] , not: {} }) { totalCount } }")],
    ["no filter by null", doc("{ minors(filter: null) { totalCount } }")],
    [
      "a condition that is left out",
      doc("query ($v: String) { minors(filter: { phone: { eq: $v } }) { totalCount } }", {}),
    ],
    ["the last day that there is", filtered("PlainDate", "birthDate", "9999-12-31")],
  ] satisfies [string, Sent][])("%s", async (_, request) => {
    expect(await send(hub, request)).toMatchObject({ status: 200, errors: [], data: expect.anything() });
  });
});

describe("a cursor", () => {
  const LIST =
    "query ($after: String, $order: MinorOrder) { minors(after: $after, orderBy: $order) { pageInfo { endCursor } } }";
  const list = (variables: object) => ask(hub, LIST, variables);
  const cursorOf = ({ data }: Said, name = "minors") => JSON.parse(JSON.stringify(data))[name].pageInfo.endCursor;
  let cursor: string;
  beforeAll(async () => {
    cursor = cursorOf(await list({}));
  });

  it("goes on where it was made", async () => {
    expect(await list({ after: cursor })).toMatchObject({ status: 200, errors: [] });
  });

  it.each([
    ["empty", () => ""],
    ["garbage", () => "garbage"],
    ["long garbage", () => "QUFB".repeat(2_000)],
    ["cut off", () => cursor.slice(0, -4)],
    ["longer by a sign", () => `${cursor}.`],
    ["padded", () => `${cursor}=`],
  ])("is refused when it is %s", async (_, after) => {
    expectRefusal(await list({ after: after() }), 400, "BAD_USER_INPUT");
  });

  it("is refused with any one sign changed", async () => {
    for (let i = 0; i < cursor.length; i++)
      expectRefusal(
        await list({ after: cursor.slice(0, i) + (cursor[i] === "A" ? "B" : "A") + cursor.slice(i + 1) }),
        400,
        "BAD_USER_INPUT",
      );
  });

  it("is refused in another list", async () => {
    const other = cursorOf(await ask(hub, "{ cases { pageInfo { endCursor } } }"), "cases");
    expectRefusal(await list({ after: other }), 400, "BAD_USER_INPUT");
  });

  it.each([
    ["another field", { field: "BIRTH_DATE" }],
    ["the other direction", { field: "FULL_NAME", direction: "DESC" }],
  ])("is refused in the order of %s", async (_, order) => {
    const byName = cursorOf(await list({ order: { field: "FULL_NAME" } }));
    expect(await list({ after: byName, order: { field: "FULL_NAME" } })).toMatchObject({ status: 200, errors: [] });
    expectRefusal(await list({ after: byName, order }), 400, "BAD_USER_INPUT");
  });
});

it("a fault in one field takes the whole answer with it, and shows nothing of the value", async () => {
  const said = await ask(hub, "{ viewer { name } incidents { nodes { id kind } } }", {}, { as: "broken/head" });
  expectRefusal(said, 500, "INTERNAL_SERVER_ERROR");
  expect(said.text).not.toContain("NO_SUCH_KIND");
});

it("nothing of all this stands in the log", () => {
  expectSilent(lines());
  expect(JSON.stringify(lines())).not.toContain("NO_SUCH_KIND");
  const requests = lines().filter(({ msg }) => msg === "answered");
  expect(requests.length).toBeGreaterThan(100);
  for (const line of requests)
    expect(Object.keys(line).sort()).toEqual([
      "code",
      "hostname",
      "kind",
      "level",
      "method",
      "ms",
      "msg",
      "operation",
      "pid",
      "post",
      "purpose",
      "requestId",
      "role",
      "route",
      "status",
      "time",
    ]);
});

const GOOD = "{ viewer { name } minors { nodes { fullName } } }";
const good = () => ask(hub, GOOD);
const expectGood = (said: Said) =>
  expect(said).toMatchObject({
    status: 200,
    data: { viewer: { name: "贺校长" }, minors: { nodes: [{ fullName: "陆晴晴" }] } },
  });

beforeAll(async () => {
  hub = await startHub("embedded", town, undefined, log);
});
afterAll(() => hub?.close());
