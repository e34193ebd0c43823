import { badUserInput } from "../errors.js";

/** Longest page that a list gives. */
const LONGEST_PAGE = 100;
/** Length of a page that says nothing of it. */
export const USUAL_PAGE = 20;

/** What a list is asked for: forward from its first row, or backward from its last. */
export interface Page {
  readonly backward: boolean;
  readonly size: unknown;
  /** Where it goes on; anything but a text begins at the end. */
  readonly cursor: unknown;
  /** Both ways at once: to be refused, but not before what it may be asked for at all is. */
  readonly contradicts: boolean;
}

export function pageIn({ first, after, last, before }: Readonly<Record<string, unknown>>): Page {
  const [forward, backward] = [given(first) || given(after), given(last) || given(before)];
  return backward
    ? { backward, size: last, cursor: before, contradicts: forward }
    : { backward, size: first, cursor: after, contradicts: false };
}

const given = (value: unknown): boolean => value !== undefined && value !== null;

/** @throws Mistake BAD_USER_INPUT naming `last` */
export function oneWay(page: Page): Page {
  if (!page.contradicts) return page;
  throw badUserInput(
    "last",
    "A list goes forward by first and after, or backward by last and before; not both",
    "列表只能用 first、after 向后翻页,或用 last、before 向前翻页,不能同时使用",
    "Leave out either first and after, or last and before",
  );
}

/** @throws Mistake BAD_USER_INPUT naming `first` or `last` */
export function pageSize(page: Page): number {
  const { backward, size } = oneWay(page);
  const rows = size ?? USUAL_PAGE;
  if (typeof rows === "number" && Number.isInteger(rows) && rows >= 1 && rows <= LONGEST_PAGE) return rows;
  const [argument, onward] = backward
    ? ["last", "before: pageInfo.startCursor"]
    : ["first", "after: pageInfo.endCursor"];
  throw badUserInput(
    argument,
    `${argument} is ${rows}; a page has 1 to ${LONGEST_PAGE} rows`,
    `${argument} 为 ${rows},每页须为 1 至 ${LONGEST_PAGE} 条`,
    `Give ${argument} between 1 and ${LONGEST_PAGE}, and go on with ${onward}`,
  );
}

/** @returns Mistake BAD_USER_INPUT naming `after` or `before` */
export function badCursor({ backward }: Page) {
  const [argument, from] = backward ? ["before", "startCursor"] : ["after", "endCursor"];
  return badUserInput(
    argument,
    `${argument} is no cursor of this list and order`,
    `${argument} 不是本列表、本排序的游标`,
    `Send pageInfo.${from} of the page that you have, with the same orderBy; or leave ${argument} out`,
  );
}
