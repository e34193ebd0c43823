import { createHash } from "node:crypto";
import type { InvolvementKind as Kind } from "../../src/facts/keys.js";
import type { Policy, Role } from "../../src/policy/policy.js";
import type { RecordType } from "../../src/store/record-types.js";
import type { Sql } from "./migrated.js";

/** Agencies of the small world, by what the tests call them. */
export const AGENCIES = {
  police: "POLICE_STATION",
  social: "SOCIAL_AFFAIRS_OFFICE",
  justice: "JUSTICE_OFFICE",
  school: "SCHOOL",
  otherSchool: "SCHOOL",
  bureau: "EDUCATION_BUREAU",
  federation: "WOMENS_FEDERATION",
  village: "VILLAGE_COMMUNITY",
  governance: "GOVERNANCE_EMERGENCY_OFFICE",
  publicity: "PUBLICITY_CULTURE_CENTRE",
  station: "RESCUE_STATION",
} as const satisfies Record<string, Role>;
export type AgencyName = keyof typeof AGENCIES;

/** People: agency and post. */
export const PEOPLE = {
  sergeant: ["police", "DUTY_OFFICER"],
  officer: ["police", "CASE_OFFICER"],
  supervisor: ["social", "CHILD_SUPERVISOR"],
  rescuer: ["social", "RESCUE_OFFICER"],
  supporter: ["justice", "SUPPORT_LIAISON"],
  teacher: ["school", "CLASS_TEACHER"],
  colleague: ["school", "CLASS_TEACHER"],
  registrar: ["school", "REGISTRAR"],
  vicePrincipal: ["school", "LEGAL_VICE_PRINCIPAL"],
  otherTeacher: ["otherSchool", "CLASS_TEACHER"],
  studentOfficer: ["bureau", "STUDENT_OFFICER"],
  caseworker: ["federation", "WOMEN_CHILDREN_OFFICER"],
  coordinator: ["federation", "CARE_COORDINATOR"],
  director: ["village", "VILLAGE_CHILD_DIRECTOR"],
  companion: ["village", "SUNSHINE_LIAISON"],
  responder: ["governance", "INCIDENT_OFFICER"],
  monitor: ["publicity", "OPINION_MONITOR"],
  stationCounsellor: ["station", "SOCIAL_WORKER"],
} as const satisfies Record<string, readonly [AgencyName, string]>;
export type PersonName = keyof typeof PEOPLE;
export const isPerson = (name: string): name is PersonName => Object.hasOwn(PEOPLE, name);
export const agencyOf = (person: PersonName): AgencyName => PEOPLE[person][0];

/** Class 3A is taught by `teacher`, 3B by nobody yet, 1A of the other school by `otherTeacher`. */
export const CLASSES = {
  "3A": ["school", "teacher"],
  "3B": ["school", null],
  "1A": ["otherSchool", "otherTeacher"],
} as const;
export type ClassName = keyof typeof CLASSES;

export const HERE = "320508100001";
export const ELSEWHERE = "320509200002";

const names = new Map<string, string>();

/** The id behind a name: the same in every run, so that a failure can be read. */
export function idOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  names.set(id, name);
  return id;
}

/** The name behind an id that `idOf` gave. */
export const nameOf = (id: string): string => names.get(id) ?? id;

/** "R19 POLICE_STATION NAMED": such a relation to a case or an incident opens that edge. */
export type Opening = string;

/** What the cells of the edges say: o opens for the maker, p for whoever takes part, p* for the named alone. */
export function openingsOf(policy: Policy): readonly Opening[] {
  const kinds: Readonly<Record<string, readonly Kind[]>> = {
    o: ["SOURCE"],
    p: ["PART", "ASSIGNED", "NAMED"],
    "p*": ["NAMED"],
  };
  return [...policy.rows.values()]
    .filter(({ record }) => record.includes("."))
    .flatMap(({ row, cells }) =>
      [...cells].flatMap(([role, cell]) =>
        cell
          .flatMap(({ conditions }) => conditions.flatMap((condition) => kinds[condition] ?? []))
          .map((kind) => `${row} ${role} ${kind}`),
      ),
    );
}

export async function activate(sql: Sql, policyRows: readonly string[], openings: readonly Opening[]): Promise<void> {
  const rows = [...new Set(openings)]
    .map((opening) => opening.split(" "))
    .map(([edge, role, kind]) => ({ edge, role, kind }));
  await sql("SELECT hub_activate($1, $2)", [policyRows, JSON.stringify(rows)]);
}

/** Agencies, people and classes; no records yet. */
export async function settle(sql: Sql, policy: Policy): Promise<void> {
  for (const [name, kind] of Object.entries(AGENCIES))
    await insert(sql, "agency", {
      id: idOf(name),
      kind,
      name,
      division: HERE,
      legal_basis_kind: "STATUTORY_DUTY",
      legal_basis_document: "MPL",
    });
  for (const [name, [agency, post]] of Object.entries(PEOPLE))
    await insert(sql, "person", { id: idOf(name), subject: name, name, agency: idOf(agency), post });
  for (const [name, [school, teacher]] of Object.entries(CLASSES))
    await insert(sql, "school_class", {
      id: idOf(name),
      school: idOf(school),
      name,
      teacher: teacher && idOf(teacher),
    });
  await activate(sql, [...policy.rows.keys()], openingsOf(policy));
}

type Place = { readonly place?: string };
const shared = (name: string, { place = HERE }: Place) => ({ id: idOf(name), ref: idOf(`${name} seen`), place });

/** A minor with one guardian. */
export async function addMinor(sql: Sql, name: string, at: Place = {}): Promise<void> {
  await insert(sql, "minor", {
    ...shared(name, at),
    full_name: name,
    given_name: name,
    birth_date: "2014-05-06",
    sex: "FEMALE",
  });
  await addGuardian(sql, `guardian of ${name}`, name);
}
export const addGuardian = (sql: Sql, name: string, minor: string) =>
  insert(sql, "guardian", { id: idOf(name), minor: idOf(minor), full_name: name, relation: "MOTHER" });
export const addEntrustedCare = (sql: Sql, minor: string) =>
  insert(sql, "entrusted_care", {
    id: idOf(`carer of ${minor}`),
    minor: idOf(minor),
    carer: "aunt",
    since: "2026-01-01",
  });
/** School registers the child as left behind. */
export const addRegistration = (sql: Sql, minor: string) =>
  insert(sql, "care_registration", {
    ...shared(registrationOf(minor), {}),
    minor: idOf(minor),
    registered_by: idOf("school"),
    status: "LEFT_BEHIND",
    since: "2026-03-04",
  });
export const registrationOf = (minor: string) => `registration of ${minor}`;
export const addCase = (sql: Sql, name: string, at: Place = {}) => addCaseOf(sql, "BULLYING", "police", name, at);
/** A child that a rescue station has taken in. */
export const addIntake = (sql: Sql, name: string) => addCaseOf(sql, "RESCUE", "station", name);
const addCaseOf = (sql: Sql, kind: string, lead: AgencyName, name: string, at: Place = {}) =>
  insert(sql, "case_file", {
    ...shared(name, at),
    kind,
    stage: "FILED",
    opened_on: "2026-03-04",
    lead_agency: idOf(lead),
  });
export const addIncident = (sql: Sql, name: string, at: Place = {}) =>
  insert(sql, "sensitive_incident", {
    ...shared(name, at),
    kind: "BULLYING",
    level: "III",
    occurred_at: "2026-03-04T05:06:07Z",
    status: "REPORTED",
  });
export const addAlert = (sql: Sql, name: string, at: Place = {}) =>
  insert(sql, "opinion_alert", {
    ...shared(name, at),
    topic: "BULLYING",
    level: "BLUE",
    heat: 1,
    detected_at: "2026-03-04T05:06:07Z",
    status: "NEW",
    monitor: idOf("publicity"),
    source: "forum",
    reference: name,
  });
export const addOpinion = (sql: Sql, name: string, at: Place = {}) =>
  insert(sql, "legal_supervision", {
    ...shared(name, at),
    submitted_by: idOf("police"),
    addressee: idOf("school"),
    kind: "PROCURATORIAL_SUGGESTION",
    subject: "opinion",
    issued_on: "2026-03-04",
    due_on: "2026-04-04",
  });

export const enrol = (
  sql: Sql,
  minor: string,
  school: AgencyName,
  schoolClass: ClassName | null,
  since = "2025-09-01",
) =>
  insert(sql, "enrolment", {
    id: idOf(`enrolment of ${minor}`),
    minor: idOf(minor),
    school: idOf(school),
    grade: 3,
    school_class: schoolClass && idOf(schoolClass),
    since,
  });
export const concern = (sql: Sql, caseFile: string, minor: string, role: "CONCERNED" | "VICTIM" | "SUSPECT") =>
  insert(sql, "case_minor", { case_file: idOf(caseFile), minor: idOf(minor), role });
export const touch = (sql: Sql, incident: string, minor: string) =>
  insert(sql, "incident_minor", { incident: idOf(incident), minor: idOf(minor) });
export const accompany = (sql: Sql, incident: string, alert: string) =>
  insert(sql, "incident_alert", { incident: idOf(incident), alert: idOf(alert) });

export interface Involve {
  readonly type: RecordType;
  readonly record: string;
  readonly agency: AgencyName;
  readonly person?: PersonName | undefined;
  readonly kind: Kind;
  /** SHARE: the group that is shared. */
  readonly row?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export async function involve(sql: Sql, ...relations: readonly Involve[]): Promise<void> {
  const rows = relations.map(({ type, record, agency, person, kind, row, since, until }) => ({
    record_type: type,
    record: idOf(record),
    agency: idOf(agency),
    person: person && idOf(person),
    kind,
    policy_row: row,
    since,
    until,
    basis: "test",
  }));
  await sql("SELECT hub_involve($1)", [JSON.stringify(rows)]);
}

export async function endInvolvement(
  sql: Sql,
  { type, record, agency }: Pick<Involve, "type" | "record" | "agency">,
  kinds: readonly Kind[],
): Promise<number> {
  const [ended] = await sql<{ n: number }>("SELECT hub_end_involvement($1, $2, $3, $4) AS n", [
    type,
    idOf(record),
    idOf(agency),
    kinds,
  ]);
  return ended?.n ?? 0;
}

async function insert(sql: Sql, table: string, row: Readonly<Record<string, unknown>>): Promise<void> {
  const columns = Object.keys(row);
  await sql(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(", ")})`,
    Object.values(row),
  );
}
