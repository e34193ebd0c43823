import pg from "pg";
import { z } from "zod";
import { HTTP_STATUS } from "../../src/errors.js";
import { startHub, type TestHub } from "../support/hub.js";
import { ask, capturedLog, send } from "./asking.js";
import { RECORDS, town } from "./town.js";

/** All that a line may say: closed lists, hashes, numbers. */
const accessLine = z.strictObject({
  level: z.literal(30),
  time: z.int(),
  pid: z.int(),
  hostname: z.string(),
  msg: z.literal("answered"),
  requestId: z.uuid(),
  method: z.enum(["GET", "POST"]),
  route: z.enum(["/graphql", "/metrics"]).nullable(),
  status: z.int(),
  role: z.enum(["SCHOOL", "POLICE_STATION", "PUBLICITY_CULTURE_CENTRE"]).nullable(),
  post: z.literal("HEAD").nullable(),
  kind: z.enum(["read", "change", "schema"]).nullable(),
  operation: z.hex().length(64).nullable(),
  purpose: z.literal("CASE_HANDLING").nullable(),
  code: z.enum([...Object.keys(HTTP_STATUS)]).nullable(),
  ms: z.int(),
});

const { log, lines } = capturedLog();
let hub: TestHub;

describe("the log of a busy hub", () => {
  it("tells of each request who of which role asked, how it ended and how long it took", async () => {
    await busy();
    const answered = lines().filter(({ msg }) => msg === "answered");
    expect(answered.length).toBeGreaterThan(40);
    for (const line of answered) accessLine.parse(line);
    expect(new Set(answered.map(({ code }) => code)).size).toBeGreaterThan(4);
  });

  it("holds no value of the world, no token, no address that was asked, no word of a question or a driver", async () => {
    const text = JSON.stringify(lines());
    const values = await everyValue();
    expect(values.size).toBeGreaterThan(60);
    expect([...values].filter((value) => text.includes(value))).toEqual([]);
    expect(text).not.toMatch(/near\/head|Bearer|token-of-mine|fullName|secretWord|\?query|SELECT|violates|syntax/i);
  });
});

/** Questions that are answered, refused, wrong and broken; changes; addresses with names in them. */
async function busy(): Promise<void> {
  const everything = `{ minors { nodes { id fullName citizenNumber homeAddress guardians { fullName phone } } }
    cases { nodes { id kind narrative } } incidents { nodes { id narrative } } opinionAlerts { nodes { id authorAccount } } }`;
  for (const as of ["near/head", "far/head", "police/head", "publicity/head", "broken/head", "school3/head"])
    for (const query of [
      everything,
      "{ viewer { name } }",
      "{ minors { nodes { fullName } } incidents { nodes { id kind } } }",
      '{ minors(filter: { fullName: { eq: "陆晴晴" } }) { nodes { id } } }',
      "{ secretWord }",
      'mutation { closeCase(id: "secretWord", version: 1) { id } }',
      "{ __schema { queryType { name } } }",
    ])
      await ask(hub, query, {}, { as });
  await ask(hub, "{ viewer { name } }", { name: "陆晴晴" }, { as: "token-of-mine" });
  await ask(hub, "{ minors { nodes { id } } }", {}, { headers: { "x-hub-purpose": "secretWord" } });
  for (const path of [
    "/graphql?query={viewer{name}}",
    "/陆晴晴?phone=13900000017",
    "/metrics",
    `/${RECORDS.Minor}`,
    "/%zz",
  ])
    await send(hub, { method: "GET", path: encodeURI(path).replace("%25zz", "%zz") });
}

/** Every text of every row, as the superuser sees it; not what codes, counts and dates there are. */
async function everyValue(): Promise<Set<string>> {
  const superuser = new pg.Client({ connectionString: hub.superUrl });
  await superuser.connect();
  try {
    const { rows: tables } = await superuser.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
          AND relname NOT IN ('migration', 'policy_row', 'edge_opening', 'id_key') AND relname NOT LIKE 'disclosure%'`,
    );
    const values = new Set<string>();
    for (const { name } of tables) {
      const { rows } = await superuser.query<{ row: Record<string, unknown> }>(
        `SELECT to_jsonb(t) AS row FROM "${name}" t`,
      );
      for (const { row } of rows)
        for (const value of Object.values(row))
          if (
            typeof value === "string" &&
            value.length > 3 &&
            !/^([A-Z_]+|[\d:T.+-]{10,35}Z?|basis|forum)$/.test(value)
          )
            values.add(value);
    }
    return values;
  } finally {
    await superuser.end();
  }
}

beforeAll(async () => {
  hub = await startHub("postgresql", town, undefined, log);
});
afterAll(() => hub?.close());
