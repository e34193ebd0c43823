import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** The question at hand, for reading its selections. */
export interface Question {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A document with its variables, ready to be read. */
export function questionOf(
  schema: GraphQLSchema,
  { document, variables }: Pick<Stated, "document" | "variables">,
): Question {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return { schema, fragments, variables };
}

/** Response keys of a type, at the root of the operation or below fields: for whoever walks a question. */
export function collectorOf(
  schema: GraphQLSchema,
  stated: Stated,
): (type: GraphQLObjectType, nodes: readonly FieldNode[] | null) => Map<string, FieldNode[]> {
  const question = questionOf(schema, stated);
  return (type, nodes) => collect(question, type, nodes ? below(nodes) : [stated.operation.selectionSet]);
}

interface Stated {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * CollectFields of the specification (GraphQL 6.3.2): response keys in order, each with the fields that are merged
 * into it. graphql-js does not export its own.
 */
export function collect(
  question: Question,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  for (const selectionSet of selectionSets) visit(selectionSet);
  return fields;

  function visit(selectionSet: SelectionSetNode): void {
    for (const selection of selectionSet.selections) {
      if (isLeftOut(selection, question.variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        fields.set(key, [...(fields.get(key) ?? []), selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition?.name.value)) visit(selection.selectionSet);
      } else {
        const name = selection.name.value;
        const fragment = question.fragments.get(name);
        if (!fragment || visited.has(name)) continue;
        visited.add(name);
        if (applies(fragment.typeCondition.name.value)) visit(fragment.selectionSet);
      }
    }
  }

  function applies(condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const abstract = question.schema.getType(condition);
    return isAbstractType(abstract) && isObjectType(type) && question.schema.isSubType(abstract, type);
  }
}

/** Whether the directives of a selection leave it out. */
const isLeftOut = (selection: SelectionNode, variables: Question["variables"]): boolean =>
  getDirectiveValues(GraphQLSkipDirective, selection, variables)?.["if"] === true ||
  getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.["if"] === false;

/** Selection sets of the fields that are merged into one response key. */
export const below = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
