import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isObjectType,
  isUnionType,
} from "graphql";
import type { Asker } from "../policy/decide.js";
import { arrayText } from "../store/array-text.js";
import type { IdType } from "../store/global-id.js";
import { isRecordType } from "../store/record-types.js";
import { below, collect, type Question } from "./collect.js";
import { Columns } from "./columns.js";
import { Deciding } from "./deciding.js";
import { Fields } from "./fields.js";
import { filterSql } from "./filter.js";
import { beyondSql, type OrderKey, orderSql } from "./order.js";
import { badCursor, oneWay, type Page, pageIn, pageSize } from "./page.js";
import { type Reference, referencesIn } from "./reference.js";
import { type Data, isData, type Reader, Row, rowOf, rowsOf, type Selection } from "./row.js";
import { type Source, tableOf } from "./source.js";
import type { Binding, Parameters } from "./statement.js";
import { filterText } from "./values.js";
import type { ReadWorld } from "./world.js";

/** Plans the root fields of one question for one asker. */
export class Planner {
  readonly #fields: Fields;
  private readonly deciding: Deciding;

  constructor(world: ReadWorld, asker: Asker, question: Question) {
    this.deciding = new Deciding(world, asker, question);
    this.#fields = new Fields(this.deciding);
  }

  get parameters(): Parameters {
    return this.deciding.parameters;
  }

  /** @returns null for a root field that the database is not asked for */
  root(
    columns: Columns,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    nodes: readonly FieldNode[],
  ): Reader | null {
    const named = getNamedType(field.type);
    if (isUnionType(named)) return this.#entities(columns, field, node, nodes);
    if (!isObjectType(named)) return this.#node(columns, field, node, nodes);
    if (isRecordType(named.name))
      return this.#one(columns, this.deciding.source(named), nodes, this.#keyOf(field, node, named.name));
    const rows = named.getFields()["nodes"];
    const record = rows && getNamedType(rows.type);
    return isObjectType(record) && isRecordType(record.name)
      ? this.#connection(columns, named, this.deciding.source(record), field, node, nodes)
      : null;
  }

  /** `node(id)`: the id tells the type, so the type is part of the plan's shape. */
  #node(
    columns: Columns,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    nodes: readonly FieldNode[],
  ): Reader | null {
    const { id } = getArgumentValues(field, node, this.deciding.question.variables);
    const decoded = this.deciding.world.ids.decode(String(id));
    const type = decoded && this.deciding.question.schema.getType(decoded.type);
    if (!isObjectType(type) || !isRecordType(type.name)) return null;
    return this.#one(columns, this.deciding.source(type), nodes, this.#keyOf(field, node, type.name));
  }

  /** `_entities`: each type once, whatever the number of references; a row tells which of them it answers. */
  #entities(
    columns: Columns,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    nodes: readonly FieldNode[],
  ): Reader {
    const { question, world } = this.deciding;
    const references = (variables: Binding["variables"]) => referencesIn(getArgumentValues(field, node, variables));
    const readers = [...new Set(references(question.variables).map(({ __typename }) => __typename))].flatMap((name) => {
      const type = question.schema.getType(name);
      if (!isObjectType(type) || !isRecordType(type.name)) return [];
      const asked = this.deciding.alias();
      const source = this.deciding.source(
        type,
        world.atHome ? { id: `${asked}.id`, told: `${asked}.told` } : undefined,
      );
      const inner = new Columns();
      const selection = this.#fields.selection(inner, source, type, source.alias, source.entity, nodes);
      const place = inner.add(`${asked}.n`);
      const list = (what: string, cast: string, value: (reference: Reference, binding: Binding) => string | null) =>
        this.deciding.parameters.add(`${what} ${name} ${node.loc?.start}`, `${cast}[]`, (binding) =>
          arrayText(
            references(binding.variables).map((reference) =>
              reference.__typename === name ? value(reference, binding) : null,
            ),
          ),
        );
      const from = world.atHome
        ? // No row of one's own is known by the hub's id but over the link.
          `(SELECT l.minor AS key, a.id, a.told::jsonb AS told, a.n
              FROM unnest(${list("ids", "text", ({ id }) => id)}, ${list("told", "text", (reference, { told }) => JSON.stringify(told?.get(reference) ?? null))}) WITH ORDINALITY a(id, told, n)
              CROSS JOIN LATERAL (SELECT minor FROM standing_link WHERE hub_id = a.id OFFSET 0) l
             WHERE a.told <> 'null') ${asked}`
        : `unnest(${list("keys", "uuid", ({ id }) => {
            const decoded = world.ids.decode(id);
            return decoded?.type === name ? decoded.key : null;
          })}) WITH ORDINALITY ${asked}(key, n)`;
      const rows = this.deciding.select(
        inner,
        source,
        `${from} JOIN ${tableOf(source)} ON ${source.alias}.id = ${asked}.key`,
        `WHERE ${this.deciding.exists(source)}`,
      );
      const visit = this.deciding.visit(inner, source);
      const column = columns.add(`(SELECT json_agg(row_to_json(r)) FROM (${rows}) r)`, (value, found) => {
        for (const row of rowsOf(value)) visit(row, found);
      });
      return [{ column, place, selection, typename: type.name }];
    });
    return (data) => {
      const found: Row[] = [];
      for (const { column, place, selection, typename } of readers)
        for (const row of rowsOf(data[column])) found[Number(row[place]) - 1] = new Row(row, selection, typename);
      return found;
    };
  }

  /** The key that the argument `id` means, else the record that the command has changed. */
  #keyOf(field: GraphQLField<unknown, unknown>, node: FieldNode, type: IdType): string {
    if (!field.args.some(({ name }) => name === "id"))
      return this.deciding.parameters.add("changed", "uuid", ({ changed }) => changed ?? null);
    return this.deciding.parameters.add(`id ${type} ${node.loc?.start}`, "uuid", ({ variables }) => {
      const decoded = this.deciding.world.ids.decode(String(getArgumentValues(field, node, variables)["id"]));
      return decoded?.type === type ? decoded.key : null;
    });
  }

  #one(columns: Columns, source: Source, nodes: readonly FieldNode[], key: string): Reader {
    const inner = new Columns();
    const selection = this.#fields.selection(inner, source, source.type, source.alias, source.entity, nodes);
    const rows = this.deciding.select(
      inner,
      source,
      tableOf(source),
      `WHERE ${source.alias}.id = ${key}\n  AND ${this.deciding.exists(source)}`,
    );
    const column = columns.add(`(SELECT row_to_json(r) FROM (${rows}) r)`, this.deciding.visit(inner, source));
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
    const page = (variables: Binding["variables"]) => pageIn(args(variables));
    const { filter, orderBy } = args(this.deciding.question.variables);
    const { backward, cursor } = page(this.deciding.question.variables);
    const inner = new Columns();
    const path = [node.alias?.value ?? node.name.value];
    const keys = this.deciding.order(source, orderBy, path);
    const cursorPlace = [source.record, ...keys.map(({ name, descending }) => `${name}${descending ? "-" : "+"}`)].join(
      " ",
    );
    const keyColumns = keys.map(({ sql }) => inner.add(`(${sql})::text`));
    const cursorOf: Reader = (row) =>
      this.deciding.world.ids.sealCursor(
        cursorPlace,
        keyColumns.map((column) => textOrNull(row[column])),
      );

    const conditions = [this.deciding.exists(source)];
    if (filter !== undefined && filter !== null)
      conditions.push(
        filterSql(filter, {
          content: (property) => this.deciding.predicate(source, property, path),
          parameter: (path, cast) =>
            this.deciding.parameters.add(`filter ${place} ${path.join(".")}`, cast, ({ variables }) =>
              filterText(path.reduce(step, args(variables)["filter"]), cast),
            ),
        }),
      );
    const matching = [...conditions];
    if (typeof cursor === "string") conditions.push(this.#beyond(keys, cursorPlace, `${place}`, page));
    const size = this.deciding.parameters.add(`size ${place}`, "int", ({ variables }) =>
      String(pageSize(page(variables))),
    );

    let total: string | undefined;
    const readers = new Map<string, (found: Found) => unknown>();
    for (const [key, fields] of collect(this.deciding.question, connection, below(nodes)))
      switch (fields[0]?.name.value) {
        case "nodes": {
          const selection = this.#fields.selection(inner, source, source.type, source.alias, source.entity, fields);
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
            const [first, last] = [rows.at(0), rows.at(-1)];
            // A cursor is of a row that was there: beyond it the list goes on the other way.
            const behind = typeof cursor === "string";
            return {
              hasNextPage: backward ? behind : more,
              hasPreviousPage: backward ? more : behind,
              startCursor: first ? cursorOf(first) : null,
              endCursor: last ? cursorOf(last) : null,
            };
          });
          break;
        case "totalCount":
          total = "asked";
          readers.set(key, ({ total }) => total);
          break;
        default: // __typename is answered without us
      }

    const from = this.deciding.candidates(source);
    const rows = this.deciding.select(
      inner,
      source,
      from,
      `WHERE ${conditions.join("\n  AND ")}\nORDER BY ${orderSql(keys, backward)}\nLIMIT ${size} + 1`,
    );
    const count = total
      ? `(SELECT count(*) FROM ${from} ${this.deciding.facts(source)} WHERE ${matching.join(" AND ")})`
      : "NULL";
    const visit = this.deciding.visit(inner, source);
    const column = columns.add(
      `(SELECT json_build_object('rows', coalesce(json_agg(row_to_json(r)), '[]'), 'size', ${size}, 'total', ${count}) FROM (${rows}) r)`,
      (value, found) => {
        for (const row of pageOf(value, backward).rows) visit(row, found);
      },
    );
    return (data) => {
      const found = pageOf(data[column], backward);
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
    for (const [key, nodes] of collect(this.deciding.question, type, below(fields))) {
      if (nodes[0]?.name.value === "cursor") edge.set(key, cursorOf);
      if (nodes[0]?.name.value === "node") {
        const selection = this.#fields.selection(inner, source, source.type, source.alias, source.entity, nodes);
        edge.set(key, (row) => new Row(row, selection));
      }
    }
    return edge;
  }

  #beyond(
    keys: readonly OrderKey[],
    place: string,
    name: string,
    pageOf: (variables: Binding["variables"]) => Page,
  ): string {
    const values = keys.map(({ cast }, i) =>
      this.deciding.parameters.add(`cursor ${name} ${i}`, cast, ({ variables }) => {
        const page = oneWay(pageOf(variables));
        const opened = this.deciding.world.ids.openCursor(place, String(page.cursor));
        if (!opened || opened.length !== keys.length) throw badCursor(page);
        return opened[i] ?? null;
      }),
    );
    return beyondSql(keys, values, pageOf(this.deciding.question.variables).backward);
  }
}

/** A page as the statement gives it; the row beyond only tells that there is one. */
interface Found {
  readonly rows: readonly Data[];
  readonly more: boolean;
  readonly total: unknown;
}
function pageOf(value: unknown, backward: boolean): Found {
  if (!isData(value)) return { rows: [], more: false, total: null };
  const rows = rowsOf(value["rows"]);
  const size = Number(value["size"]);
  const page = rows.slice(0, size);
  return { rows: backward ? page.reverse() : page, more: rows.length > size, total: value["total"] };
}

const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
const step = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
