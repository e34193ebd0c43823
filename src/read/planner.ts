import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isListType,
  isObjectType,
} from "graphql";
import type { EntityMetadata } from "typeorm";
import { placesOf } from "../facts/keys.js";
import { factsSql, tableSql } from "../facts/say.js";
import { anchorOf } from "../policy/anchor.js";
import type { Guard } from "../policy/coordinates.js";
import type { Asker } from "../policy/decide.js";
import { FACT, type Facts } from "../policy/facts.js";
import type { PolicyRow, ShownLevel } from "../policy/policy.js";
import { fieldNotShared } from "../policy/say.js";
import type { TruthTable } from "../policy/tables.js";
import type { IdType } from "../store/global-id.js";
import { RECORD_TYPES, type RecordType } from "../store/viewer-settings.js";
import { below, collect, type Question } from "./collect.js";
import { Columns, type Visit } from "./columns.js";
import { disclosureBits, disclosureOf } from "./disclosure.js";
import { filterSql } from "./filter.js";
import { fieldMarks, sharedMark } from "./marks.js";
import { afterSql, type OrderKey, orderKeys, orderSql } from "./order.js";
import { badCursor, pageSize } from "./page.js";
import type { Belonging, Edge } from "./record.js";
import { type Data, isData, type Reader, Row, rowsOf, type Selection } from "./row.js";
import { arrayText, type Binding, literal, Parameters, quote } from "./statement.js";
import type { ReadWorld } from "./world.js";

/** Longest list inside a record. */
const NESTED_ROWS = 100;

/** A table whose rows are decided: its alias, and the facts that the rules of the selected fields ask for. */
class Source {
  bits: Facts = 0;
  /** Levels at which the selection can show something, by policy row. */
  readonly asked = new Map<PolicyRow, Set<ShownLevel>>();

  constructor(
    readonly record: RecordType,
    readonly type: GraphQLObjectType,
    readonly entity: EntityMetadata,
    readonly alias: string,
  ) {}

  get facts(): string {
    return `${this.alias}_facts.facts`;
  }

  /** The condition under which a leaf shows the row. */
  when(table: TruthTable): string {
    this.bits |= table.mask;
    return tableSql(table, this.facts);
  }

  ask(row: PolicyRow, levels: readonly ShownLevel[]): void {
    const asked = this.asked.get(row) ?? new Set();
    for (const level of levels) asked.add(level);
    this.asked.set(row, asked);
  }
}

/** A field's content in SQL, and when it is shown. */
interface Content {
  readonly shown: string;
  readonly sql: string;
  readonly cast: string;
}

/** Writes the statement of one question for one asker. */
export class Planner {
  readonly parameters = new Parameters();
  #aliases = 0;

  constructor(
    private readonly world: ReadWorld,
    private readonly asker: Asker,
    private readonly question: Question,
  ) {}

  /** @returns null for a root field that the database is not asked for */
  root(columns: Columns, field: GraphQLField<unknown, unknown>, node: FieldNode, nodes: readonly FieldNode[]): Reader | null {
    const named = getNamedType(field.type);
    if (!isObjectType(named)) return this.#node(columns, field, node, nodes);
    if (isRecordType(named.name)) return this.#one(columns, this.#source(named), nodes, this.#keyOf(field, node, named.name));
    const rows = named.getFields()["nodes"];
    const record = rows && getNamedType(rows.type);
    return isObjectType(record) && isRecordType(record.name)
      ? this.#connection(columns, named, this.#source(record), field, node, nodes)
      : null;
  }

  /** `node(id)`: the id tells the type, so the type is part of the plan's shape. */
  #node(columns: Columns, field: GraphQLField<unknown, unknown>, node: FieldNode, nodes: readonly FieldNode[]): Reader | null {
    const { id } = getArgumentValues(field, node, this.question.variables);
    const decoded = this.world.ids.decode(String(id));
    const type = decoded && this.question.schema.getType(decoded.type);
    if (!isObjectType(type) || !isRecordType(type.name)) return null;
    return this.#one(columns, this.#source(type), nodes, this.#keyOf(field, node, type.name));
  }

  /** The key that the argument `id` means, else the record that the command has changed. */
  #keyOf(field: GraphQLField<unknown, unknown>, node: FieldNode, type: IdType): string {
    if (!field.args.some(({ name }) => name === "id"))
      return this.parameters.add("changed", "uuid", ({ changed }) => changed ?? null);
    return this.parameters.add(`id ${type} ${node.loc?.start}`, "uuid", ({ variables }) => {
      const decoded = this.world.ids.decode(String(getArgumentValues(field, node, variables)["id"]));
      return decoded?.type === type ? decoded.key : null;
    });
  }

  #one(columns: Columns, source: Source, nodes: readonly FieldNode[], key: string): Reader {
    const inner = new Columns();
    const selection = this.#selection(inner, source, source.type, source.alias, source.entity, nodes);
    const rows = this.#select(inner, source, tableOf(source), `WHERE ${source.alias}.id = ${key}\n  AND ${this.#exists(source)}`);
    const column = columns.add(`(SELECT row_to_json(r) FROM (${rows}) r)`, this.#visit(inner, source));
    return (data) => rowOf(data[column], selection, source.record);
  }

  #connection(
    columns: Columns,
    connection: GraphQLObjectType,
    source: Source,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    nodes: readonly FieldNode[],
  ): Reader {
    const place = node.loc?.start;
    const args = (variables: Binding["variables"]) => getArgumentValues(field, node, variables);
    const { filter, orderBy, after } = args(this.question.variables);
    const inner = new Columns();
    const keys = this.#order(source, orderBy);
    const cursorPlace = [source.record, ...keys.map(({ name, descending }) => `${name}${descending ? "-" : "+"}`)].join(" ");
    const keyColumns = keys.map(({ sql }) => inner.add(`(${sql})::text`));
    const cursorOf: Reader = (row) =>
      this.world.ids.sealCursor(cursorPlace, keyColumns.map((column) => textOrNull(row[column])));

    const conditions = [this.#exists(source)];
    if (filter !== undefined && filter !== null)
      conditions.push(
        filterSql(filter, {
          content: (property) => this.#contentFor(source, property),
          parameter: (path, cast) =>
            this.parameters.add(`filter ${place} ${path.join(".")}`, cast, ({ variables }) =>
              filterText(path.reduce(step, args(variables)["filter"]), cast),
            ),
        }),
      );
    const matching = [...conditions];
    if (typeof after === "string") conditions.push(this.#after(keys, cursorPlace, `${place}`, (variables) => args(variables)["after"]));
    const size = this.parameters.add(`first ${place}`, "int", ({ variables }) => String(pageSize(args(variables)["first"])));

    let total: string | undefined;
    const readers = new Map<string, (found: Found) => unknown>();
    for (const [key, fields] of collect(this.question, connection, below(nodes)))
      switch (fields[0]?.name.value) {
        case "nodes": {
          const selection = this.#selection(inner, source, source.type, source.alias, source.entity, fields);
          readers.set(key, ({ rows }) => rows.map((row) => new Row(row, selection)));
          break;
        }
        case "edges": {
          const edge = this.#connectionEdge(inner, source, connection, fields, cursorOf);
          readers.set(key, ({ rows }) => rows.map((row) => new Row(row, edge)));
          break;
        }
        case "pageInfo":
          readers.set(key, ({ rows, more }) => {
            const last = rows.at(-1);
            return { hasNextPage: more, endCursor: last ? cursorOf(last) : null };
          });
          break;
        case "totalCount":
          total = "asked";
          readers.set(key, ({ total }) => total);
          break;
        default: // __typename is answered without us
      }

    const from = this.#candidates(source);
    const rows = this.#select(
      inner,
      source,
      from,
      `WHERE ${conditions.join("\n  AND ")}\nORDER BY ${orderSql(keys)}\nLIMIT ${size} + 1`,
    );
    const count = total
      ? `(SELECT count(*) FROM ${from} ${this.#facts(source)} WHERE ${matching.join(" AND ")})`
      : "NULL";
    const visit = this.#visit(inner, source);
    const column = columns.add(
      `(SELECT json_build_object('rows', coalesce(json_agg(row_to_json(r)), '[]'), 'size', ${size}, 'total', ${count}) FROM (${rows}) r)`,
      (value, found) => {
        for (const row of pageOf(value).rows) visit(row, found);
      },
    );
    return (data) => {
      const found = pageOf(data[column]);
      return new Row({}, new Map([...readers].map(([key, read]) => [key, () => read(found)])));
    };
  }

  #connectionEdge(
    inner: Columns,
    source: Source,
    connection: GraphQLObjectType,
    fields: readonly FieldNode[],
    cursorOf: Reader,
  ): Selection {
    const type = getNamedType(connection.getFields()["edges"]?.type ?? connection);
    const edge = new Map<string, Reader>();
    if (!isObjectType(type)) return edge;
    for (const [key, nodes] of collect(this.question, type, below(fields))) {
      if (nodes[0]?.name.value === "cursor") edge.set(key, cursorOf);
      if (nodes[0]?.name.value === "node") {
        const selection = this.#selection(inner, source, source.type, source.alias, source.entity, nodes);
        edge.set(key, (row) => new Row(row, selection));
      }
    }
    return edge;
  }

  #after(keys: readonly OrderKey[], place: string, name: string, cursorIn: (variables: Binding["variables"]) => unknown): string {
    const values = keys.map(({ cast }, i) =>
      this.parameters.add(`after ${name} ${i}`, cast, ({ variables }) => {
        const opened = this.world.ids.openCursor(place, String(cursorIn(variables)));
        if (!opened || opened.length !== keys.length) throw badCursor();
        return opened[i] ?? null;
      }),
    );
    return afterSql(keys, values);
  }

  /** Response keys of one object: `type` is the record, or what belongs to it and is decided by its facts. */
  #selection(
    columns: Columns,
    source: Source,
    type: GraphQLObjectType,
    alias: string,
    entity: EntityMetadata,
    nodes: readonly FieldNode[],
  ): Selection {
    const selection = new Map<string, Reader>();
    for (const [key, fields] of collect(this.question, type, below(nodes))) {
      const name = fields[0]?.name.value ?? "";
      const field: GraphQLField<unknown, unknown> | undefined = type.getFields()[name];
      if (!field) continue; // __typename
      selection.set(key, this.#field(columns, source, type, field, alias, entity, fields));
    }
    return selection;
  }

  #field(
    columns: Columns,
    source: Source,
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    alias: string,
    entity: EntityMetadata,
    nodes: readonly FieldNode[],
  ): Reader {
    const guard = this.#guard(type, field.name);
    const { edge, belonging } = fieldMarks(field);
    if (guard.kind === "edge" && edge) return this.#edge(columns, source, field, edge, nodes);
    if (guard.kind !== "group") return this.#own(source, field);
    source.ask(guard.row, guard.levels);
    const shown = source.when(this.world.tables.anyOf(guard.row, guard.levels, this.asker));
    if (edge) return this.#edge(columns, source, field, edge, nodes, shown);
    if (belonging) return this.#belonging(columns, source, field, belonging, nodes, shown);

    const content = source.when(this.world.tables.anyOf(guard.row, guard.content, this.asker));
    const value = valueOf(field, alias, entity);
    const masked = guard.mask === undefined ? "false" : source.when(this.world.tables.of(guard.row, "M", this.asker));
    const mask = masked === "false" ? "" : ` WHEN ${masked} AND ${value.sql} IS NOT NULL THEN ${literal(guard.mask ?? "")}`;
    const column = columns.add(`CASE WHEN ${content} THEN ${value.json}${mask} END`);
    return this.#reference(field, (data) => data[column]);
  }

  /** Fields that every shared record has and no group guards. */
  #own(source: Source, field: GraphQLField<unknown, unknown>): Reader {
    const { record } = source;
    if (field.name === "id") return ({ i }) => this.world.ids.encode(record, String(i));
    if (field.name === "disclosure") {
      source.bits |= disclosureBits(this.world.tables, record, this.asker);
      return ({ f }) => disclosureOf(this.world.tables, record, this.asker, Number(f));
    }
    throw new TypeError(`${record}.${field.name} is public and nobody reads it`);
  }

  /** Agencies and divisions are joined from memory. */
  #reference(field: GraphQLField<unknown, unknown>, read: Reader): Reader {
    const { directory } = this.world;
    const named = getNamedType(field.type).name;
    if (named !== "Agency" && named !== "Division") return read;
    const find = (value: unknown) => (named === "Agency" ? directory.agency(String(value)) : directory.division(String(value)));
    return (data) => {
      const value = read(data);
      if (value === null || value === undefined) return null;
      return Array.isArray(value) ? value.map(find) : find(value);
    };
  }

  /** Rows that belong to the record: decided by its facts. */
  #belonging(
    columns: Columns,
    source: Source,
    field: GraphQLField<unknown, unknown>,
    { target, by, give }: Belonging,
    nodes: readonly FieldNode[],
    shown: string,
  ): Reader {
    const entity = this.world.entity(target());
    const alias = this.#alias();
    const from = `${quote(entity.tableName)} ${alias}`;
    const mine = `${alias}.${joinColumn(entity, by)} = ${source.alias}.id`;
    if (give !== undefined) {
      const given = `${alias}.${columnOf(entity, give)}`;
      const column = columns.add(
        `CASE WHEN ${shown} THEN (SELECT coalesce(json_agg(${given} ORDER BY ${given}), '[]') FROM ${from} WHERE ${mine}) END`,
      );
      return this.#reference(field, (data) => data[column]);
    }
    const type = getNamedType(field.type);
    if (!isObjectType(type)) throw new TypeError(`${field.name} belongs to a record and is no object`);
    const inner = new Columns();
    const selection = this.#selection(inner, source, type, alias, entity, nodes);
    const rows = `SELECT ${source.facts} AS f,\n       ${inner}\nFROM ${from}\nWHERE ${mine}\nORDER BY ${alias}.id\nLIMIT ${NESTED_ROWS}`;
    const column = columns.add(`CASE WHEN ${shown} THEN ${aggregate(field, rows)} END`);
    return (data) => nested(data[column], selection);
  }

  /** Records at the other end of edges: guarded by the edge's group, and by their own anchor. */
  #edge(
    columns: Columns,
    source: Source,
    field: GraphQLField<unknown, unknown>,
    edge: Edge,
    nodes: readonly FieldNode[],
    shown = "true",
  ): Reader {
    const type = getNamedType(field.type);
    if (!isObjectType(type)) throw new TypeError(`${field.name} is an edge and leads to no object`);
    const between = this.world.entity(edge.through());
    const link = this.#alias();
    const far = this.#source(type);
    const conditions = [`${link}.${joinColumn(between, edge.near)} = ${source.alias}.id`];
    const kind = typeof edge.rows === "string" ? undefined : `${link}.${columnOf(between, edge.rows.property)}`;
    if (edge.only !== undefined && kind) conditions.push(`${kind} = ${literal(edge.only)}`);

    const inner = new Columns();
    if (edge.owner === "far") {
      // The way back: each record is there only where the group of its own edge allows it, by that record's facts.
      const rows = typeof edge.rows === "string" ? [["", edge.rows] as const] : Object.entries(edge.rows.byValue);
      const opened = rows.map(([value, name]) => {
        const row = this.#row(name);
        return { value, name, when: far.when(this.world.tables.of(row, "F", this.asker)) };
      });
      conditions.push(
        kind
          ? `CASE ${kind} ${opened.map(({ value, when }) => `WHEN ${literal(value)} THEN ${when}`).join(" ")} ELSE false END`
          : (opened[0]?.when ?? "false"),
      );
      inner.add(kind ? `CASE ${kind} ${opened.map(({ value, name }) => `WHEN ${literal(value)} THEN ${literal(name)}`).join(" ")} END` : literal(opened[0]?.name ?? ""));
    }
    const selection = this.#selection(inner, far, type, far.alias, far.entity, nodes);
    conditions.push(this.#exists(far));
    const from = `${quote(between.tableName)} ${link} JOIN ${tableOf(far)} ON ${far.alias}.id = ${link}.${joinColumn(between, edge.far)}`;
    const rows = this.#select(
      inner,
      far,
      from,
      `WHERE ${conditions.join("\n  AND ")}\nORDER BY ${orderSql(this.#order(far, undefined))}\nLIMIT ${NESTED_ROWS}`,
    );
    const list = aggregate(field, rows);
    const visit = this.#visit(inner, far, edge.owner === "far");
    const column = columns.add(shown === "true" ? list : `CASE WHEN ${shown} THEN ${list} END`, (value, found) => {
      for (const row of Array.isArray(value) ? value : [value]) visit(row, found);
    });
    return (data) => nested(data[column], selection);
  }

  #order(source: Source, orderBy: unknown): OrderKey[] {
    const anchor = this.#anchor(source.record);
    const band = sharedMark(source.type)?.band;
    return orderKeys({
      orderBy,
      alias: source.alias,
      content: (property) => this.#contentFor(source, property),
      inFull: source.when(this.world.tables.of(anchor, "F", this.asker)),
      onlyInFull: !this.world.tables.possible(anchor, ["M", "B", "X"], this.asker),
      band: band && this.#mayShowContent(source, band) ? band : undefined,
    });
  }

  /** A field as a predicate or an order may see it. */
  #contentFor(source: Source, property: string): Content {
    const field = source.type.getFields()[property];
    if (!field) throw new TypeError(`${source.record} has no field ${property}`);
    const guard = this.#guard(source.type, property);
    if (guard.kind !== "group" || !this.#mayShowContent(source, property))
      throw fieldNotShared(this.world.tables, `${source.record}.${property}`, guard, this.asker);
    const { sql, cast } = valueOf(field, source.alias, source.entity);
    return { shown: source.when(this.world.tables.anyOf(guard.row, guard.content, this.asker)), sql, cast };
  }

  #mayShowContent(source: Source, property: string): boolean {
    const guard = this.#guard(source.type, property);
    return guard.kind === "group" && this.world.tables.possible(guard.row, guard.content, this.asker);
  }

  /** A row of this type exists for the asker: its anchor is shown at some level. */
  #exists(source: Source): string {
    const shown = source.when(this.world.tables.anyOf(this.#anchor(source.record), ["F", "M", "B", "X"], this.asker));
    return `CASE WHEN ${shown} THEN true ELSE false END`;
  }

  /**
   * Where a list begins: all rows where a place can make one exist, else only those with a key of the viewer, by an
   * index on the keys (an OR of both would sort the whole table; docs/decisions/0005-facts-in-arrays.md).
   */
  #candidates(source: Source): string {
    const anchor = this.world.tables.anyOf(this.#anchor(source.record), ["F", "M", "B", "X"], this.asker);
    const byPlace = [...anchor.shown].some((facts) => facts & FACT.j);
    if (byPlace) return tableOf(source);
    const keys = this.parameters.add(`keys ${source.record} all`, "bigint[]", (binding) =>
      arrayText([...binding.keys(source.record).values()].flatMap(({ steady, timed }) => [...steady, ...timed])),
    );
    const mine = this.#alias();
    return `(SELECT DISTINCT record FROM involvement WHERE record_type = ${literal(source.record)} AND key = ANY (${keys})) ${mine} JOIN ${tableOf(source)} ON ${source.alias}.id = ${mine}.record`;
  }

  #select(inner: Columns, source: Source, from: string, tail: string): string {
    return `SELECT ${source.facts} AS f,\n       ${source.alias}.id AS i,\n       ${inner}\nFROM ${from} ${this.#facts(source)}\n${tail}`;
  }

  /** The row's facts, once: OFFSET 0 keeps the planner from writing the expression into every CASE. */
  #facts(source: Source): string {
    const { alias, record } = source;
    const { minorAuthor } = sharedMark(source.type) ?? {};
    const keys = (fact: number, timed: boolean) =>
      this.parameters.add(`keys ${record} ${fact} ${timed}`, "bigint[]", (binding) => {
        const of = binding.keys(record).get(fact);
        return arrayText((timed ? of?.timed : of?.steady) ?? []);
      });
    const facts = factsSql(
      source.bits,
      {
        id: `${alias}.id`,
        place: `${alias}.place`,
        involved: `${alias}.involved`,
        minorAuthor: minorAuthor && `${alias}.${columnOf(source.entity, minorAuthor)}`,
      },
      {
        places: () => this.parameters.add(`places ${record}`, "int8multirange", ({ viewer }) => placesOf(viewer, record)),
        steady: (fact) => keys(fact, false),
        timed: (fact) => keys(fact, true),
      },
    );
    return `CROSS JOIN LATERAL (SELECT ${facts} AS facts OFFSET 0) ${alias}_facts`;
  }

  /** Writes into the log what a row shows: each group that was asked for, at the level that the leaves give. */
  #visit(inner: Columns, source: Source, overEdge = false): Visit {
    const { tables } = this.world;
    const memo = new Map<number, Record<string, ShownLevel>>();
    const groupsAt = (facts: number) => {
      const known = memo.get(facts);
      if (known) return known;
      const groups: Record<string, ShownLevel> = {};
      for (const [row, levels] of source.asked) {
        const level = tables.level(row, this.asker, facts);
        if (level !== "-" && levels.has(level)) groups[row.row] = level;
      }
      memo.set(facts, groups);
      return groups;
    };
    return (value, found) => {
      if (!isData(value)) return;
      const groups = groupsAt(Number(value["f"]));
      const edge = overEdge ? textOrNull(value["c0"]) : null;
      found.push({ type: source.record, key: String(value["i"]), groups: edge ? { ...groups, [edge]: "F" } : groups });
      inner.visit(value, found);
    };
  }

  #guard(type: GraphQLObjectType, field: string): Guard {
    return this.world.coordinates.get(`${type.name}.${field}`) ?? { kind: "edge", rows: [] };
  }

  #row(name: string): PolicyRow {
    const row = this.world.tables.policy.rows.get(name);
    if (!row) throw new TypeError(`The policy has no row ${name}`);
    return row;
  }

  #anchor(record: RecordType): PolicyRow {
    const anchor = anchorOf(this.world.tables.policy, record);
    if (!anchor) throw new TypeError(`${record} has no anchor`);
    return anchor;
  }

  #source(type: GraphQLObjectType): Source {
    if (!isRecordType(type.name)) throw new TypeError(`${type.name} is no shared record`);
    return new Source(type.name, type, this.world.entity(type.name), this.#alias());
  }

  #alias(): string {
    this.#aliases++;
    return `t${this.#aliases}`;
  }
}

/** A page as the statement gives it; the row beyond only tells that there is one. */
interface Found {
  readonly rows: readonly Data[];
  readonly more: boolean;
  readonly total: unknown;
}
function pageOf(value: unknown): Found {
  if (!isData(value)) return { rows: [], more: false, total: null };
  const rows = rowsOf(value["rows"]);
  const size = Number(value["size"]);
  return { rows: rows.slice(0, size), more: rows.length > size, total: value["total"] };
}

const isRecordType = (name: string): name is RecordType => RECORD_TYPES.some((type) => type === name);
const tableOf = ({ entity, alias }: Source) => `${quote(entity.tableName)} ${alias}`;
const rowOf = (value: unknown, selection: Selection, typename?: string) =>
  isData(value) ? new Row(value, selection, typename) : null;
const nested = (value: unknown, selection: Selection): unknown =>
  Array.isArray(value) ? rowsOf(value).map((row) => new Row(row, selection)) : rowOf(value, selection);
const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
const step = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

/** Rows as JSON: a list, or the one row of a field that is no list. */
const aggregate = (field: GraphQLField<unknown, unknown>, rows: string): string =>
  isListType(field.type)
    ? `(SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM (${rows}) r)`
    : `(SELECT row_to_json(r) FROM (${rows}) r LIMIT 1)`;

function columnOf(entity: EntityMetadata, property: string): string {
  const column = entity.findColumnWithPropertyName(property);
  if (!column) throw new TypeError(`${entity.name} has no column ${property}`);
  return quote(column.databaseName);
}

function joinColumn(entity: EntityMetadata, relation: string): string {
  const [column] = entity.findRelationWithPropertyPath(relation)?.joinColumns ?? [];
  if (!column) throw new TypeError(`${entity.name} has no relation ${relation}`);
  return quote(column.databaseName);
}

/** A field's value in SQL: as it is compared, and as JSON carries it. */
function valueOf(
  field: GraphQLField<unknown, unknown>,
  alias: string,
  entity: EntityMetadata,
): { sql: string; json: string; cast: string } {
  const { computed, from } = fieldMarks(field);
  if (computed) {
    const sql = computed((property) => `${alias}.${columnOf(entity, property)}`);
    return { sql: `(${sql})`, json: `(${sql})`, cast: castOf(field) };
  }
  const column = entity.findColumnWithPropertyName(from ?? field.name);
  if (!column) throw new TypeError(`${entity.name}.${field.name} has no column; name one with @From or @Computed`);
  const sql = `${alias}.${quote(column.databaseName)}`;
  const json =
    column.type === "timestamptz"
      ? `to_char(${sql} AT TIME ZONE interval '8 hours', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+08:00"')`
      : sql;
  return { sql, json, cast: String(column.type) };
}

/** PostgreSQL type of a computed field, by its GraphQL type. */
function castOf(field: GraphQLField<unknown, unknown>): string {
  const name = getNamedType(field.type).name;
  return name === "Division" ? "bigint" : name === "Boolean" ? "boolean" : name === "Int" ? "int" : "text";
}

/** A filter's value as the text that PostgreSQL reads. */
function filterText(value: unknown, cast: string): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return arrayText(value.map((item) => String(filterText(item, cast))));
  return value instanceof Date ? value.toISOString() : String(value);
}
