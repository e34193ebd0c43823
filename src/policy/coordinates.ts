import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  isUnionType,
} from "graphql";
import { z } from "zod";
import { anchorOf, GUARDIAN, isEdge } from "./anchor.js";
import { recordTypeFindings } from "./check.js";
import { findCorrectables } from "./correct.js";
import type { Place } from "./decide.js";
import {
  CONDITIONS,
  type Condition,
  type Policy,
  type PolicyRow,
  RIGHTS,
  type Right,
  SHOWN_LEVELS,
  type ShownLevel,
} from "./policy.js";

/**
 * What guards a field: a group, the groups of edges, record types that are asked for at the root, a group that is
 * counted, groups that are held elsewhere, what a mutation writes, or nothing.
 */
export type Guard =
  | GroupGuard
  | { readonly kind: "edge"; readonly rows: readonly PolicyRow[]; readonly leadsTo?: PolicyRow | undefined }
  | { readonly kind: "root"; readonly anchors: readonly PolicyRow[] }
  | { readonly kind: "count"; readonly row: PolicyRow }
  | { readonly kind: "confers"; readonly rows: readonly PolicyRow[] }
  | WriteGuard
  | NeedsGuard
  | { readonly kind: "public" };

export interface GroupGuard {
  readonly kind: "group";
  readonly row: PolicyRow;
  /** Levels at which the field shows something: F, the declared level, M where it wears a mask. */
  readonly levels: readonly ShownLevel[];
  /** Levels at which it shows its own content: `levels` without the mask. */
  readonly content: readonly ShownLevel[];
  readonly mask: string | undefined;
  /** Anchor of the record at the other end. */
  readonly leadsTo: PolicyRow | undefined;
}

export interface WriteGuard {
  readonly kind: "write";
  readonly anchor: PolicyRow;
  readonly isNew: boolean;
  readonly written: readonly Written[];
  readonly may: Right | undefined;
}

/** Rows that must all be open to the asker, whatever the record, at one of these levels. */
export interface NeedsGuard {
  readonly kind: "needs";
  readonly rows: readonly PolicyRow[];
  /** Further rows that the answer depends on. */
  readonly asks: readonly PolicyRow[];
  /** One of the rows must be the asker's to write, instead of all open to him. */
  readonly toWrite: boolean;
  readonly levels: readonly ShownLevel[];
  readonly may: Right | undefined;
  /** Only for agencies that write all of the rows. */
  readonly byWriters: boolean;
}

/** A field of a record that a mutation writes: each time, or where its input has it. */
export interface Written {
  readonly coordinate: string;
  readonly field: string;
  readonly guard: GroupGuard;
  readonly always: boolean;
  /** What must hold of a record that is there: one of these. */
  readonly by: readonly Condition[];
  /** The input that has the field, and its type there. */
  readonly input: { readonly name: string; readonly type: GraphQLInputType } | undefined;
  /** Others can propose a correction of it. */
  readonly correctable: boolean;
}

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
  rootOf: z.array(z.string()).optional(),
  counts: z.string().optional(),
  confers: z.array(z.string()).optional(),
  writes: z
    .object({
      record: z.string(),
      always: z.array(z.string()).default([]),
      sometimes: z.array(z.string()).default([]),
      newAt: z.string().optional(),
      may: z.enum(RIGHTS).optional(),
      by: z.array(z.enum(CONDITIONS)).min(1).optional(),
    })
    .optional(),
  needs: z
    .object({
      rows: z.array(z.string()).min(1),
      at: z.array(z.enum(SHOWN_LEVELS)).default([...SHOWN_LEVELS]),
      writers: z.literal(true).optional(),
      asks: z.array(z.string()).default([]),
      toWrite: z.boolean().default(false),
      may: z.enum(RIGHTS).optional(),
    })
    .optional(),
  public: z.literal(true).optional(),
});

/**
 * Reads what every field of every object type says about itself.
 * @throws SchemaError a field that says nothing about itself, or two things; an unknown row; a value of a NO_COLUMN row;
 *   a SOURCE_ONLY or NO_COLUMN row at the hub; a protected field that cannot be null; a group on an interface or union;
 *   a level that no cell of the row knows; a record type without an anchor
 */
export function readCoordinates(schema: GraphQLSchema, policy: Policy, at: Place = "hub"): Coordinates {
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
      const guard = guardOf({ schema, policy, at }, coordinate, field);
      if (typeof guard === "string") findings.push(`${coordinate}: ${guard}`);
      else coordinates.set(coordinate, guard);
    }
  }
  findings.push(
    ...recordTypeFindings(policy, recordTypes(schema)).map(({ problem, remedy }) => `${problem}. ${remedy}`),
  );
  if (findings.length > 0) throw new SchemaError(findings);
  const correctables = findCorrectables(coordinates);
  for (const [coordinate, guard] of coordinates)
    if (guard.kind === "write") {
      const written = guard.written.map((one) => ({ ...one, correctable: correctables.has(one.coordinate) }));
      coordinates.set(coordinate, { ...guard, written });
    }
  return coordinates;
}

/** Names of the types that are records of the policy. */
const recordTypes = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter(
      (type) => isObjectType(type) && Object.values(type.getFields()).some(({ extensions }) => "group" in extensions),
    )
    .map(({ name }) => name)
    .filter((name) => !belongingTo(schema).has(name));

const belonging = new WeakMap<GraphQLSchema, ReadonlySet<string>>();
/** Types whose rows belong to a minor and are seen as it is seen: what a field of Minor says belongs to it. */
function belongingTo(schema: GraphQLSchema): ReadonlySet<string> {
  const minor = schema.getType("Minor");
  const its = isObjectType(minor) ? Object.values(minor.getFields()) : [];
  const known =
    belonging.get(schema) ??
    new Set(its.filter(({ extensions }) => "belonging" in extensions).map(({ type }) => getNamedType(type).name));
  belonging.set(schema, known);
  return known;
}

type Field = GraphQLField<unknown, unknown>;

interface Activated {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly at: Place;
}

function guardOf(activated: Activated, coordinate: string, field: Field): Guard | string {
  const { policy, at } = activated;
  const { group, edgeGroups, rootOf, counts, confers, writes, needs, public: open } = marks.parse(field.extensions);
  const said = [group, edgeGroups, rootOf, counts, confers, writes, needs, open].filter((mark) => mark !== undefined);
  if (said.length === 0) return "has no group; add @Group(row), or @Public() where it holds nothing about a person";
  if (said.length > 1)
    return "says more than one thing about itself; keep one of @Group, @GroupOfEdge, @RootOf, @Counts, @Confers, @Writes, @Needs, @Public";
  if (open) return { kind: "public" };
  if (isNonNullType(field.type)) return "is protected and must be nullable: a denial would take its parent away";
  if (rootOf) {
    const anchors = rootOf.flatMap((record) => anchorOf(policy, record) ?? []);
    return anchors.length === rootOf.length
      ? { kind: "root", anchors }
      : `asks for ${rootOf.join(" ")}, which has no anchor row in the policy`;
  }
  if (counts !== undefined) {
    const row = policy.rows.get(counts);
    return row ? { kind: "count", row } : `counts the unknown row ${counts}`;
  }
  if (confers) {
    const rows = confers.flatMap((name) => policy.rows.get(name) ?? []);
    return rows.length === confers.length ? { kind: "confers", rows } : `confers an unknown row: ${confers.join(" ")}`;
  }
  if (writes) return writeGuardOf(activated, field, writes);
  if (needs) {
    const found = (names: readonly string[]) => names.flatMap((name) => policy.rows.get(name) ?? []);
    const [rows, asks] = [found(needs.rows), found(needs.asks)];
    return rows.length === needs.rows.length && asks.length === needs.asks.length
      ? {
          kind: "needs",
          rows,
          asks,
          levels: needs.at,
          may: needs.may,
          byWriters: needs.writers ?? false,
          toWrite: needs.toWrite,
        }
      : `names an unknown row: ${[...needs.rows, ...needs.asks].join(" ")}`;
  }
  const leadsTo = anchorOf(policy, getNamedType(field.type).name);
  if (edgeGroups) {
    const edges = edgeGroups.flatMap((name) => policy.rows.get(name) ?? []).filter(({ record }) => isEdge(record));
    return edges.length === edgeGroups.length
      ? { kind: "edge", rows: edges, leadsTo }
      : `names a row that is unknown or guards no edge: ${edgeGroups.join(" ")}`;
  }
  const row = group && policy.rows.get(group.row);
  if (!group || !row) return `names the unknown row ${group?.row}`;
  for (const limit of ["NO_COLUMN", "SOURCE_ONLY"] as const)
    if (at === "hub" && row.limits.has(limit))
      return `belongs to ${row.row}, which the hub has no column for (${limit})`;
  if (row.limits.has("NO_COLUMN") && group.at !== "X")
    return `belongs to ${row.row}, of which no table has a value (NO_COLUMN); show at X that there is one`;
  if (row.record !== coordinate && !fits(activated, row, coordinate, field))
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
    leadsTo,
  };
}

function writeGuardOf(
  activated: Activated,
  field: Field,
  { record, always, sometimes, newAt, may, by }: NonNullable<z.infer<typeof marks>["writes"]>,
): WriteGuard | string {
  const { schema, policy } = activated;
  const anchor = anchorOf(policy, record);
  if (!anchor) return `writes ${record}, which has no anchor row in the policy`;
  const type = schema.getType(record);
  const fields = isObjectType(type) ? type.getFields() : {};
  const inputs = field.args.flatMap(({ type: input }) => {
    const named = getNamedType(input);
    return isInputObjectType(named) ? Object.values(named.getFields()).map((taken) => ({ of: named.name, taken })) : [];
  });
  const names = new Map<string, boolean>([
    ...inputs
      .filter(({ taken: { name } }) => name in fields && name !== newAt)
      .map(({ taken }) => [taken.name, isRequiredInputField(taken)] as const),
    ...sometimes.map((name) => [name, false] as const),
    ...always.map((name) => [name, true] as const),
  ]);
  const written: Written[] = [];
  for (const [name, isAlways] of names) {
    const coordinate = `${record}.${name}`;
    const its = fields[name];
    const guard = its && guardOf(activated, coordinate, its);
    if (typeof guard !== "object" || guard.kind !== "group")
      return `writes ${coordinate}, which has no group, so nobody can have the right to it`;
    const input = inputs.find(({ taken }) => taken.name === name);
    written.push({
      coordinate,
      field: name,
      guard,
      always: isAlways,
      by: by ?? (isEdge(guard.row.record) ? ["o", "p"] : ["o"]),
      input: input && { name: input.of, type: input.taken.type },
      correctable: false, // known once all are read
    });
  }
  return { kind: "write", anchor, isNew: newAt !== undefined, written, may };
}

/**
 * A group of Minor also guards what belongs to a minor; a group of what belongs to it the list of these. What the hub has no
 * column for each agency keeps under a name of its own: two types of one name would be one.
 */
function fits({ schema }: Activated, { record, limits }: PolicyRow, coordinate: string, { type: its }: Field): boolean {
  const [type = ""] = coordinate.split(".");
  if (record === type) return true;
  const belongs = belongingTo(schema);
  if (type !== "Minor" && !belongs.has(type)) return false;
  if (record === "Minor" || record === GUARDIAN) return true;
  const standsForIt = limits.has("SOURCE_ONLY") || limits.has("NO_COLUMN");
  const named = type === "Minor" ? getNamedType(its).name : type;
  return belongs.has(named) && (named === record || standsForIt);
}

const saysSomething = (extensions: object) => "group" in extensions || "edgeGroups" in extensions;

const rulesWhereNoneCount = (type: GraphQLNamedType, fields: Field[]): string[] =>
  [
    ...fields.filter(({ extensions }) => saysSomething(extensions)).map(({ name }) => `${type.name}.${name}`),
    ...(saysSomething(type.extensions) ? [type.name] : []),
  ].map(
    (where) => `${where}: a group on an interface is not enforced; put it on the fields of the types that implement it`,
  );
