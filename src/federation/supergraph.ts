import {
  buildASTSchema,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  extendSchema,
  type FieldDefinitionNode,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  visit,
} from "graphql";
import type { Policy } from "../policy/policy.js";
import { leadsToRecord, needsNoGroup } from "./agency-sdl.js";
import { namedIn, textOf } from "./handed-in.js";
import { HUB } from "./hub-subgraph.js";
import { ENTITIES, entrance } from "./subgraph.js";

/** The supergraph was composed for another release of the hub, or is none. */
export class SupergraphUnreadable extends Error {
  override readonly name = "SupergraphUnreadable";
  readonly code = "SUPERGRAPH";
  readonly exitCode = 2;
  constructor(why: string) {
    super(`${why}. Compose it again with \`hub compose\`. 联邦模式文件无法使用,请重新合成。`);
  }
}

/** A field that an agency adds. */
export interface Added {
  readonly agency: string;
  /** Policy row of which the agency needs the hub's word; undefined where it needs none. */
  readonly row: string | undefined;
}

/** What clients may ask, and who answers it. */
export interface GatewayGraph {
  /** The hub's schema, with what agencies add; every field says what guards it. */
  readonly schema: GraphQLSchema;
  /** Fields that are not the hub's, by coordinate. */
  readonly added: ReadonlyMap<string, Added>;
  /** The supergraph with Federation's `_entities`: what agencies may be asked for. */
  readonly entities: GraphQLSchema;
  /** `join__Graph` -> name of the subgraph. */
  readonly graphs: ReadonlyMap<string, string>;
  /** Name of a subgraph -> where it is asked; the hub's is only a name. */
  readonly urls: ReadonlyMap<string, string>;
}

/** First line of a supergraph: under which policy it was checked that no subgraph shows what it cannot decide. */
export const stampOf = ({ version, hash }: Policy): string => `# composed under policy ${version} ${hash}`;

/** @throws SupergraphUnreadable it was composed under another policy, and nobody has checked it under this one */
export function checkStamp(supergraph: string, policy: Policy): void {
  if (!supergraph.startsWith(`${stampOf(policy)}\n`))
    throw new SupergraphUnreadable("The supergraph was not composed under the policy that is in force");
}

/**
 * The hub's schema of this release, extended by what the supergraph has from agencies.
 * @param plain  without the rule tree
 * @throws SupergraphUnreadable
 */
export function schemaOfGateway(plain: GraphQLSchema, policy: Policy, supergraph: string): GatewayGraph {
  const document = parsed(supergraph);
  const subgraphs = subgraphsIn(document);
  const graphs = new Map(subgraphs.map(({ graph, name }) => [graph, name]));
  // Who is called so gets the users' tokens.
  if ([...graphs.values()].filter((name) => name === HUB).length !== 1)
    throw new SupergraphUnreadable("The supergraph has no subgraph of the hub, or more than one");
  const added = new Map<string, Added>();
  const marks = new Map<string, Readonly<Record<string, unknown>>>();
  const definitions = document.definitions.flatMap(partOf);
  const theirs = document.definitions.filter((one) => !("name" in one && one.name) || !isJoined(one));
  const schema = extendSchema(plain, withoutDirectives({ kind: Kind.DOCUMENT, definitions }));
  for (const [coordinate, extensions] of marks) {
    const [typeName = "", name = ""] = coordinate.split(".");
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[name] : undefined;
    if (field) field.extensions = extensions;
  }
  return {
    schema,
    added,
    entities: entitiesOf({ kind: Kind.DOCUMENT, definitions: theirs }),
    graphs,
    urls: new Map(subgraphs.map(({ name, url }) => [name, url])),
  };

  /** What a definition adds to the hub's schema. */
  function partOf(definition: DefinitionNode): DefinitionNode[] {
    if (!("name" in definition) || !definition.name || isJoined(definition)) return [];
    const known = plain.getType(definition.name.value);
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      const fields = definition.fields?.filter((field) => isAdded(definition, field)) ?? [];
      if (fields.length === 0) return [];
      return known
        ? [{ kind: Kind.OBJECT_TYPE_EXTENSION, name: definition.name, fields }]
        : [{ ...definition, fields }];
    }
    return known ? [] : [definition];
  }

  function isAdded(type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): boolean {
    const owner = ownerOf(type, field);
    if (owner === undefined || owner === HUB) return false;
    const coordinate = `${type.name.value}.${field.name.value}`;
    added.set(coordinate, { agency: owner, row: requiredBy(field) });
    marks.set(coordinate, markOf(type, field));
    return true;
  }

  function isOwnObject(name: string): boolean {
    return (
      plain.getType(name) === undefined &&
      document.definitions.some((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === name)
    );
  }

  /** Of a field that no directive gives to a subgraph, those of its type. */
  function ownerOf(type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): string | undefined {
    const joined = applied(field, "join__field").filter((join) => !isTrue(join, "external"));
    const from = (joined.length > 0 ? joined : applied(type, "join__type")).map((join) => textOf(join, "graph") ?? "");
    const names = from.map((graph) => graphs.get(graph));
    return names.includes(HUB) ? HUB : names[0];
  }

  /** A field that says nothing about itself stays so: the rule tree refuses it. */
  function markOf(type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): Readonly<Record<string, unknown>> {
    const [group] = applied(field, "group");
    const at = group && textOf(group, "at");
    if (group)
      return {
        group: { row: textOf(group, "row") ?? "", ...(at === undefined ? {} : { at }) },
        // An agency's own type that is no record belongs to the minor whose field leads to it.
        ...(type.name.value === "Minor" && isOwnObject(namedIn(field.type)) ? { belonging: true } : {}),
      };
    if (leadsToRecord(plain, policy, field)) return { rootOf: [namedIn(field.type)] };
    return needsNoGroup(plain, type.name.value, field) ? { public: true } : {};
  }
}

/** The relation of which row: `hub compose` lets an agency require nothing else. */
function requiredBy(field: FieldDefinitionNode): string | undefined {
  for (const join of applied(field, "join__field")) {
    const requires = textOf(join, "requires");
    if (requires === undefined) continue;
    const [, row] = /^relation\(audience: *"[^"]*",? *row: *"(\w+)"\)$/.exec(requires.trim()) ?? [];
    if (row === undefined) throw new SupergraphUnreadable(`The supergraph requires ${requires}`);
    return row;
  }
  return undefined;
}

/** Types alone: nothing of the hub's resolves what an agency answers with. */
function entitiesOf(types: DocumentNode): GraphQLSchema {
  const schema = buildASTSchema(withoutDirectives(types), { assumeValid: true });
  const entities = ENTITIES.filter((name) => schema.getType(name));
  return extendSchema(schema, entrance(entities, true));
}

/** Subgraphs of a supergraph. */
const subgraphsIn = ({ definitions }: DocumentNode) =>
  definitions
    .flatMap((definition) =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "join__Graph"
        ? (definition.values ?? [])
        : [],
    )
    .map((value) => {
      const [graph] = applied(value, "join__graph");
      const said = (argument: string) => (graph && textOf(graph, argument)) ?? "";
      return { graph: value.name.value, name: said("name"), url: said("url") };
    });

function parsed(supergraph: string): DocumentNode {
  try {
    return parse(supergraph);
  } catch {
    throw new SupergraphUnreadable("The supergraph is no GraphQL");
  }
}

interface Marked {
  readonly directives?: readonly DirectiveNode[] | undefined;
}
const applied = ({ directives = [] }: Marked, directive: string): DirectiveNode[] =>
  directives.filter(({ name }) => name.value === directive);
const isTrue = ({ arguments: args = [] }: DirectiveNode, argument: string): boolean =>
  args.some(({ name, value }) => name.value === argument && value.kind === Kind.BOOLEAN && value.value);

/** Federation's own: directives, and the types that they use. */
const isJoined = (definition: DefinitionNode & { readonly name?: { readonly value: string } | undefined }): boolean =>
  definition.kind === Kind.DIRECTIVE_DEFINITION || /^(join|link|core)__/.test(definition.name?.value ?? "");
const withoutDirectives = (document: DocumentNode): DocumentNode =>
  visit(document, { Directive: ({ name }) => (name.value === "deprecated" ? undefined : null) });
