import { isAboutMinor } from "../../src/store/record-types.js";
import { cellNames, postsOf, RECORD_TYPES, type RecordType, ROLES, signsOf } from "./reading.js";
import { valuesOf } from "./values.js";

/** What a row holds, by the schema's field names. */
export type Values = Readonly<Record<string, unknown>>;

export const isValues = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export interface Record_ {
  readonly type: RecordType;
  readonly key: string;
  /** Within the duty of every agency, or of none. */
  readonly near: boolean;
  readonly minorAuthor: boolean;
  /** The minor that it is about, where it is about one. */
  readonly about?: string;
  /** Key of the record, a field of which it would correct. */
  readonly corrects?: string;
  readonly values: Values;
}
export interface Relation {
  readonly type: RecordType;
  readonly record: string;
  readonly role: string;
  /** Post of the person who holds it; null = the agency does. */
  readonly post: string | null;
  readonly kind: string;
  /** What is shared, for SHARE. */
  readonly row?: string;
  readonly when: "steady" | "timed" | "ended" | "future";
}
/** An edge from a case or an incident, by the policy row that guards it. */
export interface Link {
  readonly row: string;
  readonly owner: string;
  readonly far: string;
}
export interface World {
  readonly records: ReadonlyMap<string, Record_>;
  readonly relations: readonly Relation[];
  readonly links: readonly Link[];
}

/** In force at the time of the proof. */
export const inForce = ({ when }: Relation) => when === "steady" || when === "timed";

const KIND_OF: Readonly<Record<string, string>> = {
  o: "SOURCE",
  k: "CHILD_SOURCE",
  a: "ADDRESSEE",
  r: "SHARE",
  l: "LIAISON",
  s: "SUNSHINE",
  c: "COUNSELLOR",
  e: "BREAK_GLASS",
};
const HELD_BY_A_PERSON = ["l", "s", "c", "e"];
/** Groups of each record type and of the edges that start from it. */
export const GROUPS: Readonly<Record<RecordType, readonly string[]>> = {
  Minor: ["R1", "R2", "R3", "R4a", "R4b", "R5", "R6", "R7", "R8", "R9b", "R12"],
  Case: ["R17", "R18", "R17m", "R19", "R20"],
  SensitiveIncident: ["R26", "R27", "R27m", "R28m"],
  OpinionAlert: ["R28", "R29", "R30"],
  CareRegistration: ["R38"],
  GuardianshipAssessment: ["R9a"],
  SupportNeed: ["R39"],
  SupportRecord: ["R36"],
  ProtectionMeasure: ["R24"],
  Placement: ["R32", "R33"],
  LegalSupervision: ["R25"],
  CorrectionRequest: ["R40"],
  Hazard: ["R31", "R31b"],
};
/** Types whose records are about one minor, and what holds of such a record by itself: the rest holds by the child. */
export const ABOUT_MINOR: readonly RecordType[] = RECORD_TYPES.filter(isAboutMinor);
/** Types whose records no edge leads to or from. */
const ALONE: readonly RecordType[] = RECORD_TYPES.filter(
  (type) =>
    !isAboutMinor(type) && !["Minor", "Case", "SensitiveIncident", "OpinionAlert", "CorrectionRequest"].includes(type),
);
const OF_THE_RECORD = ["o", "a", "r"];
/** Signs of a role's cells that have a relation of their own; place, part and name are laid out by themselves. */
function ownSigns(role: string, type: RecordType): string[] {
  const signs = [...signsOf(GROUPS[type], role)].filter((sign) => sign in KIND_OF);
  if (ABOUT_MINOR.includes(type)) return signs.filter((sign) => OF_THE_RECORD.includes(sign));
  const byChild = ABOUT_MINOR.flatMap((about) => [...signsOf(GROUPS[about], role)])
    .filter((sign) => sign in KIND_OF && !OF_THE_RECORD.includes(sign))
    .map((sign) => (sign === "k" ? "o" : sign));
  return type === "Minor" ? [...new Set([...signs, ...byChild])] : signs;
}
/** The group that is shared, where the sign is that of a share. */
const sharedRow = (role: string, type: RecordType, sign: string) =>
  sign === "r" ? GROUPS[type].find((group) => cellNames(group, role, "r")) : undefined;

/** Seven binary digits: every combination of them, once. */
const SLOTS = 2 ** 7;

/**
 * A world in which every role meets every combination of the facts that its cells name, on real rows.
 *
 * A slot is a minor with a record of each type that is about one, a case, an incident and an alert that are linked, and a
 * record of each type that stands alone. Seven binary digits of its number say what holds: near or far, a part, a conflict,
 * one of four things about the person (nothing, some other relation, assigned, named) and two relations of the role's own
 * cells. Roles read the digits in another order each, colleagues hold different relations, a third of what holds is timed,
 * and a third of what does not hold has ended or is to come. Besides, each edge leads alone to a record, so that a part is
 * seen to travel over this edge or not.
 * @param roles whose agencies and people have relations; the others are strangers
 * @param slots how many of the combinations, spread over all of them
 */
export function buildWorld(roles: readonly string[] = ROLES, slots = SLOTS): World {
  const records = new Map<string, Record_>();
  const relations: Relation[] = [];
  const links: Link[] = [];
  const counts = new Map<RecordType, number>();
  let drawn = 1;
  const dice = (sides: number) => {
    drawn = (drawn * 48_271) % 0x7fffffff;
    return drawn % sides;
  };

  const add = (type: RecordType, near: boolean, minorAuthor = false, about?: string): Record_ => {
    const n = counts.get(type) ?? 0;
    counts.set(type, n + 1);
    const key = `00000000-0000-7000-8${RECORD_TYPES.indexOf(type).toString(16)}00-${String(n).padStart(12, "0")}`;
    const values = valuesOf(type, n, near);
    const record: Record_ = { type, key, near, minorAuthor, values, ...(about ? { about } : {}) };
    records.set(key, record);
    return record;
  };
  /** A request about a field of one of the records of a slot; each slot about another one. */
  const addRequest = (slot: number, of: readonly Record_[]): Record_ => {
    const made = add("CorrectionRequest", slot % 4 < 2);
    const [type = ""] = String(made.values["coordinate"]).split(".");
    const corrected = of.find((record) => record.type === type);
    const request = { ...made, corrects: corrected?.key ?? "" };
    records.set(made.key, request);
    return request;
  };
  const link = (row: string, owner: Record_, far: Record_) => links.push({ row, owner: owner.key, far: far.key });
  const relate = (on: Record_, role: string, post: string | null, kind: string, holds: boolean, row?: string) => {
    const when = holds ? (dice(3) ? "steady" : "timed") : dice(3) ? null : dice(2) ? "ended" : "future";
    // A conflict hides from the day that it is known.
    if (!when || (when === "future" && kind === "CONFLICT")) return;
    relations.push({ type: on.type, record: on.key, role, post, kind, when, ...(row ? { row } : {}) });
  };
  /** Nothing, some other relation, assigned, named; the latter two only within the agency's part. */
  const about = (on: Record_, role: string, post: string, state: number, part: boolean) => {
    if (state === 1) relate(on, role, post, on.type === "Minor" ? "ASSIGNED" : "LIAISON", true);
    // Beyond the agency's part there is none of a person's: test/facts/parts.test.ts.
    if (on.type === "Minor" || !part) return;
    relate(on, role, post, "ASSIGNED", state === 2);
    relate(on, role, post, "NAMED", state === 3);
  };

  for (let slot = 0; slot < slots; slot++) {
    const n = (slot * 37) % SLOTS;
    const near = (n & 1) === 1;
    const minorAuthor = n >> 6 === 1;
    const minor = add("Minor", near);
    const file = add("Case", !near);
    const incident = add("SensitiveIncident", near);
    const alert = add("OpinionAlert", !near, minorAuthor);
    const records = ABOUT_MINOR.map((type) => add(type, near, false, minor.key));
    const alone = ALONE.map((type) => add(type, near));
    const request = addRequest(slot, [minor, file, incident, alert, ...records]);
    link("R17m", file, minor);
    link("R27m", incident, minor);
    link("R28m", incident, alert);
    roles.forEach((role, r) => {
      const digits = n ^ (((r * 7) % 32) << 1);
      const part = ((digits >> 1) & 1) === 1;
      const conflict = ((digits >> 2) & 1) === 1;
      const state = (digits >> 3) & 3;
      const people = peopleOf(role);
      for (const on of [file, incident, alert, ...alone]) relate(on, role, null, "PART", part);
      for (const on of [minor, file, incident, alert, ...alone, request]) {
        if (on !== request) for (const [q, post] of people.entries()) about(on, role, post, (state + q) % 4, part);
        const signs = ownSigns(role, on.type);
        if (signs.length > (on.type === "OpinionAlert" ? 1 : 2)) throw new Error(`no room for ${signs} of ${role}`);
        signs.forEach((sign, at) => {
          const holds = ((digits >> (5 + at)) & 1) === 1;
          const kind = KIND_OF[sign] ?? "";
          const row = sharedRow(role, on.type, sign);
          if (!HELD_BY_A_PERSON.includes(sign)) relate(on, role, null, kind, holds, row);
          else for (const [q, post] of people.entries()) relate(on, role, post, kind, holds !== (q % 2 === 1));
          // A request for something else opens nothing here.
          if (row) relate(on, role, null, kind, true, "R6");
        });
      }
      // Apart from each thing that holds of the child.
      const made = [4, 5, 6].reduce((odd, at) => odd ^ ((digits >> at) & 1), 0) === 1;
      for (const on of records)
        for (const sign of ownSigns(role, on.type))
          relate(on, role, null, KIND_OF[sign] ?? "", made, sharedRow(role, on.type, sign));
      // Of the request alone, not of what it would correct.
      relate(request, role, null, "CONFLICT", n % 5 === 0);
      // Of the record alone, not of the child.
      if (n % 5 === 0) for (const on of records) relate(on, role, null, "CONFLICT", !conflict);
      const on = [minor, file, incident][n % 3] ?? minor;
      for (const seed of [on, ...alone])
        if (state < 2) relate(seed, role, null, "CONFLICT", conflict);
        else for (const post of people) relate(seed, role, post, "CONFLICT", conflict);
    });
  }

  // One edge at a time.
  for (let n = 0; n < 16; n++) {
    const near = (n & 1) === 1;
    const file = add("Case", near);
    for (const row of ["R17m", "R19", "R20"]) link(row, file, add("Minor", !near));
    const known = add("SensitiveIncident", near);
    link("R27m", known, add("Minor", !near));
    const posted = add("SensitiveIncident", near);
    const alert = add("OpinionAlert", !near);
    link("R28m", posted, alert);
    roles.forEach((role, r) => {
      for (const on of [file, known, posted]) {
        relate(on, role, null, "PART", true);
        for (const [q, post] of peopleOf(role).entries()) about(on, role, post, ((n >> 1) + q) % 4, true);
      }
      if ((n + r) % 8 === 0) for (const on of [file, known, alert]) relate(on, role, null, "CONFLICT", true);
    });
  }
  return { records: withParticipants(records, relations), relations, links };
}

/** Posts that are held by people; a department system is nobody. */
export const peopleOf = (role: string): string[] =>
  postsOf(role).flatMap(({ name }) => (name === "SYSTEM_CLIENT" ? [] : [name]));

export const nameOfAgency = (role: string) => `部门 ${role}`;
export const roleOfAgency = (name: string) => name.replace(nameOfAgency(""), "");

/** A case names the agencies that take part. */
function withParticipants(records: Map<string, Record_>, relations: readonly Relation[]): Map<string, Record_> {
  const parts = relations.filter((relation) => relation.kind === "PART" && inForce(relation));
  for (const [key, record] of records) {
    if (record.type !== "Case") continue;
    const participants = parts.filter((part) => part.record === key).map(({ role }) => ({ name: nameOfAgency(role) }));
    records.set(key, { ...record, values: { ...record.values, participants } });
  }
  return records;
}
