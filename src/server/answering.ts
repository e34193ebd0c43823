import type { GraphQLRequestContext } from "@apollo/server";
import { type ExecutionResult, execute, type GraphQLError, OperationTypeNode } from "graphql";
import type { Logger } from "pino";
import type { RunChange, RunOnRecord } from "../change/run.js";
import type { DisclosureLog } from "../disclosure/log.js";
import { disclosureEntry } from "../disclosure/of-answer.js";
import { Mistake, Refusal } from "../errors.js";
import type { Activation } from "../policy/activate.js";
import type { ToldByRow } from "../policy/home.js";
import type { Asked, NamedPlan, Questions } from "../read/questions.js";
import type { Reference } from "../read/reference.js";
import { type Data, isData } from "../read/row.js";
import { checkRows } from "../read/rows.js";
import type { PublishedCounts } from "../statistics/published.js";
import type { Step } from "../store/round-trip.js";
import type { Store } from "../store/store.js";
import type { HubContext } from "../viewer/context.js";
import { settled, stated } from "./checking.js";
import type { Result } from "./sending.js";
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
  /** At an agency: what the hub tells of the records that are asked for. */
  readonly told?: (context: HubContext, variables: Asked["variables"]) => ReadonlyMap<Reference, ToldByRow>;
}

/** As `answered`; of a gateway's call once, be it with a refusal. A fault is no answer. */
export async function answer(parts: AnsweringParts, request: GraphQLRequestContext<HubContext>): Promise<Result> {
  const once = request.contextValue.assertion?.once;
  try {
    const result = await answered(parts, request);
    await once?.remembered();
    return result;
  } catch (error) {
    if (error instanceof Mistake || error instanceof Refusal) await once?.remembered();
    throw error;
  }
}

/**
 * The way of a request from a valid document to an answer (docs/architecture.md): purpose, static refusals, plan, one
 * statement under row security, the walk with the rule tree, the log line, the answer.
 */
async function answered(parts: AnsweringParts, request: GraphQLRequestContext<HubContext>): Promise<Result> {
  const { activation, questions, disclosures, views } = parts;
  const { contextValue: context } = request;
  const { assertion, viewer } = context;
  const question = stated(activation, request);
  if ("errors" in question) return question;
  const { document, operation, raw } = question;
  const asked: Asked = { ...question, viewer, change: assertion?.change ?? undefined };
  const known = questions.known(asked);
  if (!known) {
    const found = await settled(activation, views, question, questions.collector(asked), context);
    if (found) return found;
  }
  const plan = known ?? (await context.timed("plan", () => questions.plan(asked)));
  checkRows(plan.rows(asked.variables));
  const changes = operation.operation === OperationTypeNode.MUTATION;
  if (changes || !plan.asks) await assertion?.once.remembered();

  const walk = async (rootValue: unknown) => {
    const result = await execute({
      schema: activation.schema,
      document,
      rootValue,
      contextValue: context,
      variableValues: raw,
      operationName: operation.name?.value ?? null,
    });
    if (result.data) context.words.putInto(result.data);
    return result;
  };
  context.onRecord = (info, work) => context.timed("change", () => parts.onRecord(asked, context, info, work));
  if (changes) {
    context.change = (info, command) =>
      context.timed("change", () => parts.change(asked, context, plan, info, command));
    return wholeOrRefused(await walk(undefined), 1);
  }

  const data = await read(parts, asked, context, plan);
  const shown = plan.shown(data);
  const result = wholeOrRefused(await context.timed("walk", () => walk(plan.root(data))));
  // On record before it leaves: what cannot be written is not served.
  if ((plan.asks || context.counted.size > 0) && result.data !== undefined)
    await context.timed("log", () =>
      disclosures.append(
        disclosureEntry(activation, questions.world.ids, asked, context.requestId, shown, "READ", {
          counted: context.counted,
        }),
      ),
    );
  return result;
}

/** What the statement gives: of a gateway's call in the round trip that remembers it (docs/decisions/0023). */
async function read(parts: AnsweringParts, asked: Asked, context: HubContext, plan: NamedPlan): Promise<Data> {
  if (!plan.asks) return {};
  const { questions, store } = parts;
  const told = parts.told?.(context, asked.variables);
  const own = questions.reach(asked.viewer);
  const reach = told ? { ...own, told: [...told.keys()].map(({ id }) => id) } : own;
  const step = { statement: plan, values: plan.bind(questions.binding({ ...asked, told })) };
  const once = context.assertion?.once;
  const ask = (...beside: readonly Step[]) => store.read(reach, step, ...beside);
  const text = await context.timed("statement", async () => (once ? once.within(ask) : (await ask())[0]));
  const data: unknown = JSON.parse(text ?? "{}");
  return isData(data) ? data : {};
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
