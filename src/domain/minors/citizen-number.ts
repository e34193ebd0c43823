import { isCalendarDate } from "../../calendar.js";
import { badUserInput } from "../../errors.js";

/** What a citizen number says about its holder; all of it is as protected as the number. */
export interface CitizenNumber {
  /** 18 characters, ASCII digits and upper-case X. */
  readonly number: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly sex: "MALE" | "FEMALE";
  /** 6 digits: the county of first registration. It may be abolished since, and is no residence. */
  readonly division: string;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS = "10X98765432";

/** Check character of GB 11643-1999 for the first 17 digits. */
export function citizenNumberCheckDigit(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(first17[place]), 0);
  return CHECK_DIGITS.charAt(sum % 11);
}

/**
 * Reads a citizen number (公民身份号码, GB 11643-1999) as people type it: full-width digits, lower-case x, spaces around.
 * @param field path of the argument, named in the error; the number itself never is
 * @throws Mistake BAD_USER_INPUT
 */
export function parseCitizenNumber(text: string, field: string): CitizenNumber {
  const number = text.normalize("NFKC").trim().toUpperCase();
  if (/^\d{15}$/.test(number)) {
    throw badUserInput(
      field,
      "A citizen number of 15 digits is no longer valid",
      "15位身份证号码已停用",
      "Send the 18-character number of the household register or the second-generation identity card",
    );
  }
  const parts = /^([1-9]\d{5})(\d{4})(\d{2})(\d{2})\d{2}(\d)[\dX]$/.exec(number);
  if (parts === null) {
    throw badUserInput(
      field,
      "A citizen number has 17 digits and a check character (0-9 or X)",
      "公民身份号码应为17位数字加1位校验码(0-9或X)",
      "Send all 18 characters without separators; leave the field out for a child without a number",
    );
  }
  const [, division = "", year, month, day, order] = parts;
  const birthDate = `${year}-${month}-${day}`;
  if (!isCalendarDate(birthDate)) {
    throw badUserInput(
      field,
      "Digits 7 to 14 of the citizen number are not a calendar date",
      "公民身份号码第7至14位不是有效日期",
      "Compare the number with the household register, digit by digit",
    );
  }
  if (citizenNumberCheckDigit(number.slice(0, 17)) !== number.charAt(17)) {
    throw badUserInput(
      field,
      "The check character of the citizen number does not fit its digits",
      "公民身份号码校验码不符",
      "Compare the number with the household register: usually one digit is wrong or two are swapped",
    );
  }
  return { number, birthDate, sex: Number(order) % 2 === 1 ? "MALE" : "FEMALE", division };
}
