import { FACT } from "../../src/policy/facts.js";
import { type Asker, cellNames, type Leaf, postsOf, purposesOf, type RecordType } from "./reading.js";
import { GROUPS, inForce, type Link, type Record_, type Relation, type World } from "./world.js";

type Viewer = Pick<Asker, "role" | "post">;

/** Facts of one kind of relation to the record that an edge belongs to. */
const FACTS_OF_PART: Readonly<Record<string, number>> = {
  SOURCE: FACT.o,
  PART: FACT.p,
  ASSIGNED: FACT.p,
  NAMED: FACT.p | FACT.named,
};

/**
 * What holds between a viewer and a record, read from the world's relations as docs/access-model.md says it; the
 * hub's arrays, keys and SQL play no part.
 */
export class Holds {
  readonly #on = new Map<string, Relation[]>();
  readonly #to = new Map<string, Link[]>();
  readonly #from = new Map<string, Link[]>();
  readonly #opens = new Map<string, boolean>();
  /** Of a role's post, by the record's key. */
  readonly #facts = new Map<string, Map<string, number>>();
  readonly #reaches = new Map<string, Map<string, boolean>>();

  constructor(
    readonly world: World,
    readonly leaf: Leaf,
  ) {
    const into = <T>(map: Map<string, T[]>, key: string, value: T) => map.set(key, [...(map.get(key) ?? []), value]);
    for (const relation of world.relations) if (relation.when !== "ended") into(this.#on, relation.record, relation);
    for (const link of world.links) {
      into(this.#to, link.far, link);
      into(this.#from, link.owner, link);
    }
  }

  linksTo = (key: string, row?: string) => (this.#to.get(key) ?? []).filter((link) => !row || link.row === row);
  linksFrom = (key: string, row?: string) => (this.#from.get(key) ?? []).filter((link) => !row || link.row === row);

  facts(viewer: Viewer, key: string): number {
    const facts = ofViewer(this.#facts, viewer);
    const known = facts.get(key) ?? this.#read(viewer, key, inForce);
    facts.set(key, known);
    return known;
  }

  /** Row security lets the row through: a place or any relation but a conflict, also one that is still to come. */
  reaches(viewer: Viewer, key: string): boolean {
    const reaches = ofViewer(this.#reaches, viewer);
    const known = reaches.get(key) ?? (this.#read(viewer, key, () => true) & ~(FACT.conflict | FACT.minorAuthor)) !== 0;
    reaches.set(key, known);
    return known;
  }

  #read(viewer: Viewer, key: string, counts: (relation: Relation) => boolean): number {
    const record = this.world.records.get(key);
    if (!record) throw new Error(`no record ${key}`);
    // What holds of a child holds of every record about it.
    const whom = record.about ?? key;
    const ofChild = whom !== key || record.type === "Minor";
    const agency = (kind: string, on = key) => this.#has(counts, on, viewer.role, null, kind);
    const person = (kind: string, on = whom) => this.#has(counts, on, viewer.role, viewer.post.name, kind);
    // "On a minor, p counts a case or incident only through an edge that the viewer may see"; an alert is reached
    // over its edge, and by parts of its own.
    const reached = (kind: string, holds: (kind: string, on?: string) => boolean) =>
      (!ofChild && holds(kind)) ||
      this.linksTo(whom).some(
        ({ row, owner }) => viewer.post.groups(row) && this.#opened(row, viewer.role, kind) && holds(kind, owner),
      );
    const assigned = reached("ASSIGNED", person);
    const named = reached("NAMED", person);
    const part = viewer.post.scope === "AGENCY" && reached("PART", agency);
    const scope =
      assigned ||
      named ||
      ["ASSIGNED", "LIAISON", "SUNSHINE", "COUNSELLOR", "BREAK_GLASS"].some((kind) => person(kind)) ||
      this.#inClass(viewer, ofChild ? "Minor" : record.type, whom, counts) ||
      // It exists only with what it would correct, which lies within the scope.
      (record.type === "CorrectionRequest" && (agency("SOURCE") || agency("ADDRESSEE")));
    const shared = GROUPS[record.type].find((row) => cellNames(row, viewer.role, "r"));
    const holding: [number, boolean][] = [
      [FACT.o, agency("SOURCE")],
      [FACT.k, ofChild && agency("SOURCE", whom)],
      [FACT.j, record.near],
      [FACT.p, part || assigned || named],
      [FACT.named, named],
      [FACT.l, person("LIAISON")],
      [FACT.s, person("SUNSHINE")],
      [FACT.c, person("COUNSELLOR")],
      [FACT.a, agency("ADDRESSEE")],
      [
        FACT.r,
        agency("SHARE") &&
          this.#on
            .get(key)
            ?.some((relation) => counts(relation) && relation.role === viewer.role && relation.row === shared) === true,
      ],
      [FACT.e, person("BREAK_GLASS")],
      [FACT.scope, scope],
      [FACT.conflict, this.#linked(record).some((on) => agency("CONFLICT", on) || person("CONFLICT", on))],
      [FACT.minorAuthor, record.minorAuthor],
    ];
    return holding.reduce((bits, [bit, holds]) => (holds ? bits | bit : bits), 0);
  }

  #has = (
    counts: (relation: Relation) => boolean,
    key: string,
    role: string,
    post: string | null,
    kind: string,
  ): boolean =>
    this.#on
      .get(key)
      ?.some(
        (relation) => relation.kind === kind && relation.role === role && relation.post === post && counts(relation),
      ) ?? false;

  /** Records whose conflict is this record's too. */
  #linked({ key, type, about }: Pick<Record_, "key" | "type" | "about">): string[] {
    if (about !== undefined) return [key, ...this.#linked({ key: about, type: "Minor" })];
    if (type === "OpinionAlert")
      return [
        key,
        ...this.linksTo(key).flatMap(({ owner }) => this.#linked({ key: owner, type: "SensitiveIncident" })),
      ];
    const minors =
      type === "Minor" ? [key] : this.linksFrom(key).flatMap(({ row, far }) => (row === "R28m" ? [] : [far]));
    return [key, ...minors, ...minors.flatMap((minor) => this.linksTo(minor).map(({ owner }) => owner))];
  }

  /** A class teacher has the pupils, and their cases and incidents over edges that he may see. */
  #inClass(viewer: Viewer, type: RecordType, key: string, counts: (relation: Relation) => boolean): boolean {
    if (viewer.post.name !== "CLASS_TEACHER") return false;
    const pupil = (minor: string) => {
      const enrolment = this.world.records.get(minor)?.values["enrolment"];
      return typeof enrolment === "object" && enrolment !== null && "class" in enrolment && enrolment.class === "一班";
    };
    if (type === "Minor") return pupil(key);
    return this.linksFrom(key).some(
      ({ row, far }) =>
        row !== "R28m" &&
        viewer.post.groups(row) &&
        this.#opened(row, viewer.role, "PART") &&
        this.#has(counts, key, viewer.role, null, "PART") &&
        pupil(far),
    );
  }

  /** For some post and purpose of the role, this relation to the edge's record opens the edge. */
  #opened(row: string, role: string, kind: string): boolean {
    const memo = `${row} ${role} ${kind}`;
    const facts = (FACTS_OF_PART[kind] ?? 0) | FACT.scope;
    const known =
      this.#opens.get(memo) ??
      postsOf(role).some((post) =>
        purposesOf(role).some((purpose) => this.leaf(row, "F", { role, post, purpose }, facts)),
      );
    this.#opens.set(memo, known);
    return known;
  }

  /** Over some edge a relation of this kind reaches minors. */
  reachesMinors = ({ role, post }: Viewer, kind: string): boolean =>
    ["R17m", "R19", "R20", "R27m"].some((row) => post.groups(row) && this.#opened(row, role, kind));

  /** Row security of an edge to a person has no place: only a relation that can open the edge. */
  mayReachEdge({ role, post }: Viewer, { row, owner }: Link): boolean {
    if (row === "R28m" && this.world.records.get(owner)?.near) return true;
    return Object.keys(FACTS_OF_PART).some(
      (kind) =>
        this.#opened(row, role, kind) &&
        (kind === "SOURCE" || kind === "PART"
          ? (kind === "SOURCE" || post.scope === "AGENCY") && this.#has(() => true, owner, role, null, kind)
          : this.#has(() => true, owner, role, post.name, kind)),
    );
  }
}

/** What is known of one viewer; empty at first. */
function ofViewer<V>(known: Map<string, Map<string, V>>, { role, post }: Viewer): Map<string, V> {
  const viewer = `${role}/${post.name}`;
  const own = known.get(viewer) ?? new Map<string, V>();
  known.set(viewer, own);
  return own;
}
