import { MapperKind, mapSchema, pruneSchema } from "@graphql-tools/utils";
import {
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
} from "graphql";
import type { Activation } from "./activate.js";
import { anchorOf } from "./anchor.js";
import type { Asker } from "./decide.js";
import { type Post, type Role, SHOWN_LEVELS } from "./policy.js";
import { mayShow } from "./say.js";
import { mayPerform, mayWrite } from "./write.js";

/**
 * The schema as a role sees it: without what can never be shown to it, whatever it asks for, and without what it can
 * never write. A record that never exists for it is no type of its view, and nothing leads there.
 * @param posts  the posts that count; all of the role's own for `hub schema --role`
 */
export function roleView(
  activation: Activation,
  schema: GraphQLSchema,
  role: Role,
  posts: readonly Post[],
): GraphQLSchema {
  const { coordinates, tables, policy } = activation;
  const askers: Asker[] = posts.flatMap((post) =>
    [...policy.purposes.values()].filter(({ roles }) => roles.has(role)).map((purpose) => ({ role, post, purpose })),
  );
  /** For whom records of a type may exist; for all of them what is no record. */
  const beholders = new Map(
    Object.keys(schema.getTypeMap()).map((type) => {
      const anchor = anchorOf(policy, type);
      return [type, anchor ? askers.filter((asker) => tables.possible(anchor, SHOWN_LEVELS, asker)) : askers];
    }),
  );
  const isRecord = (type: string) => anchorOf(policy, type) !== undefined;
  const shown = (type: string, field: string): boolean => {
    const guard = coordinates.get(`${type}.${field}`) ?? { kind: "public" };
    return guard.kind === "public" || (beholders.get(type) ?? []).some((asker) => mayShow(tables, guard, asker));
  };
  const asks = keyRecords(activation, schema);
  // A predicate is a read of the field's own content: neither a mask nor a hidden field can be asked about.
  const isKey = (type: string, key: string): boolean => {
    const guard = coordinates.get(`${asks.get(type)}.${key}`);
    return guard?.kind !== "group" || askers.some((asker) => tables.possible(guard.row, guard.content, asker));
  };
  const hasKey = (keys: GraphQLEnumType) => keys.getValues().some(({ value }) => isKey(keys.name, String(value)));
  const closed = closedInputs(activation, schema, askers);

  return pruneSchema(
    mapSchema(schema, {
      [MapperKind.OBJECT_TYPE]: (type) => (isRecord(type.name) && beholders.get(type.name)?.length === 0 ? null : type),
      [MapperKind.OBJECT_FIELD]: (config, field, type) => (shown(type, field) ? config : null),
      [MapperKind.INPUT_OBJECT_FIELD]: (config, field, type) =>
        isKey(type, field) && !closed.has(`${type}.${field}`) ? config : null,
      [MapperKind.ENUM_VALUE]: (config, type) => (isKey(type, String(config.value)) ? config : null),
      // Where no key is left, there is no order to choose.
      [MapperKind.ENUM_TYPE]: (type) => (hasKey(type) ? type : null),
      [MapperKind.INPUT_OBJECT_TYPE]: (type) => {
        const keys = orderKeys(type);
        return keys && !hasKey(keys) ? null : type;
      },
    }),
  );
}

/** Filters, orders and the enums of their keys, with the record whose fields they name. */
function keyRecords({ coordinates }: Activation, schema: GraphQLSchema): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const guard = coordinates.get(`Query.${field.name}`);
    if (guard?.kind !== "root") continue;
    for (const { record } of guard.anchors)
      for (const input of inputsOf(field))
        for (const { name } of [input, orderKeys(input) ?? input]) records.set(name, record);
  }
  return records;
}

/** Fields of mutations' inputs that none of the askers can write. */
function closedInputs(
  { coordinates, tables }: Activation,
  schema: GraphQLSchema,
  askers: readonly Asker[],
): ReadonlySet<string> {
  const closed = new Set<string>();
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const guard = coordinates.get(`Mutation.${field.name}`);
    if (guard?.kind !== "write") continue;
    const performers = askers.filter((asker) => mayPerform(tables, guard, asker));
    for (const input of inputsOf(field))
      for (const written of guard.written)
        if (!performers.some((asker) => mayWrite(tables, written, asker))) closed.add(`${input.name}.${written.field}`);
  }
  return closed;
}

const inputsOf = ({ args }: GraphQLField<unknown, unknown>): GraphQLInputObjectType[] =>
  args.map(({ type }) => getNamedType(type)).filter(isInputObjectType);

/** The keys of an order, which are the values of its `field`: src/domain/filters.ts. */
function orderKeys(input: GraphQLInputObjectType): GraphQLEnumType | undefined {
  const field = input.getFields()["field"];
  const keys = field && getNamedType(field.type);
  return isEnumType(keys) ? keys : undefined;
}
