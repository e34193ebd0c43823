import { isCalendarDate, isWorkingDay, shanghaiDay, shanghaiTime, workingDaysAfter } from "../../src/calendar.js";

describe("a calendar date", () => {
  it.each`
    text             | stands   | why
    ${"2024-02-29"}  | ${true}  | ${"leap year"}
    ${"2000-02-29"}  | ${true}  | ${"a century divided by 400"}
    ${"2026-12-31"}  | ${true}  | ${"last day of a year"}
    ${"0001-01-01"}  | ${true}  | ${"first day that PostgreSQL reads"}
    ${"2023-02-29"}  | ${false} | ${"common year"}
    ${"1900-02-29"}  | ${false} | ${"a century not divided by 400"}
    ${"2024-04-31"}  | ${false} | ${"30 days have April"}
    ${"2024-13-01"}  | ${false} | ${"no 13th month"}
    ${"2024-00-10"}  | ${false} | ${"no month 0"}
    ${"0000-01-01"}  | ${false} | ${"no year 0"}
    ${"2024-2-9"}    | ${false} | ${"not padded"}
    ${"2024-02-29 "} | ${false} | ${"space behind"}
    ${""}            | ${false} | ${"empty"}
  `("$text: $stands ($why)", ({ text, stands }) => expect(isCalendarDate(text)).toBe(stands));
});

describe("the clock in Shanghai", () => {
  it.each`
    utc                           | time                               | day
    ${"2026-02-28T15:59:59.999Z"} | ${"2026-02-28T23:59:59.999+08:00"} | ${"2026-02-28"}
    ${"2026-02-28T16:00:00.000Z"} | ${"2026-03-01T00:00:00.000+08:00"} | ${"2026-03-01"}
    ${"2025-12-31T16:00:00.000Z"} | ${"2026-01-01T00:00:00.000+08:00"} | ${"2026-01-01"}
  `("shows $time at $utc", ({ utc, time, day }) => {
    expect(shanghaiTime(new Date(utc))).toBe(time);
    expect(new Date(time)).toEqual(new Date(utc));
    expect(shanghaiDay(new Date(utc))).toBe(day);
  });
});

describe("a working day of the People's Republic", () => {
  it.each`
    day             | works    | why
    ${"2026-03-02"} | ${true}  | ${"a Monday"}
    ${"2026-03-01"} | ${false} | ${"a Sunday"}
    ${"2026-02-17"} | ${false} | ${"Spring Festival, a Tuesday"}
    ${"2026-02-14"} | ${true}  | ${"a Saturday that makes up for it"}
    ${"2025-10-08"} | ${false} | ${"National Day and Mid-Autumn in one"}
    ${"2099-10-01"} | ${false} | ${"no notice yet: a holiday of a fixed day, a Thursday"}
    ${"2099-10-05"} | ${true}  | ${"no notice yet: any other Monday"}
    ${"2099-10-04"} | ${false} | ${"no notice yet: a Sunday"}
  `("$day: $works ($why)", ({ day, works }) => expect(isWorkingDay(day)).toBe(works));

  it.each`
    from            | due             | over
    ${"2026-03-02"} | ${"2026-03-16"} | ${"two weekends"}
    ${"2026-02-10"} | ${"2026-03-02"} | ${"the Spring Festival and the two Saturdays that make up for it"}
    ${"2026-09-26"} | ${"2026-10-15"} | ${"the National Day, from a Saturday on"}
    ${"2098-12-25"} | ${"2099-01-09"} | ${"a New Year without a notice"}
  `("is counted from the day after: ten after $from end on $due, over $over", ({ from, due }) => {
    expect(workingDaysAfter(from, 10)).toBe(due);
  });
});
