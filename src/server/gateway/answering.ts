import type { GraphQLRequestContext } from "@apollo/server";
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLFormattedError,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getLocation,
  getNamedType,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { changeDigest } from "../../change/idempotency.js";
import type { Added } from "../../federation/supergraph.js";
import type { Activation } from "../../policy/activate.js";
import type { Asker } from "../../policy/decide.js";
import type { Collect } from "../../policy/refuse.js";
import { collectorOf } from "../../read/collect.js";
import { type Stated, settled, stated } from "../checking.js";
import { Relayed } from "../format.js";
import type { Result } from "../sending.js";
import type { RoleViews } from "../views.js";
import type { GatewayContext } from "./context.js";
import { explained, isExplained, withExplained, withoutExplained } from "./explained.js";
import { type Plan, planOf } from "./plan.js";
import { fieldsOf, placesIn } from "./shaped.js";
import { agencyUnavailable, type Subgraphs } from "./subgraphs.js";

export interface GatewayAnsweringParts {
  readonly activation: Activation;
  readonly views: RoleViews;
  readonly subgraphs: Subgraphs;
  /** Fields that are not the hub's, by coordinate. */
  readonly added: ReadonlyMap<string, Added>;
}

/**
 * The way of a question through the gateway: what the hub would refuse whatever the record is refused here, in the
 * same words; then the hub and the agencies answer, each its own part, and put it on record.
 */
export function answerOf(parts: GatewayAnsweringParts) {
  const { activation, views, subgraphs } = parts;
  const known = new WeakMap<DocumentNode, Known>();
  /** Who may ask each operation: nothing of it is refused or answered whatever the record. */
  const asks = new WeakMap<OperationDefinitionNode, WeakSet<Asker>>();
  const plans = new WeakMap<OperationDefinitionNode, Plan>();
  return async (request: GraphQLRequestContext<GatewayContext>): Promise<Result> => {
    const { contextValue: context } = request;
    const question = stated(activation, request);
    if ("errors" in question) return question;
    const collect = collectorOf(activation.schema, question);
    const { coordinates, directives } = knownOf(question.document);
    const { asker, operation } = question;
    if (!asks.get(operation)?.has(asker)) {
      const found = await settled(activation, views, question, collect, context);
      if (found) return found;
      // Where a variable may leave a field out, the next may ask for it.
      if (!directives) asks.set(operation, (asks.get(operation) ?? new WeakSet()).add(asker));
    }
    const explains = coordinates.some(isExplained);
    // What no agency adds to goes to the hub as it is, and comes back as it is.
    if (!explains && !coordinates.some((coordinate) => parts.added.has(coordinate))) return asItIs(request, question);
    if (!explains) return takenApart(context, question, collect);
    const said = await explained(activation, question, collect);
    if (said.errors) return { errors: said.errors };
    const { data, errors = [] } = await takenApart(context, question, withoutExplained(collect));
    return data ? { data: withExplained(data, said.data), errors } : { errors };
  };

  async function asItIs({ contextValue, request }: GraphQLRequestContext<GatewayContext>, question: Stated) {
    const { query, variables, operationName } = request;
    const { data, errors } = await subgraphs.askHub(
      contextValue,
      { query, variables, operationName },
      changeIn(question),
    );
    return { ...(data ? { data } : {}), errors: relayed(errors) };
  }

  /** The hub first, with what agencies need of it, then these. */
  async function takenApart(context: GatewayContext, question: Stated, collect: Collect): Promise<Result> {
    const plan = planFor(question, collect);
    const sent = { query: plan.query, variables: question.raw };
    const { data, errors = [] } = await subgraphs.askHub(context, sent, changeIn(question));
    const said = relayed(errors.map(inPlace(question.rootType, collect)).toSorted(inOrder));
    if (!data) return { errors: said };
    const { of, missing } = await subgraphs.askAgencies(context, placesIn(plan.answer, data), question.raw);
    const silent = [...missing].toSorted(([a], [b]) => a.localeCompare(b, "en"));
    return {
      data: fieldsOf(plan.answer, data, of),
      errors: [...said, ...silent.map(([name, cause]) => agencyUnavailable(name, cause))],
    };
  }

  /** Kept for the next who asks the same; but where a variable may leave a field out, it is made for each. */
  function planFor(question: Stated, collect: Collect): Plan {
    const kept = plans.get(question.operation);
    if (kept) return kept;
    const plan = planOf(activation.schema, parts.added, question, collect);
    if (!knownOf(question.document).directives) plans.set(question.operation, plan);
    return plan;
  }

  function knownOf(document: DocumentNode): Known {
    const before = known.get(document);
    if (before) return before;
    const coordinates = new Set<string>();
    let directives = false;
    const types = new TypeInfo(activation.schema);
    const Field = () => void coordinates.add(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`);
    const Directive = () => {
      directives = true;
    };
    visit(document, visitWithTypeInfo(types, { Field, Directive }));
    const found = { coordinates: [...coordinates], directives };
    known.set(document, found);
    return found;
  }
}

/** Of a document, whoever asks it. */
interface Known {
  readonly coordinates: readonly string[];
  readonly directives: boolean;
}

/** By the client's own words: a change that another client's document asks for is another one, though the hub's part be the same. */
const changeIn = (question: Stated): string | null =>
  question.operation.operation === OperationTypeNode.MUTATION ? changeDigest(question) : null;

/** An error of the hub at its place in the client's question: the hub has been asked in lines of the gateway's. */
const inPlace =
  (rootType: GraphQLObjectType, collect: Collect) =>
  ({ message, path, locations, extensions }: GraphQLFormattedError): GraphQLFormattedError => {
    const its = nodesAt(path ?? [], rootType, collect).flatMap(({ loc }) =>
      loc ? [getLocation(loc.source, loc.start)] : [],
    );
    return {
      message,
      ...(path ? { path } : {}),
      ...(locations && its.length > 0 ? { locations: its } : {}),
      ...(extensions ? { extensions } : {}),
    };
  };

/** As the client's question asks, and as the hub alone has them: it has been asked in another order. */
const inOrder = (a: GraphQLFormattedError, b: GraphQLFormattedError): number => {
  const [at, other] = [a, b].map(({ locations: [first] = [] }) => first ?? { line: 0, column: 0 });
  return (
    (at?.line ?? 0) - (other?.line ?? 0) ||
    (at?.column ?? 0) - (other?.column ?? 0) ||
    `${a.path}`.localeCompare(`${b.path}`, "en")
  );
};

/** Where the client asks for what stands at this place of the answer; nothing where it depends on the record's type. */
function nodesAt(path: readonly (string | number)[], rootType: GraphQLObjectType, collect: Collect) {
  let type: GraphQLNamedType | undefined = rootType;
  let nodes: readonly FieldNode[] | null = null;
  for (const key of path) {
    if (typeof key === "number") continue;
    if (!isObjectType(type)) return [];
    const found: readonly FieldNode[] = collect(type, nodes).get(key) ?? [];
    const [node] = found;
    type = node && getNamedType(type.getFields()[node.name.value]?.type);
    nodes = found;
  }
  return nodes ?? [];
}

const relayed = (errors: readonly GraphQLFormattedError[] = []) => errors.map((error) => new Relayed(error));
