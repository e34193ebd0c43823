import { type DocumentNode, type FieldNode, type InlineFragmentNode, Kind, print, visit } from "graphql";
import { digest } from "../../federation/assertion.js";
import { field, named, setOf } from "./nodes.js";

export interface Words {
  /** With keys as they were, for reading the answer: `keyOf` says where each field is. */
  readonly document: DocumentNode;
  /** For the agency. */
  readonly query: string;
  /** Of these the ones that are used, under the names that they have here. */
  variables(named: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/**
 * A question as an agency may read it: what a client calls its question, fields and variables could tell who asks (policy
 * row R35), as each has words of its own.
 */
export function inNobodysWords(asked: DocumentNode): Words {
  const names = new Map<string, string>();
  const nth = (name: string): string => {
    const known = names.get(name) ?? `v${names.size}`;
    names.set(name, known);
    return known;
  };
  const document: DocumentNode = visit(asked, {
    OperationDefinition: (operation) => ({ ...operation, name: undefined }),
    Variable: ({ name, ...variable }) => ({ ...variable, name: { ...name, value: nth(name.value) } }),
    StringValue: (text) => ({ ...text, block: false }),
  });
  const Field = (node: FieldNode) => ({
    ...(node.name.value === "_entities" ? withIds(node) : node),
    alias: named(keyOf(node)),
  });
  return {
    document,
    query: print(visit(document, { Field })),
    variables: (named) =>
      Object.fromEntries(
        [...names].filter(([name]) => Object.hasOwn(named, name)).map(([name, here]) => [here, named[name]]),
      ),
  };
}

/** Each record tells which one it is. */
const withIds = ({ selectionSet, ...entities }: FieldNode): FieldNode => ({
  ...entities,
  selectionSet: setOf(
    (selectionSet?.selections ?? []).map((selection) =>
      selection.kind === Kind.INLINE_FRAGMENT ? withId(selection) : selection,
    ),
  ),
});
const withId = ({ selectionSet, ...fragment }: InlineFragmentNode): InlineFragmentNode => ({
  ...fragment,
  selectionSet: { ...selectionSet, selections: [...selectionSet.selections, ...TYPE_AND_ID] },
});
const TYPE_AND_ID = [field("__typename"), field("id")];

/** Key of a field in the answer to a question in nobody's words. */
export const keyOf = ({ name: { value: name }, arguments: args = [] }: FieldNode): string =>
  args.length === 0 || name === "_entities" ? name : `${name}_${digest(args.map(print).join()).replaceAll("-", "_")}`;
