import { type ValidationError, validate } from "class-validator";
import type { ValidatorFn } from "type-graphql";
import { z } from "zod";
import { badUserInput } from "../errors.js";

/** What the decorators of domain/input.ts say of a value that they refuse. */
const refused = z.object({ messageZh: z.string(), remedy: z.string() });

/**
 * Checks an argument by the decorators of its class.
 * @throws Mistake BAD_USER_INPUT naming the first field that is no good, as the client wrote it
 */
export const validateArgument: ValidatorFn = async (value: unknown, type) => {
  if (typeof value !== "object" || value === null) return;
  const errors = await validate(value, {
    skipMissingProperties: true, // GraphQL has seen to what must be there
    forbidUnknownValues: false, // arguments without a decorator
    stopAtFirstError: true,
  });
  const found = firstOf(errors, typeof type === "function" && type.name.endsWith("Input") ? ["input"] : []);
  if (!found) return;
  const { messageZh, remedy } = refused.parse(found.context);
  throw badUserInput(found.path.join("."), found.message, messageZh, remedy);
};

function firstOf(errors: readonly ValidationError[], path: readonly string[]): Found | undefined {
  for (const { property, constraints = {}, contexts = {}, children = [] } of errors) {
    const at = [...path, property];
    const [[name, message] = []] = Object.entries(constraints);
    if (name !== undefined && message !== undefined) return { path: at, message, context: contexts[name] };
    const below = firstOf(children, at);
    if (below) return below;
  }
  return undefined;
}

interface Found {
  readonly path: readonly string[];
  readonly message: string;
  readonly context: unknown;
}
