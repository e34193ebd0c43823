import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  type SelectionNode,
  type VariableDefinitionNode,
  visit,
} from "graphql";
import type { Added } from "../../federation/supergraph.js";
import type { Collect } from "../../policy/refuse.js";
import type { Stated } from "../checking.js";
import { inNobodysWords, type Words } from "./nobodys-words.js";
import { field, named, setOf } from "./nodes.js";

/**
 * What an agency is asked for wherever the hub finds a record of this type: fields of one group. Of a child of whom the hub
 * gives no word for a group, the agency is not asked for that group; which are open together could tell who asks.
 */
export interface Part {
  readonly agency: string;
  readonly type: string;
  /** Its fields of `_entities`. */
  readonly words: Words;
  /** Variable of the references. */
  readonly references: string;
  /** Keys in the hub's answer: of the id, and of the hub's word, where the agency needs one. */
  readonly id: string;
  readonly relation: string | undefined;
}

/** What becomes of an object that the hub answers with. */
export interface Shape {
  /** In the client's order. */
  readonly fields: readonly { readonly key: string; readonly from: Part | Shapes | null }[];
  readonly parts: readonly Part[];
}
/** By type, where the hub's answer tells it under `typename`. */
export interface Shapes {
  readonly typename: string | undefined;
  of(typename: string | undefined): Shape;
}

/** A question taken apart by who answers what. */
export interface Plan {
  /** For the hub, with what agencies need beside it. */
  readonly query: string;
  readonly answer: Shapes;
}

/**
 * Takes a question apart: every field is the hub's, but for those that agencies add, which are asked for by reference to
 * the record that they belong to. An agency's fields lead nowhere but to its own.
 * @param added by coordinate
 */
export function planOf(
  schema: GraphQLSchema,
  added: ReadonlyMap<string, Added>,
  { operation, rootType, document }: Pick<Stated, "operation" | "rootType" | "document">,
  collect: Collect,
): Plan {
  const mark = markIn(document);
  const references = `${mark}references`;
  const parts = new Map<string, Part>();
  const { selections, shape } = ofObject(rootType, null);
  return { query: print(asked(operation, selections)), answer: { typename: undefined, of: () => shape } };

  /** @param nodes null = at the root */
  function ofObject(type: GraphQLObjectType, nodes: readonly FieldNode[] | null) {
    const selections: SelectionNode[] = [];
    const theirs = new Map<string, Asked>();
    const hubs = new Map<string, Shapes | null>();
    const keys = collect(type, nodes);
    for (const [key, merged] of keys) {
      const [node] = merged;
      if (!node) continue;
      const by = added.get(`${type.name}.${node.name.value}`);
      if (by) {
        const nodes = theirs.get(groupOf(by))?.nodes ?? [];
        theirs.set(groupOf(by), { ...by, nodes: [...nodes, whole(type, key, merged)] });
        continue;
      }
      const below = ofField(type, node, merged);
      hubs.set(key, below?.shapes ?? null);
      selections.push(fieldOf(key, node, below?.selections));
    }
    const here = new Map([...theirs].map(([group, fields]) => [group, partOf(type, fields)]));
    if (here.size > 0) selections.push(field("id", `${mark}id`));
    for (const { agency, row } of theirs.values())
      if (row !== undefined) selections.push(field("relation", relationOf(agency, row), { audience: agency, row }));
    const fields = [...keys].map(([key, [node]]) => {
      const by = node && added.get(`${type.name}.${node.name.value}`);
      return { key, from: (by ? here.get(groupOf(by)) : hubs.get(key)) ?? null };
    });
    return { selections: orSomething(selections), shape: { fields, parts: [...here.values()] } };
  }

  function ofField(parent: GraphQLObjectType, { name }: FieldNode, merged: readonly FieldNode[]) {
    const type = getNamedType(parent.getFields()[name.value]?.type);
    if (isObjectType(type)) {
      const { selections, shape } = ofObject(type, merged);
      return { selections, shapes: { typename: undefined, of: () => shape } };
    }
    if (!isAbstractType(type)) return undefined;
    const typename = `${mark}type`;
    const shapes = new Map<string, Shape>();
    const fragments = schema.getPossibleTypes(type).flatMap((one): SelectionNode[] => {
      if (collect(one, merged).size === 0) return [];
      const { selections, shape } = ofObject(one, merged);
      shapes.set(one.name, shape);
      return [fragmentOn(one.name, selections)];
    });
    return {
      selections: [field("__typename", typename), ...fragments],
      shapes: { typename, of: (name: string | undefined) => shapes.get(name ?? "") ?? EMPTY },
    };
  }

  /** A field of an agency's with all below it, which is the agency's too. */
  function whole(parent: GraphQLObjectType, key: string, merged: readonly FieldNode[]): FieldNode {
    const [node] = merged;
    if (!node) throw new TypeError("A response key has a field");
    const type = getNamedType(parent.getFields()[node.name.value]?.type);
    if (!isCompositeType(type)) return fieldOf(key, node);
    const within = (one: GraphQLObjectType) =>
      [...collect(one, merged)].map(([inner, fields]) => whole(one, inner, fields));
    const selections = isObjectType(type)
      ? within(type)
      : schema.getPossibleTypes(type).flatMap((one): SelectionNode[] => {
          const fields = within(one);
          return fields.length > 0 ? [fragmentOn(one.name, fields)] : [];
        });
    return fieldOf(key, node, orSomething(selections));
  }

  function relationOf(agency: string, row: string): string {
    return `${mark}${agency.replaceAll("-", "_")}_${row}`;
  }

  function partOf({ name: type }: GraphQLObjectType, { agency, row, nodes }: Asked): Part {
    const entities = {
      ...field("_entities"),
      arguments: [
        {
          kind: Kind.ARGUMENT,
          name: named("representations"),
          value: { kind: Kind.VARIABLE, name: named(references) },
        },
      ],
      selectionSet: setOf([fragmentOn(type, nodes)]),
    } as const;
    const document = asked({ ...operation, operation: OperationTypeNode.QUERY }, [entities], definitionOf(references));
    const same = `${agency} ${print(document)}`;
    const known = parts.get(same);
    if (known) return known;
    const relation = row && relationOf(agency, row);
    const part = { agency, type, words: inNobodysWords(document), references, id: `${mark}id`, relation };
    parts.set(same, part);
    return part;
  }
}

/** What keys and variables begin with that the client does not know: none of his does. */
function markIn(document: DocumentNode): string {
  const keys: string[] = [];
  visit(document, {
    Field: ({ alias, name }) => void keys.push((alias ?? name).value),
    Variable: ({ name }) => void keys.push(name.value),
  });
  // A key of the client's can be in the way of one mark only, however long it is.
  for (let n = 0; ; n++) {
    const mark = `gateway${n}_`;
    if (!keys.some((key) => key.startsWith(mark))) return mark;
  }
}

/** Fields of one group of an agency's. */
interface Asked extends Added {
  readonly nodes: readonly FieldNode[];
}
const groupOf = ({ agency, row = "" }: Added): string => `${agency} ${row}`;

const EMPTY: Shape = { fields: [], parts: [] };

/** A field as the client asks for it; what directives leave out has been left out before. */
const fieldOf = (
  key: string,
  { name, arguments: given = [] }: FieldNode,
  below?: readonly SelectionNode[],
): FieldNode => ({
  kind: Kind.FIELD,
  name,
  ...(key === name.value ? {} : { alias: named(key) }),
  arguments: given,
  ...(below ? { selectionSet: setOf(below) } : {}),
});

const fragmentOn = (type: string, selections: readonly SelectionNode[]): SelectionNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: named(type) },
  selectionSet: setOf(selections),
});

/** Where the client asks for an object and for nothing in it. */
const orSomething = (selections: readonly SelectionNode[]): readonly SelectionNode[] =>
  selections.length > 0 ? selections : [field("__typename")];

const definitionOf = (references: string): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: named(references) },
  type: {
    kind: Kind.NON_NULL_TYPE,
    type: {
      kind: Kind.LIST_TYPE,
      type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: named("_Any") } },
    },
  },
});

/** An operation with the client's variables that it uses, and one of the gateway's; without what is written beside them. */
function asked(
  operation: OperationDefinitionNode,
  selections: readonly SelectionNode[],
  ...more: readonly VariableDefinitionNode[]
): DocumentNode {
  const selectionSet = setOf(selections);
  const used = new Set<string>();
  visit(selectionSet, { Variable: ({ name }) => void used.add(name.value) });
  const clients = (operation.variableDefinitions ?? []).flatMap(({ kind, variable, type, defaultValue }) =>
    used.has(variable.name.value) ? [{ kind, variable, type, ...(defaultValue ? { defaultValue } : {}) }] : [],
  );
  const { kind, operation: what, name } = operation;
  const definition: OperationDefinitionNode = {
    kind,
    operation: what,
    ...(name ? { name } : {}),
    variableDefinitions: [...clients, ...more],
    selectionSet,
  };
  return { kind: Kind.DOCUMENT, definitions: [definition] };
}
