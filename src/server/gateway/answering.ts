import type { GraphQLRequestContext } from "@apollo/server";
import {
  type DocumentNode,
  execute,
  type GraphQLSchema,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Activation } from "../../policy/activate.js";
import { collectorOf } from "../../read/collect.js";
import { settled, stated } from "../checking.js";
import { Relayed } from "../format.js";
import type { Result } from "../sending.js";
import type { RoleViews } from "../views.js";
import type { GatewayContext } from "./context.js";
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
  const touched = new WeakMap<DocumentNode, boolean>();
  return async (request: GraphQLRequestContext<GatewayContext>): Promise<Result> => {
    const { contextValue: context } = request;
    const question = stated(activation, request);
    if ("errors" in question) return question;
    const { document, operation, raw, rootType } = question;
    const collect = collectorOf(activation.schema, question);
    const found = await settled(activation, views, question, collect, context);
    if (found) return found;

    const changes = operation.operation === OperationTypeNode.MUTATION;
    if (!asksAgencies(document)) {
      // What no agency adds to goes to the hub as it is, and comes back as it is.
      const { query, variables, operationName } = request.request;
      return relayed(await subgraphs.askHub(context, { query, variables, operationName }, changes));
    }
    const roots = new Map([...collect(rootType, null)].filter(([, [node]]) => node?.name.value !== "__typename"));
    const asked = normalized(activation.schema, question, collect);
    const errand = new Errand(context, roots, asked);
    const { data, errors = [] } = await execute({
      schema: stitched,
      document: asked.document,
      contextValue: errand,
      variableValues: raw,
    });
    if (errand.fault) throw errand.fault;
    if (errand.refused) return { errors: errand.said };
    const missing = [...errand.missing].toSorted(([a], [b]) => a.localeCompare(b, "en"));
    return {
      data: asked.data(data),
      errors: [...errand.said, ...errors, ...missing.map(([name, cause]) => agencyUnavailable(name, cause))],
    };
  };

  function asksAgencies(document: DocumentNode): boolean {
    const known = touched.get(document);
    if (known !== undefined) return known;
    let asks = false;
    const types = new TypeInfo(activation.schema);
    const Field = () => {
      asks ||= parts.owners.has(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`);
    };
    visit(document, visitWithTypeInfo(types, { Field }));
    touched.set(document, asks);
    return asks;
  }
}

const relayed = ({ data, errors = [] }: HubAnswer): Result => ({
  ...(data ? { data } : {}),
  errors: errors.map((error) => new Relayed(error)),
});
