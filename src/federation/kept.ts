import { type DocumentNode, type GraphQLSchema, getNamedType, isObjectType, Kind } from "graphql";
import { bringsMinors, relationsNamed } from "../facts/keeping.js";
import type { Activation } from "../policy/activate.js";
import type { Coordinates, Guard } from "../policy/coordinates.js";
import { feedsAtHome, HELD_AT_HOME } from "../policy/home.js";
import { type Policy, type PolicyRow, ROLES, type Role } from "../policy/policy.js";
import { type AgencySubgraph, type Refuse, textOf } from "./handed-in.js";
import { AGENCY_DIRECTIVE } from "./sdl.js";

/** What an agency of this role writes, or alone may read, and the hub has no column for. */
const fedBy = (policy: Policy, role: Role): PolicyRow[] =>
  HELD_AT_HOME.flatMap((name) => policy.rows.get(name) ?? []).filter((row) => feedsAtHome(row, role));

/**
 * What an agency of this role may keep at home: it brings the hub children under its own numbers, or the row's cell names a
 * relation to a child in which the hub ties such a number to the child (docs/decisions/0024). Else nobody would be shown any.
 */
export const keptBy = (policy: Policy, role: Role): PolicyRow[] =>
  fedBy(policy, role).filter((row) => bringsMinors(policy, role) || relationsNamed(row, role).length > 0);

/** @returns what is wrong with a row that an agency of this role says it holds; undefined where it may */
export function notKept(policy: Policy, role: Role, row: string): string | undefined {
  const kept = keptBy(policy, role).map((one) => one.row);
  if (kept.includes(row)) return undefined;
  const why = fedInVain(policy, role).includes(row) ? `, for ${TIED_TO_NOBODY}` : "";
  return `${row} is not kept at home by ${role}; it keeps ${kept.join(" ") || "nothing"}${why}`;
}

/** Rows that an agency of this role feeds, and cannot keep at home: `TIED_TO_NOBODY`. */
export function fedInVain(policy: Policy, role: Role): string[] {
  const kept = keptBy(policy, role);
  return fedBy(policy, role).flatMap((row) => (kept.includes(row) ? [] : [row.row]));
}
export const TIED_TO_NOBODY =
  "it brings the hub no minors (writers of R1), and its cell names no relation by which its numbers could be tied to one";

/** Holds the rows that are registered for an agency against the kind that it says it is. */
export function checkKind(
  policy: Policy,
  { name, holds }: AgencySubgraph,
  document: DocumentNode,
  refuse: Refuse,
): void {
  const said = kindIn(document);
  const role = ROLES.find((known) => known === said);
  if (role === undefined) {
    refuse("schema", said === undefined ? UNSAID : `is of an agency of the unknown kind ${said}`);
    return;
  }
  for (const row of holds) {
    const wrong = notKept(policy, role, row);
    if (wrong !== undefined) refuse(`federation.agencies.${name}.holds`, wrong);
  }
}
const UNSAID = `does not say of what kind its agency is; add: extend schema @agency(role: ...) and ${AGENCY_DIRECTIVE}, as the agency kit writes them`;

function kindIn({ definitions }: DocumentNode): string | undefined {
  for (const definition of definitions)
    if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION)
      for (const directive of definition.directives ?? [])
        if (directive.name.value === "agency") return textOf(directive, "role");
  return undefined;
}

/**
 * Fields that would never open: of another row than the field that leads to them. The hub gives its word of one row at a
 * time, and for what is below a field of Minor it has given that of this field.
 * @param within fields to look at, by coordinate
 * @returns findings, each of one field: `Type.field: rule`
 */
export function neverOpen(schema: GraphQLSchema, coordinates: Coordinates, within: Iterable<string>): string[] {
  return [...within].flatMap((coordinate) => {
    const [typeName = "", name = ""] = coordinate.split(".");
    const type = schema.getType(typeName);
    const leadsTo = isObjectType(type) ? getNamedType(type.getFields()[name]?.type) : undefined;
    const row = rowOf(coordinates.get(coordinate));
    if (!isObjectType(leadsTo) || row === undefined) return [];
    return Object.keys(leadsTo.getFields()).flatMap((field) => {
      const other = rowOf(coordinates.get(`${leadsTo.name}.${field}`));
      return other === undefined || other === row
        ? []
        : [
            `${leadsTo.name}.${field}: is of ${other}, and ${coordinate}, which leads to it, of ${row}: nobody would ever see it; give it a field of Minor of its own`,
          ];
    });
  });
}

/** What is wrong with fields of an agency of this role, as it finds out at its own start. */
export const findingsAtHome = ({ policy, schema, coordinates }: Activation, role: Role): string[] => [
  ...[...coordinates].flatMap(([coordinate, guard]) => {
    const row = rowOf(guard);
    const wrong = row === undefined ? undefined : notKept(policy, role, row);
    return wrong === undefined ? [] : [`${coordinate}: ${wrong}`];
  }),
  ...neverOpen(schema, coordinates, coordinates.keys()),
];

/** The policy row of a field. */
export const rowOf = (guard: Guard | undefined): string | undefined =>
  guard?.kind === "group" ? guard.row.row : guard?.kind === "root" ? guard.anchors[0]?.row : undefined;
