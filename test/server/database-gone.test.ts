import pg from "pg";
import type { DatabaseUrls } from "../support/database.js";
import { startHub, type TestHub } from "../support/hub.js";
import { preparedDatabase } from "../support/prepared.js";
import { ask, capturedLog, expectRefusal, expectSilent, type Said, send } from "./asking.js";
import { type OwnCluster, ownCluster } from "./own-cluster.js";
import { town } from "./town.js";

const { log, lines } = capturedLog();
const QUESTION = "{ viewer { name } minors { nodes { fullName } } }";
const WITHOUT_RECORDS = "{ viewer { role } agencies { name } }";

let cluster: OwnCluster;
let database: DatabaseUrls;
let hub: TestHub;
let superuser: pg.Client;

const question = () => ask(hub, QUESTION);
const isAnswered = (said: Said) => {
  expect(said).toMatchObject({ status: 200, errors: [], data: { minors: { nodes: [{ fullName: "陆晴晴" }] } } });
  return said;
};
const isUnavailable = (said: Said, code = "DATABASE_UNAVAILABLE") => {
  expectRefusal(said, 503, code);
  expect(said.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(said.text).not.toContain("陆晴晴");
};

describe("while the database is away", () => {
  it("a killed connection costs at most the question that was on it", async () => {
    isAnswered(await question());
    const asked = Array.from({ length: 40 }, question);
    await endConnections();
    for (const said of await Promise.all(asked)) {
      if (said.status === 200) isAnswered(said);
      else isUnavailable(said, String(said.errors[0]?.extensions["code"]));
    }
    await answeredAgain();
    isAnswered(await question());
  });

  it("connections that were killed while nobody asked cost nothing", async () => {
    await endConnections();
    await answeredAgain();
    isAnswered(await question());
  });

  it("every question gets a 503 with Retry-After, the hub lives and says that it is not ready", async () => {
    await superuser.end();
    await cluster.stop();
    for (const said of await Promise.all(Array.from({ length: 20 }, question))) isUnavailable(said);
    // Who has not asked of late must be looked up, and is not taken for a stranger because that fails.
    isUnavailable(await ask(hub, QUESTION, {}, { as: "police/head" }));
    expectRefusal(await send(hub, { as: null, body: "{}" }), 401, "UNAUTHENTICATED");
    expect((await send(hub, { method: "GET", path: "/healthz" })).status).toBe(200);
    isUnavailable(await send(hub, { method: "GET", path: "/readyz" }));
  });

  it("and is asked again as soon as it is back", async () => {
    await cluster.start();
    superuser = await connected();
    await answeredAgain();
    isAnswered(await question());
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // as long as an answer about readiness stands
    expect((await send(hub, { method: "GET", path: "/readyz" })).status).toBe(200);
  });

  it("a server that has gone silent is taken for gone", async () => {
    const { rows } = await superuser.query("SELECT pid FROM pg_stat_activity WHERE usename = 'hub_serving'");
    const pids = rows.map(({ pid }) => Number(pid));
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    try {
      isUnavailable(await question());
    } finally {
      for (const pid of pids) process.kill(pid, "SIGCONT");
    }
    await answeredAgain();
  });
});

describe("while the disclosure log cannot be written", () => {
  beforeAll(() => superuser.query("ALTER TABLE disclosure_segment RENAME TO put_away"));
  afterAll(() => superuser.query("ALTER TABLE put_away RENAME TO disclosure_segment"));

  it("nothing about a person leaves the hub", async () => {
    for (const said of await Promise.all(Array.from({ length: 10 }, question))) isUnavailable(said, "LOG_UNAVAILABLE");
  });

  it("what is about nobody does", async () => {
    expect(await ask(hub, WITHOUT_RECORDS)).toMatchObject({ status: 200, errors: [] });
  });
});

it("the log is written again when it can be", async () => {
  isAnswered(await question());
});

it("the hub's own log tells the operator what happened, by request id, and nothing of what was asked", () => {
  expectSilent(lines());
  const answered = lines().filter(({ status }) => Number(status) >= 500);
  const faults = lines().filter(({ msg }) => msg === "fault");
  expect(answered.length).toBeGreaterThan(0);
  for (const { requestId } of answered)
    expect(faults.filter((line) => line["requestId"] === requestId).map(({ cause }) => cause)).toEqual([
      expect.objectContaining({ kind: expect.any(String) }),
    ]);
});

/** Within the time that every answer has: hub and driver notice on their own. */
async function answeredAgain(): Promise<void> {
  for (let tries = 0; tries < 50 && (await question()).status !== 200; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
}
const endConnections = () =>
  superuser.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hub_serving'");

async function connected(): Promise<pg.Client> {
  const client = new pg.Client(database.superUrl);
  client.on("error", () => {});
  await client.connect();
  return client;
}
beforeAll(async () => {
  cluster = await ownCluster();
  await cluster.start();
  process.env["HUB_TEST_POSTGRES"] = cluster.url;
  database = await preparedDatabase("tables");
  hub = await startHub(database, town, undefined, log);
  superuser = await connected();
});
afterAll(async () => {
  await superuser?.end();
  await hub?.close();
  await cluster?.remove();
});
