import { TOLERANCE_S } from "./signed-word.js";

/** Seconds of difference between clocks beyond which signed words are refused; HTTP tells the time in whole seconds. */
export const WORD_SKEW = TOLERANCE_S + 1;

/**
 * By how much another server's clock differs from ours.
 * @param date   as its answer tells it (`Date`); null = it does not
 * @param before when it was asked, in milliseconds
 * @returns whole seconds
 */
export const skewOf = (date: string | null, before: number): number =>
  date === null ? 0 : Math.round(Math.abs(Date.parse(date) + 500 - (before + Date.now()) / 2) / 1000) || 0;
