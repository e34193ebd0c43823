/**
 * What stands for a value at level M. Of fixed length, and no character of the value is kept: "first 6 and last 4" of
 * a citizen number tells county and sex, 王*明 tells the length, and a name of one given character or of two parts
 * with a middle dot would be known by its shape.
 */
export const MASKS = {
  name: "***",
  /** As long as every citizen number. */
  number: "******************",
  /** As long as a mobile number, also for a landline. */
  phone: "***********",
  /** An author's account, and the platform it is on. */
  account: "********",
} as const;
