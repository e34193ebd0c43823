import { Agent, request } from "node:http";
import pino from "pino";
import { Readiness } from "../../src/server/readiness.js";
import { startHub } from "../support/hub.js";
import { town } from "./town.js";

describe("a hub that is stopped under load", () => {
  it("says that it is not ready, answers all that is asked on kept-alive connections, and sends the asker elsewhere", async () => {
    const hub = await startHub("embedded", town);
    const outcomes: string[] = [];
    const clients = Array.from({ length: 12 }, () => client(hub.address, outcomes));
    while (outcomes.length < 3 * clients.length) await new Promise((resolve) => setTimeout(resolve, 50));
    const drained = hub.drain();
    expect((await fetch(`${hub.address}/readyz`)).status).toBe(503);
    await drained;
    await hub.close();
    await Promise.all(clients);
    expect(new Set(outcomes)).toEqual(new Set(["200", "200 close"]));
    expect(outcomes.filter((outcome) => outcome === "200 close").length).toBe(clients.length);
  });

  /** Asks again and again on one connection until it is told to go elsewhere, as whoever balances the load does. */
  async function client(address: string, outcomes: string[]): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let outcome = "200";
    while (outcome === "200") {
      outcome = await one(address, agent);
      outcomes.push(outcome);
    }
    agent.destroy();
  }
  const one = (address: string, agent: Agent) =>
    new Promise<string>((resolve) => {
      const asked = request(`${address}/graphql`, {
        agent,
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: "Bearer near/head",
          "x-hub-purpose": "CASE_HANDLING",
        },
      });
      asked.on("response", (answer) =>
        answer
          .resume()
          .on("end", () => resolve(`${answer.statusCode}${answer.headers.connection === "close" ? " close" : ""}`)),
      );
      asked.on("error", (error) => resolve("code" in error ? String(error.code) : error.message));
      asked.end(JSON.stringify({ query: "{ minors { nodes { fullName } } }" }));
    });
});

describe("readiness", () => {
  it("is found out once, however many ask", async () => {
    let asked = 0;
    const readiness = new Readiness(
      "hub",
      async () => {
        asked += 1;
      },
      () => [],
      pino({ level: "silent" }),
    );
    for (let round = 0; round < 10; round++) {
      const all = await Promise.all(Array.from({ length: 100 }, () => readiness.now()));
      expect(all.every(({ status }) => status === 200)).toBe(true);
    }
    expect(asked).toBe(1);
  });

  it.each`
    program      | zh            | remedy
    ${"hub"}     | ${"中枢"}     | ${"Operator: run `doctor` of the hub, or read the log"}
    ${"agency"}  | ${"部门子图"} | ${"Operator: run `doctor` of the agency, or read the log"}
    ${"gateway"} | ${"网关"}     | ${"Operator: read the log"}
  `("names the $program and what is red, and asks no database then", async ({ program, zh, remedy }) => {
    const never = () => Promise.reject(new Error("asked"));
    const readiness = new Readiness(program, never, () => ["row-security"], pino({ level: "silent" }));
    expect(await readiness.now()).toMatchObject({
      status: 503,
      body: {
        errors: [
          {
            message: `The ${program} is not ready: row-security`,
            extensions: {
              code: "NOT_READY",
              messageZh: `${zh}未就绪`,
              remedy: expect.stringContaining(remedy),
              checks: ["row-security"],
            },
          },
        ],
      },
    });
  });
});
