import * as fc from "fast-check";
import { parsePolicy } from "../../src/policy/load.js";
import { shipped } from "../policy/shipped.js";
import { DATABASES, type Migrated, migrated, type Sql } from "../support/migrated.js";
import { openingsOf, settle } from "../support/small-world.js";
import { type Change, changes } from "./changes.js";
import { addRecords, History } from "./history.js";
import { type Facts, factReader } from "./read-facts.js";

const policy = parsePolicy(shipped);
const openings = openingsOf(policy);
const POLICIES = [
  openings,
  // a township that opens no victim to anybody, and one that opens suspects to whoever takes part
  openings.filter((opening) => !opening.startsWith("R19")),
  [...openings, "R20 POLICE_STATION PART", "R20 SCHOOL PART", "R28m PUBLICITY_CULTURE_CENTRE SOURCE"],
];
const RUNS = { embedded: 50, postgresql: 150 };

describe.each(DATABASES)("arrays and derived rows on %s", (kind) => {
  let database: Migrated;
  beforeAll(async () => {
    database = await migrated(kind);
    await database.asOwner((sql) => settle(sql, policy));
  });
  afterAll(() => database?.close());

  it("are, after any sequence of changes, what a rebuild from the facts and edges alone gives", async () => {
    const read = await database.asOwner(factReader);
    const property = fc.asyncProperty(changes(POLICIES), (sequence) =>
      database.undone((sql) => follows(sql, sequence, read)),
    );
    await fc.assert(property, { numRuns: Number(process.env["FC_RUNS"] ?? RUNS[kind]), ...seed() });
  }, 600_000);

  const history = () => new History([...policy.rows.keys()], new Set(openings));

  async function follows(sql: Sql, sequence: readonly Change[], read: (sql: Sql) => Promise<Facts>): Promise<void> {
    await addRecords(sql);
    const so = history();
    for (const change of sequence) await so.happen(sql, change);
    // Until the sweep an array may still have the key of a relation whose time is over, and nothing else.
    await sql("SELECT hub_sweep()");
    const kept = await read(sql);
    expect(kept).toEqual(so.facts());
    await sql("SELECT hub_rebuild()");
    expect(await read(sql)).toEqual(kept);
  }
});

function seed(): { seed: number } {
  const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);
  console.info(`fast-check seed ${seed}; again with FC_SEED=${seed}`);
  return { seed };
}
