/** An agency's schema as it is handed in: Federation's directives linked, and the types. */
export const agencySdl = (types: string): string => `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@composeDirective"])
    @link(url: "https://minors-hub.invalid/policy/v1.0", import: ["@group"])
    @composeDirective(name: "@group")
  directive @group(row: String!, at: String) on FIELD_DEFINITION
  ${types}`;

/** Fields that the subgraph adds to Minor; REQUIRES stands for the relation that is meant for it, of the field's row. */
export const MINOR = (subgraph: string, fields: string): string =>
  `type Minor @key(fields: "id") { id: ID! relation(audience: String!, row: String!): String @external
     ${fields.replaceAll(/(row: "(\w+)"[^)]*\)[^@]*(?:@override\([^)]*\) )?)REQUIRES/g, `$1@requires(fields: "relation(audience: \\"${subgraph}\\", row: \\"$2\\")")`).replaceAll("REQUIRES", "")} }`;
