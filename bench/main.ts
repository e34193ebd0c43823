import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { ask, type Contestant, startContestants } from "./contestants.js";
import { openCounty } from "./county.js";
import { memoryOf, pin, start, stopAll } from "./process.js";
import { type Read, reads } from "./reads.js";
import { absolute, race, ratioOf } from "./rounds.js";
import { startUp } from "./start-up.js";
import { countStatements } from "./statements.js";

/**
 * `npm run bench`: the hub against a hand-written floor and a naive executor (bench/README.md).
 * `npm run bench:sample`: the same in small, which checks that all three answer alike and how often the database is
 * asked; its figures mean nothing.
 */
const sample = process.argv.includes("--sample");
const size = sample ? { townships: 4, minors: 500 } : { townships: 10, minors: 2_000 };
const effort = sample ? { rounds: 1, seconds: 0.3, connections: 8 } : { rounds: 7, seconds: 2, connections: 32 };

const pinned = pin();
const county = await openCounty(size);
const load = start("load.js", {}, false);
const all = reads(county.ids);
try {
  const contestants = await startContestants(county, pinned);
  const [hub] = contestants;
  if (!hub) throw new TypeError("There is no hub");
  for (const read of all) await assertSameAnswers(contestants, read);
  console.log(`${contestants.map(({ name }) => name).join(", ")} give the same answers`);

  const statements = await countStatements(county, pinned);
  for (const [question, asked] of Object.entries(statements.statementsPerQuestion))
    assert.equal(asked, 1, `${question}: one statement a question`);
  console.log("one statement a question, for lists of 1, 10 and 100");

  const rounds = await race(contestants, all, effort, load);
  const memory = memoryOf(hub.process);
  await stopAll();
  const { embedded, ...started } = await startUp(county);
  const result = {
    machine: {
      cpu: cpus()[0]?.model,
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      pinned,
    },
    measured: { at: new Date().toISOString(), ...size, ...effort },
    ratios: { "hub/floor": ratioOf(rounds, "hub", "floor"), "hub/naive": ratioOf(rounds, "hub", "naive") },
    ...statements,
    rssMb: embedded.rssMb,
    hubOnPostgresqlMb: memory,
    planningMs: hub.facts.planning,
    startUp: { embedded, ...started },
    absolute: Object.fromEntries(contestants.map(({ name }) => [name, absolute(rounds, name)])),
  };
  console.log(JSON.stringify(result, null, 2));
  if (!sample) {
    const folder = new URL("../../bench/results/", import.meta.url);
    mkdirSync(folder, { recursive: true });
    writeFileSync(new URL("latest.json", folder), `${JSON.stringify(result, null, 2)}\n`);
  }
} finally {
  await stopAll();
  await county.close();
}

/** All of them, to a few requests of the read: unequal answers are not worth comparing. */
async function assertSameAnswers(contestants: readonly Contestant[], read: Read): Promise<void> {
  const [first, ...others] = contestants;
  if (!first) return;
  const requests = first.requests(read);
  for (let i = 0; i < requests.length; i += Math.ceil(requests.length / 12)) {
    const expected = await ask(first, requests[i] ?? "");
    assert.ok(isAnswer(expected), `${read.name}: ${JSON.stringify(expected)}`);
    for (const other of others)
      assert.deepEqual(
        await ask(other, other.requests(read)[i] ?? ""),
        expected,
        `${other.name} answers ${read.name} otherwise than ${first.name}`,
      );
  }
}

function isAnswer(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "data" in answer && !("errors" in answer);
}
