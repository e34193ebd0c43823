import { Refusal } from "../errors.js";

/**
 * "We do not know who you are": one body for every cause, so that a guesser learns nothing from it.
 * @param why for the hub's own log, as the non-enumerable `cause`; no value from the token, no name
 */
export function unauthenticated(why: string): Refusal {
  const refusal = new Refusal("UNAUTHENTICATED", {
    message: "A valid access token of a registered user or system is required",
    messageZh: "需要已登记人员或系统的有效访问令牌",
    remedy: "Authorization: Bearer <access token>",
  });
  return Object.defineProperty(refusal, "cause", { value: why });
}
