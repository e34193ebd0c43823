import { badUserInput } from "../../errors.js";

/** Digits that name a province, prefecture, county (GB/T 2260), township (GB/T 10114), village or community. */
export const DIVISION_LEVELS = [2, 4, 6, 9, 12] as const;
export type DivisionLevel = (typeof DIVISION_LEVELS)[number];

/**
 * Reads a division code of 2, 4, 6, 9 or 12 digits.
 * @param field path of the argument, named in the error
 * @returns 12 digits, padded with zeros: "320508" is 320508000000
 * @throws Mistake BAD_USER_INPUT, for any other length: 7 digits would name a part of a township's range
 */
export function parseDivisionCode(text: string, field: string): string {
  const code = text.normalize("NFKC").trim();
  const level = DIVISION_LEVELS.find((digits) => digits === code.length);
  if (level === undefined || !/^[1-9]\d+$/.test(code)) {
    throw badUserInput(
      field,
      "A division code has 2, 4, 6, 9 or 12 digits and does not begin with 0",
      "行政区划代码为2、4、6、9或12位数字,首位不为0",
      "Send the code of the province, prefecture, county, township or village as the statistics bureau lists it",
    );
  }
  return code.padEnd(12, "0");
}

/**
 * How many digits of a 12-digit code say something. Counted from the end: a prefecture without counties has
 * townships under county 00 (441900003000 is a township of 4419).
 */
export function divisionLevel(code: string): DivisionLevel {
  if (!code.endsWith("000")) return 12;
  if (code.slice(6, 9) !== "000") return 9;
  if (code.slice(4, 6) !== "00") return 6;
  return code.slice(2, 4) === "00" ? 2 : 4;
}

/** First 9 digits of a 12-digit code: its township (乡镇、街道). */
export const township = (code: string): string => code.slice(0, 9);

/** First 6 digits of a 12-digit code: its county (县、区). */
export const county = (code: string): string => code.slice(0, 6);
