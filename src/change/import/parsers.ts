import { shanghaiDay } from "../../calendar.js";
import { parseCreditCode, parseDivisionCode } from "../../domain/directory/index.js";
import { wordInChinese } from "../../domain/enum.js";
import { parseCitizenNumber } from "../../domain/minors/index.js";
import { assertRedacted } from "../../domain/opinion/index.js";
import { DateTime, PlainDate } from "../../domain/scalars.js";
import { badUserInput } from "../../errors.js";
import { type Parser, unknownReference } from "./column.js";
import type { KnownAgency, KnownPerson, Target } from "./known.js";
import { CellRefused } from "./report.js";

const parser = <V>(read: Parser<V>["read"]): Parser<V> => ({ read });
const plain = <V>(read: Parser<V>["read"]): Parser<V> => ({ plain: true, read });

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
export const key = plain((text, column) => {
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

/** A value of an enum, or its Chinese word in the schema: MALE, 男. */
export const member = <Value extends string>(values: Readonly<Record<string, Value>>): Parser<Value> =>
  parser((text, column) => {
    const all = Object.values(values);
    const inChinese = all.find((value) => {
      const word = wordInChinese(values, value);
      return text === word || text === word.replace(/\(.*\)$/, "");
    });
    return inChinese ?? oneOf(all, text, column);
  });

export const yesOrNo = parser((text, column) => {
  const said = { 是: "yes", 否: "no" }[text] ?? text;
  return oneOf(["yes", "no"], said, column) === "yes";
});

function oneOf<Word extends string>(words: readonly Word[], text: string, column: string): Word {
  const found = words.find((word) => word === text);
  if (found === undefined)
    throw badUserInput(column, "The word is not in the list", "不在可选值之内", `Use one of ${words.join(", ")}`);
  return found;
}

export const whole = (from: number, to: number): Parser<number> =>
  plain((text, column) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < from || value > to)
      throw badUserInput(column, "Not a whole number in range", "不在整数范围内", `Write ${from} to ${to}`);
    return value;
  });

/**
 * A day in Asia/Shanghai: YYYY-MM-DD, or the same with / . or 年月日 between, or 8 digits. What begins with day or month is
 * refused: 03/02 is two days. It may lie ahead: a term. @returns YYYY-MM-DD
 */
export const day = plain((text) => {
  const [, year, month = "", date = ""] =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  return PlainDate.parseValue(year ? `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}` : text);
});

/** A day, today or earlier. @returns YYYY-MM-DD */
export const pastDay = plain((text, column, known) => {
  const past = day.read(text, column, known);
  if (past > shanghaiDay(new Date()))
    throw badUserInput(column, "The day is yet to come", "日期晚于今天", "Compare the year");
  return past;
});

/** RFC 3339 with its offset, now or earlier. @returns ISO 8601 in UTC */
export const pastMoment = plain((text, column) => {
  const moment = DateTime.parseValue(text);
  if (moment > new Date())
    throw badUserInput(column, "The moment is yet to come", "时间晚于现在", "Compare year and offset");
  return moment.toISOString();
});

/** A place of the operator's list. @returns 12 digits */
export const division: Parser<string> = {
  names: "divisions",
  plain: true,
  read: (text, column, known) => {
    const code = parseDivisionCode(text, column);
    if (!known.division(code)) throw new CellRefused(unknownReference("divisions"));
    return code;
  },
};

export const divisionCode = plain(parseDivisionCode);
export const creditCode = plain(parseCreditCode);

/** A prefix as a duty has it, unpadded. */
export const divisionPrefix = plain((text, column) => {
  parseDivisionCode(text, column);
  return text;
});

/** Only numbers of the area 99, which no real person has. */
export const inventedCitizenNumber = plain((text, column) => {
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

/** In the order of their codes. */
const ETHNIC_GROUPS =
  "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺".split(
    " ",
  );

/** GB/T 3304: 01 to 56, 97 other, 98 foreign origin; or the name, e.g. 汉族. @returns two digits */
export const ethnicGroup = plain((text, column) => {
  const named = ETHNIC_GROUPS.indexOf(text.replace(/族$/, ""));
  if (named >= 0) return String(named + 1).padStart(2, "0");
  if (!/^(0[1-9]|[1-4]\d|5[0-6]|97|98)$/.test(text))
    throw badUserInput(
      column,
      "Not a code of GB/T 3304",
      "不是GB/T 3304民族代码",
      "Write two digits or the name, e.g. 01 or 汉族",
    );
  return text;
});

export const redacted = parser((value, column, known) => {
  assertRedacted(value, column);
  return text.read(value, column, known);
});

export const agency: Parser<KnownAgency> = {
  names: "agencies",
  plain: true,
  read: (code, _column, known) => found("agencies", known.agency(code)),
};

export const person: Parser<KnownPerson> = {
  names: "persons",
  plain: true,
  read: (subject, _column, known) => found("persons", known.person(subject)),
};

/** A record by its number in a register. @returns its key */
export const recordOf = (target: Target): Parser<string> => ({
  names: target,
  plain: true,
  read: (text, _column, known) => found(target, known.record(target, text)),
});

function found<V>(target: Target, value: V | undefined): V {
  if (value === undefined) throw new CellRefused(unknownReference(target));
  return value;
}
