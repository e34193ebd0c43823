import type { GraphQLRequestContext } from "@apollo/server";
import {
  type DocumentNode,
  execute,
  type GraphQLSchema,
  OperationTypeNode,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Activation } from "../../policy/activate.js";
import type { Collect } from "../../policy/refuse.js";
import { collectorOf } from "../../read/collect.js";
import { type Stated, settled, stated } from "../checking.js";
import { Relayed } from "../format.js";
import type { Result } from "../sending.js";
import type { RoleViews } from "../views.js";
import type { GatewayContext } from "./context.js";
import { explained, isExplained, withExplained, withoutExplained } from "./explained.js";
import { normalized } from "./normalized.js";
import { agencyUnavailable, Errand, type HubAnswer, type Subgraphs } from "./subgraphs.js";

export interface GatewayAnsweringParts {
  readonly activation: Activation;
  readonly views: RoleViews;
  readonly subgraphs: Subgraphs;
  /** The supergraph, whose fields are fetched from where they are. */
  readonly stitched: GraphQLSchema;
  /** Coordinate -> agency; of fields that are not the hub's. */
  readonly owners: ReadonlyMap<string, string>;
}

/**
 * The way of a question through the gateway: what the hub would refuse whatever the record is refused here, in the
 * same words; then the hub and the agencies answer, each its own part, and put it on record.
 */
export function answerOf(parts: GatewayAnsweringParts) {
  const { activation, views, subgraphs, stitched } = parts;
  const touched = new WeakMap<DocumentNode, readonly string[]>();
  return async (request: GraphQLRequestContext<GatewayContext>): Promise<Result> => {
    const { contextValue: context } = request;
    const question = stated(activation, request);
    if ("errors" in question) return question;
    const collect = collectorOf(activation.schema, question);
    const found = await settled(activation, views, question, collect, context);
    if (found) return found;

    const coordinates = coordinatesIn(question.document);
    const ask = coordinates.some((coordinate) => parts.owners.has(coordinate)) ? askAll : askHub;
    if (!coordinates.some(isExplained))
      // What no agency adds to goes to the hub as it is, and comes back as it is.
      return ask === askHub ? asItIs(request, question) : ask(context, question, collect);
    const said = await explained(activation, question, collect);
    if (said.errors) return { errors: said.errors };
    const { data, errors = [] } = await ask(context, question, withoutExplained(collect));
    return data ? { data: withExplained(data, said.data), errors } : { errors };
  };

  async function asItIs({ contextValue, request }: GraphQLRequestContext<GatewayContext>, question: Stated) {
    const { query, variables, operationName } = request;
    return relayed(await subgraphs.askHub(contextValue, { query, variables, operationName }, changes(question)));
  }

  async function askHub(context: GatewayContext, question: Stated, collect: Collect): Promise<Result> {
    const asked = normalized(activation.schema, question, collect);
    const sent = { query: print(asked.document), variables: question.raw };
    const { data, errors = [] } = await subgraphs.askHub(context, sent, changes(question));
    return relayed({
      ...(data ? { data: asked.data(data) } : {}),
      errors: errors.map(({ locations: _ofWhatWasSent, ...error }) => ({
        ...error,
        ...(error.path ? { path: asked.path(error.path) } : {}),
      })),
    });
  }

  async function askAll(context: GatewayContext, question: Stated, collect: Collect): Promise<Result> {
    const roots = new Map(
      [...collect(question.rootType, null)].filter(([, [node]]) => node?.name.value !== "__typename"),
    );
    const asked = normalized(activation.schema, question, collect);
    const errand = new Errand(context, roots, asked);
    const { data, errors = [] } = await execute({
      schema: stitched,
      document: asked.document,
      contextValue: errand,
      variableValues: question.raw,
    });
    if (errand.fault) throw errand.fault;
    if (errand.refused) return { errors: errand.said };
    const missing = [...errand.missing].toSorted(([a], [b]) => a.localeCompare(b, "en"));
    return {
      data: asked.data(data),
      errors: [...errand.said, ...errors, ...missing.map(([name, cause]) => agencyUnavailable(name, cause))],
    };
  }

  function coordinatesIn(document: DocumentNode): readonly string[] {
    const known = touched.get(document);
    if (known) return known;
    const coordinates = new Set<string>();
    const types = new TypeInfo(activation.schema);
    const Field = () => void coordinates.add(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`);
    visit(document, visitWithTypeInfo(types, { Field }));
    touched.set(document, [...coordinates]);
    return [...coordinates];
  }
}

const changes = ({ operation }: Stated): boolean => operation.operation === OperationTypeNode.MUTATION;

const relayed = ({ data, errors = [] }: HubAnswer): Result => ({
  ...(data ? { data } : {}),
  errors: errors.map((error) => new Relayed(error)),
});
