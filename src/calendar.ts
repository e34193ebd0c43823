/** Days and moments as the law counts them: in Asia/Shanghai, which keeps +08:00 all year. */

const DAY = /^(?!0000)\d{4}-\d{2}-\d{2}$/;
const SHANGHAI_OFFSET_MS = 8 * 60 * 60 * 1000;

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
