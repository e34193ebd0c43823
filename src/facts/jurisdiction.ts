import { badUserInput } from "../errors.js";
import type { DivisionRange } from "../viewer/viewer.js";

/** Province, city, county, township, village: the lengths at which a division code may end. GB/T 2260, GB/T 10114 */
const PREFIX = /^[1-9](\d|\d{3}|\d{5}|\d{8}|\d{11})$/;

/**
 * The 12-digit codes under a row of `agency_duty`, as a range: a substring test would let a code of seven digits
 * stand for places that nobody assigned (3205081 for township 320508100).
 * @param prefix 2, 4, 6, 9 or 12 digits
 * @throws RangeError any other text
 */
export function divisionRange(prefix: string): DivisionRange {
  if (!PREFIX.test(prefix))
    throw new RangeError(`Division prefix "${prefix}": give 2, 4, 6, 9 or 12 digits, e.g. 320508 or 320508100`);
  return { from: prefix.padEnd(12, "0"), to: prefix.padEnd(12, "9") };
}

/** The same of the argument `within`. @throws Mistake BAD_USER_INPUT any other text */
export function rangeWithin(prefix: string): DivisionRange {
  try {
    return divisionRange(prefix);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badUserInput("within", error.message, "区划前缀须为 2、4、6、9 或 12 位", "Give 2, 4, 6, 9 or 12 digits");
  }
}
