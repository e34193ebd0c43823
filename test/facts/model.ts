import type { InvolvementKind } from "../../src/facts/keys.js";
import type { Role } from "../../src/policy/policy.js";
import type { RecordType } from "../../src/store/record-types.js";
import type { AgencyName, PersonName } from "../support/small-world.js";

/**
 * What follows from what, in the words of the policy ("A cell", "Rows", "Narrowing"), on names instead of keys.
 * Nothing here is taken from the SQL: the property tests hold the one against the other.
 */
export interface World {
  /** Facts of their own that have not ended. */
  readonly relations: readonly Relation[];
  readonly edges: readonly Edge[];
  readonly pupils: readonly Pupil[];
  /** Records about a minor: name of the record -> of the minor. */
  readonly about: ReadonlyMap<string, string>;
  readonly classes: ReadonlyMap<string, Taught>;
  readonly roleOf: (agency: AgencyName) => Role;
  readonly agencyOf: (person: PersonName) => AgencyName;
  /** "R19 POLICE_STATION NAMED" */
  readonly openings: ReadonlySet<string>;
}

export interface Relation {
  readonly type: RecordType;
  readonly record: string;
  readonly agency: AgencyName;
  readonly person?: PersonName | undefined;
  readonly kind: InvolvementKind;
  /** Policy row: of a share, or of the edge over which it follows. */
  readonly row?: string | undefined;
  /** ISO 8601, UTC, milliseconds: compares as text. */
  readonly since: string;
  readonly until?: string | undefined;
}

export interface Derived extends Relation {
  readonly via: string;
}

export interface Edge {
  readonly ownerType: "Case" | "SensitiveIncident";
  readonly owner: string;
  readonly farType: "Minor" | "OpinionAlert";
  readonly far: string;
  readonly row: "R17m" | "R19" | "R20" | "R27m" | "R28m";
}

export interface Taught {
  readonly school: AgencyName;
  readonly teacher: PersonName | null;
}

export interface Pupil {
  readonly minor: string;
  readonly school: AgencyName;
  readonly schoolClass: string | null;
  /** The instant at which the day of enrolment begins in Shanghai. */
  readonly since: string;
}

/** As the arrays carry it: "teacher CLASS", "officer NAMED R19", "police PART timed". */
export const keyOf = ({ agency, person, kind, row, since, until }: Relation): string =>
  [person ?? agency, kind, row, until !== undefined || since > new Date().toISOString() ? "timed" : undefined]
    .filter((word) => word !== undefined)
    .join(" ");

/** Whether a relation to a case or an incident opens an edge of it. */
export const opens = ({ openings, roleOf }: World, { row }: Edge, { agency, kind }: Relation): boolean =>
  openings.has(`${row} ${roleOf(agency)} ${kind}`);

export function derive(world: World): readonly Derived[] {
  const derived = [...overEdges(world), ...ofClasses(world), ...conflicts(world)];
  return distinct([...derived, ...ofMinors(world, derived)]);
}

/** What holds of a child holds of every record about it; a source of the child is not the source of the record. */
function ofMinors(world: World, derived: readonly Derived[]): Derived[] {
  const direct = world.relations.map((relation) => ({ ...relation, via: relation.record }));
  return [...world.about].flatMap(([record, minor]) =>
    [...direct, ...derived]
      .filter(({ record: of, kind }) => of === minor && !["ADDRESSEE", "SHARE", "CHILD_SOURCE"].includes(kind))
      .map(({ kind, ...relation }) => ({
        ...relation,
        type: "CareRegistration",
        record,
        kind: kind === "SOURCE" ? "CHILD_SOURCE" : kind,
      })),
  );
}

/**
 * A person takes part in a case, an incident or an alert for an agency: within the first stretch of its part.
 * @returns the relation as it will be; undefined: it is refused
 */
export function withinPart(world: World, asked: Relation): Relation | undefined {
  if ((asked.kind !== "ASSIGNED" && asked.kind !== "NAMED") || asked.type === "Minor") return asked;
  const stretches: { since: string; until: string }[] = [];
  for (const { since, until = FOREVER } of of(world, asked.record)
    .filter(({ kind, agency }) => kind === "PART" && agency === asked.agency)
    .sort((a, b) => (a.since < b.since ? -1 : 1))) {
    const last = stretches.at(-1);
    if (last && since <= last.until) last.until = later(last.until, until);
    else stretches.push({ since, until });
  }
  const [first] = stretches
    .map(({ since, until }) => ({
      since: later(since, asked.since),
      until: until < (asked.until ?? FOREVER) ? until : asked.until,
    }))
    .filter(({ since, until = FOREVER }) => since < until);
  return first && { ...asked, ...first };
}
/** After every moment of ISO 8601. */
const FOREVER = "later";
const later = (one: string, other: string): string => (one < other ? other : one);

const of = ({ relations }: World, record: string) => relations.filter((relation) => relation.record === record);

/** `p`: who takes part in a case or incident takes part in what hangs on it, through an edge that opens for it. */
function overEdges(world: World): Derived[] {
  const parts: readonly InvolvementKind[] = ["PART", "ASSIGNED", "NAMED"];
  return world.edges.flatMap((edge) =>
    of(world, edge.owner)
      .filter((relation) => parts.includes(relation.kind) && opens(world, edge, relation))
      .map((relation) => ({ ...relation, type: edge.farType, record: edge.far, row: edge.row, via: edge.owner })),
  );
}

/** A class teacher has to do with the pupils, and with a case of a pupil if an edge to the pupil opens for the school's part. */
function ofClasses(world: World): Derived[] {
  return world.pupils.flatMap(({ minor, school, schoolClass, since }) => {
    const { teacher: person, ...taught } = world.classes.get(schoolClass ?? "") ?? { school: null, teacher: null };
    if (person === null || taught.school !== school || world.agencyOf(person) !== school) return [];
    const teaches = { agency: school, person, kind: "CLASS" } as const;
    const cases = world.edges
      .filter(({ far }) => far === minor)
      .flatMap((edge) =>
        of(world, edge.owner)
          .filter((part) => part.kind === "PART" && part.agency === school && opens(world, edge, part))
          .map((part) => ({
            ...teaches,
            type: edge.ownerType,
            record: edge.owner,
            row: edge.row,
            since: [part.since, since].sort().at(-1) ?? since,
            until: part.until,
            via: minor,
          })),
      );
    return [{ ...teaches, type: "Minor" as const, record: minor, since, via: `enrolment of ${minor}` }, ...cases];
  });
}

/** From a case or incident to its minors, from a minor to its cases and incidents, from an incident to its alerts. */
function conflicts(world: World): Derived[] {
  const minorsOf = (owner: string) => world.edges.filter((edge) => edge.owner === owner && edge.farType === "Minor");
  const ownersOf = (minor: string) => world.edges.filter((edge) => edge.far === minor && edge.farType === "Minor");
  const alertsOf = (owner: string) =>
    world.edges.filter((edge) => edge.owner === owner && edge.farType === "OpinionAlert");

  return world.relations
    .filter(({ kind }) => kind === "CONFLICT")
    .flatMap((seed) => {
      const minors = seed.type === "Minor" ? [seed.record] : minorsOf(seed.record).map(({ far }) => far);
      const owners = minors.flatMap(ownersOf);
      const incidents = [seed.record, ...owners.map(({ owner }) => owner)];
      const reached = new Map<string, RecordType>([
        ...minors.map((minor) => [minor, "Minor"] as const),
        ...owners.map(({ owner, ownerType }) => [owner, ownerType] as const),
        ...incidents.flatMap(alertsOf).map(({ far }) => [far, "OpinionAlert"] as const),
      ]);
      reached.delete(seed.record);
      return [...reached].map(([record, type]) => ({ ...seed, record, type, via: seed.record }));
    });
}

const distinct = (rows: readonly Derived[]): Derived[] => [
  ...new Map(rows.map((row) => [JSON.stringify(row), row])).values(),
];

/** Names of the records -> the keys in their arrays. */
export function arraysOf(world: World): ReadonlyMap<string, readonly string[]> {
  const all = [...world.relations, ...derive(world)];
  return new Map(
    [...new Set(all.map(({ record }) => record))].map((record) => [
      record,
      sorted(all.filter((relation) => relation.record === record).map(keyOf)),
    ]),
  );
}

/** "case1 - minor1" -> the keys in the edge's array: direct relations to its owner that open it. */
export function edgeArraysOf(world: World): ReadonlyMap<string, readonly string[]> {
  return new Map(
    world.edges.map((edge) => [
      `${edge.owner} - ${edge.far}`,
      sorted(
        of(world, edge.owner)
          .filter((relation) => opens(world, edge, relation))
          .map(keyOf),
      ),
    ]),
  );
}

export const sorted = (words: Iterable<string>): string[] => [...new Set(words)].sort();
