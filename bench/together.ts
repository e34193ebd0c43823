import type { ChildProcess } from "node:child_process";
import pg from "pg";
import { OPERATOR_ID } from "../src/change/import/known.js";
import type { Contestant } from "./contestants.js";
import type { County } from "./county.js";
import { rosterOf } from "./import.js";
import type { Imported } from "./importing.js";
import type { Measured, Run } from "./load.js";
import { said, start, stop } from "./process.js";
import type { Read } from "./reads.js";
import { median, rounded } from "./rounds.js";

/** How much is imported, and how many people ask meanwhile: each waits for an answer, and then a little. */
export interface Effort {
  readonly rounds: number;
  /** That come in in one round: so many that all reads are measured meanwhile. */
  readonly pupils: number;
  readonly people: number;
  /** Milliseconds from an answer to the next question. */
  readonly pause: number;
  /** Of each read at a time. */
  readonly seconds: number;
}

/** What an import costs those who ask meanwhile: milliseconds within which 99 of 100 questions were answered. */
export interface Together {
  /** Read -> p99 while a roster comes in / p99 while nothing does: the median of the rounds, their lowest and highest. */
  readonly "importing/quiet": Readonly<Record<string, { readonly median: number; readonly range: [number, number] }>>;
  /** Medians of the rounds. */
  readonly p99: Readonly<Record<string, { readonly quiet: number; readonly importing: number }>>;
  /** Pupils a second that came in meanwhile. */
  readonly pupilsPerSecond: number;
}

/** Asks the hub in quiet, and while a school's roster comes in to the same database; round by round, close together in time. */
export async function together(
  county: County,
  hub: Contestant,
  reads: readonly Read[],
  load: ChildProcess,
  { rounds, pupils, people, pause, seconds }: Effort,
): Promise<Together> {
  const measure = async (read: Read) => {
    const run: Run = { port: hub.port, requests: hub.requests(read), connections: people, pause, seconds, most: 1e6 };
    load.send(run);
    return [read.name, (await said<Measured>(load)).p99] as const;
  };
  /** Every read, beginning with another one in each round: an import begins and ends otherwise than it goes on. */
  const all = async (round: number) => {
    const times = [];
    for (const turn of reads.keys()) {
      const read = reads[(turn + round) % reads.length];
      if (read) times.push(await measure(read));
    }
    return new Map(times);
  };
  await numberSchool(county);
  const importing = start("importing.js");
  const measured: { quiet: ReadonlyMap<string, number>; importing: ReadonlyMap<string, number> }[] = [];
  let imported = 0;
  for (let round = 0; round <= rounds; round++) {
    const file = await rosterOf(county.folder, SCHOOL, pupils, { village: VILLAGE, first: round * pupils + 1 });
    const quiet = await all(round);
    importing.send({ env: county.hub, file, agency: SCHOOL });
    const [meanwhile, report] = await Promise.all([all(round), said<Imported>(importing)]);
    if (round === 0) continue; // warms up
    measured.push({ quiet, importing: meanwhile });
    imported += report.seconds;
  }
  await stop(importing);

  const sorted = (what: (round: (typeof measured)[number]) => number | undefined) =>
    measured.map((round) => what(round) ?? Number.NaN).sort((a, b) => a - b);
  const perRead = <T>(tell: (name: string) => T) => Object.fromEntries(reads.map(({ name }) => [name, tell(name)]));
  return {
    "importing/quiet": perRead((name) => {
      const ratios = sorted(({ quiet, importing }) => (importing.get(name) ?? 0) / (quiet.get(name) ?? 0));
      return { median: rounded(median(ratios)), range: [rounded(ratios[0]), rounded(ratios.at(-1))] };
    }),
    p99: perRead((name) => ({
      quiet: rounded(median(sorted(({ quiet }) => quiet.get(name)))),
      importing: rounded(median(sorted(({ importing }) => importing.get(name)))),
    })),
    pupilsPerSecond: Math.round((rounds * pupils) / imported),
  };
}

/** A school of the first township, and a village there: some of those who ask see the pupils when they are in. */
const SCHOOL = "school";
const VILLAGE = "990101100001";

/** The operator's code of the school, by which an import knows it. */
async function numberSchool({ others }: County): Promise<void> {
  const superuser = new pg.Client({ connectionString: others["DATABASE_URL"] });
  await superuser.connect();
  await superuser.query(
    `INSERT INTO register_key (agency, register, key, record_type, record, digest)
     SELECT $1, 'agencies', $2, 'Agency', id, '' FROM agency WHERE kind = 'SCHOOL' ORDER BY no LIMIT 1`,
    [OPERATOR_ID, SCHOOL],
  );
  await superuser.end();
}
