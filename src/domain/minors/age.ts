import { isCalendarDate } from "../../calendar.js";

/**
 * Bands of age: law cuts at 14 and 16 (PIPL 28, MPL 21), school at 6 and 12. Taken on the last 1 March or
 * 1 September, because a band that flips on the birthday gives the birthday away. Source: policy row R3.
 */
export enum AgeBand {
  AGE_0_5 = "AGE_0_5",
  AGE_6_11 = "AGE_6_11",
  AGE_12_13 = "AGE_12_13",
  AGE_14_15 = "AGE_14_15",
  AGE_16_17 = "AGE_16_17",
}

const BANDS: readonly { below: number; band: AgeBand }[] = [
  { below: 6, band: AgeBand.AGE_0_5 },
  { below: 12, band: AgeBand.AGE_6_11 },
  { below: 14, band: AgeBand.AGE_12_13 },
  { below: 16, band: AgeBand.AGE_14_15 },
  { below: 18, band: AgeBand.AGE_16_17 },
];

/**
 * Age in civil law: a year is full on the birthday. Civil Code 17, 202.
 * @param birthDate YYYY-MM-DD
 * @param on        YYYY-MM-DD, a day in Asia/Shanghai
 * @returns full years (周岁); negative before the day of birth
 */
export function civilAge(birthDate: string, on: string): number {
  const years = yearOf(on) - yearOf(birthDate);
  return on >= birthdayIn(yearOf(on), birthDate) ? years : years - 1;
}

/**
 * Age in criminal law: a year is full the day *after* the birthday (2006 interpretation on juvenile cases, art. 2).
 * @param birthDate YYYY-MM-DD
 * @param on        YYYY-MM-DD, a day in Asia/Shanghai: the day of the act
 * @returns full years (周岁); negative up to and including the day of birth
 */
export function criminalAge(birthDate: string, on: string): number {
  const years = yearOf(on) - yearOf(birthDate);
  return on > birthdayIn(yearOf(on), birthDate) ? years : years - 1;
}

/**
 * The band a minor is shown in; `age_band` in migrations/1764000000500-age-band.sql says the same in SQL.
 * @param today YYYY-MM-DD, the day in Asia/Shanghai
 * @returns null for somebody unborn, or 18 on the last band day: whoever turns 18 since then keeps the last band
 */
export function ageBand(birthDate: string, today: string): AgeBand | null {
  if (birthDate > today) return null;
  const age = civilAge(birthDate, lastBandDay(today));
  return BANDS.find(({ below }) => age < below)?.band ?? null;
}

/** The last 1 March or 1 September up to and including today (YYYY-MM-DD). */
export function lastBandDay(today: string): string {
  const day = today.slice(5);
  if (day >= "09-01") return `${today.slice(0, 4)}-09-01`;
  if (day >= "03-01") return `${today.slice(0, 4)}-03-01`;
  return `${yearOf(today) - 1}-09-01`;
}

// Without a corresponding day the last day of the month counts (Civil Code 202): 29 February becomes 28 February.
function birthdayIn(year: number, birthDate: string): string {
  const birthday = `${year}${birthDate.slice(4)}`;
  return isCalendarDate(birthday) ? birthday : `${year}-02-28`;
}

const yearOf = (date: string) => Number(date.slice(0, 4));
