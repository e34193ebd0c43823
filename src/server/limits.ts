import {
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";
import { badUserInput, tooMuch } from "../errors.js";

export interface Limits {
  readonly maxDepth: number;
  readonly maxAliases: number;
  /** Fields of a document, fragments spread out: what graphql-js would walk at the least. Default 2,000. */
  readonly maxFields?: number;
}

const MOST_FIELDS = 2_000;
/** Values in the variables, and how deep they may be nested; what a document may hold is bounded by its tokens. */
const MOST_VALUES = 1_000;
const DEEPEST_VALUE = 32;

interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}
const NONE: Size = { depth: 0, aliases: 0, fields: 0 };

/**
 * A costly document is refused before anything runs: nesting, aliases, breadth, fragments that multiply. Counted with
 * one visit a fragment, so that counting cannot be made costly itself.
 */
export const limitsRule =
  ({ maxDepth, maxAliases, maxFields = MOST_FIELDS }: Limits) =>
  (context: ValidationContext): ASTVisitor => {
    let nested = 0;
    let aliased = 0;
    const enter = () => {
      if (++nested === DEEPEST_VALUE + 1) context.reportError(tooMuch("value depth", nested, DEEPEST_VALUE));
    };
    const value = { enter, leave: () => void nested-- };
    return {
      ObjectValue: value,
      ListValue: value,
      StringValue({ value }) {
        if (value.includes(NUL)) context.reportError(noText("query"));
      },
      Field(node) {
        if (node.alias && isIntrospection(node, context) && ++aliased === 1)
          context.reportError(tooMuch("introspection aliases", aliased, 0));
      },
      Document({ definitions }) {
        const sizeOf = measure(definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION));
        for (const definition of definitions) {
          if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
          const { depth, aliases, fields } = sizeOf(definition.selectionSet);
          if (depth > maxDepth) context.reportError(tooMuch("depth", depth, maxDepth));
          if (aliases > maxAliases) context.reportError(tooMuch("aliases", aliases, maxAliases));
          if (fields > maxFields) context.reportError(tooMuch("fields", fields, maxFields));
        }
      },
    };
  };

function measure(fragments: readonly FragmentDefinitionNode[]): (set: SelectionSetNode | undefined) => Size {
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  const sizes = new Map<string, Size>();

  const sizeOf = (set: SelectionSetNode | undefined): Size => {
    let size = NONE;
    for (const selection of set?.selections ?? []) {
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD ? ofFragment(selection.name.value) : sizeOf(selection.selectionSet);
      const here = selection.kind === Kind.FIELD ? ofField(selection, below) : below;
      size = {
        depth: Math.max(size.depth, here.depth),
        aliases: size.aliases + here.aliases,
        fields: size.fields + here.fields,
      };
    }
    return size;
  };
  const ofFragment = (name: string): Size => {
    const known = sizes.get(name);
    if (known) return known;
    sizes.set(name, NONE); // a cycle adds nothing here; NoFragmentCycles refuses it
    const size = sizeOf(byName.get(name)?.selectionSet);
    sizes.set(name, size);
    return size;
  };
  return sizeOf;
}

// Depth, breadth and the schema's size multiply in introspection; graphql-js bounds the first, no tool needs the second.
const isIntrospection = ({ name }: FieldNode, context: ValidationContext): boolean =>
  name.value === "__schema" || name.value === "__type" || context.getParentType()?.name.startsWith("__") === true;

const ofField = ({ alias, name }: FieldNode, { depth, aliases, fields }: Size): Size => ({
  // The tools' own introspection question is deeper than any of ours; graphql-js bounds it (MaxIntrospectionDepth).
  depth: name.value === "__schema" || name.value === "__type" ? 1 : depth + 1,
  aliases: aliases + (alias ? 1 : 0),
  fields: fields + 1,
});

/**
 * Variables are walked before anything reads them by recursion.
 * @param references names of variables that hold references to records: what is read of one is one value
 * @throws Mistake COST_EXCEEDED too many or too deeply nested; BAD_USER_INPUT a text that no database holds
 */
export function checkVariables(variables: Readonly<Record<string, unknown>>, references: readonly string[] = []): void {
  const lists = references.flatMap((name) => (Array.isArray(variables[name]) ? variables[name].length : []));
  let values = lists.reduce((sum, length) => sum + length, 0);
  let level: unknown[] = [Object.fromEntries(Object.entries(variables).filter(([name]) => !references.includes(name)))];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST_VALUE) throw tooMuch("value depth", depth, DEEPEST_VALUE);
    values += level.length;
    if (values > MOST_VALUES) throw tooMuch("values", values, MOST_VALUES);
    if (level.some((value) => typeof value === "string" && value.includes(NUL))) throw noText("variables");
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
}

const NUL = "\0";
const noText = (field: string): GraphQLError =>
  badUserInput(field, "A text holds the character U+0000", "文本中含有 U+0000 字符", "Leave U+0000 out");
