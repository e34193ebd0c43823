import { ValidateBy } from "class-validator";
import { shanghaiDay } from "../calendar.js";

/** Describes the argument `input` of a mutation; its type says the rest. */
export const INPUT = "What is to be written. 填报内容";

/** What a refusal of a value says beside its English sentence; `validate.ts` of the server reads it. */
export interface Refused {
  readonly messageZh: string;
  readonly remedy: string;
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
