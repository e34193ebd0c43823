import { type ExecutionResult, execute, type FieldNode, getNamedType, isObjectType, Kind } from "graphql";
import { accessOf, explanationOf } from "../../policy/access.js";
import type { Activation } from "../../policy/activate.js";
import { expectationOf } from "../../policy/explain.js";
import type { Role } from "../../policy/policy.js";
import type { Collect } from "../../policy/refuse.js";
import type { Stated } from "../checking.js";
import type { GatewayContext } from "./context.js";
import { field, isRecord, setOf } from "./nodes.js";

/** Where a client is told what fields are to him: the hub knows nothing of those that agencies add. */
const EXPLAINED: ReadonlySet<string> = new Set(["Query.explainField", "Query.accessMatrix", "ViewerView.can"]);

export const isExplained = (coordinate: string): boolean => EXPLAINED.has(coordinate);

/**
 * What the gateway says of fields by itself, over the schemas of all.
 * @returns a result with these fields alone
 */
export async function explained(
  activation: Activation,
  { operation, document, raw, rootType, asker }: Stated,
  collect: Collect,
): Promise<ExecutionResult> {
  const selections = [...collect(rootType, null).values()].flatMap((nodes) => {
    const [node] = nodes;
    if (!node || isExplained(`${rootType.name}.${node.name.value}`)) return merged(nodes);
    const type = getNamedType(rootType.getFields()[node.name.value]?.type);
    const fields = isObjectType(type) ? [...collect(type, nodes).values()] : [];
    const within = fields.filter(([one]) => isExplained(`${type?.name}.${one?.name.value}`)).flatMap(merged);
    return within.length > 0 ? [{ ...node, selectionSet: setOf(within) }] : [];
  });
  return execute({
    schema: activation.schema,
    document: {
      ...document,
      definitions: [
        { ...operation, selectionSet: setOf(selections) },
        ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
      ],
    },
    contextValue: speaker(activation, asker),
    variableValues: raw,
  });
}

/** All that the resolvers of these fields look at. */
const speaker = (activation: Activation, asker: GatewayContext["asker"]) => ({
  asker,
  viewer: { person: null, agency: { id: "", role: asker.role }, post: asker.post },
  directory: { agency: () => null },
  purposes: [],
  expect: (coordinate: string) => expectationOf(activation, asker, coordinate),
  explain: (coordinate: string) => explanationOf(activation, asker, coordinate),
  access: (role: Role) => accessOf(activation, role),
});

/** Fields that share a response key are one. */
function merged(nodes: readonly FieldNode[]): FieldNode[] {
  const [first] = nodes;
  const selections = nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
  return first ? [{ ...first, ...(selections.length > 0 ? { selectionSet: setOf(selections) } : {}) }] : [];
}

/** A question without these fields, each of which keeps its place by a type name; for whoever answers the rest. */
export const withoutExplained =
  (collect: Collect): Collect =>
  (type, nodes) =>
    new Map(
      [...collect(type, nodes)].map(([key, merged]) => [
        key,
        isExplained(`${type.name}.${merged[0]?.name.value}`) ? [field("__typename", key)] : merged,
      ]),
    );

/** An answer to the rest, with what the gateway says in its places. */
export const withExplained = (
  rest: Readonly<Record<string, unknown>>,
  said: ExecutionResult["data"],
): Record<string, unknown> => ({
  ...rest,
  ...Object.fromEntries(
    Object.entries(said ?? {}).map(([key, value]) => [
      key,
      isRecord(value) && isRecord(rest[key]) ? { ...rest[key], ...value } : value,
    ]),
  ),
});
