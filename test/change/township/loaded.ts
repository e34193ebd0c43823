import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import { loadTownship } from "../../../src/change/township/load.js";
import { divisionRange } from "../../../src/facts/jurisdiction.js";
import { keysByFact } from "../../../src/facts/keys.js";
import { FACT, type Facts } from "../../../src/policy/facts.js";
import { ROLES, type Role } from "../../../src/policy/policy.js";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { Store } from "../../../src/store/store.js";
import type { DivisionRange, Viewer } from "../../../src/viewer/viewer.js";
import { freshDatabase } from "../../support/database.js";
import { tableOf } from "../../support/tables.js";
import { activatePolicy, type DATABASES, IDS, policy } from "../import/desk.js";

export interface Loaded {
  readonly counts: Readonly<Record<string, number>>;
  readonly people: readonly Viewer[];
  countOf(type: RecordType): number;
  /** What holds between this person and each record of the type. */
  facts(viewer: Viewer, type: RecordType): Facts[];
  readonly again: boolean;
}

/** The demo as it is shipped, on a new database; loaded twice. */
export async function loaded(kind: (typeof DATABASES)[number], scale: number): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), "hub-"));
  const urls = kind === "postgresql" ? await freshDatabase() : undefined;
  let found: Loaded | undefined;
  const store = await Store.open({ ...urls, dataDir: folder, entities: [] }, async (owner) => {
    await activatePolicy(owner);
    const township = { policy, ids: IDS, scale };
    await loadTownship(owner, township);
    found = await read(owner, await loadTownship(owner, township));
  });
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  if (!found) throw new Error("The township was not read");
  return found;
}

async function read(owner: DataSource, again: boolean): Promise<Loaded> {
  const numbers = new Map(
    (await owner.query<{ name: string; no: number }[]>("SELECT name, no FROM policy_row")).map(({ name, no }) => [
      name,
      no,
    ]),
  );
  const records = new Map<RecordType, { place: string; involved: bigint[] }[]>();
  for (const type of RECORD_TYPES) {
    const rows = await owner.query<{ place: string; involved: string[] }[]>(
      `SELECT place::text, involved::text[] FROM ${tableOf(type)}`,
    );
    records.set(
      type,
      rows.map(({ place, involved }) => ({ place, involved: involved.map(BigInt) })),
    );
  }
  return {
    again,
    counts: await countsOf(owner),
    people: await peopleOf(owner),
    countOf: (type) => records.get(type)?.length ?? 0,
    facts(viewer, type) {
      const bits = new Map<bigint, Facts>();
      for (const [fact, { steady, timed }] of keysByFact(viewer, type, policy, numbers))
        for (const key of [...steady, ...timed]) bits.set(key, (bits.get(key) ?? 0) | fact);
      const within = (place: string) => viewer.duties.get(type)?.some(({ from, to }) => from <= place && place <= to);
      return (records.get(type) ?? []).map(({ place, involved }) =>
        involved.reduce((facts, key) => facts | (bits.get(key) ?? 0), within(place) ? FACT.j : 0),
      );
    },
  };
}

async function countsOf(owner: DataSource): Promise<Record<string, number>> {
  const [counts] = await owner.query<Record<string, number>[]>(`SELECT
    (SELECT count(*)::int FROM minor) AS minors,
    (SELECT count(*)::int FROM case_file) AS cases,
    (SELECT count(*)::int FROM case_file WHERE stage = 'CLOSED') AS closed,
    (SELECT count(*)::int FROM case_minor WHERE role = 'CONCERNED') AS concerned,
    (SELECT count(*)::int FROM case_minor WHERE role = 'VICTIM') AS victims,
    (SELECT count(*)::int FROM case_minor WHERE role = 'SUSPECT') AS suspects,
    (SELECT count(*)::int FROM sensitive_incident) AS incidents,
    (SELECT count(*)::int FROM opinion_alert) AS alerts,
    (SELECT count(*)::int FROM incident_alert) AS incident_alerts,
    (SELECT count(*)::int FROM (SELECT record FROM involvement WHERE kind = 'SOURCE' AND record_type = 'Minor' GROUP BY record HAVING count(*) > 1) x) AS joined,
    (SELECT count(*)::int FROM involvement WHERE kind = 'CONFLICT') AS conflicts,
    (SELECT count(*)::int FROM case_minor e JOIN minor m ON m.id = e.minor JOIN case_file c ON c.id = e.case_file
      WHERE e.role = 'SUSPECT' AND m.birth_date + interval '12 years' > c.opened_on) AS young_suspects,
    (SELECT count(*)::int FROM (SELECT FROM minor WHERE citizen_number IS NOT NULL GROUP BY citizen_number HAVING count(*) > 1) x) AS shared_numbers,
    (SELECT count(DISTINCT left(division::text, 9))::int FROM agency WHERE kind = 'VILLAGE_COMMUNITY') AS townships`);
  return counts ?? {};
}

interface Found {
  readonly id: string;
  readonly no: string;
  readonly subject: string;
  readonly post: string;
  readonly agency: string;
  readonly agency_no: string;
  readonly code: string;
  readonly kind: string;
  readonly division: string;
  readonly duties: readonly { readonly record_type: string; readonly prefix: string }[];
}

async function peopleOf(owner: DataSource): Promise<Viewer[]> {
  const rows = await owner.query<Found[]>(`
    SELECT p.id, p.no::text, p.subject, p.post, a.id AS agency, a.no::text AS agency_no, n.key AS code, a.kind, a.division::text,
           (SELECT coalesce(json_agg(d), '[]') FROM agency_duty d WHERE d.agency = a.id) AS duties
      FROM person p JOIN agency a ON a.id = p.agency JOIN register_key n ON n.record = a.id
     ORDER BY p.no`);
  return rows.map((row) => {
    const role = roleOf(row.kind);
    const post = policy.post(role, row.post);
    if (!post) throw new Error(`${row.subject} has no post of the policy`);
    const duties = new Map<string, DivisionRange[]>();
    for (const { record_type, prefix } of row.duties)
      duties.set(record_type, [...(duties.get(record_type) ?? []), divisionRange(prefix)]);
    return {
      person: { id: row.id, no: row.no, name: row.subject },
      client: "demo",
      agency: { id: row.agency, no: row.agency_no, name: row.code, role, division: row.division },
      post,
      duties,
    };
  });
}

function roleOf(kind: string): Role {
  const role = ROLES.find((one) => one === kind);
  if (!role) throw new Error(`${kind} is no role`);
  return role;
}
