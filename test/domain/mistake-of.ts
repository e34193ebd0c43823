import { Mistake } from "../../src/errors.js";

/** The mistake that this call throws. Anything else that it throws, or nothing, is a failed test. */
export function mistakeOf(call: () => unknown): Mistake {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof Mistake) return thrown;
    throw thrown;
  }
  throw new Error("Nothing was refused");
}
