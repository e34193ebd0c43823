import { QueryFailedError } from "typeorm";
import { Mistake, notFoundOrNotShared } from "../errors.js";

/** SQLSTATE of a statement that the database refused. */
const stateOf = (error: QueryFailedError): unknown => ("code" in error ? error.code : undefined);

/** Two changes waited for each other, or one came too late: the whole change is done again. */
export const isWorthRetrying = (error: unknown): boolean =>
  error instanceof QueryFailedError && (stateOf(error) === "40P01" || stateOf(error) === "40001");

export const conflict = (message: string, messageZh: string): Mistake =>
  new Mistake("CONFLICT", { message, messageZh, remedy: "Read the record again, then decide" });

/** What the record was read as is no longer so. Which value has changed is not told. */
export const changedMeanwhile = (): Mistake =>
  conflict("The record has changed since you read it", "该记录在您读取之后已有变化");

/**
 * What the caller is told of a statement that the database refused: nothing of the driver's text, which shows rows, and
 * the same whether the row in the way is hidden or absent.
 */
export function told(error: unknown): unknown {
  if (!(error instanceof QueryFailedError)) return error;
  switch (stateOf(error)) {
    case "42501": // row security - unless a privilege is missing, which is a fault of ours
      return "routine" in error && String(error.routine).startsWith("aclcheck") ? error : notFoundOrNotShared();
    case "23503": // what is pointed at has gone, or was never there
      return notFoundOrNotShared();
    case "23505":
    case "23514":
      return changedMeanwhile();
    default:
      return error;
  }
}
