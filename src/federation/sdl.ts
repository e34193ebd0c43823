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

interface Marks {
  readonly group?: { readonly row: string; readonly at?: string };
  readonly directives?: Readonly<Record<string, object>>;
}

/**
 * A subgraph as a gateway composes it: fields with the policy row that guards them, entities with their key.
 * @param schema   of its own: it is marked with directives; fields may have some already
 * @param entities types with `@key(fields: "id")`
 */
export function sdlOf(schema: GraphQLSchema, entities: readonly string[]): string {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    if (entities.includes(type.name)) type.extensions = { ...type.extensions, directives: { key: [{ fields: "id" }] } };
    for (const field of Object.values(type.getFields())) {
      const { group, directives }: Marks = field.extensions;
      if (group)
        field.extensions = {
          ...field.extensions,
          directives: { ...directives, group: { row: group.row, ...(group.at ? { at: group.at } : {}) } },
        };
    }
  }
  return `${HEAD}\n${printSchemaWithDirectives(schema)}`;
}
