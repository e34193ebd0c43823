import { type GraphQLObjectType, isObjectType } from "graphql";
import { factsSql } from "../facts/say.js";
import { anchorOf } from "../policy/anchor.js";
import type { Guard } from "../policy/coordinates.js";
import { correctablesOf } from "../policy/correct.js";
import type { Asker } from "../policy/decide.js";
import { FACT } from "../policy/facts.js";
import type { ToldByRow } from "../policy/home.js";
import { type PolicyRow, SHOWN_LEVELS, type ShownLevel } from "../policy/policy.js";
import { placed } from "../policy/refuse.js";
import { notCompared } from "../policy/say.js";
import type { TruthTable } from "../policy/tables.js";
import { arrayText } from "../store/array-text.js";
import { isRecordType, RECORD_TYPES, type RecordType } from "../store/record-types.js";
import type { Question } from "./collect.js";
import type { Columns, Visit } from "./columns.js";
import { sharedMark } from "./marks.js";
import { type OrderKey, orderKeys } from "./order.js";
import { isData, toldIn } from "./row.js";
import { factsOf, Source, tableOf } from "./source.js";
import { factParameters, literal, Parameters } from "./statement.js";
import { columnOf, fieldValue } from "./values.js";
import type { ReadWorld } from "./world.js";

/** A field's content in SQL, and when it is shown. */
interface Content {
  readonly shown: string;
  readonly sql: string;
  readonly cast: string;
}

/** Facts that a row has only together with a key of the viewer; the others are its place and its own properties. */
const WITH_A_KEY = ~(FACT.j | FACT.minorAuthor | FACT.conflict);

/** What the truth tables say of one question for one asker, in SQL: existence, order, facts, and what to log. */
export class Deciding {
  readonly parameters = new Parameters();
  #aliases = 0;

  constructor(
    readonly world: ReadWorld,
    readonly asker: Asker,
    readonly question: Question,
  ) {}

  /** @param path  of the list that is put in order, for the refusal of a key */
  order(source: Source, orderBy: unknown, path: readonly string[] = []): OrderKey[] {
    const anchor = this.anchor(source.record);
    const band = sharedMark(source.type)?.band;
    return orderKeys({
      orderBy,
      alias: source.alias,
      wished: (property) => this.predicate(source, property, path),
      content: (property) => this.contentFor(source, property),
      inFull: source.when(this.world.tables.of(anchor, "F", this.asker)),
      onlyInFull: !this.world.tables.possible(anchor, ["M", "B", "X"], this.asker),
      band: band && this.mayShowContent(source, band) ? band : undefined,
    });
  }

  /**
   * A field that the question filters or orders by: a predicate is a read, so the log tells of it.
   * @throws Refusal FIELD_NOT_SHARED its content can never be shown to the asker
   */
  predicate(source: Source, property: string, path: readonly string[]): Content {
    const guard = this.guard(source.type, property);
    if (guard.kind !== "group" || !this.mayShowContent(source, property))
      throw placed(notCompared(this.world.tables, `${source.record}.${property}`, guard, this.asker), path);
    source.ask(guard.row, guard.content);
    return this.contentFor(source, property);
  }

  /** A field as the statement compares it. */
  contentFor(source: Source, property: string): Content {
    const field = source.type.getFields()[property];
    const guard = this.guard(source.type, property);
    if (!field || guard.kind !== "group") throw new TypeError(`${source.record}.${property} has no content`);
    const { sql, cast } = fieldValue(field, source.alias, source.entity);
    return { shown: source.when(this.world.tables.anyOf(guard.row, guard.content, this.asker)), sql, cast };
  }

  mayShowContent(source: Source, property: string): boolean {
    const guard = this.guard(source.type, property);
    return guard.kind === "group" && this.world.tables.possible(guard.row, guard.content, this.asker);
  }

  /** A row of this type exists for the asker: its anchor is shown at some level, and of a request the field that it corrects. */
  exists(source: Source): string {
    // Of a record that the hub has told of, the hub has said so.
    if (source.atHome) return "true";
    return `CASE WHEN ${source.when(this.#existence(source))} THEN ${this.#corrected(source)} ELSE false END`;
  }

  /** The field that a request would correct is shown, of a record that exists for the asker. */
  #corrected(source: Source): string {
    const mark = sharedMark(source.type)?.corrects;
    if (!mark) return "true";
    const [coordinate, record] = [mark.coordinate, mark.record].map(
      (property) => `${source.alias}.${columnOf(source.entity, property)}`,
    );
    const correctables = [...correctablesOf(this.world.coordinates).values()];
    const cases = RECORD_TYPES.flatMap((type) => {
      const fields = correctables.filter(
        (field) =>
          field.type === type &&
          this.world.tables.possible(field.written.guard.row, field.written.guard.content, this.asker),
      );
      const object = this.world.schema.getType(type);
      if (fields.length === 0 || !isObjectType(object)) return [];
      const far = this.source(object);
      const shown = fields.map(({ coordinate, written: { guard } }) => {
        const when = far.when(this.world.tables.anyOf(guard.row, guard.content, this.asker));
        return `WHEN ${literal(coordinate)} THEN ${when}`;
      });
      const exists = this.exists(far);
      const names = fields.map((field) => literal(field.coordinate)).join(", ");
      return [
        `WHEN ${coordinate} IN (${names}) THEN EXISTS (SELECT FROM ${tableOf(far)} ${this.facts(far)} WHERE ${far.alias}.id = ${record} AND ${exists} AND CASE ${coordinate} ${shown.join(" ")} END)`,
      ];
    });
    return cases.length > 0 ? `CASE ${cases.join("\n")} ELSE false END` : "false";
  }

  /**
   * Where a list begins: only rows with a key of the viewer where nothing else can make one exist, found by an
   * index on the keys (an OR of both would sort the whole table; docs/decisions/0005-facts-in-arrays.md).
   */
  candidates(source: Source): string {
    const onlyWithAKey = [...this.#existence(source).shown].every((facts) => facts & WITH_A_KEY);
    if (!onlyWithAKey) return tableOf(source);
    const keys = this.parameters.add(`keys ${source.record} all`, "bigint[]", (binding) =>
      arrayText([...binding.keys(source.record).values()].flatMap(({ steady, timed }) => [...steady, ...timed])),
    );
    const mine = this.alias();
    return `(SELECT DISTINCT record FROM involvement WHERE record_type = ${literal(source.record)} AND key = ANY (${keys})) ${mine} JOIN ${tableOf(source)} ON ${source.alias}.id = ${mine}.record`;
  }

  #existence({ record }: Source): TruthTable {
    return this.world.tables.anyOf(this.anchor(record), SHOWN_LEVELS, this.asker);
  }

  select(inner: Columns, source: Source, from: string, tail: string): string {
    return `SELECT ${factsOf(source)},\n       ${source.alias}.id AS i,\n       ${inner}\nFROM ${from} ${this.facts(source)}\n${tail}`;
  }

  /** The row's facts, once: OFFSET 0 keeps the planner from writing the expression into every CASE. */
  facts(source: Source): string {
    const { alias, record } = source;
    const { minorAuthor } = sharedMark(source.type) ?? {};
    const facts = factsSql(
      source.bits,
      {
        id: `${alias}.id`,
        place: `${alias}.place`,
        involved: `${alias}.involved`,
        minorAuthor: minorAuthor && `${alias}.${columnOf(source.entity, minorAuthor)}`,
      },
      factParameters(this.parameters, record),
    );
    return `CROSS JOIN LATERAL (SELECT ${facts} AS facts OFFSET 0) ${alias}_facts`;
  }

  /** Writes into the log what a row shows: each group that was asked for, at the level that the leaves give. */
  visit(inner: Columns, source: Source, overEdge = false): Visit {
    const { tables } = this.world;
    const memo = new Map<string, Record<string, ShownLevel>>();
    const groupsAt = (facts: number, told: ToldByRow | undefined) => {
      const place = told ? `${facts} ${JSON.stringify(told)}` : `${facts}`;
      const known = memo.get(place);
      if (known) return known;
      const groups: Record<string, ShownLevel> = {};
      for (const [row, levels] of source.asked) {
        const level = tables.level(row, this.asker, facts | (told?.[row.row] ?? 0));
        if (level !== "-" && levels.has(level)) groups[row.row] = level;
      }
      memo.set(place, groups);
      return groups;
    };
    return (value, found) => {
      if (!isData(value)) return;
      const groups = groupsAt(Number(value["f"]), toldIn(value));
      const edge = overEdge ? textOrNull(value["c0"]) : null;
      found.push({ type: source.record, key: String(value["i"]), groups: edge ? { ...groups, [edge]: "F" } : groups });
      inner.visit(value, found);
    };
  }

  guard(type: GraphQLObjectType, field: string): Guard {
    return this.world.coordinates.get(`${type.name}.${field}`) ?? { kind: "edge", rows: [] };
  }

  row(name: string): PolicyRow {
    const row = this.world.tables.policy.rows.get(name);
    if (!row) throw new TypeError(`The policy has no row ${name}`);
    return row;
  }

  anchor(record: RecordType): PolicyRow {
    const anchor = anchorOf(this.world.tables.policy, record);
    if (!anchor) throw new TypeError(`${record} has no anchor`);
    return anchor;
  }

  source(type: GraphQLObjectType, atHome?: Source["atHome"]): Source {
    if (!isRecordType(type.name)) throw new TypeError(`${type.name} is no shared record`);
    return new Source(type.name, type, this.world.entity(type.name), this.alias(), atHome);
  }

  alias(): string {
    this.#aliases++;
    return `t${this.#aliases}`;
  }
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
