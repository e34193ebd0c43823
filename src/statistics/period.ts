/** Months as YYYY-MM and quarters as YYYY-Qn, in Asia/Shanghai; as text they are in the order of time. */

export const monthOf = (day: string): string => day.slice(0, 7);

export function nextMonth(month: string): string {
  const [year = 0, of = 0] = month.split("-").map(Number);
  return of === 12 ? `${year + 1}-01` : `${year}-${String(of + 1).padStart(2, "0")}`;
}

export const quarterOf = (month: string): string => `${month.slice(0, 4)}-Q${Math.ceil(Number(month.slice(5)) / 3)}`;

/** Whether a quarter ends with it. */
export const endsQuarter = (month: string): boolean => Number(month.slice(5)) % 3 === 0;

/** The months of its quarter up to it. */
export const quarterSoFar = (month: string): string[] => {
  const first = `${month.slice(0, 5)}${String(Math.ceil(Number(month.slice(5)) / 3) * 3 - 2).padStart(2, "0")}`;
  return monthsBetween(first, month);
};

/** Both included; none where `to` comes first. */
export function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  for (let month = from; month <= to; month = nextMonth(month)) months.push(month);
  return months;
}

/** A month, or a quarter by its first or last month: "2026-Q3" begins with 2026-07 and ends with 2026-09. */
export function boundsOf(period: string): { readonly first: string; readonly last: string } {
  const quarter = Number(period.slice(6));
  if (!period.includes("Q")) return { first: period, last: period };
  const month = (number: number) => `${period.slice(0, 5)}${String(number).padStart(2, "0")}`;
  return { first: month(quarter * 3 - 2), last: month(quarter * 3) };
}

/** Where the text is a period. */
export const isPeriod = (text: string): boolean => /^[1-9]\d{3}-(0[1-9]|1[0-2]|Q[1-4])$/.test(text);
