import { ValidateBy, type ValidationError, validate } from "class-validator";
import { z } from "zod";
import { shanghaiDay } from "../calendar.js";
import { badUserInput } from "../errors.js";

/** Describes the argument `input` of a mutation; its type says the rest. */
export const INPUT = "What is to be written. 填报内容";

/** What a refusal of a value says beside its English sentence. */
const refused = z.object({ messageZh: z.string(), remedy: z.string() });
type Refused = z.infer<typeof refused>;

/**
 * Checks an argument, or what there is of one, by the decorators of its class.
 * @param named  how the client wrote the field with this path
 * @throws Mistake BAD_USER_INPUT naming the first field that is no good
 */
export async function requireValid(value: object, named: (path: readonly string[]) => string): Promise<void> {
  const errors = await validate(value, {
    skipMissingProperties: true, // GraphQL has seen to what must be there
    forbidUnknownValues: false, // arguments without a decorator
    stopAtFirstError: true,
  });
  const found = firstOf(errors, []);
  if (!found) return;
  const { messageZh, remedy } = refused.parse(found.context);
  throw badUserInput(named(found.path), found.message, messageZh, remedy);
}

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

/** What a field of an input must be, beside its type. Absent and null are not looked at. */
export const must = (
  name: string,
  holds: (value: unknown) => boolean,
  message: string,
  messageZh: string,
  remedy: string,
): PropertyDecorator =>
  ValidateBy(
    { name, validator: { validate: holds, defaultMessage: () => message } },
    { context: { messageZh, remedy } satisfies Refused },
  );

/** Text of one line: a name, a number, an address. */
export const Line = (longest = 200): PropertyDecorator =>
  must(
    "line",
    (value) => typeof value === "string" && isText(value, longest) && !/\p{Cc}/u.test(value),
    `Not a line of 1 to ${longest} characters`,
    `应为 1 至 ${longest} 字的单行文本`,
    "Write it in one line without control characters, or leave the field out",
  );

/** Text of several paragraphs. */
export const Prose = (longest = 20_000): PropertyDecorator =>
  must(
    "prose",
    (value) => typeof value === "string" && isText(value, longest) && !/[^\P{Cc}\n\r\t]/u.test(value),
    `Not a text of 1 to ${longest} characters`,
    `应为 1 至 ${longest} 字的文本`,
    "Write a text without control characters, or leave the field out",
  );

const isText = (value: string, longest: number): boolean => value.trim() !== "" && value.length <= longest;

/** A day in Asia/Shanghai, or a moment: not in the future. */
export const Past = (): PropertyDecorator =>
  must(
    "past",
    (value) =>
      value instanceof Date ? value <= new Date() : typeof value === "string" && value <= shanghaiDay(new Date()),
    "It is yet to come",
    "晚于当前时间",
    "Compare year, day and offset",
  );

export const Whole = (from: number, to: number): PropertyDecorator =>
  must(
    "whole",
    (value) => typeof value === "number" && value >= from && value <= to,
    `Not between ${from} and ${to}`,
    `应在 ${from} 至 ${to} 之间`,
    `Send a whole number from ${from} to ${to}`,
  );

/** A list without repetition. */
export const EachOnce = (most = 100): PropertyDecorator =>
  must(
    "each-once",
    (value) => Array.isArray(value) && value.length <= most && new Set(value).size === value.length,
    `Not a list of at most ${most} entries, each once`,
    `应为不重复的列表,至多 ${most} 项`,
    "Send each once, and not more than that many",
  );
