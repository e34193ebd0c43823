import type { Query } from "./town.js";

export interface Involvement {
  readonly type: string;
  readonly record: string;
  readonly kind: string;
  /** Its code, where no person holds the relation. */
  readonly agency?: string;
  readonly person?: string;
}

/** Writes relations; triggers derive the rest. */
export async function involve(query: Query, relations: readonly Involvement[]): Promise<void> {
  await query(
    `SELECT hub_involve(jsonb_agg(jsonb_build_object('record_type', r.type, 'record', r.record, 'kind', r.kind,
              'agency', coalesce(p.agency, a.record), 'person', p.id, 'basis', 'twins')))
       FROM jsonb_to_recordset($1) AS r(type text, record uuid, kind text, agency text, person text)
       LEFT JOIN person p ON p.subject = r.person
       LEFT JOIN register_key a ON a.key = r.agency AND a.register = 'agencies'`,
    [JSON.stringify(relations)],
  );
}

export async function concern(
  query: Query,
  caseFile: string,
  minor: string,
  role: "VICTIM" | "SUSPECT",
): Promise<void> {
  await query("INSERT INTO case_minor (case_file, minor, role) VALUES ($1, $2, $3)", [caseFile, minor, role]);
}

/** Makes the copy of a child that an agency has taken in, and then the same child of both. */
export async function takeIn(query: Query, minor: string, copy: string, ref: string, agency: string): Promise<void> {
  await query(
    `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
     SELECT $1, $2, place, full_name, given_name, birth_date, sex FROM minor WHERE id = $3`,
    [copy, ref, minor],
  );
  await involve(query, [{ type: "Minor", record: copy, agency, kind: "SOURCE" }]);
  await query("SELECT hub_link(ARRAY[$1::uuid], ARRAY[$2::uuid])", [minor, copy]);
}

export async function touch(query: Query, incident: string, minor: string): Promise<void> {
  await query("INSERT INTO incident_minor (incident, minor) VALUES ($1, $2)", [incident, minor]);
}
