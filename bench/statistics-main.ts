import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import pg from "pg";
import { parseConfig } from "../src/config.js";
import { ENTITIES, SUBJECTS } from "../src/domain/index.js";
import { divisionRange } from "../src/facts/jurisdiction.js";
import { activateIn, closingOf, policyInForce } from "../src/server/foundation.js";
import { closeMonths, dueMonths } from "../src/statistics/close.js";
import { PublishedCounts } from "../src/statistics/published.js";
import { Store } from "../src/store/store.js";
import { freshDatabase } from "../test/support/database.js";
import { start, stop } from "../test/support/postgres-cluster.mjs";

/** Minors; a hundredth with --sample. */
const MINORS = process.argv.includes("--sample") ? 10_000 : 1_000_000;
const COUNTY = "990101";
const TOWNSHIPS = Array.from({ length: 15 }, (_, i) => `${COUNTY}${101 + i}000`);
const QUESTIONS = 200;

process.env["HUB_TEST_POSTGRES"] = await start();
const folder = mkdtempSync(join(tmpdir(), "hub-bench-"));
try {
  const result = await measure();
  console.log(JSON.stringify(result, null, 2));
  if (MINORS === 1_000_000) writeFileSync("bench/results/statistics.json", `${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
  stop();
}

async function measure() {
  const database = await freshDatabase();
  const config = parseConfig({}, null);
  const { activation } = await policyInForce(config);
  const store = await Store.open({ ...database, dataDir: folder, entities: ENTITIES }, async (owner) => {
    await activateIn(owner, activation);
  });
  const superuser = new pg.Client({ connectionString: database.superUrl });
  await superuser.connect();
  await superuser.query("INSERT INTO division SELECT code, 'place' FROM unnest($1::bigint[]) AS code", [
    [`${COUNTY}000000`, ...TOWNSHIPS],
  ]);
  await superuser.query(
    `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex, ethnic_group, care_categories)
     SELECT gen_random_uuid(), gen_random_uuid(), ($1::bigint[])[1 + n % 15] + 1, 'minor', 'minor', date '2008-01-01' + (n * 97) % 6200,
            CASE WHEN n % 2 = 0 THEN 'MALE' ELSE 'FEMALE' END, '01',
            CASE WHEN n % 7 = 0 THEN ARRAY['LEFT_BEHIND'] WHEN n % 11 = 0 THEN ARRAY['MIGRANT'] WHEN n % 13 = 0 THEN ARRAY['IN_HARDSHIP'] WHEN n % 4001 = 0 THEN ARRAY['ORPHAN'] ELSE '{}' END
       FROM generate_series(1, $2::int) AS n`,
    [TOWNSHIPS, MINORS],
  );
  await superuser.query("ANALYZE");

  const months = await dueMonths(store.dataSource, { first: "2025-Q3", until: "2025-09" });
  const began = performance.now();
  await closeMonths(store.dataSource, months, closingOf(config, activation.policy));
  const closeSeconds = Number(((performance.now() - began) / 1000).toFixed(1));

  const counts = new PublishedCounts(store, activation, () => TOWNSHIPS.map((code) => ({ code })));
  const post = activation.policy.post("ANALYST", "ANALYST");
  const subject = SUBJECTS.find(({ name }) => name === "careCategories");
  assert(post && subject);
  const asker = { role: "ANALYST", post, purpose: activation.policy.purposes.get("STATISTICS") ?? null } as const;
  const viewer = {
    person: null,
    client: "bench",
    agency: { id: "", no: "", name: "", role: asker.role, division: `${COUNTY}000000` },
    post,
    duties: new Map([["Minor", [divisionRange(COUNTY)]]]),
  };
  const times: number[] = [];
  for (let n = 0; n < QUESTIONS; n++) {
    const asked = performance.now();
    const cells = await counts.of(subject, { by: ["TOWNSHIP", "QUARTER", "CARE_CATEGORY"] }, asker, viewer);
    times.push(performance.now() - asked);
    assert.equal(cells.length, TOWNSHIPS.length * 6);
    assert(cells.some(({ count }) => count !== null));
  }
  times.sort((a, b) => a - b);
  const ms = (share: number) => Number((times[Math.floor(share * (QUESTIONS - 1))] ?? 0).toFixed(2));
  await superuser.end();
  await store.close();
  return { minors: MINORS, closeSeconds, questionMs: { p50: ms(0.5), p99: ms(0.99) } };
}
