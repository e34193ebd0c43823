import { MapperKind, mapSchema, pruneSchema } from "@graphql-tools/utils";
import { type GraphQLSchema, isObjectType } from "graphql";
import type { Activation } from "./activate.js";
import type { Asker } from "./decide.js";
import type { Post, Role } from "./policy.js";
import { mayShow } from "./say.js";

/**
 * The schema as a role sees it: without the fields that can never be shown to it, whatever it asks for. Filters and
 * orders on such fields go too.
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
  // A filter is named after its record: MinorFilter, IncidentFilter of SensitiveIncident.
  const recordOf = (filter: string) => {
    const name = filter.replace(/Filter$/, "");
    return [name, `Sensitive${name}`].find((type) => isObjectType(schema.getType(type)));
  };
  return pruneSchema(
    mapSchema(schema, {
      [MapperKind.OBJECT_FIELD]: (config, field, type) => (shown(`${type}.${field}`) ? config : null),
      [MapperKind.INPUT_OBJECT_FIELD]: (config, field, type) => {
        const record = type.endsWith("Filter") ? recordOf(type) : undefined;
        return record === undefined || shown(`${record}.${field}`) ? config : null;
      },
    }),
  );
}
