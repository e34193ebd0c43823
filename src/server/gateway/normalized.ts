import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  visit,
} from "graphql";
import type { Collect } from "../../policy/refuse.js";
import type { Stated } from "../checking.js";

type Data = ExecutionResult["data"];

/** A question as the engine is asked it, and the way back to the client's own names. */
export interface Normalized {
  readonly document: DocumentNode;
  /** An answer's data, under the client's names. */
  data(answered: Data): Data;
  /** Place of an error, in the client's names. */
  path(path: readonly (string | number)[]): readonly (string | number)[];
}

/** Begins no name of a field. */
const CLIENTS = "client_says_";
/** Asked for where the client asks for an object and for nothing in it. */
const DROPPED = "client_drops";
const orDropped = (selections: readonly SelectionNode[]): readonly SelectionNode[] =>
  selections.length > 0
    ? selections
    : [
        {
          kind: Kind.FIELD,
          name: { kind: Kind.NAME, value: "__typename" },
          alias: { kind: Kind.NAME, value: DROPPED },
        },
      ];

/**
 * The same question without fragments and directives, each field once; nothing is fetched, signed or put on record for
 * what a directive leaves out. The engine takes questions apart by their selections: it loses what stands in a fragment that has nothing but `__typename`, asks subgraphs for more than the
 * client does - `id`, `__typename`, what a field requires - under the fields' own names, which the client may have given
 * to others, and takes whatever has a `then` for a promise.
 */
export function normalized(
  schema: GraphQLSchema,
  { operation, rootType }: Pick<Stated, "operation" | "rootType">,
  collect: Collect,
): Normalized {
  const fieldsOf = (type: GraphQLObjectType, nodes: readonly FieldNode[] | null): FieldNode[] =>
    [...collect(type, nodes)].flatMap(([key, merged]) => {
      const [field] = merged;
      if (!field) return [];
      const { name, arguments: given } = field;
      const named = getNamedType(type.getFields()[name.value]?.type);
      const selections = named ? selectionsOf(named, merged) : [];
      return {
        kind: Kind.FIELD,
        name,
        ...(key === name.value ? {} : { alias: { kind: Kind.NAME, value: CLIENTS + key } }),
        ...(given ? { arguments: given } : {}),
        ...(selections.length > 0 ? { selectionSet: { kind: Kind.SELECTION_SET, selections } } : {}),
      };
    });
  const selectionsOf = (type: GraphQLNamedType, merged: readonly FieldNode[]): readonly SelectionNode[] => {
    if (isObjectType(type)) return orDropped(fieldsOf(type, merged));
    if (!isAbstractType(type)) return [];
    const fragments = schema.getPossibleTypes(type).flatMap((one): SelectionNode[] => {
      const selections = fieldsOf(one, merged);
      const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: one.name } } as const;
      const selectionSet = { kind: Kind.SELECTION_SET, selections } as const;
      return selections.length > 0 ? [{ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet }] : [];
    });
    return orDropped(fragments);
  };
  const asked = {
    ...operation,
    directives: [],
    selectionSet: { kind: Kind.SELECTION_SET, selections: fieldsOf(rootType, null) } as const,
  };
  const used = new Set<string>();
  visit(asked.selectionSet, { Variable: ({ name }) => void used.add(name.value) });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
  return {
    document: {
      kind: Kind.DOCUMENT,
      definitions: [{ ...asked, ...(variableDefinitions ? { variableDefinitions } : {}) }],
    },
    data: (answered) => answered && ofObject(answered),
    path: (path) => path.map((key) => (typeof key === "string" ? clients(key) : key)),
  };
}

const clients = (key: string): string => (key.startsWith(CLIENTS) ? key.slice(CLIENTS.length) : key);

const ofObject = (value: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (key === DROPPED ? [] : [[clients(key), ofValue(inner)]])),
  );

function ofValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ofValue);
  return typeof value === "object" && value !== null ? ofObject(value) : value;
}
