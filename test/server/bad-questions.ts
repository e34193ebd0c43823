import { gzipSync } from "node:zlib";
import type { Sent } from "./asking.js";

/** What is sent, and what comes of it: HTTP's status, the hub's code. */
export type Case = [what: string, request: Sent, status: number, code: string];
const json = (body: unknown): Sent => ({ body: JSON.stringify(body) });
export const doc = (query: string, variables?: unknown, more?: object): Sent => json({ query, variables, ...more });
const times = (n: number, text: (i: number) => string) => Array.from({ length: n }, (_, i) => text(i)).join(" ");
export const get = (search: string): Sent => ({
  method: "GET",
  path: `/graphql?${search}`,
  headers: { "content-type": "application/json" },
});
export const VIEWER = "{ viewer { name } }";

export const bodies: Case[] = [
  ["no JSON", { body: "{" }, 400, "BAD_USER_INPUT"],
  ["no body", { body: "" }, 400, "BAD_USER_INPUT"],
  ["bytes", { body: new Uint8Array([0xff, 0xfe, 0, 1]) }, 400, "BAD_USER_INPUT"],
  ["null", json(null), 400, "BAD_USER_INPUT"],
  ["a text", json("x"), 400, "BAD_USER_INPUT"],
  ["a list: questions in a batch", json([{ query: VIEWER }, { query: VIEWER }]), 400, "BAD_USER_INPUT"],
  ["an empty object", json({}), 400, "BAD_USER_INPUT"],
  ["a prototype", { body: `{"query":"${VIEWER}","variables":{"__proto__":{"a":1}}}` }, 400, "BAD_USER_INPUT"],
  ["a query of null", json({ query: null }), 400, "BAD_USER_INPUT"],
  ["an empty query", json({ query: "" }), 400, "BAD_USER_INPUT"],
  ["a query that is a number", json({ query: 7 }), 400, "BAD_USER_INPUT"],
  ["a parsed query", json({ query: { kind: "Document" } }), 400, "BAD_USER_INPUT"],
  ["variables as text", doc(VIEWER, "{}"), 400, "BAD_USER_INPUT"],
  ["variables as a list", doc(VIEWER, [1]), 400, "BAD_USER_INPUT"],
  ["extensions as text", doc(VIEWER, {}, { extensions: "{}" }), 400, "BAD_USER_INPUT"],
  ["an operationName that is a number", doc(VIEWER, {}, { operationName: 7 }), 400, "BAD_USER_INPUT"],
  // Apollo's own clients try this first, and go on with the whole query when they read this message with a 200.
  [
    "a hash for a query",
    doc(VIEWER, {}, { extensions: { persistedQuery: { version: 1, sha256Hash: "0" } } }),
    200,
    "BAD_USER_INPUT",
  ],
  [
    "text/plain, which a page may send unasked",
    { body: "{}", headers: { "content-type": "text/plain" } },
    400,
    "BAD_USER_INPUT",
  ],
  [
    "a form",
    { body: "query=x", headers: { "content-type": "application/x-www-form-urlencoded" } },
    415,
    "BAD_USER_INPUT",
  ],
  [
    "a form of parts",
    { body: "x", headers: { "content-type": "multipart/form-data; boundary=x" } },
    415,
    "BAD_USER_INPUT",
  ],
  ["application/graphql", { body: VIEWER, headers: { "content-type": "application/graphql" } }, 415, "BAD_USER_INPUT"],
  ["an unknown content type", { body: "{}", headers: { "content-type": "x" } }, 415, "BAD_USER_INPUT"],
  [
    "gzip",
    { body: gzipSync(JSON.stringify({ query: VIEWER })), headers: { "content-encoding": "gzip" } },
    415,
    "BAD_USER_INPUT",
  ],
  [
    "10 MB in 10 KB",
    { body: gzipSync("x".repeat(10_000_000)), headers: { "content-encoding": "gzip" } },
    415,
    "BAD_USER_INPUT",
  ],
  ["10 MB", json({ query: "x".repeat(10_000_000) }), 413, "COST_EXCEEDED"],
  [
    "a text of 1 MB",
    doc("query ($a: String) { minors(after: $a) { totalCount } }", { a: "x".repeat(1_000_000) }),
    413,
    "COST_EXCEEDED",
  ],
];

export const documents: Case[] = [
  ["a syntax error", doc("{ viewer {"), 400, "BAD_USER_INPUT"],
  ["an unknown field", doc('{ minor(id: "x") { fulName } }'), 400, "BAD_USER_INPUT"],
  ["an unknown argument", doc("{ minors(frist: 3) { totalCount } }"), 400, "BAD_USER_INPUT"],
  ["an unknown enum value", doc("{ minors(filter: { sex: { eq: FEMALLE } }) { totalCount } }"), 400, "BAD_USER_INPUT"],
  ["an unknown type", doc("query ($x: Nope) { viewer { name } }"), 400, "BAD_USER_INPUT"],
  ["an unknown directive", doc("{ viewer @nope { name } }"), 400, "BAD_USER_INPUT"],
  ["an unknown fragment", doc("{ ...nope }"), 400, "BAD_USER_INPUT"],
  ["a record without a selection", doc('{ minor(id: "x") }'), 400, "BAD_USER_INPUT"],
  ["a literal of a wrong type", doc('{ minors(first: "3") { totalCount } }'), 400, "BAD_USER_INPUT"],
  ["two fields under one key", doc("{ viewer { a: name a: role } }"), 400, "BAD_USER_INPUT"],
  ["fragments only", doc("fragment f on Query { viewer { name } }"), 400, "BAD_USER_INPUT"],
  ["two operations and no name", doc("query a { viewer { name } } query b { viewer { name } }"), 400, "BAD_USER_INPUT"],
  ["an unknown operationName", doc(VIEWER, {}, { operationName: "nope" }), 400, "BAD_USER_INPUT"],
  ["an empty operationName", doc("query a { viewer { name } }", {}, { operationName: " " }), 400, "BAD_USER_INPUT"],
  ["a subscription", doc("subscription { minors { totalCount } }"), 400, "BAD_USER_INPUT"],
  ["a subscription to nothing", doc("subscription { __typename }"), 400, "BAD_USER_INPUT"],
  ["an unknown mutation", doc("mutation { burnRecords }"), 400, "BAD_USER_INPUT"],
  ["schema and records at once", doc("{ viewer { name } __schema { types { name } } }"), 400, "BAD_USER_INPUT"],
  [
    "the schema with a wrong variable",
    doc("query ($n: String!) { __type(name: $n) { name } }", { n: 7 }),
    400,
    "BAD_USER_INPUT",
  ],
];

export const costly: Case[] = [
  ["10,000 aliases", doc(`{ ${times(10_000, (i) => `a${i}: viewer { name }`)} }`), 400, "COST_EXCEEDED"],
  ["300 aliases", doc(`{ ${times(300, (i) => `a${i}: viewer { name }`)} }`), 400, "COST_EXCEEDED"],
  ["300 aliases of __typename", doc(`{ ${times(300, (i) => `a${i}: __typename`)} }`), 400, "COST_EXCEEDED"],
  [
    "deep records",
    doc(`{ minors { nodes { ${times(10, () => "cases { minors {")} id ${"} }".repeat(10)} } } }`),
    400,
    "COST_EXCEEDED",
  ],
  ["deep braces", doc("{".repeat(20_000) + "}".repeat(20_000)), 400, "BAD_USER_INPUT"],
  [
    "deep lists",
    doc(`{ minors(filter: { and: ${"[".repeat(900)}${"]".repeat(900)} }) { totalCount } }`),
    400,
    "BAD_USER_INPUT",
  ],
  [
    "deep filters",
    doc(`{ minors(filter: ${"{ not: ".repeat(60)} { phone: { eq: "1" } } ${"}".repeat(60)}) { totalCount } }`),
    400,
    "COST_EXCEEDED",
  ],
  ["a fragment in itself", doc("{ viewer { ...a } } fragment a on ViewerView { name ...a }"), 400, "BAD_USER_INPUT"],
  [
    "fragments in a ring",
    doc("{ viewer { ...a } } fragment a on ViewerView { ...b } fragment b on ViewerView { ...a }"),
    400,
    "BAD_USER_INPUT",
  ],
  [
    "fragments that double 30 times",
    doc(
      `{ viewer { ...f0 } } ${times(30, (i) => `fragment f${i} on ViewerView { ...f${i + 1} ...f${i + 1} }`)} fragment f30 on ViewerView { name }`,
    ),
    400,
    "COST_EXCEEDED",
  ],
  ["one field 480 times", doc(`{ viewer { ${times(480, () => "agency { name }")} } }`), 400, "COST_EXCEEDED"],
  [
    "pages of pages",
    doc("{ minors(first: 100) { nodes { cases { minors { cases { id } } } } } }"),
    400,
    "COST_EXCEEDED",
  ],
  [
    "lists of lists of a record by its id",
    doc('{ node(id: "x") { ... on Minor { cases { minors { cases { minors { cases { id } } } } } } } }'),
    400,
    "COST_EXCEEDED",
  ],
  ["directives", doc(`{ viewer ${"@include(if: true) ".repeat(600)}{ name } }`), 400, "COST_EXCEEDED"],
  ["the schema 90 times", doc(`{ ${times(90, (i) => `a${i}: __schema { types { name } }`)} }`), 400, "COST_EXCEEDED"],
  [
    "the schema's fields 90 times",
    doc(`{ __schema { types { ${times(90, (i) => `a${i}: fields { name }`)} } } }`),
    400,
    "COST_EXCEEDED",
  ],
  [
    "the schema within the schema",
    doc(`{ __schema { types { ${times(4, () => "fields { type {")} name ${"} }".repeat(4)} } } }`),
    400,
    "BAD_USER_INPUT",
  ],
];

export const filtered = (type: string, field: string, value: unknown): Sent =>
  doc(`query ($v: ${type}) { minors(filter: { ${field}: { eq: $v } }) { totalCount } }`, { v: value });
const page = (type: string, value: unknown): Sent =>
  doc(`query ($f: ${type}) { minors(first: $f) { totalCount } }`, { f: value });
const moment = (v: string): Sent =>
  doc("query ($v: DateTime) { incidents(filter: { occurredAt: { gte: $v } }) { totalCount } }", { v });
const nested = (n: number): Sent => ({
  body: `{"query":"query ($f: MinorFilter) { minors(filter: $f) { totalCount } }","variables":{"f":${'{"not":'.repeat(n)}{}${"}".repeat(n)}}}`,
});
export const values: Case[] = [
  ["a required variable that is missing", doc("query ($x: ID!) { minor(id: $x) { id } }", {}), 400, "BAD_USER_INPUT"],
  ["null for a required variable", doc("query ($x: ID!) { minor(id: $x) { id } }", { x: null }), 400, "BAD_USER_INPUT"],
  ["a number for a text", filtered("String", "phone", 7), 400, "BAD_USER_INPUT"],
  ["200 KB of a wrong type", filtered("AgeBand", "ageBand", "x".repeat(200_000)), 400, "BAD_USER_INPUT"],
  [
    "an unknown key of a filter",
    doc("query ($f: MinorFilter) { minors(filter: $f) { totalCount } }", { f: { fulName: { eq: "x" } } }),
    400,
    "BAD_USER_INPUT",
  ],
  ["a text with U+0000", filtered("String", "phone", "a\0b"), 400, "BAD_USER_INPUT"],
  [
    "a literal with U+0000",
    doc('{ minors(filter: { phone: { eq: "a\\u0000b" } }) { totalCount } }'),
    400,
    "BAD_USER_INPUT",
  ],
  [
    "a list of 60,000",
    doc("query ($v: [String!]) { minors(filter: { phone: { in: $v } }) { totalCount } }", {
      v: Array(60_000).fill("1"),
    }),
    400,
    "COST_EXCEEDED",
  ],
  [
    "40,000 nulls in a list of none",
    doc("query ($v: [String!]) { minors(filter: { phone: { in: $v } }) { totalCount } }", {
      v: Array(40_000).fill(null),
    }),
    400,
    "COST_EXCEEDED",
  ],
  [
    "2,000 alternatives",
    doc("query ($f: MinorFilter) { minors(filter: $f) { totalCount } }", {
      f: { or: Array(2_000).fill({ phone: { eq: "1" } }) },
    }),
    400,
    "COST_EXCEEDED",
  ],
  ["a filter 40 deep", nested(40), 400, "COST_EXCEEDED"],
  ["a filter 25,000 deep", nested(25_000), 400, "COST_EXCEEDED"],
  [
    "an unused variable 100,000 deep",
    { body: `{"query":"${VIEWER}","variables":{"v":${"[".repeat(100_000)}${"]".repeat(100_000)}}}` },
    400,
    "COST_EXCEEDED",
  ],
  ["a day that is none", filtered("PlainDate", "birthDate", "2026-02-30"), 400, "BAD_USER_INPUT"],
  ["a moment before year 1", moment("0000-01-01T00:00:00Z"), 400, "BAD_USER_INPUT"],
  ["a moment that its offset puts before year 1", moment("0001-01-01T00:00:00+14:00"), 400, "BAD_USER_INPUT"],
  ["a moment that its offset puts after year 9999", moment("9999-12-31T23:59:59-14:00"), 400, "BAD_USER_INPUT"],
  ["a moment without an offset", moment("2026-01-01T00:00:00"), 400, "BAD_USER_INPUT"],
  ["a division of 9 digits", doc('{ division(code: "990101101") { name } }'), 400, "BAD_USER_INPUT"],
  ["a prefix of 5 digits", doc('{ divisions(within: "99010") { code } }'), 400, "BAD_USER_INPUT"],
  [
    "a prefix of 5 digits beside records",
    doc('{ minors { totalCount } divisions(within: "99010") { code } }'),
    400,
    "BAD_USER_INPUT",
  ],
  [
    "no field of the schema, deep in the answer",
    doc('{ viewer { can(coordinates: ["Minor.shoeSize"]) { level } } }'),
    400,
    "BAD_USER_INPUT",
  ],
  ["a filter by null", filtered("String", "phone", null), 400, "BAD_USER_INPUT"],
  [
    "a filter by null, written out",
    doc("{ minors(filter: { phone: { eq: null } }) { totalCount } }"),
    400,
    "BAD_USER_INPUT",
  ],
  [
    "a filter by null, turned round",
    doc("{ minors(filter: { not: { phone: { eq: null } } }) { totalCount } }"),
    400,
    "BAD_USER_INPUT",
  ],
  ["null for a condition", doc("{ minors(filter: { or: [{ phone: null }] }) { totalCount } }"), 400, "BAD_USER_INPUT"],
  ["first: 0", page("Int!", 0), 400, "BAD_USER_INPUT"],
  ["first: -1", page("Int!", -1), 400, "BAD_USER_INPUT"],
  ["first: 101", page("Int!", 101), 400, "BAD_USER_INPUT"],
  ["first: 1.5", page("Int!", 1.5), 400, "BAD_USER_INPUT"],
  ["first: 2^31", page("Int!", 2 ** 31), 400, "BAD_USER_INPUT"],
  ["first: null", page("Int!", null), 400, "BAD_USER_INPUT"],
  [
    "an unknown purpose",
    { ...doc("{ minors { totalCount } }"), headers: { "x-hub-purpose": "CURIOSITY" } },
    400,
    "BAD_USER_INPUT",
  ],
  ["a purpose of 8 KB", { ...doc(VIEWER), headers: { "x-hub-purpose": "X".repeat(8_000) } }, 400, "BAD_USER_INPUT"],
];

export const paths: Case[] = [
  ["GET without a query", get(""), 400, "BAD_USER_INPUT"],
  ["GET with a syntax error", get("query={"), 400, "BAD_USER_INPUT"],
  ["GET with two queries", get(`query=${VIEWER}&query=${VIEWER}`), 400, "BAD_USER_INPUT"],
  ["GET with variables that are no JSON", get(`query=${VIEWER}&variables={`), 400, "BAD_USER_INPUT"],
  ["GET with a mutation", get("query=mutation{__typename}"), 405, "BAD_USER_INPUT"],
  ["GET as a page may send it unasked", { ...get(`query=${VIEWER}`), headers: {} }, 400, "BAD_USER_INPUT"],
  ["GET with 20 KB", get(`query=${"x".repeat(20_000)}`), 431, "COST_EXCEEDED"],
  ["PUT", { ...doc(VIEWER), method: "PUT" }, 405, "BAD_USER_INPUT"],
  ["DELETE", { method: "DELETE" }, 400, "BAD_USER_INPUT"],
  [
    "OPTIONS, as a browser asks before",
    { method: "OPTIONS", headers: { origin: "https://elsewhere.example", "access-control-request-method": "POST" } },
    400,
    "BAD_USER_INPUT",
  ],
  ["an answer in HTML", { ...doc(VIEWER), headers: { accept: "text/html" } }, 406, "BAD_USER_INPUT"],
  ["an unknown path", { path: "/graphiql", body: "{}" }, 404, "BAD_USER_INPUT"],
  ["a path below", { path: "/graphql/x", body: "{}" }, 404, "BAD_USER_INPUT"],
  ["a path that is no text", { path: "/%zz", body: "{}" }, 400, "BAD_USER_INPUT"],
];
