import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";
import { Mistake } from "../errors.js";

export interface Limits {
  readonly maxDepth: number;
  readonly maxAliases: number;
}

/** Fields of a document, fragments spread out: what graphql-js would walk at the least. */
const MOST_FIELDS = 2_000;
/** Rows that a question may reach: pages multiplied down the nesting, a list inside a record counted as ten. */
const MOST_ROWS = 20_000;

interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

/**
 * A costly document is refused before anything runs: nesting, aliases, breadth, fragments that multiply. Counted with
 * one visit a fragment, so that counting cannot be made costly itself.
 */
export const limitsRule =
  ({ maxDepth, maxAliases }: Limits) =>
  (context: ValidationContext): ASTVisitor => ({
    Document(document) {
      const fragments = new Map<string, FragmentDefinitionNode>();
      for (const definition of document.definitions)
        if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
      const sizes = new Map<string, Size>();
      const none: Size = { depth: 0, aliases: 0, fields: 0 };

      const sizeOf = (set: SelectionSetNode | undefined): Size => {
        let size = none;
        for (const selection of set?.selections ?? []) {
          const below =
            selection.kind === Kind.FRAGMENT_SPREAD
              ? fragment(selection.name.value)
              : sizeOf(selection.selectionSet);
          const own = selection.kind === Kind.FIELD ? 1 : 0;
          size = {
            depth: Math.max(size.depth, below.depth + own),
            aliases: size.aliases + below.aliases + (selection.kind === Kind.FIELD && selection.alias ? 1 : 0),
            fields: size.fields + below.fields + own,
          };
        }
        return size;
      };
      const fragment = (name: string): Size => {
        const known = sizes.get(name);
        if (known) return known;
        sizes.set(name, none); // a cycle adds nothing here; NoFragmentCycles refuses it
        const size = sizeOf(fragments.get(name)?.selectionSet);
        sizes.set(name, size);
        return size;
      };

      for (const definition of document.definitions) {
        if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
        const { depth, aliases, fields } = sizeOf(definition.selectionSet);
        if (depth > maxDepth) context.reportError(tooMuch("depth", depth, maxDepth));
        if (aliases > maxAliases) context.reportError(tooMuch("aliases", aliases, maxAliases));
        if (fields > MOST_FIELDS) context.reportError(tooMuch("fields", fields, MOST_FIELDS));
      }
    },
  });

export const checkRows = (rows: number): void => {
  if (rows > MOST_ROWS) throw tooMuch("rows", rows, MOST_ROWS);
};

const tooMuch = (what: string, is: number, limit: number): GraphQLError =>
  new Mistake("COST_EXCEEDED", {
    message: `The question has ${what} ${is}; the limit is ${limit}`,
    messageZh: `查询过大:${what} 为 ${is},上限为 ${limit}`,
    remedy: "Ask for less at once, in several questions",
    field: what,
  });
