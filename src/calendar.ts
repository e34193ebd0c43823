/** Days and moments as the law counts them: in Asia/Shanghai, which keeps +08:00 all year. */

import { createRequire } from "node:module";

const DAY = /^(?!0000)\d{4}-\d{2}-\d{2}$/;
const SHANGHAI_OFFSET_MS = 8 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** True for YYYY-MM-DD that stands in a calendar: not 2023-02-29, and no year 0, which PostgreSQL does not have. */
export function isCalendarDate(text: string): boolean {
  if (!DAY.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  // The engine turns 30 February into 2 March instead of refusing it.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** The moment in ISO 8601 as a clock in Shanghai shows it: 2026-03-01T00:00:00.000+08:00 */
export const shanghaiTime = (moment: Date): string =>
  new Date(moment.getTime() + SHANGHAI_OFFSET_MS).toISOString().replace("Z", "+08:00");

/** The day (YYYY-MM-DD) that it is in Shanghai at this moment. */
export const shanghaiDay = (moment: Date): string => shanghaiTime(moment).slice(0, 10);

/**
 * Days that the State Council's yearly notice makes free or turns into working days, by day. Read as data: the package's own
 * functions count in the time zone of the process.
 */
const { holidays, workdays }: Readonly<Record<"holidays" | "workdays", Readonly<Record<string, string>>>> =
  createRequire(import.meta.url)("chinese-days/dist/chinese-days.json");
const NOTICED: ReadonlySet<string> = new Set(Object.keys(holidays).map((day) => day.slice(0, 4)));
/** Holidays whose day the regulation itself names. Regulation on Public Holidays (2024), 2 */
const FIXED: ReadonlySet<string> = new Set(["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]);

/**
 * Whether it is a working day in the People's Republic: public holidays are free, and days that make up for them are not.
 * Of a year without a notice yet: Monday to Friday but for the holidays of a fixed day, so that what is due there is due
 * too early rather than too late.
 * @param day YYYY-MM-DD
 */
export function isWorkingDay(day: string): boolean {
  const weekday = ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
  if (!NOTICED.has(day.slice(0, 4))) return weekday && !FIXED.has(day.slice(5));
  return day in workdays || (weekday && !(day in holidays));
}

/** The n-th working day after this one. @param day YYYY-MM-DD */
export function workingDaysAfter(day: string, n: number): string {
  if (n === 0) return day;
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return workingDaysAfter(next, isWorkingDay(next) ? n - 1 : n);
}
