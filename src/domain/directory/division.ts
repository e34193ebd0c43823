import { badUserInput } from "../../errors.js";

/** Digits that name a province, prefecture, county (GB/T 2260), township (GB/T 10114), village or community. */
const LENGTHS = [2, 4, 6, 9, 12];

/**
 * Reads a division code of 2, 4, 6, 9 or 12 digits.
 * @param field path of the argument, named in the error
 * @returns 12 digits, padded with zeros: "320508" is 320508000000
 * @throws Mistake BAD_USER_INPUT, for any other length: 7 digits would name a part of a township's range
 */
export function parseDivisionCode(text: string, field: string): string {
  const code = text.normalize("NFKC").trim();
  if (!LENGTHS.includes(code.length) || !/^[1-9]\d+$/.test(code)) {
    throw badUserInput(
      field,
      "A division code has 2, 4, 6, 9 or 12 digits and does not begin with 0",
      "行政区划代码为2、4、6、9或12位数字,首位不为0",
      "Send the code of the province, prefecture, county, township or village as the statistics bureau lists it",
    );
  }
  return code.padEnd(12, "0");
}
