import { printSchemaWithDirectives } from "@graphql-tools/utils";
import { type GraphQLSchema, isObjectType } from "graphql";
import type { Role } from "../policy/policy.js";

export const FEDERATION_LINK = "https://specs.apollo.dev/federation/v2.3";
/** Where `@group` and `@agency` are at home. A name, not an address: nothing is fetched from it. */
export const POLICY_LINK = "https://minors-hub.invalid/policy/v1.0";

const FEDERATION = ["@key", "@inaccessible", "@external", "@requires", "@composeDirective"];
const link = (url: string, names: readonly string[]) =>
  `@link(url: "${url}", import: [${names.map((name) => `"${name}"`).join(", ")}])`;
/** As an agency links them. */
export const LINKS: Readonly<Record<string, string>> = {
  [FEDERATION_LINK]: link(FEDERATION_LINK, FEDERATION),
  [POLICY_LINK]: link(POLICY_LINK, ["@group", "@agency"]),
};

export const GROUP_DIRECTIVE = "directive @group(row: String!, at: String) on FIELD_DEFINITION";
export const AGENCY_DIRECTIVE = "directive @agency(role: String!) on SCHEMA";

const headOf = (role: Role | undefined) => `extend schema
  ${LINKS[FEDERATION_LINK]}
  ${role ? LINKS[POLICY_LINK] : link(POLICY_LINK, ["@group"])}
  @composeDirective(name: "@group")${role ? `\n  @agency(role: "${role}")` : ""}

"""The policy row that guards the field, and the level beside F at which it shows something. 政策行"""
${GROUP_DIRECTIVE}
${role ? `"""The kind of the agency that runs the subgraph: its role in the policy. 部门类别"""\n${AGENCY_DIRECTIVE}\n` : ""}`;

interface Marks {
  readonly group?: { readonly row: string; readonly at?: string };
  readonly directives?: Readonly<Record<string, object>>;
}

/**
 * A subgraph as a gateway composes it: fields with the policy row that guards them, entities with their key.
 * @param schema   of its own: it is marked with directives; fields may have some already
 * @param entities types with `@key(fields: "id")`
 * @param role     of the agency; undefined = it is the hub's
 */
export function sdlOf(schema: GraphQLSchema, entities: readonly string[], role?: Role): string {
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
  return `${headOf(role)}\n${printSchemaWithDirectives(schema)}`;
}
