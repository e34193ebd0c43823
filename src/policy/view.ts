import { MapperKind, mapSchema, pruneSchema } from "@graphql-tools/utils";
import { type GraphQLEnumType, type GraphQLSchema, isEnumType, isObjectType } from "graphql";
import type { Activation } from "./activate.js";
import type { Asker } from "./decide.js";
import type { Post, Role } from "./policy.js";
import { mayShow } from "./say.js";

/**
 * The schema as a role sees it: without the fields that can never be shown to it, whatever it asks for. Filters and
 * orders on such fields go too, and those on fields that it sees masked.
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
  const shown = (coordinate: string): boolean => {
    const guard = coordinates.get(coordinate);
    return guard === undefined || guard.kind === "public" || askers.some((asker) => mayShow(tables, guard, asker));
  };
  // A predicate is a read of the field's own content: neither a mask nor a hidden field can be asked about.
  const content = (coordinate: string): boolean => {
    const guard = coordinates.get(coordinate);
    if (guard?.kind !== "group") return shown(coordinate);
    return askers.some((asker) => tables.possible(guard.row, guard.content, asker));
  };
  // Filters and orders are named after their record: MinorFilter, IncidentOrderField of SensitiveIncident.
  const recordOf = (input: string) => {
    const name = input.replace(/(Filter|Order|OrderField)$/, "");
    return name === input ? undefined : [name, `Sensitive${name}`].find((type) => isObjectType(schema.getType(type)));
  };
  const orders = (type: GraphQLEnumType) =>
    type.getValues().some(({ value }) => content(`${recordOf(type.name)}.${value}`));
  return pruneSchema(
    mapSchema(schema, {
      [MapperKind.OBJECT_FIELD]: (config, field, type) => (shown(`${type}.${field}`) ? config : null),
      [MapperKind.INPUT_OBJECT_FIELD]: (config, field, type) => {
        const record = type.endsWith("Filter") ? recordOf(type) : undefined;
        return record === undefined || content(`${record}.${field}`) ? config : null;
      },
      [MapperKind.ENUM_VALUE]: (config, type) => {
        const record = recordOf(type);
        return record === undefined || content(`${record}.${config.value}`) ? config : null;
      },
      // Where no key is left, there is no order to choose.
      [MapperKind.ENUM_TYPE]: (type) => (recordOf(type.name) === undefined || orders(type) ? type : null),
      [MapperKind.INPUT_OBJECT_TYPE]: (type) => {
        const keys = type.name.endsWith("Order") ? schema.getType(`${type.name}Field`) : undefined;
        return !isEnumType(keys) || orders(keys) ? type : null;
      },
    }),
  );
}
