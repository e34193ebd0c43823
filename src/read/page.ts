import { badUserInput } from "../errors.js";

/** Longest page that a list gives. */
export const LONGEST_PAGE = 100;

/** @throws Mistake BAD_USER_INPUT naming `first` */
export function pageSize(first: unknown): number {
  const size = typeof first === "number" ? first : 20;
  if (Number.isInteger(size) && size >= 1 && size <= LONGEST_PAGE) return size;
  throw badUserInput(
    "first",
    `first is ${size}; a page has 1 to ${LONGEST_PAGE} rows`,
    `first 为 ${size},每页须为 1 至 ${LONGEST_PAGE} 条`,
    `Give first between 1 and ${LONGEST_PAGE}, and go on with after: pageInfo.endCursor`,
  );
}

export const badCursor = () =>
  badUserInput(
    "after",
    "after is no cursor of this list and order",
    "after 不是本列表、本排序的游标",
    "Send pageInfo.endCursor of the page before, with the same orderBy; or leave after out",
  );
