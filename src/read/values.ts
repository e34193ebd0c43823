import { type GraphQLField, getNamedType } from "graphql";
import type { EntityMetadata } from "typeorm";
import { arrayText } from "../store/array-text.js";
import { fieldMarks } from "./marks.js";
import { quote } from "./statement.js";

export function columnOf(entity: EntityMetadata, property: string): string {
  const column = entity.findColumnWithPropertyName(property);
  if (!column) throw new TypeError(`${entity.name} has no column ${property}`);
  return quote(column.databaseName);
}

export function joinColumn(entity: EntityMetadata, relation: string): string {
  const [column] = entity.findRelationWithPropertyPath(relation)?.joinColumns ?? [];
  if (!column) throw new TypeError(`${entity.name} has no relation ${relation}`);
  return quote(column.databaseName);
}

/** A field's value in SQL: as it is compared, and as JSON carries it. */
export function fieldValue(
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
export function filterText(value: unknown, cast: string): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return arrayText(value.map((item) => String(filterText(item, cast))));
  return value instanceof Date ? value.toISOString() : String(value);
}
