import type { Policy } from "../../src/policy/policy.js";
import { isAboutMinor, RECORD_TYPES, type RecordType } from "../../src/store/record-types.js";
import type { Viewer } from "../../src/viewer/viewer.js";
import { type Derived, derive, type Edge, keyOf, opens, type Relation, sorted, type World } from "../facts/model.js";
import { idOf } from "../support/small-world.js";
import { byType } from "../support/tables.js";

/** A record with its place, and the rows that belong to it by table. */
export interface Placed {
  readonly type: RecordType;
  readonly table: string;
  readonly name: string;
  readonly place: string;
  readonly belongings: readonly { readonly table: string; readonly name: string }[];
}

/** Edges over which a part reaches a record, and those that bring a case of a pupil into the class teacher's scope. */
const OF_MINORS = ["R17m", "R19", "R20", "R27m"];
const OWN_EDGES: Readonly<Partial<Record<RecordType, readonly string[]>>> = {
  OpinionAlert: ["R28m"],
  Case: ["R17m", "R19", "R20"],
  SensitiveIncident: ["R27m"],
  CorrectionRequest: [],
};
const EDGES = byType((type): readonly string[] =>
  type === "Minor" || isAboutMinor(type) ? OF_MINORS : (OWN_EDGES[type] ?? []),
);

/**
 * Whether a relation gives this viewer a right to a record of the type, at any level of any group: the conditions of
 * a cell in the words of the policy. A conflict never does.
 */
export function counts(
  policy: Policy,
  viewer: Viewer,
  type: RecordType,
  { agency, person, kind, row }: Relation,
): boolean {
  const ours = person === undefined && idOf(agency) === viewer.agency.id;
  const mine = person !== undefined && idOf(person) === viewer.person?.id;
  const seenOver = row !== undefined && EDGES[type].includes(row) && viewer.post.groups.has(row);
  // Nobody takes part in a minor, nor in a record about one: in a case, and over an edge in its minors.
  const part = row === undefined ? EDGES[type] !== OF_MINORS : seenOver;
  switch (kind) {
    case "SOURCE":
    case "CHILD_SOURCE":
    case "ADDRESSEE":
      return ours;
    case "SHARE":
      return ours && canBeShared(policy, viewer, type, row);
    case "PART":
      return ours && viewer.post.scope === "AGENCY" && part;
    case "NAMED":
      return mine && part;
    case "ASSIGNED":
      return mine && (row === undefined || seenOver);
    case "CLASS":
      return mine && (row === undefined || seenOver);
    case "LIAISON":
    case "SUNSHINE":
    case "COUNSELLOR":
    case "BREAK_GLASS":
      return mine;
    case "CONFLICT":
      return false;
  }
}

const canBeShared = (policy: Policy, viewer: Viewer, type: RecordType, row: string | undefined): boolean => {
  const group = policy.rows.get(row ?? "");
  return (
    group?.record === type &&
    (group.cells.get(viewer.agency.role) ?? []).some(({ conditions }) => conditions.includes("r"))
  );
};

/** Table -> the names of the rows that have a relation or a place under the viewer's duties. */
export function related(
  policy: Policy,
  viewer: Viewer,
  world: World,
  records: readonly Placed[],
): Readonly<Record<string, readonly string[]>> {
  const inReach = (type: RecordType, place: string) =>
    (viewer.duties.get(type) ?? []).some(({ from, to }) => from <= place && place <= to);
  const relations: (Relation | Derived)[] = [...world.relations, ...derive(world)];
  const rows: [table: string, name: string][] = [];

  for (const { type, table, name, place, belongings } of records)
    if (inReach(type, place) || relations.some((one) => one.record === name && counts(policy, viewer, type, one)))
      rows.push([table, name], ...belongings.map((row): [string, string] => [row.table, row.name]));

  const placeOf = (name: string) => records.find((record) => record.name === name)?.place ?? "";
  for (const edge of world.edges) {
    const opened = world.relations.some(
      (one) => one.record === edge.owner && opens(world, edge, one) && counts(policy, viewer, edge.ownerType, one),
    );
    // An edge to a person has no place; one between an incident and an alert has the incident's.
    if (opened || (edge.farType === "OpinionAlert" && inReach("SensitiveIncident", placeOf(edge.owner))))
      rows.push([tableOf(edge), `${edge.owner} - ${edge.far}`]);
  }

  for (const one of relations)
    if (RECORD_TYPES.some((type) => counts(policy, viewer, type, one)))
      rows.push(["involvement", relationName(one.record, keyOf(one), "via" in one ? one.via : undefined)]);

  for (const [name, { school }] of world.classes)
    if (idOf(school) === viewer.agency.id) rows.push(["school_class", name]);

  const tables = [...new Set(rows.map(([table]) => table))];
  return Object.fromEntries(
    tables.map((table) => [table, sorted(rows.filter(([one]) => one === table).map(([, name]) => name))]),
  );
}

export const relationName = (record: string, key: string, via: string | undefined) =>
  [record, key, via && `via ${via}`].filter(Boolean).join(" | ");

/** Of the edges between an owner of this type and what is at its far end. */
export const tableOf = ({ ownerType, farType }: Edge) =>
  ownerType === "Case" ? "case_minor" : farType === "Minor" ? "incident_minor" : "incident_alert";
