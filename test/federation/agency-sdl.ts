/** An agency's schema as it is handed in: Federation's directives linked, its kind, and the types. */
export const agencySdl = (types: string, role = "SCHOOL"): string => `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@composeDirective"])
    @link(url: "https://minors-hub.invalid/policy/v1.0", import: ["@group", "@agency"])
    @composeDirective(name: "@group")
    @agency(role: "${role}")
  directive @group(row: String!, at: String) on FIELD_DEFINITION
  directive @agency(role: String!) on SCHEMA
  ${types}`;

/** Fields that the subgraph adds to Minor; REQUIRES stands for the relation that is meant for it, of the field's row. */
export const MINOR = (subgraph: string, fields: string): string =>
  `type Minor @key(fields: "id") { id: ID! relation(audience: String!, row: String!): String @external
     ${fields.replaceAll(/(row: "(\w+)"[^)]*\)[^@]*(?:@override\([^)]*\) )?)REQUIRES/g, `$1@requires(fields: "relation(audience: \\"${subgraph}\\", row: \\"$2\\")")`).replaceAll("REQUIRES", "")} }`;
