import type { DivisionRange } from "../viewer/viewer.js";

/** Levels of 12-digit division codes (GB/T 2260, GB/T 10114) that counts are published for. */

export const isCounty = (code: string): boolean => /^\d{6}0{6}$/.test(code) && !/^\d{4}0{8}$/.test(code);

export const isTownship = (code: string): boolean => /^\d{9}000$/.test(code) && !/^\d{6}0{6}$/.test(code);

export const countyOf = (township: string): string => `${township.slice(0, 6)}000000`;

/** The codes of a county or township. */
export const coverOf = (code: string): DivisionRange => ({
  from: code,
  to: isCounty(code) ? `${code.slice(0, 6)}999999` : `${code.slice(0, 9)}999`,
});
