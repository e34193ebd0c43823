import { INVOLVEMENT_KINDS, involvementKey } from "../../src/facts/keys.js";
import type { Sql } from "../support/migrated.js";
import { nameOf } from "../support/small-world.js";
import { arraysOf, type Derived, derive, edgeArraysOf, keyOf, type Relation, sorted, type World } from "./model.js";

/** All that the database keeps about relations, in names, so that a difference can be read. */
export interface Facts {
  readonly relations: readonly string[];
  readonly derived: readonly string[];
  readonly records: Readonly<Record<string, readonly string[]>>;
  readonly edges: Readonly<Record<string, readonly string[]>>;
  readonly belongings: Readonly<Record<string, readonly string[]>>;
  readonly participants: readonly string[];
}

const line = (relation: Relation | Derived, key: string) =>
  [relation.record, key, relation.since, relation.until ?? "", "via" in relation ? `via ${relation.via}` : ""].join(
    " | ",
  );

/**
 * What they should be.
 * @param records    all there are
 * @param belongings rows that belong to a record, and the record
 */
export function factsOf(world: World, records: readonly string[], belongings: ReadonlyMap<string, string>): Facts {
  const arrays = arraysOf(world);
  const keysOf = (record: string) => arrays.get(record) ?? [];
  return {
    relations: sorted(world.relations.map((relation) => line(relation, keyOf(relation)))),
    derived: sorted(derive(world).map((relation) => line(relation, keyOf(relation)))),
    records: Object.fromEntries(records.map((record) => [record, keysOf(record)])),
    edges: Object.fromEntries(edgeArraysOf(world)),
    belongings: Object.fromEntries([...belongings].map(([row, record]) => [row, keysOf(record)])),
    participants: sorted(
      world.relations
        .filter(({ kind, type }) => kind === "PART" && type === "Case")
        .map(({ record, agency, since, until }) => participant(record, agency, since, until)),
    ),
  };
}

/** When an agency takes part in a case. */
const participant = (record: string, agency: string, since: string, until: string | null | undefined) =>
  [`${record} ${agency}`, since, until ?? ""].join(" | ");

const TIMES = `
       to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS since,
       to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS until`;

const RELATIONS = `
SELECT record,
       key::text,
       via,${TIMES}
  FROM involvement
 WHERE until IS NULL OR until > clock_timestamp()`;

const ARRAYS = `
SELECT 'records' AS part, id::text AS name, NULL AS far, involved::text[] FROM minor
UNION ALL SELECT 'records', id::text, NULL, involved::text[] FROM case_file
UNION ALL SELECT 'records', id::text, NULL, involved::text[] FROM sensitive_incident
UNION ALL SELECT 'records', id::text, NULL, involved::text[] FROM opinion_alert
UNION ALL SELECT 'records', id::text, NULL, involved::text[] FROM care_registration
UNION ALL SELECT 'edges', case_file::text, minor::text, involved::text[] FROM case_minor
UNION ALL SELECT 'edges', incident::text, minor::text, involved::text[] FROM incident_minor
UNION ALL SELECT 'edges', incident::text, alert::text, involved::text[] FROM incident_alert
UNION ALL SELECT 'belongings', id::text, NULL, involved::text[] FROM guardian
UNION ALL SELECT 'belongings', id::text, NULL, involved::text[] FROM entrusted_care
UNION ALL SELECT 'belongings', id::text, NULL, involved::text[] FROM enrolment`;

/** Copies that are not what they copy; none, at any time. */
const STRAY_COPIES = `
SELECT p.id FROM case_participant p JOIN case_file c ON c.id = p.case_file WHERE (p.place, p.involved) <> (c.place, c.involved)
UNION ALL SELECT b.id FROM guardian b JOIN minor m ON m.id = b.minor WHERE b.place <> m.place
UNION ALL SELECT b.id FROM entrusted_care b JOIN minor m ON m.id = b.minor WHERE b.place <> m.place
UNION ALL SELECT b.id FROM enrolment b JOIN minor m ON m.id = b.minor WHERE b.place <> m.place
UNION ALL SELECT r.id FROM care_registration r JOIN minor m ON m.id = r.minor WHERE r.place <> m.place
UNION ALL SELECT e.alert FROM incident_alert e JOIN sensitive_incident i ON i.id = e.incident WHERE e.place <> i.place`;

/** Reads what they are; people and agencies are looked up once. */
export async function factReader(sql: Sql): Promise<(sql: Sql) => Promise<Facts>> {
  const words = await wordsOfKeys(sql);
  return (now) => readFacts(now, (key) => words.get(key) ?? `no key that the hub knows: ${key}`);
}

async function readFacts(sql: Sql, wordOf: (key: string) => string): Promise<Facts> {
  const relations = await sql<{ record: string; key: string; via: string | null; since: string; until: string | null }>(
    RELATIONS,
  );
  const lines = (derived: boolean) =>
    sorted(
      relations
        .filter(({ via }) => (via !== null) === derived)
        .map(({ record, key, since, until, via }) =>
          [nameOf(record), wordOf(key), since, until ?? "", via === null ? "" : `via ${nameOf(via)}`].join(" | "),
        ),
    );
  const arrays = await sql<{ part: string; name: string; far: string | null; involved: string[] }>(ARRAYS);
  const part = (wanted: string) =>
    Object.fromEntries(
      arrays
        .filter(({ part }) => part === wanted)
        .map(({ name, far, involved }) => [
          far === null ? nameOf(name) : `${nameOf(name)} - ${nameOf(far)}`,
          involved.map(wordOf).sort(),
        ]),
    );
  const participants = await sql<{ case_file: string; agency: string; since: string; until: string | null }>(
    `SELECT case_file, agency,${TIMES} FROM case_participant`,
  );
  expect(await sql(STRAY_COPIES)).toEqual([]);
  return {
    relations: lines(false),
    derived: lines(true),
    records: part("records"),
    edges: part("edges"),
    belongings: part("belongings"),
    participants: sorted(
      participants.map(({ case_file, agency, since, until }) =>
        participant(nameOf(case_file), nameOf(agency), since, until),
      ),
    ),
  };
}

/** Key as `src/facts/keys.ts` makes it -> its words. */
export async function wordsOfKeys(sql: Sql): Promise<ReadonlyMap<string, string>> {
  const subjects = await sql<{ id: string; no: string; person: boolean }>(
    "SELECT id, no, false AS person FROM agency UNION ALL SELECT id, no, true FROM person",
  );
  const rows = await sql<{ name: string; no: number }>("SELECT name, no FROM policy_row");
  const words = new Map<string, string>();
  for (const { id, no, person } of subjects)
    for (const kind of INVOLVEMENT_KINDS)
      for (const row of [undefined, ...rows])
        for (const timed of [false, true])
          words.set(
            involvementKey(no, person, kind, row?.no ?? 0, timed).toString(),
            [nameOf(id), kind, row?.name, timed ? "timed" : undefined].filter((word) => word !== undefined).join(" "),
          );
  return words;
}
