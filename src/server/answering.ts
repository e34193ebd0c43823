import { type ApolloServerPlugin, type GraphQLRequestContext, type GraphQLResponse, HeaderMap } from "@apollo/server";
import {
  type ExecutionResult,
  execute,
  type FieldNode,
  type GraphQLError,
  type GraphQLFormattedError,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import type { Logger } from "pino";
import type { RunChange, RunOnRecord } from "../change/run.js";
import type { DisclosureLog } from "../disclosure/log.js";
import { disclosureEntry, operationHash } from "../disclosure/of-answer.js";
import { badUserInput } from "../errors.js";
import type { Activation } from "../policy/activate.js";
import { isOutside, type ToldByRow } from "../policy/home.js";
import { statedPurpose, staticRefusals } from "../policy/refuse.js";
import type { Asked, Questions } from "../read/questions.js";
import { isData } from "../read/row.js";
import { checkRows } from "../read/rows.js";
import type { PublishedCounts } from "../statistics/published.js";
import type { Store } from "../store/store.js";
import type { HubContext } from "../viewer/context.js";
import { faultStatus, formatError, statusOf } from "./format.js";
import { checkVariables } from "./limits.js";
import type { RoleViews } from "./views.js";

export interface AnsweringParts {
  readonly activation: Activation;
  readonly questions: Questions;
  readonly store: Store;
  readonly disclosures: DisclosureLog;
  readonly counts: PublishedCounts;
  readonly views: RoleViews;
  readonly log: Logger;
  readonly change: RunChange;
  readonly onRecord: RunOnRecord;
  /**
   * At an agency: what the hub tells of the records that are asked for, by their ids at the hub.
   * @throws Refusal RELATION_REFUSED
   */
  readonly told?: (context: HubContext, variables: Asked["variables"]) => Promise<ReadonlyMap<string, ToldByRow>>;
}

/**
 * The way of a request from a valid document to an answer (docs/architecture.md): purpose, static refusals, plan, one
 * statement under row security, the walk with the rule tree, the log line, the answer.
 */
export function answering(parts: AnsweringParts): ApolloServerPlugin<HubContext> {
  return {
    async requestDidStart() {
      return {
        async responseForOperation(request) {
          const result = await answer(parts, request).catch((error: unknown) => ({ errors: [error] }));
          return send(result, parts, request.contextValue);
        },
        // Here, and not in `send`: what Apollo refuses by itself does not come that far.
        async willSendResponse({ contextValue: { told }, response: { body } }) {
          if (body.kind === "single") told.code = codeOf(body.singleResult.errors);
        },
      };
    },
  };
}

/** An answer, or without `data` a refusal of the whole question. */
interface Result {
  readonly data?: ExecutionResult["data"];
  readonly errors?: readonly unknown[];
}

async function answer(parts: AnsweringParts, request: GraphQLRequestContext<HubContext>): Promise<Result> {
  const { activation, questions, store, disclosures, views } = parts;
  const { document, operation, contextValue: context } = request;
  if (!document) throw new TypeError("Apollo calls this with a document");
  if (!operation) throw noSuchOperation();
  context.told.operation = operationHash(document);
  const purpose = isOutside(context.asker)
    ? context.asker.purpose
    : statedPurpose(activation, context.asker, context.statedPurpose);
  context.asker = activation.tables.same({ ...context.asker, purpose });
  const { asker, viewer } = context;
  context.told.purpose = asker.purpose?.purpose ?? null;
  context.told.kind = operation.operation === OperationTypeNode.MUTATION ? "change" : "read";

  const rootType = activation.schema.getRootType(operation.operation);
  if (!rootType) throw badUserInput("query", `This hub has no ${operation.operation}`, "不支持该类操作", "Ask a query");
  const raw = request.request.variables ?? {};
  checkVariables(raw);
  const variables = coerce(activation, operation, raw);
  if (variables.errors) return { errors: variables.errors };
  const asked: Asked = { document, operation, variables: variables.coerced, asker, viewer };
  const known = questions.known(asked);
  if (!known) {
    const collect = questions.collector(asked);
    if (introspects(collect(rootType, null))) {
      context.told.kind = "schema";
      return execute({
        schema: views.of(viewer),
        document,
        operationName: operation.name?.value ?? null,
        variableValues: raw,
      });
    }
    if (operation.operation === OperationTypeNode.MUTATION) checkOneChange(collect(rootType, null));
    const refusals = staticRefusals(activation, activation.schema, asker, rootType, collect);
    if (refusals.length > 0) return { errors: refusals };
  }
  const plan = known ?? (await context.timed("plan", () => questions.plan(asked)));
  checkRows(plan.rows(asked.variables));

  const walk = (rootValue: unknown) =>
    execute({
      schema: activation.schema,
      document,
      rootValue,
      contextValue: context,
      variableValues: raw,
      operationName: operation.name?.value ?? null,
    });
  context.onRecord = (info, work) => context.timed("change", () => parts.onRecord(asked, context, info, work));
  if (operation.operation === OperationTypeNode.MUTATION) {
    context.change = (info, command) =>
      context.timed("change", () => parts.change(asked, context, plan, info, command));
    return wholeOrRefused(await walk(undefined), 1);
  }

  const told = await parts.told?.(context, asked.variables);
  const own = questions.reach(viewer);
  const reach = told ? { ...own, told: [...told.keys()] } : own;
  const text = plan.asks
    ? await context.timed("statement", () => store.read(reach, plan, plan.bind(questions.binding({ ...asked, told }))))
    : null;
  const fetched: unknown = JSON.parse(text ?? "{}");
  const data = isData(fetched) ? fetched : {};
  const shown = plan.shown(data);
  const result = wholeOrRefused(await context.timed("walk", () => walk(plan.root(data))));
  // On record before it leaves: what cannot be written is not served.
  if ((plan.asks || context.counted.size > 0) && result.data !== undefined)
    await context.timed("log", () =>
      disclosures.append(
        disclosureEntry(activation, questions.world.ids, asked, context.requestId, shown, "READ", context.counted),
      ),
    );
  return result;
}

/** One change a transaction: of two, one could fail and leave the other done. */
function checkOneChange(fields: ReadonlyMap<string, readonly FieldNode[]>): void {
  const changes = [...fields.values()].filter(([node]) => node?.name.value !== "__typename");
  if (changes.length > 1)
    throw badUserInput(
      "query",
      "An operation changes one thing: a single mutation field",
      "一次操作只能包含一个变更字段",
      "Send each change by itself, with an Idempotency-Key of its own",
    );
}

/**
 * An error takes the whole answer with it, and HTTP says why; that a record is not found is an answer.
 * @param depth  of the errors that count: below its root a change is done, whatever fails
 */
function wholeOrRefused(result: ExecutionResult, depth = Number.POSITIVE_INFINITY): Result {
  const errors = inOrder(result.errors ?? []);
  return errors.some(
    ({ path = [], extensions }) => path.length <= depth && extensions["code"] !== "NOT_FOUND_OR_NOT_SHARED",
  )
    ? { errors }
    : { ...result, errors };
}

/** As the question asks: the order in which they were met tells which rules others had asked before. */
const inOrder = (errors: readonly GraphQLError[]): readonly GraphQLError[] =>
  errors.toSorted(
    (a, b) => (a.positions?.[0] ?? 0) - (b.positions?.[0] ?? 0) || `${a.path}`.localeCompare(`${b.path}`, "en"),
  );

/**
 * Makes the answer of a result. A fault takes everything with it: whoever reads half an answer takes what is missing
 * for what is not there.
 */
function send({ data, errors = [] }: Result, { log }: AnsweringParts, { requestId }: HubContext): GraphQLResponse {
  const formatted = errors.map((error) => formatError(error, log, requestId));
  const fault = faultStatus(formatted);
  const refused = fault ?? (data === undefined ? statusOf(formatted) : undefined);
  return {
    http: { headers: new HeaderMap(), ...(refused ? { status: refused } : {}) },
    body: {
      kind: "single",
      singleResult: {
        ...(formatted.length > 0 ? { errors: formatted } : {}),
        ...(refused || data === undefined ? {} : { data }),
      },
    },
  };
}

/** @returns the first error's code, null where there is none */
export function codeOf(errors: readonly GraphQLFormattedError[] = []): string | null {
  const code = errors[0]?.extensions?.["code"];
  return typeof code === "string" ? code : null;
}

const coerce = (
  { schema }: Activation,
  { variableDefinitions }: OperationDefinitionNode,
  raw: Record<string, unknown>,
) => getVariableValues(schema, variableDefinitions ?? [], raw, { maxErrors: 10, hideSuggestions: true });

/** @throws Mistake BAD_USER_INPUT the schema is asked for beside records: it is answered from the role's view, they are not */
function introspects(fields: ReadonlyMap<string, readonly FieldNode[]>): boolean {
  const names = [...fields.values()].flatMap(([field]) => field?.name.value ?? []);
  const about = names.filter((name) => name === "__schema" || name === "__type");
  if (about.length > 0 && names.some((name) => !name.startsWith("__")))
    throw badUserInput(
      "query",
      "The schema is asked for together with records",
      "不能同时查询模式与数据",
      "Ask for __schema and __type in a question of their own",
    );
  return about.length > 0;
}

const noSuchOperation = () =>
  badUserInput(
    "operationName",
    "operationName names no operation of the document, or is missing where there are several",
    "operationName 与文档中的操作不符",
    "Send the name of one operation of the document",
  );
