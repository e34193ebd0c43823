import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from "graphql";
import { z } from "zod";
import { anchorOf, isEdge } from "./anchor.js";
import { recordTypeFindings } from "./check.js";
import type { Policy, PolicyRow, ShownLevel } from "./policy.js";

/** What guards a field: a group, the groups of edges, a record type that is asked for at the root, or nothing. */
export type Guard =
  | {
      readonly kind: "group";
      readonly row: PolicyRow;
      /** Levels at which the field shows something: F, the declared level, M where it wears a mask. */
      readonly levels: readonly ShownLevel[];
      /** Levels at which it shows its own content: `levels` without the mask. */
      readonly content: readonly ShownLevel[];
      readonly mask: string | undefined;
    }
  | { readonly kind: "edge"; readonly rows: readonly PolicyRow[] }
  | { readonly kind: "root"; readonly anchor: PolicyRow }
  | { readonly kind: "public" };

/** "Minor.homeAddress" -> what guards it. */
export type Coordinates = ReadonlyMap<string, Guard>;

/** The schema does not fit the policy. Names every coordinate that is wrong. */
export class SchemaError extends Error {
  readonly code = "SCHEMA";
  readonly exitCode = 2;
  constructor(readonly findings: readonly string[]) {
    super(`The schema does not fit the policy:\n${findings.map((finding) => `  ${finding}`).join("\n")}`);
  }
}

const marks = z.object({
  group: z.object({ row: z.string(), at: z.enum(["M", "B", "X"]).optional(), mask: z.string().optional() }).optional(),
  edgeGroups: z.array(z.string()).optional(),
  rootOf: z.string().optional(),
  public: z.literal(true).optional(),
});

/**
 * Reads what every field of every object type says about itself.
 * @throws SchemaError a field that says nothing about itself, or two things; an unknown row; a NO_COLUMN or
 *   SOURCE_ONLY row; a protected field that cannot be null; a group on an interface or union; a level that no cell
 *   of the row knows; a record type without an anchor
 */
export function readCoordinates(schema: GraphQLSchema, policy: Policy): Coordinates {
  const findings: string[] = [];
  const coordinates = new Map<string, Guard>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (isInterfaceType(type)) findings.push(...rulesWhereNoneCount(type, Object.values(type.getFields())));
    if (isUnionType(type) && saysSomething(type.extensions))
      findings.push(`${type.name}: a rule on a union is not enforced; put groups on the fields of its types`);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const guard = guardOf(coordinate, field, policy);
      if (typeof guard === "string") findings.push(`${coordinate}: ${guard}`);
      else coordinates.set(coordinate, guard);
    }
  }
  findings.push(
    ...recordTypeFindings(policy, recordTypes(schema)).map(({ problem, remedy }) => `${problem}. ${remedy}`),
  );
  if (findings.length > 0) throw new SchemaError(findings);
  return coordinates;
}

/** Names of the types that are records of the policy. */
const recordTypes = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter(
      (type) => isObjectType(type) && Object.values(type.getFields()).some(({ extensions }) => "group" in extensions),
    )
    .map(({ name }) => name)
    .filter((name) => !BELONGING.has(name));

/** Types whose rows belong to a minor and are seen as it is seen. */
const BELONGING: ReadonlySet<string> = new Set(["Guardian", "EntrustedCare", "Enrolment"]);

function guardOf(coordinate: string, field: GraphQLField<unknown, unknown>, policy: Policy): Guard | string {
  const { group, edgeGroups, rootOf, public: open } = marks.parse(field.extensions);
  const said = [group, edgeGroups, rootOf, open].filter((mark) => mark !== undefined);
  if (said.length === 0) return "has no group; add @Group(row), or @Public() where it holds nothing about a person";
  if (said.length > 1)
    return "says more than one thing about itself; keep one of @Group, @GroupOfEdge, @RootOf, @Public";
  if (open) return { kind: "public" };
  if (isNonNullType(field.type)) return "is protected and must be nullable: a denial would take its parent away";
  if (rootOf) {
    const anchor = anchorOf(policy, rootOf);
    return anchor ? { kind: "root", anchor } : `asks for ${rootOf}, which has no anchor row in the policy`;
  }
  if (edgeGroups) {
    const edges = edgeGroups.flatMap((name) => policy.rows.get(name) ?? []).filter(({ record }) => isEdge(record));
    return edges.length === edgeGroups.length
      ? { kind: "edge", rows: edges }
      : `names a row that is unknown or guards no edge: ${edgeGroups.join(" ")}`;
  }
  const row = group && policy.rows.get(group.row);
  if (!group || !row) return `names the unknown row ${group?.row}`;
  for (const limit of ["NO_COLUMN", "SOURCE_ONLY"] as const)
    if (row.limits.has(limit)) return `belongs to ${row.row}, which the hub has no column for (${limit})`;
  if (row.record !== coordinate && !fits(row.record, coordinate))
    return `belongs to ${row.row}, which is about ${row.record}`;
  const levels = new Set<ShownLevel>(["F", ...(group.at ? [group.at] : []), ...(group.mask ? (["M"] as const) : [])]);
  for (const level of levels)
    if (level !== "F" && row.at[level] === undefined) return `is shown at ${level}, which no cell of ${row.row} gives`;
  return {
    kind: "group",
    row,
    levels: [...levels],
    content: group.at ? ["F", group.at] : ["F"],
    mask: group.mask,
  };
}

/** A group of Minor also guards what belongs to a minor; a group of Guardian the list of guardians. */
function fits(record: string, coordinate: string): boolean {
  const [type = ""] = coordinate.split(".");
  if (record === type) return true;
  return (record === "Minor" || record === "Guardian") && (type === "Minor" || BELONGING.has(type));
}

const saysSomething = (extensions: object) => "group" in extensions || "edgeGroups" in extensions;

const rulesWhereNoneCount = (type: GraphQLNamedType, fields: GraphQLField<unknown, unknown>[]): string[] =>
  [
    ...fields.filter(({ extensions }) => saysSomething(extensions)).map(({ name }) => `${type.name}.${name}`),
    ...(saysSomething(type.extensions) ? [type.name] : []),
  ].map(
    (where) => `${where}: a group on an interface is not enforced; put it on the fields of the types that implement it`,
  );
