import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isListType,
  isObjectType,
  Kind,
} from "graphql";
import type { EntityMetadata } from "typeorm";
import { badUserInput } from "../errors.js";
import { relationsNamed } from "../facts/keeping.js";
import { FACT } from "../policy/facts.js";
import { KNOWN_AT_HOME } from "../policy/home.js";
import { type PolicyRow, SHOWN_LEVELS } from "../policy/policy.js";
import { arrayText } from "../store/array-text.js";
import { type Conferred, UNREGISTERED } from "../viewer/context.js";
import { below, collect } from "./collect.js";
import { Columns } from "./columns.js";
import type { Deciding } from "./deciding.js";
import { disclosureBits, disclosureOf } from "./disclosure.js";
import { fieldMarks } from "./marks.js";
import { orderSql } from "./order.js";
import type { Belonging, Edge, Pointing } from "./record.js";
import { nested, type Reader, type Selection } from "./row.js";
import { factsOf, type Source, tableOf } from "./source.js";
import { literal, quote } from "./statement.js";
import { columnOf, fieldValue, joinColumn } from "./values.js";

/** Plans the fields of records: decided values, what belongs to a record, and edges to others. */
export class Fields {
  constructor(private readonly deciding: Deciding) {}

  /** Response keys of one object: `type` is the record, or what belongs to it and is decided by its facts. */
  selection(
    columns: Columns,
    source: Source,
    type: GraphQLObjectType,
    alias: string,
    entity: EntityMetadata,
    nodes: readonly FieldNode[],
  ): Selection {
    const selection = new Map<string, Reader>();
    for (const [key, fields] of collect(this.deciding.question, type, below(nodes))) {
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
    const guard = this.deciding.guard(type, field.name);
    const { edge, belonging, pointing } = fieldMarks(field);
    if (guard.kind === "edge" && edge) return this.#edge(columns, source, field, edge, nodes);
    if (guard.kind === "root" && pointing) return this.#pointing(columns, source, field, pointing, nodes);
    if (guard.kind === "confers") return this.#conferred(columns, source, guard.rows, field, nodes);
    if (guard.kind !== "group") return this.#own(columns, source, field);
    source.ask(guard.row, guard.levels);
    const shown = source.when(this.deciding.world.tables.anyOf(guard.row, guard.levels, this.deciding.asker));
    if (edge) return this.#edge(columns, source, field, edge, nodes, shown);
    if (pointing) return this.#pointing(columns, source, field, pointing, nodes, shown);
    if (belonging) return this.#belonging(columns, source, field, belonging, nodes, shown);

    const content = source.when(this.deciding.world.tables.anyOf(guard.row, guard.content, this.deciding.asker));
    const value = fieldValue(field, alias, entity);
    const masked =
      guard.mask === undefined
        ? "false"
        : source.when(this.deciding.world.tables.of(guard.row, "M", this.deciding.asker));
    const mask =
      masked === "false" ? "" : ` WHEN ${masked} AND ${value.sql} IS NOT NULL THEN ${literal(guard.mask ?? "")}`;
    const column = columns.add(`CASE WHEN ${content} THEN ${value.json}${mask} END`);
    return this.#reference(field, (data) => data[column]);
  }

  /** Fields that every shared record has and no group guards. */
  #own(columns: Columns, source: Source, field: GraphQLField<unknown, unknown>): Reader {
    const { atHome, record } = source;
    if (field.name === "id" && atHome) {
      const column = columns.add(atHome.id);
      return (data) => data[column];
    }
    if (field.name === "id") return ({ i }) => this.deciding.world.ids.encode(record, String(i));
    if (field.name === "disclosure") {
      source.bits |= disclosureBits(this.deciding.world.tables, record, this.deciding.asker);
      return ({ f }) => disclosureOf(this.deciding.world, record, this.deciding.asker, Number(f));
    }
    throw new TypeError(`${record}.${field.name} is public and nobody reads it`);
  }

  /**
   * The level of a group that another server holds, where it is open, of a child that one of the server's agencies keeps rows of:
   * no other is it told of. It is on record like any other group, and for whom; but for rows that are never told outside
   * their source: not even that somebody may read them.
   */
  #conferred(
    columns: Columns,
    source: Source,
    rows: readonly PolicyRow[],
    field: GraphQLField<unknown, unknown>,
    nodes: readonly FieldNode[],
  ): Reader {
    const { asker, question, world } = this.deciding;
    const [node] = nodes;
    const { audience, row: wanted } = node ? getArgumentValues(field, node, question.variables) : {};
    // The plan is kept for whatever the variables hold, so they cannot say for whom it is.
    if (node?.arguments?.some(({ value }) => value.kind !== Kind.STRING)) throw noLiteral();
    const subgraph = String(audience);
    const held = world.heldBy?.(subgraph);
    const its = rows.find(({ row }) => row === wanted && held?.holds.has(row));
    if (!its || !held) return () => UNREGISTERED;
    const ownOnly = its.limits.has("SOURCE_ONLY");
    const open = source.when(world.tables.anyOf(its, SHOWN_LEVELS, asker));
    const keptBy = held.agencies.map((agency) => {
      const kinds = this.deciding.parameters.add(`kinds ${agency} ${its.row}`, "text[]", () =>
        arrayText(["SOURCE", ...relationsNamed(its, world.directory.agency(agency)?.kind)]),
      );
      return `k.agency = ${literal(agency)} AND k.kind = ANY (${kinds})`;
    });
    const viewers = this.deciding.parameters.add("agency of the viewer", "uuid", ({ viewer }) => viewer.agency.id);
    // Of two agencies of one kind each is the source of its own rows, though both are of the child.
    const ofItsKind = held.agencies.some((agency) => world.directory.agency(agency)?.kind === asker.role);
    const conferredIn = (value: unknown) => {
      const [key, facts, own] = Array.isArray(value) ? value : [];
      const known = own || !ofItsKind ? Number(facts) : Number(facts) & ~FACT.o;
      const level = world.tables.level(its, asker, known);
      if (typeof key !== "string" || level === "-") return null;
      const byTheHub = own === true && world.tables.level(its, asker, known & ~KNOWN_AT_HOME) === level;
      const assigned = own === true && asker.post.scope === "ASSIGNED";
      return { key, level, own: own === true, byTheHub, assigned };
    };
    const column = columns.add(
      `CASE WHEN ${open} THEN (
        SELECT json_build_array(${source.alias}.id, ${source.facts}, bool_or(k.agency = ${viewers}))
          FROM hub_keeping k WHERE k.minor = ${source.alias}.id AND (${keptBy.join(" OR ")}) HAVING count(*) > 0) END`,
      (value, found) => {
        const conferred = conferredIn(value);
        if (!conferred || ownOnly) return;
        found.push({
          type: source.record,
          key: conferred.key,
          groups: { [its.row]: conferred.level },
          told: subgraph,
        });
      },
    );
    return (data): Conferred | null => {
      const conferred = conferredIn(data[column]);
      return (
        conferred && {
          id: world.ids.encode(source.record, conferred.key),
          levels: { [its.row]: conferred.level },
          own: conferred.own,
          byTheHub: conferred.byTheHub,
          assigned: conferred.assigned,
          ownOnly,
        }
      );
    };
  }

  /** Agencies and divisions are joined from memory. */
  #reference(field: GraphQLField<unknown, unknown>, read: Reader): Reader {
    const { directory } = this.deciding.world;
    const named = getNamedType(field.type).name;
    if (named !== "Agency" && named !== "Division") return read;
    const find = (value: unknown) =>
      named === "Agency" ? directory.agency(String(value)) : directory.division(String(value));
    return (data) => {
      const value = read(data);
      if (value === null || value === undefined) return null;
      // An agency that another hub has just let in is not in this hub's memory yet.
      return Array.isArray(value) ? value.map(find).filter((found) => found !== null) : find(value);
    };
  }

  /** Rows that belong to the record: decided by its facts. */
  #belonging(
    columns: Columns,
    source: Source,
    field: GraphQLField<unknown, unknown>,
    { target, by, give, running }: Belonging,
    nodes: readonly FieldNode[],
    shown: string,
  ): Reader {
    const entity = this.deciding.world.entity(target());
    const alias = this.deciding.alias();
    const from = `${quote(entity.tableName)} ${alias}`;
    const its = `${alias}.${joinColumn(entity, by)} = ${source.alias}.id`;
    const of = (property: string) => `${alias}.${columnOf(entity, property)}`;
    const mine = running ? `${its} AND ${of("since")} <= now() AND (${of("until")} > now()) IS NOT FALSE` : its;
    if (give !== undefined) {
      const given = of(give);
      const column = columns.add(
        `CASE WHEN ${shown} THEN (SELECT coalesce(json_agg(DISTINCT ${given} ORDER BY ${given}), '[]') FROM ${from} WHERE ${mine}) END`,
      );
      return this.#reference(field, (data) => data[column]);
    }
    const type = getNamedType(field.type);
    if (!isObjectType(type)) throw new TypeError(`${field.name} belongs to a record and is no object`);
    const inner = new Columns();
    const selection = this.selection(inner, source, type, alias, entity, nodes);
    const rows = `SELECT ${factsOf(source)},\n       ${inner}\nFROM ${from}\nWHERE ${mine}\nORDER BY ${alias}.id`;
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
    const between = this.deciding.world.entity(edge.through());
    const link = this.deciding.alias();
    const far = this.#far(field);
    const conditions = [`${link}.${joinColumn(between, edge.near)} = ${source.alias}.id`];
    const kind = typeof edge.rows === "string" ? undefined : `${link}.${columnOf(between, edge.rows.property)}`;
    if (edge.only !== undefined && kind) conditions.push(`${kind} = ${literal(edge.only)}`);

    const inner = new Columns();
    if (edge.owner === "far") {
      // The way back: each record is there only where the group of its own edge allows it, by that record's facts.
      const rows = typeof edge.rows === "string" ? [["", edge.rows] as const] : Object.entries(edge.rows.byValue);
      const opened = rows.map(([value, name]) => {
        const row = this.deciding.row(name);
        return { value, name, when: far.when(this.deciding.world.tables.of(row, "F", this.deciding.asker)) };
      });
      conditions.push(
        kind
          ? `CASE ${kind} ${opened.map(({ value, when }) => `WHEN ${literal(value)} THEN ${when}`).join(" ")} ELSE false END`
          : (opened[0]?.when ?? "false"),
      );
      inner.add(
        kind
          ? `CASE ${kind} ${opened.map(({ value, name }) => `WHEN ${literal(value)} THEN ${literal(name)}`).join(" ")} END`
          : literal(opened[0]?.name ?? ""),
      );
    }
    const from = `${quote(between.tableName)} ${link} JOIN ${tableOf(far)} ON ${far.alias}.id = ${link}.${joinColumn(between, edge.far)}`;
    return this.#records(columns, inner, far, field, nodes, from, conditions, shown, edge.owner === "far");
  }

  /** The record that this one points to, or those that point to it: each guarded by its own anchor as well. */
  #pointing(
    columns: Columns,
    source: Source,
    field: GraphQLField<unknown, unknown>,
    { relation, back }: Pointing,
    nodes: readonly FieldNode[],
    shown = "true",
  ): Reader {
    const far = this.#far(field);
    const tied = back
      ? `${far.alias}.${joinColumn(far.entity, relation)} = ${source.alias}.id`
      : `${far.alias}.id = ${source.alias}.${joinColumn(source.entity, relation)}`;
    return this.#records(columns, new Columns(), far, field, nodes, tableOf(far), [tied], shown);
  }

  #far(field: GraphQLField<unknown, unknown>): Source {
    const type = getNamedType(field.type);
    if (!isObjectType(type)) throw new TypeError(`${field.name} leads to no object`);
    return this.deciding.source(type);
  }

  /** Those of the records that exist for the viewer, in their order. */
  #records(
    columns: Columns,
    inner: Columns,
    far: Source,
    field: GraphQLField<unknown, unknown>,
    nodes: readonly FieldNode[],
    from: string,
    tied: readonly string[],
    shown: string,
    overEdge = false,
  ): Reader {
    const selection = this.selection(inner, far, far.type, far.alias, far.entity, nodes);
    const conditions = [...tied, this.deciding.exists(far)];
    const rows = this.deciding.select(
      inner,
      far,
      from,
      `WHERE ${conditions.join("\n  AND ")}\nORDER BY ${orderSql(this.deciding.order(far, undefined), false)}`,
    );
    const list = aggregate(field, rows);
    const visit = this.deciding.visit(inner, far, overEdge);
    const column = columns.add(shown === "true" ? list : `CASE WHEN ${shown} THEN ${list} END`, (value, found) => {
      for (const row of Array.isArray(value) ? value : [value]) visit(row, found);
    });
    return (data) => nested(data[column], selection);
  }
}

const noLiteral = () =>
  badUserInput(
    "audience",
    "For whom and of which row the hub's word is stands in the question itself",
    "子图名称和政策行须直接写在查询中",
    "Write audience and row as literals, not as variables",
  );

/** Rows as JSON: a list, or the one row of a field that is no list. */
const aggregate = (field: GraphQLField<unknown, unknown>, rows: string): string =>
  isListType(field.type)
    ? `(SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM (${rows}) r)`
    : `(SELECT row_to_json(r) FROM (${rows}) r LIMIT 1)`;
