import {
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  isObjectType,
  Kind,
  parse,
  print,
  printType,
  visit,
} from "graphql";
import { type AgencySubgraph, type Refuse, ROOTS } from "./handed-in.js";
import { ENTITIES } from "./subgraph.js";

/**
 * Refuses types under names that mean something else. To a composer two types of one name are one: their fields and values
 * would be put together, and whoever answers for one of them would answer for the other.
 */
export function checkNames(plain: GraphQLSchema, document: DocumentNode, refuse: Refuse): void {
  for (const definition of document.definitions) {
    const name = nameOf(definition);
    if (name === undefined) continue;
    if (name.startsWith("_") || name.includes("__")) refuse(name, "is a name of Federation's own; choose another");
    const hubs = plain.getType(name);
    if (!hubs || isEntity(definition, name) || (isObject(definition) && ROOTS.includes(name))) continue;
    if (isObjectType(hubs) && isObject(definition))
      refuse(name, `is the hub's, and nobody refers to a record of it; add fields to ${ENTITIES.join(", ")}`);
    else if (meaning(parse(printType(hubs)).definitions[0]) !== meaning(definition))
      refuse(name, "is a name of the hub's, which means something else by it; choose another");
  }
}

/**
 * Names that two agencies give: types of their own, and fields of the hub's types.
 * @returns findings, of the one that comes later
 */
export function namesGivenTwice(
  plain: GraphQLSchema,
  agencies: readonly (Pick<AgencySubgraph, "name"> & { readonly document: DocumentNode | undefined })[],
): string[] {
  const owners = new Map<string, string>();
  const findings = new Set<string>();
  for (const { name: agency, document } of agencies)
    for (const given of namesGivenIn(plain, document)) {
      const owner = owners.get(given) ?? agency;
      owners.set(given, owner);
      if (owner !== agency) findings.add(`${agency}, ${given}: has another owner already: ${owner}; ${REMEDY}`);
    }
  return [...findings];
}
const REMEDY =
  "give it another name; agencies of one kind may keep their records in one subgraph: federation.agencies.<name>.agency is then a list";

/** Names that an agency gives in its schema: `SchoolRecord`, `Minor.schoolRecords`. */
export const namesGivenIn = (plain: GraphQLSchema, document: DocumentNode | undefined): string[] =>
  (document?.definitions ?? []).flatMap((definition) => givenBy(plain, definition));

function givenBy(plain: GraphQLSchema, definition: DefinitionNode): string[] {
  const name = nameOf(definition);
  if (name === undefined) return [];
  if (!plain.getType(name)) return [name];
  if (!isEntity(definition, name) || !("fields" in definition)) return [];
  return (definition.fields ?? []).flatMap(({ name: field, directives = [] }) =>
    field.value === "id" || directives.some((one) => one.name.value === "external") ? [] : [`${name}.${field.value}`],
  );
}

const nameOf = (definition: DefinitionNode): string | undefined =>
  definition.kind !== Kind.DIRECTIVE_DEFINITION && "name" in definition ? definition.name?.value : undefined;

const isObject = ({ kind }: DefinitionNode): boolean =>
  kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.OBJECT_TYPE_EXTENSION;
const isEntity = (definition: DefinitionNode, name: string): boolean =>
  isObject(definition) && ENTITIES.some((entity) => entity === name);

/** Whatever the order, and without descriptions: scalars and enums of the hub's that come with the agency kit are the hub's. */
const meaning = (definition: DefinitionNode | undefined): string | undefined =>
  definition &&
  print(
    visit(definition, { enter: (node) => ("description" in node ? { ...node, description: undefined } : undefined) }),
  )
    .split("\n")
    .toSorted()
    .join();
