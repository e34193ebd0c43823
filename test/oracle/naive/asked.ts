import { type GraphQLField, type GraphQLSchema, isObjectType } from "graphql";
import type { ObjectLiteral } from "typeorm";
import { CorrectionRequest } from "../../../src/domain/corrections/index.js";
import type { SharedRecord } from "../../../src/domain/shared-record.js";
import { anchorOf } from "../../../src/policy/anchor.js";
import type { Coordinates } from "../../../src/policy/coordinates.js";
import { type Asker, decideLevel } from "../../../src/policy/decide.js";
import type { GivenLevel, Level, Policy, PolicyRow, ShownLevel } from "../../../src/policy/policy.js";
import type { IdCipher } from "../../../src/store/global-id.js";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { possibleLevels } from "../../support/possible-levels.js";
import type { Data } from "./data.js";
import type { Directory } from "./directory.js";
import type { Facts, Viewer } from "./facts.js";

/** A record with what holds between it and the viewer: what the rule tree sees as parent. */
export class Seen {
  constructor(
    readonly typename: RecordType,
    readonly row: SharedRecord,
    readonly facts: number,
  ) {}
}

/** A row that belongs to a record and is decided by its facts. */
export class Part {
  readonly facts: number;

  constructor(
    readonly row: ObjectLiteral,
    readonly owner: Seen,
  ) {
    this.facts = owner.facts;
  }
}

const EXISTS: readonly ShownLevel[] = ["F", "M", "B", "X"];

/** One question of one viewer, and what the policy says to it. */
export class Asked {
  /** At which levels fields of records were shown, and how many were withheld. */
  readonly shownAt: Record<ShownLevel | "withheld", number> = { F: 0, M: 0, B: 0, X: 0, withheld: 0 };
  /** Records that a filter would have found, or an order have placed elsewhere, by a value that is not shown. */
  readonly hidden = { matches: 0, keys: 0 };
  /** Global id of each record in the answer -> policy row -> level: what the disclosure log has to say. */
  readonly disclosed = new Map<string, Map<string, ShownLevel>>();
  readonly #possible = new Map<PolicyRow, ReadonlySet<Level>>();

  constructor(
    readonly schema: GraphQLSchema,
    readonly policy: Policy,
    readonly coordinates: Coordinates,
    readonly ids: IdCipher,
    readonly viewer: Viewer,
    readonly asker: Asker,
    readonly data: Data,
    readonly directory: Directory,
    readonly facts: Facts,
    readonly now: Date,
  ) {}

  level(row: PolicyRow, { facts }: Seen | Part) {
    return decideLevel(row, this.asker, facts);
  }

  shown(row: PolicyRow, of: Seen | Part, levels: readonly ShownLevel[]): boolean {
    const level = this.level(row, of);
    return levels.some((shown) => shown === level);
  }

  /** Whether some record could be shown at one of these levels. */
  possible(row: PolicyRow, levels: readonly GivenLevel[]): boolean {
    const possible = this.#possible.get(row) ?? possibleLevels(row, this.asker);
    this.#possible.set(row, possible);
    return levels.some((level) => possible.has(level));
  }

  anchor(type: RecordType): PolicyRow {
    const anchor = anchorOf(this.policy, type);
    if (!anchor) throw new TypeError(`${type} has no anchor`);
    return anchor;
  }

  row(name: string): PolicyRow {
    const row = this.policy.rows.get(name);
    if (!row) throw new TypeError(`The policy has no row ${name}`);
    return row;
  }

  field(type: string, name: string): GraphQLField<unknown, unknown> {
    const object = this.schema.getType(type);
    const field = isObjectType(object) ? object.getFields()[name] : undefined;
    if (!field) throw new TypeError(`The schema has no ${type}.${name}`);
    return field;
  }

  /** A record stands in the answer, or a group of it. */
  disclose(of: Seen | Part, row?: PolicyRow, level?: ShownLevel): void {
    const { typename, row: record } = of instanceof Part ? of.owner : of;
    const id = this.ids.encode(typename, record.id);
    const groups = this.disclosed.get(id) ?? new Map<string, ShownLevel>();
    if (row && level) groups.set(row.row, level);
    this.disclosed.set(id, groups);
  }

  /** The record as this viewer sees it; null where it does not exist for him. */
  async see(type: RecordType, row: SharedRecord | null): Promise<Seen | null> {
    if (!row) return null;
    const seen = new Seen(type, row, await this.facts.of(type, row));
    if (!this.shown(this.anchor(type), seen, EXISTS)) return null;
    return row instanceof CorrectionRequest && !(await this.#seesTheField(row)) ? null : seen;
  }

  /** A request is there with the field that it corrects, of a record that is there. */
  async #seesTheField({ coordinate, record }: CorrectionRequest): Promise<boolean> {
    const type = RECORD_TYPES.find((name) => coordinate.startsWith(`${name}.`));
    const guard = this.coordinates.get(coordinate);
    if (!type || guard?.kind !== "group") return false;
    const about = await this.see(type, await this.data.record(type, record));
    return about !== null && this.shown(guard.row, about, guard.content);
  }

  async seeAll(type: RecordType, rows: readonly (SharedRecord | null)[]): Promise<Seen[]> {
    return (await Promise.all(rows.map((row) => this.see(type, row)))).filter((seen) => seen !== null);
  }
}
