import {
  type ASTNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  print,
  visit,
} from "graphql";
import { type AgencySubgraph, type Refuse, textOf } from "./handed-in.js";
import { AGENCY_DIRECTIVE, FEDERATION_LINK, GROUP_DIRECTIVE, LINKS, POLICY_LINK } from "./sdl.js";

/**
 * Directives that an agency may use, and where. All others of Federation's would let it answer for what is the hub's, or
 * say what neither composer nor gateway looks at: `@override`, `@shareable`, `@provides`, `@interfaceObject`, `@tag`,
 * `@inaccessible`, `@context`, `@authenticated`, `@requiresScopes`, `@policy`, `@cost`, `@listSize`.
 */
const PLACES: Readonly<Record<string, readonly Kind[]>> = {
  "@group": [Kind.FIELD_DEFINITION],
  "@key": [Kind.OBJECT_TYPE_DEFINITION, Kind.OBJECT_TYPE_EXTENSION],
  "@external": [Kind.FIELD_DEFINITION],
  "@requires": [Kind.FIELD_DEFINITION],
  "@composeDirective": [Kind.SCHEMA_DEFINITION, Kind.SCHEMA_EXTENSION],
  "@link": [Kind.SCHEMA_DEFINITION, Kind.SCHEMA_EXTENSION],
  "@agency": [Kind.SCHEMA_DEFINITION, Kind.SCHEMA_EXTENSION],
  "@deprecated": [Kind.FIELD_DEFINITION, Kind.INPUT_VALUE_DEFINITION, Kind.ENUM_VALUE_DEFINITION],
  "@specifiedBy": [Kind.SCALAR_TYPE_DEFINITION, Kind.SCALAR_TYPE_EXTENSION],
};
const DIRECTIVES = Object.keys(PLACES);
/** May be named by an agency, whether it is used or not. */
const IMPORTS = [...DIRECTIVES, "@inaccessible"];
/** What an agency may define, in these words: another `@group` would not be the policy's. */
const DEFINED = [GROUP_DIRECTIVE, AGENCY_DIRECTIVE];

/** Holds the directives of an agency's part, and the specifications that they are of, against what hub and gateway understand. */
export function checkWords({ kernel }: Pick<AgencySubgraph, "kernel">, document: DocumentNode, refuse: Refuse): void {
  const used = new Set<string>();
  const links = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) checkDefinition(definition);
    for (const found of appliedIn(definition)) check(found);
  }

  // Without it rules of Federation 1 hold, by which a field may have several owners.
  const wanted = [FEDERATION_LINK, ...(kernel || used.has("@group") ? [POLICY_LINK] : [])];
  for (const link of wanted)
    if (!links.has(link)) refuse("schema", `does not link ${link}; add: extend schema ${LINKS[link]}`);
  if (used.has("@group") && !used.has("@composeDirective"))
    refuse("schema", 'keeps its groups to itself; add: extend schema @composeDirective(name: "@group")');

  function check({ at, on, directive }: Applied): void {
    const written = `@${directive.name.value}`;
    used.add(written);
    const places = PLACES[written];
    if (!places) refuse(at, `uses ${written}; an agency may use ${DIRECTIVES.join(" ")}`);
    else if (!places.includes(on))
      refuse(at, `uses ${written} where it is not understood; it belongs ${whereOf(places)}`);
    else if (written === "@link") links.add(checkLink(at, directive));
    else if (written === "@key" && printed(directive) !== 'fields: "id"') refuse(at, "has another key than id");
    else if (written === "@composeDirective" && textOf(directive, "name") !== "@group")
      refuse(
        at,
        `composes ${textOf(directive, "name")}; of an agency's directives the gateway understands @group alone`,
      );
  }

  function checkLink(at: string, link: DirectiveNode): string {
    const url = textOf(link, "url") ?? "";
    if (!LINKS[url]) refuse(at, `links ${url}; an agency may link ${Object.keys(LINKS).join(" ")}`);
    for (const { name } of link.arguments ?? [])
      if (name.value !== "url" && name.value !== "import")
        refuse(at, `links with \`${name.value}\`, under another name or for another purpose; leave it out`);
    const imports = link.arguments?.find(({ name }) => name.value === "import")?.value;
    // Under another name a directive would escape the list.
    for (const value of imports?.kind === Kind.LIST ? imports.values : [])
      if (value.kind !== Kind.STRING || !IMPORTS.includes(value.value))
        refuse(at, `imports what is not in ${IMPORTS.join(" ")}, or under another name`);
    return url;
  }

  function checkDefinition({ description: _said, ...definition }: DirectiveDefinitionNode): void {
    if (!DEFINED.includes(print(definition)))
      refuse(`@${definition.name.value}`, `is a directive of its own; an agency may define ${DEFINED.join(", ")}`);
  }
}

interface Applied {
  /** "Minor.attendance.term", "Absence.days", "Season.SUMMER", "schema" */
  readonly at: string;
  readonly on: Kind;
  readonly directive: DirectiveNode;
}

/** All that are applied in a definition: on itself, its fields, arguments and values. */
function appliedIn(definition: DefinitionNode): Applied[] {
  const found: Applied[] = [];
  visit(definition, {
    enter(node, _key, _parent, _path, ancestors) {
      if (!("directives" in node) || !node.directives) return;
      const at = [...ancestors, node].flatMap(nameOf).join(".") || "schema";
      for (const directive of node.directives) found.push({ at, on: node.kind, directive });
    },
  });
  return found;
}

const nameOf = (node: ASTNode | readonly ASTNode[]): string[] => ("name" in node && node.name ? [node.name.value] : []);

const printed = ({ arguments: args = [] }: DirectiveNode): string => args.map((argument) => print(argument)).join();

const whereOf = (kinds: readonly Kind[]): string =>
  `on ${kinds
    .map((kind) =>
      kind
        .replace(/(Type)?(Definition|Extension)$/, "")
        .replace(/(?<=[a-z])[A-Z]/g, (l) => ` ${l}`)
        .toLowerCase(),
    )
    .join(", ")}`;
