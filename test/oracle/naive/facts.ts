import { Enrolment, SchoolClass } from "../../../src/domain/schooling/index.js";
import { RecordAboutMinor, type SharedRecord } from "../../../src/domain/shared-record.js";
import type { InvolvementKind } from "../../../src/facts/keys.js";
import { decideLevel } from "../../../src/policy/decide.js";
import { FACT } from "../../../src/policy/facts.js";
import type { Policy, Post, Role } from "../../../src/policy/policy.js";
import type { RecordType } from "../../../src/store/record-types.js";
import type { Data, Link } from "./data.js";
import type { Involvement } from "./involvement.js";

/** Who asks, as the directory knows him. */
export interface Viewer {
  readonly person: string | null;
  readonly name: string | null;
  readonly agency: string;
  readonly role: Role;
  readonly post: Post;
  readonly duties: readonly { readonly recordType: string; readonly prefix: string }[];
}

/** A part in a case or incident: of the agency and, perhaps, of the person by name. */
interface Part {
  readonly takesPart: boolean;
  readonly assigned: boolean;
  readonly named: boolean;
}
const NO_PART: Part = { takesPart: false, assigned: false, named: false };

/** Edges start from these. */
const isOwner = (type: RecordType) => type === "Case" || type === "SensitiveIncident";

/**
 * What holds between one viewer and a record, one by one from the table of relations, by the words of the policy
 * ("A cell", "Rows", "Narrowing"). Nothing here looks at the arrays that the records carry.
 */
export class Facts {
  readonly #known = new Map<string, Promise<number>>();

  constructor(
    private readonly viewer: Viewer,
    private readonly policy: Policy,
    private readonly data: Data,
    private readonly now: Date,
  ) {}

  of(type: RecordType, record: SharedRecord): Promise<number> {
    const known = this.#known.get(record.id) ?? this.#find(type, record);
    this.#known.set(record.id, known);
    return known;
  }

  async #find(type: RecordType, record: SharedRecord): Promise<number> {
    if (record instanceof RecordAboutMinor) return this.#aboutMinor(type, record);
    const { id } = record;
    const held = await this.#held(id);
    const has = (kind: InvolvementKind) => held.some((relation) => relation.kind === kind);
    const { takesPart, assigned, named } = await this.#part(type, id);
    const holds: readonly [number, boolean][] = [
      [FACT.o, has("SOURCE")],
      [FACT.k, has("CHILD_SOURCE")],
      [FACT.j, this.#answersFor(type, record.place)],
      [FACT.p, takesPart],
      [FACT.named, named],
      [FACT.l, has("LIAISON")],
      [FACT.s, has("SUNSHINE")],
      [FACT.c, has("COUNSELLOR")],
      [FACT.a, has("ADDRESSEE")],
      [FACT.r, held.some(({ kind, policyRow }) => kind === "SHARE" && this.#requestable(type, policyRow))],
      [FACT.e, has("BREAK_GLASS")],
      [
        FACT.scope,
        assigned ||
          named ||
          (type === "CorrectionRequest" ? has("SOURCE") || has("ADDRESSEE") : await this.#withinScope(type, id, held)),
      ],
      [FACT.conflict, await this.#inConflict(type, id)],
      [FACT.minorAuthor, "authorIsMinor" in record && record.authorIsMinor === true],
    ];
    return holds.reduce((facts, [fact, yes]) => facts | (yes ? fact : 0), 0);
  }

  /** What the viewer has to do with the child he has to do with the record; who made it, and for whom, is its own. */
  async #aboutMinor(type: RecordType, { id, minorId, place }: RecordAboutMinor): Promise<number> {
    const child = await this.data.record("Minor", minorId);
    if (!child) throw new TypeError(`${type} ${id} is about nobody`);
    const ofChild = await this.of("Minor", child);
    const held = await this.#held(id);
    const has = (kind: InvolvementKind) => held.some((relation) => relation.kind === kind);
    const holds: readonly [number, boolean][] = [
      [FACT.o, has("SOURCE")],
      [FACT.k, (ofChild & FACT.o) !== 0],
      [FACT.j, this.#answersFor(type, place)],
      [FACT.a, has("ADDRESSEE")],
      [FACT.r, held.some(({ kind, policyRow }) => kind === "SHARE" && this.#requestable(type, policyRow))],
      [FACT.conflict, await this.#stated(id)],
    ];
    const { p, named, l, s, c, e, scope, conflict } = FACT;
    return holds.reduce(
      (facts, [fact, yes]) => facts | (yes ? fact : 0),
      ofChild & (p | named | l | s | c | e | scope | conflict),
    );
  }

  /** Relations of the agency or the person to the record that are in force. */
  async #held(id: string): Promise<Involvement[]> {
    return (await this.#notEnded(id)).filter(({ since }) => since <= this.now);
  }

  async #notEnded(id: string): Promise<Involvement[]> {
    const { agency, person } = this.viewer;
    return (await this.data.involvements(id, agency, person)).filter(({ until }) => until === null || until > this.now);
  }

  /** A row of `agency_duty` covers the place. */
  #answersFor(type: RecordType, place: string): boolean {
    return this.viewer.duties.some(
      ({ recordType, prefix }) =>
        recordType === type && place >= prefix.padEnd(12, "0") && place <= prefix.padEnd(12, "9"),
    );
  }

  #requestable(type: RecordType, shared: string | null): boolean {
    const row = this.policy.rows.get(shared ?? "");
    const cell = row?.record === type ? row.cells.get(this.viewer.role) : undefined;
    return cell?.some(({ conditions }) => conditions.includes("r")) ?? false;
  }

  /** Own part in the record, and parts in a case or incident over an edge that the viewer may see. */
  async #part(type: RecordType, id: string): Promise<Part> {
    const links = isOwner(type) ? [] : await this.data.linksOfFar(id);
    const owners = await Promise.all(links.map((link) => this.#partOver(link)));
    // A child belongs to no case by itself.
    const own = type === "Minor" ? NO_PART : await this.#ownPart(id);
    return [own, ...owners].reduce((all, part) => ({
      takesPart: all.takesPart || part.takesPart,
      assigned: all.assigned || part.assigned,
      named: all.named || part.named,
    }));
  }

  async #ownPart(id: string): Promise<Part> {
    const held = await this.#held(id);
    const has = (kind: InvolvementKind) => held.some((relation) => relation.kind === kind);
    if (!has("PART")) return NO_PART;
    const assigned = has("ASSIGNED");
    const named = has("NAMED");
    return { takesPart: this.viewer.post.scope === "AGENCY" || assigned || named, assigned, named };
  }

  async #partOver(link: Link): Promise<Part> {
    const part = await this.#ownPart(link.owner);
    if (part.takesPart && this.#opens(link, FACT.p | (part.named ? FACT.named : 0))) return part;
    return NO_PART;
  }

  /** Whether the viewer may see the edge, for some purpose, if this is what he has to do with its owner. */
  #opens({ row }: Link, facts: number): boolean {
    const guard = this.policy.rows.get(row);
    const { role, post } = this.viewer;
    return [...this.policy.purposes.values()].some(
      (purpose) => guard && decideLevel(guard, { role, post, purpose }, facts | FACT.scope) === "F",
    );
  }

  /** The one more fact that a post of scope ASSIGNED or OWN_CLASS asks for. */
  async #withinScope(type: RecordType, id: string, held: readonly Involvement[]): Promise<boolean> {
    const own: readonly InvolvementKind[] = ["ASSIGNED", "NAMED", "LIAISON", "SUNSHINE", "COUNSELLOR", "BREAK_GLASS"];
    if (held.some(({ person, kind }) => person !== null && own.includes(kind))) return true;
    if (type === "Minor") return this.#inMyClass(id);
    const pupils = (await this.data.linksOfOwner(id)).filter(({ farType }) => farType === "Minor");
    const seen = pupils.filter((link) => held.some(({ kind }) => kind === "PART") && this.#opens(link, FACT.p));
    return (await Promise.all(seen.map(({ far }) => this.#inMyClass(far)))).includes(true);
  }

  async #inMyClass(minor: string): Promise<boolean> {
    for (const enrolment of await this.data.belonging(Enrolment, "minor", minor)) {
      const schoolClass =
        enrolment["schoolClass"] && (await this.data.one(SchoolClass, "id", enrolment["schoolClass"]));
      const begun = new Date(`${enrolment["since"]}T00:00:00+08:00`) <= this.now;
      const here = schoolClass?.school === enrolment["school"] && schoolClass?.school === this.viewer.agency;
      if (begun && here && schoolClass?.teacher && schoolClass.teacher === this.viewer.person) return true;
    }
    return false;
  }

  /**
   * From a case or incident to its minors, from a minor to its cases and incidents, from an incident to its alerts,
   * and no further (docs/decisions/0004-conflict-travels-two-steps.md).
   */
  async #inConflict(type: RecordType, id: string): Promise<boolean> {
    if (await this.#stated(id)) return true;
    const near = isOwner(type) ? [] : await this.data.linksOfFar(id);
    if (type === "Minor") return this.#anyStated(near.map(({ owner }) => owner));
    if (type === "OpinionAlert") {
      const incidents = near.map(({ owner }) => this.#inConflict("SensitiveIncident", owner));
      return (await Promise.all(incidents)).includes(true);
    }
    const minors = (await this.data.linksOfOwner(id)).filter(({ farType }) => farType === "Minor");
    const owners = (await Promise.all(minors.map(({ far }) => this.data.linksOfFar(far)))).flat();
    return this.#anyStated([...minors.map(({ far }) => far), ...owners.map(({ owner }) => owner)]);
  }

  async #anyStated(records: readonly string[]): Promise<boolean> {
    return (await Promise.all(records.map((record) => this.#stated(record)))).includes(true);
  }

  /** A conflict counts from when it is known. */
  async #stated(id: string): Promise<boolean> {
    return (await this.#notEnded(id)).some(({ kind }) => kind === "CONFLICT");
  }
}
