import { QueryFailedError } from "typeorm";
import { badUserInput, type Mistake, notFoundOrNotShared } from "../errors.js";
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
    case "22023": // times of a relation that no relation can have; the trigger names the argument (migrations/*-facts.sql)
      return ("column" in error && badTimes(error.column)) || error;
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

function badTimes(field: unknown): Mistake | undefined {
  if (field === "until")
    return badUserInput(
      field,
      "It would end before it begins",
      "结束时间早于开始时间",
      "Give an end after the beginning",
    );
  if (field === "person")
    return badUserInput(
      field,
      "The person's agency takes no part in the record then",
      "该人员所在部门届时未参与",
      "Name people of an agency whose part is running then, or have the agency brought in first",
    );
  return undefined;
}
