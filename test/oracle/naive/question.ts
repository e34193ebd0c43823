import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from "graphql";
import { collectFields, collectSubfields } from "graphql/execution/collectFields.js";
import type { Asked } from "./asked.js";
import { checkKeys, checkPage, listArguments } from "./lists.js";
import { fieldNotShared, Refused, rightMissing, said } from "./refused.js";
import { CONNECTIONS, hasRight, opens } from "./roots.js";

type Fields = ReadonlyMap<string, readonly FieldNode[]>;

/** All that is refused before anything runs, in the order of the hub: variables, fields, arguments and keys, pages. */
export function refuse(asked: Asked, document: DocumentNode, raw: Readonly<Record<string, unknown>>): void {
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const query = asked.schema.getQueryType();
  if (!operation || !query) throw new TypeError("There is one query in the document");
  const { coerced: variables, errors } = getVariableValues(asked.schema, operation.variableDefinitions ?? [], raw, {
    hideSuggestions: true,
  });
  if (errors)
    throw new Refused(
      400,
      errors.map(({ message }) => said("BAD_USER_INPUT", message)),
    );

  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  const root: Fields = collectFields(asked.schema, fragments, variables, query, operation.selectionSet);
  const below = (type: GraphQLObjectType, fields: readonly FieldNode[]): Fields =>
    collectSubfields(asked.schema, fragments, variables, type, [...fields]);

  refuseFields(asked, query, root, below);
  const lists = [...root].flatMap(([key, [node]]) => {
    const type = node && CONNECTIONS[node.name.value];
    if (!node || !type) return [];
    const args = argumentsOf(query, node, variables);
    checkKeys(asked, type, args, key);
    return [{ type, args }];
  });
  for (const { type, args } of lists) checkPage(asked, type, args);
}

function argumentsOf(query: GraphQLObjectType, node: FieldNode, variables: Readonly<Record<string, unknown>>) {
  const field = query.getFields()[node.name.value];
  if (!field) throw new TypeError(`${node.name.value} is no root field`);
  try {
    return listArguments(getArgumentValues(field, node, variables));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new Refused(400, [said("BAD_USER_INPUT", error.message)]);
  }
}

/** Fields that can never be shown to the asker, whatever the record: each coordinate once, where it stands first. */
function refuseFields(
  asked: Asked,
  query: GraphQLObjectType,
  root: Fields,
  below: (type: GraphQLObjectType, fields: readonly FieldNode[]) => Fields,
): void {
  const { schema, coordinates, asker } = asked;
  const refused = new Map<string, GraphQLError>();
  let guarded = false;
  visit(query, root, []);
  if (guarded && !asker.purpose)
    throw new Refused(403, [
      said("PURPOSE_REQUIRED", "Personal data is shown for a stated purpose only; send the header X-Hub-Purpose"),
    ]);
  if (refused.size > 0) throw new Refused(403, [...refused.values()]);

  function visit(type: GraphQLObjectType, selection: Fields, path: readonly string[]): void {
    for (const [key, fields] of selection) {
      const field = type.getFields()[fields[0]?.name.value ?? ""];
      if (!field) continue;
      const coordinate = `${type.name}.${field.name}`;
      const guard = coordinates.get(coordinate) ?? { kind: "public" };
      if (guard.kind !== "public") guarded = true;
      if (guard.kind !== "public" && !opens(guard, asked) && !refused.has(coordinate))
        refused.set(
          coordinate,
          guard.kind === "needs" && !hasRight(guard, asked)
            ? rightMissing(guard, coordinate, [...path, key])
            : fieldNotShared(asker, coordinate, [...path, key]),
        );
      const named = getNamedType(field.type);
      if (!isCompositeType(named)) continue;
      for (const object of isAbstractType(named) ? schema.getPossibleTypes(named) : [named])
        if (isObjectType(object)) visit(object, below(object, fields), [...path, key]);
    }
  }
}
