import { type ApolloServerPlugin, type GraphQLRequestContext, HeaderMap } from "@apollo/server";
import {
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLResolveInfo,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import type { Logger } from "pino";
import { z } from "zod";
import type { DisclosureLog } from "../disclosure/log.js";
import { disclosureEntry } from "../disclosure/of-answer.js";
import { badUserInput } from "../errors.js";
import type { Activation } from "../policy/activate.js";
import { statedPurpose, staticRefusals } from "../policy/refuse.js";
import type { Plan } from "../read/plan.js";
import type { Asked, Questions } from "../read/questions.js";
import { isData } from "../read/row.js";
import type { Store } from "../store/store.js";
import type { Command, HubContext } from "../viewer/context.js";
import { rowsAsked } from "./cost.js";
import { formatError } from "./format.js";
import { checkRows } from "./limits.js";
import type { RoleViews } from "./views.js";

export interface AnsweringParts {
  readonly activation: Activation;
  readonly questions: Questions;
  readonly store: Store;
  readonly disclosures: DisclosureLog;
  readonly views: RoleViews;
  readonly log: Logger;
  /** Runs a command and reads its payload, in one transaction: src/change. */
  readonly change: (
    asked: Asked,
    context: HubContext,
    plan: Plan,
    info: GraphQLResolveInfo,
    command: Command,
  ) => Promise<unknown>;
}

type Answer = {
  readonly http: { readonly headers: HeaderMap; readonly status?: number };
  readonly body: { readonly kind: "single"; readonly singleResult: object };
};

/**
 * The way of a request from a valid document to an answer (docs/architecture.md): purpose, static refusals, plan, one
 * statement under row security, the walk with the rule tree, the log line, the answer.
 */
export function answering(parts: AnsweringParts): ApolloServerPlugin<HubContext> {
  return {
    async requestDidStart() {
      return {
        async responseForOperation(request) {
          const { contextValue: context } = request;
          try {
            return await answer(parts, request);
          } catch (error) {
            return refused([formatError(error, parts.log, context.requestId)], statusOf(error));
          }
        },
      };
    },
  };
}

async function answer(parts: AnsweringParts, request: GraphQLRequestContext<HubContext>): Promise<Answer> {
  const { activation, questions, store, disclosures, views, log } = parts;
  const { document, operation, contextValue: context } = request;
  if (!document || !operation) throw new TypeError("Apollo calls this with a document and an operation");
  context.asker = { ...context.asker, purpose: statedPurpose(activation, context.asker, context.statedPurpose) };
  const { asker, viewer } = context;
  const raw = request.request.variables ?? {};
  if (isIntrospection(operation))
    return given(
      await execute({
        schema: views.of(viewer),
        document,
        operationName: operation.name?.value ?? null,
        variableValues: raw,
      }),
    );

  const rootType = activation.schema.getRootType(operation.operation);
  if (!rootType) throw badUserInput("query", `This hub has no ${operation.operation}`, "不支持该类操作", "Ask a query");
  const variables = coerce(activation, operation, raw);
  if (variables.errors)
    return refused(
      variables.errors.map((error) => formatError(error, log, context.requestId)),
      400,
    );
  const asked: Asked = { document, operation, variables: variables.coerced, asker, viewer };
  const collect = questions.collector(asked);
  const refusals = staticRefusals(activation, activation.schema, asker, rootType, collect);
  if (refusals.length > 0)
    return refused(
      refusals.map((refusal) => formatError(refusal, log)),
      403,
    );
  checkRows(rowsAsked(rootType, asked.variables, collect));

  const plan = questions.plan(asked);
  const walk = (rootValue: unknown) =>
    execute({
      schema: activation.schema,
      document,
      rootValue,
      contextValue: context,
      variableValues: raw,
      operationName: operation.name?.value ?? null,
    });
  if (operation.operation === OperationTypeNode.MUTATION) {
    context.change = (info, command) => parts.change(asked, context, plan, info, command);
    return given(formatted(await walk(undefined), parts, context));
  }

  const text = plan.asks ? await store.read(questions.reach(viewer), plan, plan.bind(questions.binding(asked))) : null;
  const fetched: unknown = JSON.parse(text ?? "{}");
  const data = isData(fetched) ? fetched : {};
  const result = formatted(await walk(plan.root(data)), parts, context);
  // On record before it leaves: what cannot be written is not served.
  if (plan.asks)
    await disclosures.append(
      disclosureEntry(activation, questions.world.ids, asked, context.requestId, plan.shown(data), "READ"),
    );
  return given(result);
}

function formatted(result: ExecutionResult, { log }: AnsweringParts, { requestId }: HubContext): object {
  const { errors, ...rest } = result;
  return errors ? { errors: errors.map((error) => formatError(error, log, requestId)), ...rest } : rest;
}

const coerce = (
  { schema }: Activation,
  { variableDefinitions }: OperationDefinitionNode,
  raw: Record<string, unknown>,
) => getVariableValues(schema, variableDefinitions ?? [], raw, { maxErrors: 10, hideSuggestions: true });

const isIntrospection = ({ selectionSet }: OperationDefinitionNode): boolean =>
  selectionSet.selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith("__"));

const given = (singleResult: object): Answer => ({
  http: { headers: new HeaderMap() },
  body: { kind: "single", singleResult },
});

const refused = (errors: readonly GraphQLFormattedError[], status: number): Answer => ({
  http: { headers: new HeaderMap(), status },
  body: { kind: "single", singleResult: { errors } },
});

const httpMark = z.object({ http: z.object({ status: z.number() }) });
function statusOf(error: unknown): number {
  const marked = httpMark.safeParse(error instanceof GraphQLError ? error.extensions : {});
  return marked.success ? marked.data.http.status : 500;
}
