import { Mistake } from "../errors.js";

/** The record is not in a state for this change. */
export const conflict = (message: string, messageZh: string): Mistake =>
  new Mistake("CONFLICT", { message, messageZh, remedy: "Read the record again, then decide" });

/** What the record was read as is no longer so. Which value has changed is not told. */
export const changedMeanwhile = (): Mistake =>
  conflict("The record has changed since you read it", "该记录在您读取之后已有变化");
