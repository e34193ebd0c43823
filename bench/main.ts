import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { ask, type Contestant, startContestants } from "./contestants.js";
import { openCounty } from "./county.js";
import { benchImport } from "./import.js";
import { favour, memoryOf, pin, start, stopAll } from "./process.js";
import { type Read, reads } from "./reads.js";
import { absolute, race, ratioOf } from "./rounds.js";
import { startUp } from "./start-up.js";
import { countStatements } from "./statements.js";
import { together } from "./together.js";

/**
 * `npm run bench`: the hub against a hand-written floor and a naive executor (bench/README.md).
 * `npm run bench:sample`: the same in small, which checks that all three answer alike and how often the database is
 * asked; its figures mean nothing.
 */
const sample = process.argv.includes("--sample");
const size = sample ? { townships: 4, minors: 500 } : { townships: 10, minors: 2_000 };
const effort = sample
  ? { rounds: 1, seconds: 0.3, connections: 4, warmUp: 0.3 }
  : { rounds: 7, seconds: 2, connections: 32, warmUp: 10 };

const pinned = pin();
if (!sample) favour(process.pid);
const county = await openCounty(size, sample ? undefined : favour);
try {
  const contestants = await startContestants(county);
  const [hub] = contestants;
  if (!hub) throw new TypeError("There is no hub");
  const all = reads(county.ids);
  const load = start("load.js");
  for (const read of all) await assertSameAnswers(contestants, read);
  console.log(`${contestants.map(({ name }) => name).join(", ")} give the same answers`);

  const statements = await countStatements(county);
  for (const [question, asked] of Object.entries(statements.statementsPerQuestion))
    assert.equal(asked, 1, `${question}: one statement a question`);
  console.log("One statement a question, for lists of 1, 10 and 100");

  if (sample) {
    const roster = await benchImport(500);
    console.log(`A roster of ${roster.all.new} pupils is imported, and again: ${roster.again.unchanged} as before`);
    const small = { rounds: 1, pupils: 300, people: 2, pause: 10, seconds: 0.1 };
    const beside = await together(county, hub, all, load, small);
    console.log(`While pupils come in, ${Object.keys(beside.p99).length} questions are answered all the same`);
  }

  const rounds = await race(contestants, all, effort, load);
  const { activationMs, readyMs, planningMs } = hub.facts;
  const memory = memoryOf(hub.process);
  await stopAll();
  const ratios = { "hub/floor": ratioOf(rounds, "hub", "floor"), "hub/naive": ratioOf(rounds, "hub", "naive") };
  if (sample) console.log(JSON.stringify(ratios, null, 2), "\nmeasured for so short a time, these mean nothing");
  else {
    const embedded = await startUp();
    write({
      machine: {
        cpu: cpus()[0]?.model,
        cores: cpus().length,
        memoryGb: Math.round(totalmem() / 2 ** 30),
        node: process.version,
        pinned,
      },
      measured: { at: new Date().toISOString(), ...size, ...effort },
      ratios,
      ...statements,
      rssMb: embedded.rssMb,
      rssMbPostgresql: memory.peak,
      startUpSeconds: {
        emptyFolder: embedded.emptyFolder,
        existingFolder: embedded.existingFolder,
        postgresql: Number(readyMs) / 1000,
      },
      activationMs,
      planningMs,
      absolute: Object.fromEntries(contestants.map(({ name }) => [name, absolute(rounds, name)])),
    });
  }
} finally {
  await stopAll();
  await county.close();
}

function write(results: object): void {
  const text = `${JSON.stringify(results, null, 2)}\n`;
  console.log(text);
  const folder = new URL("../../bench/results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("latest.json", folder), text);
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
