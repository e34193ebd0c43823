import { printSchemaWithDirectives } from "@graphql-tools/utils";
import { type GraphQLSchema, isObjectType } from "graphql";

/** Federation's own words that the subgraphs of a hub use. */
const FEDERATION = ["@key", "@inaccessible", "@external", "@requires", "@composeDirective"];

/** Where `@group` is at home. A name, not an address: nothing is fetched from it. */
const POLICY_LINK = "https://minors-hub.invalid/policy/v1.0";

const HEAD = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.3", import: [${FEDERATION.map((name) => `"${name}"`).join(", ")}])
  @link(url: "${POLICY_LINK}", import: ["@group"])
  @composeDirective(name: "@group")

"""The policy row that guards the field, and the level beside F at which it shows something. 政策行"""
directive @group(row: String!, at: String) on FIELD_DEFINITION
`;

/**
 * A subgraph as a gateway composes it: fields with the policy row that guards them, entities with their key.
 * @param entities types with `@key(fields: "id")`
 * @param marked   coordinate -> further directives without arguments
 */
export function sdlOf(
  schema: GraphQLSchema,
  entities: readonly string[],
  marked: Readonly<Record<string, readonly string[]>> = {},
): string {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    if (entities.includes(type.name)) type.extensions = { ...type.extensions, directives: { key: [{ fields: "id" }] } };
    for (const field of Object.values(type.getFields())) {
      const { group }: { readonly group?: { readonly row: string; readonly at?: string } } = field.extensions;
      const directives = {
        ...(group ? { group: { row: group.row, ...(group.at ? { at: group.at } : {}) } } : {}),
        ...Object.fromEntries((marked[`${type.name}.${field.name}`] ?? []).map((name) => [name, {}])),
      };
      if (Object.keys(directives).length > 0) field.extensions = { ...field.extensions, directives };
    }
  }
  return `${HEAD}\n${printSchemaWithDirectives(schema)}`;
}
