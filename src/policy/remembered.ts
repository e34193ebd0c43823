import type { IMiddlewareFunction } from "graphql-middleware";
import type { Guard } from "./coordinates.js";
import type { Asker } from "./decide.js";
import type { Facts } from "./facts.js";
import type { ToldByRow } from "./home.js";

type Middleware = Extract<IMiddlewareFunction, CallableFunction>;

const SHOWN = Symbol("shown");

/**
 * A field's rule as middleware that is asked once for each asker and each combination of facts. Leaves are pure, and
 * a rule that is asked anew for every field of every row costs more than all else of a long list: shield answers with
 * a promise each time (docs/decisions/0003-one-statement-a-question.md).
 * @param guard of the field: what the hub tells of its group counts among the facts
 */
export function remembered(rule: unknown, guard?: Guard): Middleware {
  const ask = middlewareOf(rule);
  const answers = new WeakMap<Asker, Map<Facts, boolean>>();
  return (resolve, parent, args, context, info) => {
    const told: ToldByRow | undefined = parent?.told;
    const facts: Facts = (parent?.facts ?? 0) | (told && guard?.kind === "group" ? (told[guard.row.row] ?? 0) : 0);
    const asker: Asker = context.asker;
    const known = answers.get(asker) ?? new Map<Facts, boolean>();
    answers.set(asker, known);
    const shown = known.get(facts);
    if (shown !== undefined) return shown ? resolve(parent, args, context, info) : null;
    return ask(() => SHOWN, parent, args, context, info).then((answer: unknown) => {
      if (answer === SHOWN || answer === null) known.set(facts, answer === SHOWN);
      return answer === SHOWN ? resolve(parent, args, context, info) : answer;
    });
  };
}

/** Of an `or`, shield makes an object with its middleware in it. */
function middlewareOf(rule: unknown): Middleware {
  const middleware = typeof rule === "object" && rule !== null && "resolve" in rule ? rule.resolve : rule;
  if (!isMiddleware(middleware)) throw new TypeError("graphql-shield has made something that is no middleware");
  return middleware;
}
const isMiddleware = (value: unknown): value is Middleware => typeof value === "function";
