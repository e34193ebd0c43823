import { shanghaiDay } from "../../calendar.js";
import { parseCreditCode, parseDivisionCode } from "../../domain/directory/index.js";
import { parseCitizenNumber } from "../../domain/minors/index.js";
import { assertRedacted } from "../../domain/opinion/index.js";
import { DateTime, PlainDate } from "../../domain/scalars.js";
import { badUserInput } from "../../errors.js";
import { type Parser, unknownReference } from "./column.js";
import type { KnownAgency, KnownPerson, Target } from "./known.js";
import { CellRefused } from "./report.js";

const parser = <V>(read: Parser<V>["read"]): Parser<V> => ({ read });

const LONGEST_TEXT = 20_000;

export const text = parser((text, column) => {
  // PostgreSQL keeps no NUL; other control characters are damage from some other system.
  if (/[^\P{Cc}\n\r\t]/u.test(text))
    throw badUserInput(column, "The text has control characters", "文本含有控制字符", "Type the text again");
  if (text.length > LONGEST_TEXT)
    throw badUserInput(column, `Longer than ${LONGEST_TEXT} characters`, `超过${LONGEST_TEXT}字`, "Shorten the text");
  return text;
});

/** A number that the agency itself gives: no blank, and neither `;` nor `:`, which part several of them. */
export const key = parser((text, column) => {
  if (!/^[^\s;；:：\p{Cc}]{1,64}$/u.test(text))
    throw badUserInput(
      column,
      "A number has 1 to 64 characters, without blanks, semicolons and colons",
      "编号为1至64个字符,不含空格、分号和冒号",
      "Write the number as your register has it, with - or / instead",
    );
  return text;
});

export const word = <Word extends string>(words: readonly Word[]): Parser<Word> =>
  parser((text, column) => oneOf(words, text, column));

export const yesOrNo = parser((text, column) => oneOf(["yes", "no"], text, column) === "yes");

function oneOf<Word extends string>(words: readonly Word[], text: string, column: string): Word {
  const found = words.find((word) => word === text);
  if (found === undefined)
    throw badUserInput(column, "The word is not in the list", "不在可选值之内", `Use one of ${words.join(", ")}`);
  return found;
}

export const whole = (from: number, to: number): Parser<number> =>
  parser((text, column) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < from || value > to)
      throw badUserInput(column, "Not a whole number in range", "不在整数范围内", `Write ${from} to ${to}`);
    return value;
  });

/** YYYY-MM-DD in Asia/Shanghai, today or earlier. */
export const pastDay = parser((text, column) => {
  const day = PlainDate.parseValue(text);
  if (day > shanghaiDay(new Date()))
    throw badUserInput(column, "The day is yet to come", "日期晚于今天", "Compare the year");
  return day;
});

/** RFC 3339 with its offset, now or earlier. @returns ISO 8601 in UTC */
export const pastMoment = parser((text, column) => {
  const moment = DateTime.parseValue(text);
  if (moment > new Date())
    throw badUserInput(column, "The moment is yet to come", "时间晚于现在", "Compare year and offset");
  return moment.toISOString();
});

/** A place of the operator's list. @returns 12 digits */
export const division: Parser<string> = {
  names: "divisions",
  read: (text, column, known) => {
    const code = parseDivisionCode(text, column);
    if (!known.division(code)) throw new CellRefused(unknownReference("divisions"));
    return code;
  },
};

export const divisionCode = parser(parseDivisionCode);
export const creditCode = parser(parseCreditCode);

/** A prefix as a duty has it, unpadded. */
export const divisionPrefix = parser((text, column) => {
  parseDivisionCode(text, column);
  return text.normalize("NFKC");
});

/** Only numbers of the area 99, which no real person has. */
export const inventedCitizenNumber = parser((text, column) => {
  const { number, division } = parseCitizenNumber(text, column);
  if (!division.startsWith("99"))
    throw new CellRefused({
      code: "DEMO_ONLY",
      message: "Until values are encrypted, the hub takes invented citizen numbers only",
      messageZh: "在实现加密之前,仅接受虚构的公民身份号码",
      remedy: "Leave it empty, or use the area 99xxxx, which is not assigned",
    });
  return number;
});

/** GB/T 3304: 01 to 56, 97 other, 98 foreign origin. */
export const ethnicGroup = parser((text, column) => {
  if (!/^(0[1-9]|[1-4]\d|5[0-6]|97|98)$/.test(text))
    throw badUserInput(column, "Not a code of GB/T 3304", "不是GB/T 3304民族代码", "Write two digits, e.g. 01 for Han");
  return text;
});

export const redacted = parser((value, column, known) => {
  assertRedacted(value, column);
  return text.read(value, column, known);
});

export const agency: Parser<KnownAgency> = {
  names: "agencies",
  read: (code, _column, known) => found("agencies", known.agency(code)),
};

export const person: Parser<KnownPerson> = {
  names: "persons",
  read: (subject, _column, known) => found("persons", known.person(subject)),
};

/** A record by its number in a register. @returns its key */
export const recordOf = (target: Target): Parser<string> => ({
  names: target,
  read: (text, _column, known) => found(target, known.record(target, text)),
});

function found<V>(target: Target, value: V | undefined): V {
  if (value === undefined) throw new CellRefused(unknownReference(target));
  return value;
}
