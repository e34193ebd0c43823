import type { EntityManager } from "typeorm";
import { badUserInput, notFoundOrNotShared } from "../errors.js";
import { factsAbout, type InvolvementKind } from "../facts/keys.js";
import { anchorOf } from "../policy/anchor.js";
import { type Correctable, correctablesOf } from "../policy/correct.js";
import { FACT, type Facts } from "../policy/facts.js";
import type { Condition, PolicyRow, Role } from "../policy/policy.js";
import { fieldNotShared } from "../policy/say.js";
import type { Asked, Questions } from "../read/questions.js";
import { isAboutMinor, type RecordType } from "../store/record-types.js";
import { newKey } from "../store/store.js";
import type { Viewer } from "../viewer/viewer.js";
import { changedMeanwhile } from "./conflict.js";
import { type KnownBy, tokensOf } from "./identity-tokens.js";
import { isSource, type Loaded, load, takesPart } from "./loaded.js";
import { newRow } from "./new-record.js";
import { isTheirs, requireEnvelope, requireRelation, requireWritable, type Values, type Writer } from "./right.js";

export type { Correctable };

/** A relation to a record, of an agency or of one of its people; without either of the viewer's own. */
export interface Relation {
  readonly kind: InvolvementKind;
  readonly agency?: string;
  readonly person?: string;
}

/** An agency that an argument names. */
export interface NamedAgency {
  readonly id: string;
  readonly kind: Role;
  /** Of its seat, 12 digits. */
  readonly division: string;
}

/** Another value of a field of the record with this global id. */
export interface Proposed {
  readonly id: string;
  readonly coordinate: string;
  readonly value: string;
  readonly reason: string;
}

/** Where a new record is, and which argument says so. */
export interface Place {
  /** 12 digits */
  readonly division: string;
  readonly field: string;
}

/** What a command works with: the manager of its transaction, and the rights of its viewer. */
export class Change {
  readonly #questions: Questions;
  readonly #asked: Asked;
  readonly #writer: Writer;

  constructor(
    readonly manager: EntityManager,
    questions: Questions,
    asked: Asked,
    writer: Writer,
    /** Name of the mutation: why a relation is there. */
    private readonly basis: string,
  ) {
    this.#questions = questions;
    this.#asked = asked;
    this.#writer = writer;
  }

  get viewer(): Viewer {
    return this.#asked.viewer;
  }

  /**
   * The right to make a record of this type with these fields: they are the viewer's to write, and the record will
   * exist for its maker - by its place, which the agency answers for, or because the agency keeps such records.
   * @throws Refusal FIELD_NOT_SHARED, Mistake BAD_USER_INPUT
   */
  mayMake(type: RecordType, { division, field }: Place, values: Values): void {
    requireWritable(this.#writer, type, values);
    if (!this.#questions.world.directory.division(division))
      throw badUserInput(field, "There is no such division", "没有这个区划", "Use a code of `divisions`");
    const facts = FACT.scope | this.#ofMaker(type, division);
    if (!this.#exists(type, facts))
      throw badUserInput(
        field,
        "The place lies outside what your agency answers for",
        "该地点不在贵单位职责范围内",
        "Use a place of your own jurisdiction; for another one turn to the agency there",
      );
    requireRelation(this.#writer, type, facts, values);
  }

  /**
   * As `mayMake`, of a record about a minor: the minor exists for the viewer, and so will the record - by what he has to
   * do with the child as well.
   * @param id     global id of the minor
   * @param field  argument that names it
   * @throws Refusal NOT_FOUND_OR_NOT_SHARED, FIELD_NOT_SHARED; Mistake BAD_USER_INPUT
   */
  async mayMakeAbout(
    type: RecordType,
    { id, field }: { readonly id: string; readonly field: string },
    values: Values,
  ): Promise<Loaded> {
    requireWritable(this.#writer, type, values);
    const [minor] = await this.#load("Minor", [this.key("Minor", id)], false);
    if (!minor) throw notFoundOrNotShared();
    const facts = factsAbout(minor.facts) | this.#ofMaker(type, minor.place);
    if (!this.#exists(type, facts))
      throw badUserInput(
        field,
        "A record about this minor lies outside what your agency answers for",
        "该未成年人的此类登记不在贵单位职责范围内",
        "Turn to the agency that answers for the child's place of residence",
      );
    requireRelation(this.#writer, type, facts, values);
    return minor;
  }

  /** What holds of a record that the viewer makes at this place, by his agency alone. */
  #ofMaker(type: RecordType, place: string): Facts {
    const covered = (this.viewer.duties.get(type) ?? []).some(({ from, to }) => from <= place && place <= to);
    return FACT.o | (covered ? FACT.j : 0) | (this.viewer.person ? FACT.named : 0);
  }

  /**
   * Loads a record to change it, and locks it: it exists for the viewer, the fields are his to write, and nobody has
   * changed it since he read it - asked in this order, so that no answer tells of a record that is hidden.
   * @param version  as the viewer has read it; absent where the change does not depend on what was there
   * @throws Refusal NOT_FOUND_OR_NOT_SHARED, FIELD_NOT_SHARED; Mistake CONFLICT
   */
  async mayChange(type: RecordType, key: string, values: Values, version?: number): Promise<Loaded> {
    requireWritable(this.#writer, type, values);
    const loaded = await this.#found(type, key);
    requireRelation(this.#writer, type, loaded.facts, values);
    return asRead(loaded, version);
  }

  /**
   * As `mayChange`, where the right is not one to write fields but that of who takes part in the record, or made it.
   * Asked before the version, which is not shown to others: their guesses at it would be answered one by one.
   */
  async findOwn(type: RecordType, key: string, version: number): Promise<Loaded> {
    const loaded = await this.#found(type, key);
    if (!takesPart(loaded) && !isSource(loaded)) throw notFoundOrNotShared();
    return asRead(loaded, version);
  }

  /** @param id global id, of exactly this type. @throws Refusal NOT_FOUND_OR_NOT_SHARED */
  key(type: RecordType | "Agency", id: string): string {
    const decoded = this.#questions.world.ids.decode(id);
    if (decoded?.type !== type) throw notFoundOrNotShared();
    return decoded.key;
  }

  /**
   * Keys of records that another one is tied to: each must exist for the viewer.
   * @throws Refusal NOT_FOUND_OR_NOT_SHARED, which does not say of which
   */
  async existing(type: RecordType, ids: readonly string[]): Promise<string[]> {
    const keys = ids.map((id) => this.key(type, id));
    if ((await this.#load(type, [...new Set(keys)], false)).length < new Set(keys).size) throw notFoundOrNotShared();
    return keys;
  }

  /** @throws Refusal NOT_FOUND_OR_NOT_SHARED */
  async agency(id: string): Promise<NamedAgency> {
    const [agency] = await this.agencies([id]);
    if (!agency) throw notFoundOrNotShared();
    return agency;
  }

  /** Each once. @throws Refusal NOT_FOUND_OR_NOT_SHARED, which does not say of which */
  async agencies(ids: readonly string[]): Promise<NamedAgency[]> {
    const keys = new Set(ids.map((id) => this.key("Agency", id)));
    const found = await this.manager.query<NamedAgency[]>("SELECT id, kind, division FROM agency WHERE id = ANY ($1)", [
      [...keys],
    ]);
    if (found.length < keys.size) throw notFoundOrNotShared();
    return found;
  }

  /** Active people of the viewer's own agency, by their login. @throws Refusal NOT_FOUND_OR_NOT_SHARED */
  async colleagues(subjects: readonly string[]): Promise<string[]> {
    const found = await this.manager.query<{ id: string }[]>(
      "SELECT id FROM person WHERE subject = ANY ($1) AND agency = $2 AND active",
      [[...subjects], this.viewer.agency.id],
    );
    if (found.length < new Set(subjects).size) throw notFoundOrNotShared();
    return found.map(({ id }) => id);
  }

  /** Key of a row that belongs to a record. */
  newKey(): string {
    return newKey();
  }

  /** What every new record begins with; its other relations come with `involveMaker`. */
  newRecord(): { id: string; ref: string; version: number; involved: string[] } {
    return newRow(newKey(), this.#questions.world.ids, this.viewer.agency);
  }

  /**
   * Relations of whoever makes the record. A person whose post reaches only what he is assigned to is assigned to it;
   * to a record about a minor he has the relation that he has to the child.
   * @param kinds  those held by a person are left out for a department system by itself
   */
  async involveMaker(type: RecordType, key: string, kinds: readonly InvolvementKind[]): Promise<void> {
    const { person, post } = this.viewer;
    const all = new Set<InvolvementKind>([
      ...kinds,
      ...(post.scope === "AGENCY" || isAboutMinor(type) ? [] : (["ASSIGNED"] as const)),
    ]);
    const relations = [...all].flatMap((kind): Relation[] =>
      kind === "ASSIGNED" || kind === "NAMED" ? (person ? [{ kind, person: person.id }] : []) : [{ kind }],
    );
    await this.involve(type, key, relations);
  }

  async involve(type: RecordType, key: string, relations: readonly Relation[]): Promise<void> {
    const rows = relations.map(({ agency = this.viewer.agency.id, ...relation }) => ({
      record_type: type,
      record: key,
      agency,
      basis: this.basis,
      ...relation,
    }));
    await this.manager.query("SELECT hub_involve($1)", [JSON.stringify(rows)]);
  }

  /**
   * Writes down what a minor of the viewer's agency is found by, as the agency has it: `matchIdentity`.
   * @param before  of a record that others keep too: the agency says only what is otherwise now, and does not come to know
   *                what else the record has
   */
  async know(minor: string, child: KnownBy, before?: KnownBy): Promise<void> {
    const { token } = this.#questions.world.ids;
    const [tokens, was] = [tokensOf(token, child), before && tokensOf(token, before)];
    const known = was
      ? { minor, tokens: tokens.filter((one) => !was.includes(one)), was: was.filter((one) => !tokens.includes(one)) }
      : { minor, tokens };
    await this.manager.query("SELECT hub_know($1, $2)", [this.viewer.agency.id, JSON.stringify([known])]);
  }

  /** Ends an agency's part now, and with it that of its people. @returns whether it took part */
  async endPart(type: RecordType, key: string, agency: string): Promise<boolean> {
    const [ended] = await this.manager.query<{ ended: number }[]>(
      "SELECT hub_end_involvement($1, $2, $3, '{PART}') AS ended",
      [type, key, agency],
    );
    return (ended?.ended ?? 0) > 0;
  }

  /** An agency is addressed no more, where this command had addressed the record to it: one that another has notified stays. */
  async endAddress(type: RecordType, key: string, agency: string): Promise<void> {
    await this.manager.query("SELECT hub_end_involvement($1, $2, $3, '{ADDRESSEE}', $4)", [
      type,
      key,
      agency,
      this.basis,
    ]);
  }

  /** Whether what the condition says - taking part, being addressed - shows an agency of this kind anything of such records. */
  isShownBy(condition: Condition, type: RecordType, role: Role): boolean {
    return (this.#anchor(type).cells.get(role) ?? []).some(({ conditions }) => conditions.includes(condition));
  }

  /**
   * The right to propose another value of a field: the record exists for the viewer, the field is shown to him, and he does
   * not write it himself.
   * @param id  global id of the record, in the argument `input.id`
   * @throws Refusal NOT_FOUND_OR_NOT_SHARED, FIELD_NOT_SHARED; Mistake BAD_USER_INPUT
   */
  async mayPropose({ id, ...values }: Proposed): Promise<{ of: Correctable; record: Loaded }> {
    const { activation, asker } = this.#writer;
    const { coordinate } = values;
    requireWritable(this.#writer, "CorrectionRequest", values);
    const of = this.correctable(coordinate);
    if (!of)
      throw badUserInput(
        "input.coordinate",
        "No correction can be proposed of this field",
        "该字段不能提出校核",
        "Name a field that a command takes to make the record, e.g. Minor.homeAddress",
      );
    const { guard } = of.written;
    const { tables } = activation;
    requireEnvelope(this.#writer, of.written, "input.value");
    if (!tables.possible(guard.row, guard.content, asker)) throw fieldNotShared(tables, coordinate, guard, asker);
    const record = await this.#found(of.type, this.key(of.type, id));
    if (!this.#shows(of, record)) throw fieldNotShared(tables, coordinate, guard, asker);
    // By agency and not by post: whoever could propose to his own office would learn from others' answers that they keep it too.
    if (isTheirs(this.#writer, of.written, record.facts))
      throw badUserInput(
        "input.coordinate",
        "Your own agency keeps this field of the record",
        "该字段由贵单位登记",
        "Correct it in your own register, or tell the colleague who writes it there; a proposal is for others' records",
      );
    return { of, record };
  }

  /** Addresses a request to every agency that keeps the record now and writes the field; the viewer learns of none. */
  async address(request: string, { written }: Correctable): Promise<void> {
    await this.manager.query("SELECT hub_address_correction($1, $2)", [request, [...written.guard.row.writers]]);
  }

  /** Who else a request was addressed to finds it no longer: whatever has become of it looks the same to them. */
  async settle(request: string): Promise<void> {
    await this.manager.query("SELECT hub_settle_correction($1)", [request]);
  }

  /** How another value of this field can be proposed; undefined for one of which none can. */
  correctable(coordinate: string): Correctable | undefined {
    return correctablesOf(this.#questions.world.coordinates).get(coordinate);
  }

  /** As `mayChange`, of the one field that a request would correct: by the right of whoever writes it anyhow. */
  async mayCorrect(of: Correctable, key: string, value: unknown): Promise<Loaded> {
    const writer = this.#writerOf(of);
    const values = { [of.written.field]: value };
    requireWritable(writer, of.type, values);
    const loaded = await this.#found(of.type, key);
    requireRelation(writer, of.type, loaded.facts, values);
    return loaded;
  }

  #writerOf({ written }: Correctable): Writer {
    return { ...this.#writer, guard: { ...this.#writer.guard, isNew: false, written: [written] } };
  }

  #shows({ written: { guard } }: Correctable, { facts }: Loaded): boolean {
    const level = this.#writer.activation.tables.level(guard.row, this.#asked.asker, facts);
    return level !== "-" && guard.content.includes(level);
  }

  /**
   * Whether an agency could answer a record here that is addressed to it: it is shown what it is addressee of, or it
   * writes such records itself and sees those of its place.
   */
  async mayAnswer(type: RecordType, { id, kind }: NamedAgency, place: string): Promise<boolean> {
    if (this.isShownBy("a", type, kind)) return true;
    if (!this.#anchor(type).writers.has(kind) || !this.isShownBy("j", type, kind)) return false;
    const [covering] = await this.manager.query<unknown[]>(
      `SELECT FROM agency_duty WHERE agency = $1 AND record_type = $2
          AND $3::bigint BETWEEN rpad(prefix, 12, '0')::bigint AND rpad(prefix, 12, '9')::bigint LIMIT 1`,
      [id, type, place],
    );
    return covering !== undefined;
  }

  async #found(type: RecordType, key: string): Promise<Loaded> {
    const [loaded] = await this.#load(type, [key], true);
    if (!loaded) throw notFoundOrNotShared();
    return loaded;
  }

  async #load(type: RecordType, keys: readonly string[], lock: boolean): Promise<Loaded[]> {
    const rows = await load(
      this.manager,
      this.#questions.world,
      this.#questions.binding(this.#asked),
      type,
      keys,
      lock,
    );
    const there = rows.filter(({ facts }) => this.#exists(type, facts));
    return type === "CorrectionRequest" ? this.#withTheirFields(there) : there;
  }

  /** Requests exist only with the field that they correct, as in what is read (src/read/deciding.ts). */
  async #withTheirFields(requests: readonly Loaded[]): Promise<Loaded[]> {
    const found: Loaded[] = [];
    for (const request of requests) {
      const [about] = await this.manager.query<{ coordinate: string; record: string }[]>(
        "SELECT coordinate, record FROM correction_request WHERE id = $1",
        [request.key],
      );
      const of = about && this.correctable(about.coordinate);
      const [record] = of ? await this.#load(of.type, [about.record], false) : [];
      if (of && record && this.#shows(of, record)) found.push(request);
    }
    return found;
  }

  #exists(type: RecordType, facts: Facts): boolean {
    return this.#writer.activation.tables.level(this.#anchor(type), this.#asked.asker, facts) !== "-";
  }

  #anchor(type: RecordType): PolicyRow {
    const anchor = anchorOf(this.#writer.activation.policy, type);
    if (!anchor) throw new TypeError(`${type} has no anchor`);
    return anchor;
  }
}

function asRead(loaded: Loaded, version: number | undefined): Loaded {
  if (version !== undefined && version !== loaded.version) throw changedMeanwhile();
  return loaded;
}
