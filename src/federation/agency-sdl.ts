import {
  type DocumentNode,
  type FieldDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  print,
} from "graphql";
import type { Activation } from "../policy/activate.js";
import { anchorOf } from "../policy/anchor.js";
import { type Policy, SHOWN_LEVELS } from "../policy/policy.js";
import { checkNames } from "./agency-names.js";
import { checkWords } from "./agency-words.js";
import { type AgencySubgraph, namedIn, type Refuse, ROOTS, textOf } from "./handed-in.js";
import { checkKind } from "./kept.js";
import { ENTITIES, relationOf } from "./subgraph.js";

/** What the hub brings to a composition. */
export interface HubSide {
  readonly plain: GraphQLSchema;
  readonly activation: Activation;
  readonly url: string;
}

const ENTRANCE = ["_service", "_entities"];

/** The one field of the hub's that an agency's fields may need. */
const RELATION = "Minor.relation";
const RELATION_FIELD = "relation(audience: String!, row: String!): String";

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/**
 * What is wrong with an agency's part, one finding a line: agency, type and field, rule.
 * @returns the parsed schema, undefined where it is not GraphQL
 */
export function readAgencySdl(
  { plain, activation: { policy } }: HubSide,
  agency: AgencySubgraph,
): { readonly document: DocumentNode | undefined; readonly findings: readonly string[] } {
  const document = documentIn(agency.sdl);
  if (document instanceof GraphQLError)
    return {
      document: undefined,
      findings: [`${agency.name}, line ${document.locations?.[0]?.line}: is no GraphQL schema: ${document.message}`],
    };
  const findings: string[] = [];
  const refuse: Refuse = (at, rule) => void findings.push(`${agency.name}, ${at}: ${rule}`);

  checkWords(agency, document, refuse);
  checkNames(plain, document, refuse);
  if (agency.kernel) checkKind(policy, agency, document, refuse);
  const keyed = new Set(
    document.definitions.flatMap((one) =>
      "name" in one && "directives" in one && one.directives?.some(({ name }) => name.value === "key")
        ? [one.name?.value]
        : [],
    ),
  );
  for (const definition of document.definitions) {
    const name = "name" in definition && definition.name ? definition.name.value : "schema";
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
        if (definition.interfaces?.length) refuse(name, "implements an interface, by which no rule is asked");
        if (ROOTS.includes(name)) checkRoot(definition);
        else checkObject(definition);
        break;
      case Kind.SCHEMA_DEFINITION:
      case Kind.SCHEMA_EXTENSION:
        for (const { type } of definition.operationTypes ?? [])
          if (!ROOTS.includes(type.name.value)) refuse(type.name.value, "is a root type under a name of its own");
        break;
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION:
        if (definition.fields?.some((field) => has(field, "group")))
          refuse(name, "has a group on an interface, where no rule is asked");
        break;
    }
  }
  return { document, findings };

  function checkRoot({ name, fields = [] }: ObjectNode): void {
    for (const field of fields)
      if (!ENTRANCE.includes(field.name.value))
        refuse(`${name.value}.${field.name.value}`, "is a root field; what is asked first comes from the hub");
  }

  function checkObject({ name: { value: type }, fields = [] }: ObjectNode): void {
    const hubType = plain.getType(type);
    const hubs = isObjectType(hubType) ? hubType.getFields() : undefined;
    const isEntity = ENTITIES.some((entity) => entity === type);
    if (isEntity && !keyed.has(type)) refuse(type, 'has no key; add @key(fields: "id")');
    for (const field of fields) {
      const at = `${type}.${field.name.value}`;
      const hubsWords =
        isEntity && field.name.value === "id" ? "id: ID!" : at === RELATION ? RELATION_FIELD : undefined;
      if (hubsWords !== undefined && wordsOf(field) !== hubsWords) refuse(at, `is, at the hub, ${hubsWords}`);
      if (has(field, "external")) {
        if (at !== RELATION) refuse(at, `is external; of the hub's an agency is given ${RELATION} alone`);
        continue;
      }
      if (isEntity && field.name.value === "id") continue;
      if (at === RELATION || (hubs && field.name.value in hubs)) refuse(at, "has another owner already: hub");
      else checkField(at, type, field);
    }
  }

  function checkField(at: string, type: string, field: FieldDefinitionNode): void {
    const group = field.directives?.find(({ name }) => name.value === "group");
    const row = group && (textOf(group, "row") ?? "");
    const level = group && textOf(group, "at");
    if (level !== undefined && !BESIDE_F.includes(level))
      refuse(at, `is shown at ${level}; beside F a field may name ${BESIDE_F.join(" ")}`);
    const leads = leadsToRecord(plain, policy, field);
    if (row !== undefined) {
      if (!policy.rows.has(row)) refuse(at, `has the unknown group ${row}`);
      else if (agency.kernel && !agency.holds.has(row))
        refuse(at, `is of ${row}, which federation.agencies.${agency.name}.holds does not register for it`);
    } else if (!leads && !needsNoGroup(plain, type, field)) refuse(at, "has no group; add @group(row: ...)");
    const guarded = row ?? (leads ? anchorOf(policy, namedIn(field.type))?.row : undefined);
    const required = field.directives?.find(({ name }) => name.value === "requires");
    const needed = type === "Minor" && agency.kernel ? guarded : undefined;
    if (agency.kernel && guarded !== undefined && type !== "Minor" && plain.getType(type))
      refuse(at, `is of ${guarded}, of which the hub's word is of a minor; add the field to Minor`);
    if (required && needed === undefined)
      refuse(
        at,
        agency.kernel
          ? "requires what it may not be given; only a field of Minor with a group may"
          : "requires what only a subgraph that decides by itself is given (kernel: true, if it is built with the agency kit)",
      );
    else if (needed !== undefined && !isSame(required && textOf(required, "fields"), relationOf(agency.name, needed)))
      refuse(at, `must require ${relationOf(agency.name, needed)} and nothing else: @requires(fields: ...)`);
    if (guarded === undefined && plain.getType(type) && field.type.kind === Kind.NON_NULL_TYPE)
      refuse(at, "must be nullable: where its agency does not answer, the rest of the answer stands");
  }
}

const BESIDE_F: readonly string[] = SHOWN_LEVELS.filter((level) => level !== "F");

/** Whatever the blanks and commas, which are none to GraphQL. */
const isSame = (fields: string | undefined, wanted: string): boolean =>
  fields?.replace(/[\s,]/g, "") === wanted.replace(/[\s,]/g, "");

/** To an agency's own records, each of which is there where its anchor says so. */
export function leadsToRecord(plain: GraphQLSchema, policy: Policy, field: FieldDefinitionNode): boolean {
  const name = namedIn(field.type);
  return plain.getType(name) === undefined && anchorOf(policy, name) !== undefined;
}

/** The id of an agency's own type, and what is added to a type that is about no person: the hub guards none of its fields. */
export function needsNoGroup(plain: GraphQLSchema, type: string, { name }: FieldDefinitionNode): boolean {
  const its = plain.getType(type);
  if (its === undefined) return name.value === "id";
  return isObjectType(its) && Object.values(its.getFields()).every(({ extensions }) => "public" in extensions);
}

/** An agency's schema, or why it is none. */
export function documentIn(sdl: string): DocumentNode | GraphQLError {
  try {
    return parse(sdl);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** A field without what is said of it. */
const wordsOf = ({ name, arguments: args = [], type }: FieldDefinitionNode): string =>
  print({
    kind: Kind.FIELD_DEFINITION,
    name,
    arguments: args.map(({ kind, name, type }) => ({ kind, name, type })),
    type,
  });

const has = ({ directives = [] }: FieldDefinitionNode, directive: string): boolean =>
  directives.some(({ name }) => name.value === directive);
