import { ownerOf } from "../policy/anchor.js";
import { FACT, type Facts } from "../policy/facts.js";
import type { Policy } from "../policy/policy.js";
import { isAboutMinor, RECORD_TYPES, type RecordType } from "../store/record-types.js";
import type { RowReach } from "../store/viewer-settings.js";
import type { Viewer } from "../viewer/viewer.js";

/** Kinds of `involvement`, in the order of their numbers in a key. */
export const INVOLVEMENT_KINDS = [
  "SOURCE",
  "PART",
  "ASSIGNED",
  "NAMED",
  "LIAISON",
  "SUNSHINE",
  "COUNSELLOR",
  "ADDRESSEE",
  "SHARE",
  "BREAK_GLASS",
  "CLASS",
  "CHILD_SOURCE",
  "CONFLICT",
] as const;
export type InvolvementKind = (typeof INVOLVEMENT_KINDS)[number];

/** Numbers that PostgreSQL gave to the policy rows: table `policy_row`. */
export type RowNumbers = ReadonlyMap<string, number>;

/**
 * A key as the arrays `involved` carry it: subject 50 bits, person 1, kind 5, policy row 7, timed 1.
 * The same in SQL: function involvement_key.
 */
export function involvementKey(
  subjectNo: string,
  isPerson: boolean,
  kind: InvolvementKind,
  rowNo: number,
  timed: boolean,
): bigint {
  const subject = BigInt(subjectNo) * 2n + (isPerson ? 1n : 0n);
  return (
    (subject << 13n) | (BigInt(INVOLVEMENT_KINDS.indexOf(kind) + 1) << 8n) | (BigInt(rowNo) << 1n) | (timed ? 1n : 0n)
  );
}

/** Edges over which a part in a case or incident reaches another record, by the type they reach. */
const EDGES_TO: Readonly<Partial<Record<RecordType, readonly string[]>>> = {
  Minor: ["R17m", "R19", "R20", "R27m"],
  OpinionAlert: ["R28m"],
};
/** Edges that bring a case or incident of a pupil into the class teacher's scope. */
const EDGES_OF: Readonly<Partial<Record<RecordType, readonly string[]>>> = {
  Case: ["R17m", "R19", "R20"],
  SensitiveIncident: ["R27m"],
};

/** Bits of a child that hold of every record about it as well. Its source is not the record's: k, not o. */
const FOLLOWS = FACT.p | FACT.named | FACT.l | FACT.s | FACT.c | FACT.e | FACT.scope | FACT.conflict;
export const factsAbout = (child: Facts): Facts => (child & FOLLOWS) | (child & FACT.o ? FACT.k : 0);

/** Steady keys stand for a fact by themselves; timed ones only where the table `involvement` confirms them now. */
export interface FactKeys {
  readonly steady: readonly bigint[];
  readonly timed: readonly bigint[];
}

/** Bit of `FACT` -> the keys that mean it, for one viewer and record type; `j` and `minorAuthor` have none. */
export type KeysByFact = ReadonlyMap<number, FactKeys>;

/**
 * Which keys mean which fact for this viewer. The post counts: a part reaches a minor only over edges that the
 * post may see, and a part of the agency is the viewer's own only from a post of scope AGENCY.
 */
export function keysByFact(viewer: Viewer, type: RecordType, policy: Policy, numbers: RowNumbers): KeysByFact {
  const no = (row: string): number => {
    const number = numbers.get(row);
    // Without it a share of one group would have the key of none, which is every group's.
    if (number === undefined) throw new TypeError(`The database has no number for the policy row ${row}`);
    return number;
  };
  const agency = (kind: InvolvementKind, row = 0) => key(viewer.agency.no, false, kind, row);
  const person = (kind: InvolvementKind, row = 0) => (viewer.person ? key(viewer.person.no, true, kind, row) : NONE);
  const visible = (edges: readonly string[] = []) => edges.filter((edge) => viewer.post.groups.has(edge)).map(no);

  // A minor belongs to no case by itself, and neither does a record about it; other records carry the parts in
  // themselves, an alert also its incident's.
  const reached = ofChild(type) ? visible(EDGES_TO.Minor) : [0, ...visible(EDGES_TO[type])];
  // Either stands for `p` by itself: a person's part lies within the agency's (involvement_set_key).
  const named = both(reached.map((row) => person("NAMED", row)));
  const assigned = both(reached.map((row) => person("ASSIGNED", row)));
  const part = viewer.post.scope === "AGENCY" ? both(reached.map((row) => agency("PART", row))) : NONE;
  const shared = [...policy.rows.values()].filter(
    (row) =>
      ownerOf(row.record) === type &&
      row.cells.get(viewer.agency.role)?.some(({ conditions }) => conditions.includes("r")),
  );
  const scope = [
    person("ASSIGNED"),
    person("LIAISON"),
    person("SUNSHINE"),
    person("COUNSELLOR"),
    person("BREAK_GLASS"),
    person("CLASS"),
    ...visible(EDGES_OF[type]).map((row) => person("CLASS", row)),
    // A request exists only with the field that it corrects, of a record that lies within the scope.
    ...(type === "CorrectionRequest" ? [agency("SOURCE"), agency("ADDRESSEE")] : []),
  ];
  const conflict = both([agency("CONFLICT"), person("CONFLICT")]);

  return new Map<number, FactKeys>([
    [FACT.o, agency("SOURCE")],
    // Of what an agency keeps at home about a minor, what holds is read from the minor.
    [FACT.k, both([agency("CHILD_SOURCE"), ...(type === "Minor" ? [agency("SOURCE")] : [])])],
    [FACT.p, both([part, assigned, named])],
    [FACT.named, named],
    [FACT.l, person("LIAISON")],
    [FACT.s, person("SUNSHINE")],
    [FACT.c, person("COUNSELLOR")],
    [FACT.a, agency("ADDRESSEE")],
    [FACT.r, both(shared.map(({ row }) => agency("SHARE", no(row))))],
    [FACT.e, person("BREAK_GLASS")],
    [FACT.scope, both([named, assigned, ...scope])],
    // A conflict holds until the sweep takes its key away: hiding for half a minute too long is the lesser fault.
    [FACT.conflict, { steady: [...conflict.steady, ...conflict.timed], timed: [] }],
  ]);
}

/** What holds of the record holds by the child. */
const ofChild = (type: RecordType) => type === "Minor" || isAboutMinor(type);

const NONE: FactKeys = { steady: [], timed: [] };

const key = (no: string, isPerson: boolean, kind: InvolvementKind, row: number): FactKeys => ({
  steady: [involvementKey(no, isPerson, kind, row, false)],
  timed: [involvementKey(no, isPerson, kind, row, true)],
});

const both = (several: readonly FactKeys[]): FactKeys => ({
  steady: several.flatMap(({ steady }) => steady),
  timed: several.flatMap(({ timed }) => timed),
});

/** int8multirange of the places that the viewer's agency answers for. */
export const placesOf = (viewer: Viewer, type: RecordType): string =>
  `{${(viewer.duties.get(type) ?? []).map(({ from, to }) => `[${from},${to}]`).join(",")}}`;

/** What row security is told: every key of the viewer that means anything but a conflict, and the places. */
export function rowReach(viewer: Viewer, keys: (type: RecordType) => KeysByFact): RowReach {
  const byType = new Map<string, readonly bigint[]>(
    RECORD_TYPES.map((type) => [
      type,
      [
        ...new Set(
          [...keys(type)]
            .filter(([fact]) => fact !== FACT.conflict)
            .flatMap(([, { steady, timed }]) => [...steady, ...timed]),
        ),
      ],
    ]),
  );
  return {
    keys: new Map([...byType, ["all", [...new Set([...byType.values()].flat())]]]),
    places: new Map(RECORD_TYPES.map((type) => [type, placesOf(viewer, type)])),
    agency: viewer.agency.id,
    asker: viewer.person?.id ?? viewer.client,
  };
}
