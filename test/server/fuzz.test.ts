import { once } from "node:events";
import { connect } from "node:net";
import { jest } from "@jest/globals";
import fc from "fast-check";
import { startHub, type TestHub } from "../support/hub.js";
import { ask, capturedLog, expectDressed, expectSilent, type Said, send } from "./asking.js";
import { questions, soup, spoilt } from "./fuzz-documents.js";
import { AGENCY, INVENTED, RECORDS, town } from "./town.js";

/** The same 300 with every build; HUB_TEST_LONG=1 makes it 10,000 others, whose seed fast-check prints when one fails. */
const RUNS = process.env["HUB_TEST_LONG"] ? { numRuns: 10_000 } : { numRuns: 300, seed: 20_260_301 };
jest.setTimeout(4 * 3_600_000);

const { log, lines } = capturedLog();
let hub: TestHub;

/** Whatever was sent: an answer, or a refusal in the hub's words; never a fault. */
function expectNoFault(said: Said): void {
  expectDressed(said);
  expect(said.status).toBeLessThan(500);
  for (const { message, extensions } of said.errors)
    expect({ message, ...extensions }).toMatchObject({
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.not.stringMatching(/Did you mean/),
      messageZh: expect.stringMatching(/[\u4e00-\u9fff]/),
    });
}
const afterwards = async () => expect(await ask(hub, "{ viewer { role } }")).toMatchObject({ status: 200, errors: [] });

describe("no question makes the hub fail:", () => {
  afterEach(afterwards);

  it("one made of the schema's own words", async () => {
    const { ids } = hub.questions.world;
    const known = [
      ...(["Minor", "Case", "SensitiveIncident", "OpinionAlert"] as const).map((type) =>
        ids.encode(type, RECORDS[type]),
      ),
      ids.encode("Minor", INVENTED),
      ids.encode("Agency", AGENCY),
      "x",
    ];
    const anyone = fc.constantFrom("near/head", "far/head", "police/head", "publicity/head");
    const why = fc.constantFrom("CASE_HANDLING", "INCIDENT_RESPONSE", "OPINION_RESPONSE");
    let reached = 0;
    const asked = fc.asyncProperty(
      questions(hub.activation.schema, known),
      anyone,
      why,
      async (question, as, purpose) => {
        const { query, variables } = question;
        const said = await ask(hub, query, Object(variables), { as, headers: { "x-hub-purpose": purpose } });
        expectNoFault(said);
        if (said.data) reached++;
      },
    );
    await fc.assert(asked, RUNS);
    expect(reached).toBeGreaterThan(RUNS.numRuns / 8); // else little but the validation was tried
  });

  it("one with a part of it spoilt", async () => {
    const spoiltOnes = spoilt(questions(hub.activation.schema, ["x"]).map(({ query }) => query));
    await fc.assert(
      fc.asyncProperty(spoiltOnes, async (query) => expectNoFault(await ask(hub, query))),
      RUNS,
    );
  });

  it("one of words in any order", async () => {
    await fc.assert(
      fc.asyncProperty(soup, async (query) => expectNoFault(await ask(hub, query))),
      RUNS,
    );
  });

  it("any JSON", async () => {
    const keys = fc.constantFrom("query", "variables", "operationName", "extensions", "persistedQuery", "__proto__");
    const body = fc.oneof(fc.object({ key: keys }), fc.jsonValue()).map((value) => JSON.stringify(value));
    await fc.assert(
      fc.asyncProperty(body, async (sent) => expectNoFault(await send(hub, { body: sent }))),
      RUNS,
    );
  });

  it("any bytes of any kind", async () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((sent) => new Uint8Array(sent));
    const kind = fc.constantFrom("application/json", "text/plain", "application/graphql", "multipart/form-data", "x/y");
    const sent = fc.asyncProperty(bytes, kind, async (body, type) =>
      expectNoFault(await send(hub, { body, headers: { "content-type": type } })),
    );
    await fc.assert(sent, RUNS);
  });

  it("what is no HTTP", async () => {
    const line = fc.constantFrom("POST /graphql HTTP/1.1\r\n", "GET / HTTP/9\r\n", "PRI * HTTP/2.0\r\n\r\n", "");
    const head = fc.constantFrom(
      "Host: [\r\n",
      "Host: a b\r\n",
      "Content-Length: -1\r\n",
      "Transfer-Encoding: x\r\n",
      "",
    );
    const rest = fc.string({ unit: "binary", maxLength: 60 });
    const sent = fc.asyncProperty(line, head, rest, async (first, second, third) => {
      const said = await raw(`${first}${second}Authorization: Bearer near/head\r\n${third}\r\n\r\n`);
      expect(said).toMatch(/^$|^HTTP\/1\.1 4\d\d [\s\S]*X-Hub-Request-Id: [\s\S]*\{"errors":\[\{"message":/i);
    });
    await fc.assert(sent, RUNS);
  });
});

it("nothing of all this stands in the log, and no fault", () => {
  expectSilent(lines());
  expect(lines().filter(({ level }) => Number(level) > 30)).toEqual([]);
});

/** Sends bytes and ends; what comes back, possibly nothing. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(hub.address);
  const socket = connect(Number(port), hostname);
  let said = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    said += chunk;
  });
  socket.on("error", () => {}); // a reset is an answer too
  socket.end(text);
  await once(socket, "close");
  return said;
}

beforeAll(async () => {
  hub = await startHub("embedded", town, undefined, log);
});
afterAll(() => hub?.close());
