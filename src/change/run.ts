import type { GraphQLResolveInfo } from "graphql";
import { type EntityManager, QueryFailedError } from "typeorm";
import type { DisclosureLog } from "../disclosure/log.js";
import { disclosureEntry } from "../disclosure/of-answer.js";
import { Mistake } from "../errors.js";
import type { Activation } from "../policy/activate.js";
import type { Plan } from "../read/plan.js";
import type { Asked, Questions } from "../read/questions.js";
import { type Data, isData } from "../read/row.js";
import { fault, type Store } from "../store/store.js";
import type { Changed, Command, HubContext } from "../viewer/context.js";
import { Change } from "./change.js";
import { isWorthRetrying, told } from "./database-error.js";
import { changedBefore, remember, retriable } from "./idempotency.js";
import { type Answered, Work, type WorkSettings } from "./on-record.js";

export interface ChangeWorld extends WorkSettings {
  readonly activation: Activation;
  readonly questions: Questions;
  readonly store: Store;
  readonly disclosures: DisclosureLog;
}

/** How often a change is done again when another one was in its way. */
const TRIES = 3;

/** Runs a command and reads its payload, for `HubContext.change`. */
export type RunChange = (
  asked: Asked,
  context: HubContext,
  plan: Plan,
  info: GraphQLResolveInfo,
  command: Command,
) => Promise<unknown>;

/**
 * Changes: one transaction of the viewer with what was changed, its payload as the
 * planner reads it, the idempotency key and the log line; all of it is there, or nothing.
 * @returns the payload's row for graphql-js to walk; null where the record does not exist for the viewer any more
 * @throws Refusal, Mistake what the command says; Fault DATABASE_UNAVAILABLE, LOG_UNAVAILABLE
 */
export const runChange =
  (world: ChangeWorld): RunChange =>
  async (asked, context, plan, info, command) => {
    const { questions, disclosures } = world;
    const reach = questions.reach(asked.viewer);
    const request = retriable(questions.world.ids, asked, reach.asker, context.idempotencyKey);
    const { line, data } = await retried(() =>
      transaction(world, reach, async (manager) => {
        const before = request && (await changedBefore(manager, request));
        const changed = before ?? (await command(changeIn(world, manager, asked, info)));
        if (request && !before) await remember(manager, request, changed);
        const data = await payload(manager, plan, plan.bind(questions.binding(asked, changed.key)));
        const line = await writeLine(world, manager, asked, context, plan, data, changed, before ? "READ" : "WRITE");
        return { line, data };
      }),
    );
    // The writer needs a connection, so ours is back by now; and without the seal no answer leaves.
    await disclosures.seal(line);
    return plan.root(data).get(String(info.path.key));
  };

/** Runs work of a root field that answers no record, for `HubContext.onRecord`. */
export type RunOnRecord = <T>(
  asked: Asked,
  context: HubContext,
  info: GraphQLResolveInfo,
  work: (work: Work) => Promise<Answered<T>>,
) => Promise<T>;

/**
 * As `runChange`, where the answer is no record: one transaction of the viewer, and on record before it leaves.
 * @throws Refusal, Mistake what the work says; Fault DATABASE_UNAVAILABLE, LOG_UNAVAILABLE
 */
export const runOnRecord =
  (world: ChangeWorld): RunOnRecord =>
  async (asked, { requestId }, info, work) => {
    const { activation, questions, disclosures } = world;
    const guard = activation.coordinates.get(`${info.parentType.name}.${info.fieldName}`);
    if (guard?.kind !== "needs") throw new TypeError(`${info.fieldName} does not say what it needs: @Needs`);
    const { line, answer } = await retried(() =>
      transaction(world, questions.reach(asked.viewer), async (manager) => {
        const { answer, shown, wrote } = await work(new Work(manager, world, activation, questions, asked, guard));
        const kind = wrote ? "WRITE" : "READ";
        const entry = disclosureEntry(activation, questions.world.ids, asked, requestId, shown, kind);
        return { answer, line: await disclosures.writeUnsealed(manager, entry) };
      }),
    );
    await disclosures.seal(line);
    if (answer instanceof Mistake) throw answer;
    return answer;
  };

const changeIn = (
  { activation, questions, demo }: ChangeWorld,
  manager: EntityManager,
  asked: Asked,
  info: GraphQLResolveInfo,
): Change => {
  const guard = activation.coordinates.get(`Mutation.${info.fieldName}`);
  if (guard?.kind !== "write") throw new TypeError(`${info.fieldName} does not say what it writes: @Writes`);
  return new Change(manager, questions, asked, { activation, asker: asked.asker, guard, demo }, info.fieldName);
};

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++)
    try {
      return await attempt();
    } catch (error) {
      if (tried < TRIES && isWorthRetrying(error)) continue;
      throw told(error);
    }
}

/** What fails before the work begins, and every statement, is the database's; all else is the command's own word. */
async function transaction<T>(
  { store }: ChangeWorld,
  reach: Parameters<Store["transaction"]>[0],
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  let begun = false;
  try {
    return await store.transaction(reach, (manager) => {
      begun = true;
      return work(manager);
    });
  } catch (error) {
    throw begun && !(error instanceof QueryFailedError) ? error : fault(error);
  }
}

async function payload(manager: EntityManager, { text }: Plan, values: (string | null)[]): Promise<Data> {
  const [row = {}] = await manager.query<Record<string, string | null>[]>(text, values);
  const data: unknown = JSON.parse(Object.values(row)[0] ?? "{}");
  return isData(data) ? data : {};
}

/** What has changed stands in the log also where nothing of it is shown. */
function writeLine(
  { activation, questions, disclosures }: ChangeWorld,
  manager: EntityManager,
  asked: Asked,
  { requestId }: HubContext,
  plan: Plan,
  data: Data,
  changed: Changed,
  kind: "READ" | "WRITE",
): Promise<string> {
  const written = [changed, ...(changed.also ?? [])].map(({ type, key }) => ({ type, key, groups: {} }));
  const shown = [...written, ...plan.shown(data)];
  const entry = disclosureEntry(activation, questions.world.ids, asked, requestId, shown, kind);
  return disclosures.writeUnsealed(manager, entry);
}
