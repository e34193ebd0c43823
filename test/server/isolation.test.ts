import { Agent, request } from "node:http";
import { startHub, type TestHub } from "../support/hub.js";
import { capturedLog, expectSilent } from "./asking.js";
import { RECORDS, SCHOOLS, town } from "./town.js";

/** HUB_TEST_LONG=1 makes it 20 times as many. Most on PostgreSQL, whose connections are several. */
const TIMES = process.env["HUB_TEST_LONG"] ? 20 : 1;
const CONNECTIONS = 16;
/** What everybody asks; the variants keep several plans and prepared statements in turn on each connection. */
const QUESTIONS = [
  "{ viewer { agency { name } } minors { totalCount nodes { fullName id } } }",
  "query ($id: ID!) { viewer { agency { name } } node(id: $id) { id ... on Minor { fullName homeAddress } } }",
  '{ viewer { agency { name } } minors(filter: { not: { fullName: { eq: "x" } } }) { edges { cursor node { fullName } } } cases { totalCount } }',
];
const ASKERS = [...SCHOOLS.map(({ subject }) => subject), "near/head", "far/head", "police/head", "publicity/head"];
const STRANGER = "stranger";

describe.each([
  ["embedded", 1_000 * TIMES],
  ["postgresql", 5_000 * TIMES],
] as const)("kept-alive connections that change hands (%s)", (database, requests) => {
  const { log, lines } = capturedLog();
  let hub: TestHub;
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

  it(`give ${requests} answers, each to whoever asked`, async () => {
    // What each is told when nobody else asks.
    const expected = new Map<string, string>();
    for (const asker of [...ASKERS, STRANGER])
      for (const question of QUESTIONS.keys()) expected.set(`${asker} ${question}`, (await ask(asker, question)).body);
    expect(new Set(ASKERS.map((asker) => expected.get(`${asker} 0`))).size).toBe(ASKERS.length);
    for (const { subject, name } of SCHOOLS) expect(expected.get(`${subject} 0`)).toContain(name);

    const wrong: string[] = [];
    const ids = new Set<unknown>();
    const ports = new Set<unknown>();
    let sent = 0;
    const worker = async (seed: number) => {
      for (let turn = seed; sent < requests; turn = (turn * 48_271) % 2_147_483_647) {
        sent++;
        const asker = turn % 23 === 0 ? STRANGER : (ASKERS[turn % ASKERS.length] ?? STRANGER);
        const question = turn % QUESTIONS.length;
        const { body, requestId, port } = await ask(asker, question);
        ids.add(requestId);
        ports.add(port);
        if (body !== expected.get(`${asker} ${question}`)) wrong.push(`${asker} was told ${body}`);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => worker(1_000_003 + 7_919 * i)));
    expect(wrong).toEqual([]);
    expect(ids.size).toBe(sent);
    expect(ports.size).toBeLessThanOrEqual(2 * CONNECTIONS); // else nothing was kept alive, and nothing proven
  }, 3_600_000);

  it("leave a line each in the hub's own log, without a name", () => expectSilent(lines()));

  /** The answer without its cursors, which are never twice the same. */
  const ask = (asker: string, question: number) =>
    new Promise<{ body: string; requestId: unknown; port: unknown }>((resolve, reject) => {
      const id = hub.questions.world.ids.encode("Minor", childOf(asker));
      const asking = request(
        `${hub.address}/graphql`,
        {
          agent,
          method: "POST",
          headers: {
            "content-type": "application/json",
            authorization: `Bearer ${asker}`,
            "x-hub-purpose": "CASE_HANDLING",
          },
        },
        (response) => {
          const port = response.socket.localPort;
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("error", reject);
          response.on("end", () => {
            const body = text.replace(/"cursor":"[^"]*"/g, "");
            resolve({ body: `${response.statusCode} ${body}`, requestId: response.headers["x-hub-request-id"], port });
          });
        },
      );
      asking.on("error", reject);
      asking.end(JSON.stringify({ query: QUESTIONS[question], variables: { id } }));
    });
  const childOf = (asker: string) => SCHOOLS.find(({ subject }) => subject === asker)?.child ?? RECORDS.Minor;

  beforeAll(async () => {
    hub = await startHub(database, town, undefined, log);
  });
  afterAll(async () => {
    agent.destroy();
    await hub?.close();
  });
});
