import { isCalendarDate, shanghaiDay, shanghaiTime } from "../../src/calendar.js";

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
