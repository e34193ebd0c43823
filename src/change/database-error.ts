import { QueryFailedError } from "typeorm";
import { notFoundOrNotShared } from "../errors.js";
import { changedMeanwhile } from "./conflict.js";

/** SQLSTATE of a statement that the database refused. */
const stateOf = (error: QueryFailedError): unknown => ("code" in error ? error.code : undefined);

/** Two changes waited for each other, or one came too late: the whole change is done again. */
export const isWorthRetrying = (error: unknown): boolean =>
  error instanceof QueryFailedError && (stateOf(error) === "40P01" || stateOf(error) === "40001");

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
    case "40P01":
    case "40001":
      return changedMeanwhile();
    default:
      return error;
  }
}
