import { readFile } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import { ageBand, civilAge, criminalAge, lastBandDay } from "../../../src/domain/minors/age.js";

describe("full years of age", () => {
  it.each`
    birthDate       | on              | civil | criminal | why
    ${"2010-05-20"} | ${"2024-05-19"} | ${13} | ${13}    | ${"day before the birthday"}
    ${"2010-05-20"} | ${"2024-05-20"} | ${14} | ${13}    | ${"on the birthday: full in civil law only"}
    ${"2010-05-20"} | ${"2024-05-21"} | ${14} | ${14}    | ${"day after: full in criminal law too"}
    ${"2008-12-31"} | ${"2026-12-31"} | ${18} | ${17}    | ${"birthday on the last day of the year"}
    ${"2008-12-31"} | ${"2027-01-01"} | ${18} | ${18}    | ${"day after in the next year"}
    ${"2008-02-29"} | ${"2024-02-28"} | ${15} | ${15}    | ${"leap day in a leap year: day before"}
    ${"2008-02-29"} | ${"2024-02-29"} | ${16} | ${15}    | ${"leap day in a leap year: birthday"}
    ${"2008-02-29"} | ${"2024-03-01"} | ${16} | ${16}    | ${"leap day in a leap year: day after"}
    ${"2008-02-29"} | ${"2026-02-27"} | ${17} | ${17}    | ${"leap day in a common year: day before"}
    ${"2008-02-29"} | ${"2026-02-28"} | ${18} | ${17}    | ${"leap day in a common year: Civil Code 202, last day of the month"}
    ${"2008-02-29"} | ${"2026-03-01"} | ${18} | ${18}    | ${"leap day in a common year: day after"}
    ${"2008-02-28"} | ${"2024-02-29"} | ${16} | ${16}    | ${"day after the birthday is a leap day"}
    ${"2008-03-01"} | ${"2024-02-29"} | ${15} | ${15}    | ${"leap day is the day before the birthday"}
    ${"2024-05-20"} | ${"2024-05-20"} | ${0}  | ${-1}    | ${"day of birth"}
    ${"2024-05-20"} | ${"2024-05-19"} | ${-1} | ${-1}    | ${"not born yet"}
  `("born $birthDate, on $on: civil $civil, criminal $criminal ($why)", ({ birthDate, on, civil, criminal }) => {
    expect(civilAge(birthDate, on)).toBe(civil);
    expect(criminalAge(birthDate, on)).toBe(criminal);
  });
});

describe("the last day of bands", () => {
  it.each`
    today           | bandDay
    ${"2026-02-28"} | ${"2025-09-01"}
    ${"2024-02-29"} | ${"2023-09-01"}
    ${"2026-03-01"} | ${"2026-03-01"}
    ${"2026-08-31"} | ${"2026-03-01"}
    ${"2026-09-01"} | ${"2026-09-01"}
    ${"2027-01-01"} | ${"2026-09-01"}
  `("on $today is $bandDay", ({ today, bandDay }) => expect(lastBandDay(today)).toBe(bandDay));
});

const BANDS: readonly { birthDate: string; today: string; band: string | null; why: string }[] = [
  { birthDate: "2012-05-20", today: "2026-05-19", band: "AGE_12_13", why: "day before the 14th birthday" },
  { birthDate: "2012-05-20", today: "2026-05-20", band: "AGE_12_13", why: "the birthday does not flip the band" },
  { birthDate: "2012-05-20", today: "2026-08-31", band: "AGE_12_13", why: "until the next 1 September" },
  { birthDate: "2012-05-20", today: "2026-09-01", band: "AGE_14_15", why: "then it does" },
  { birthDate: "2012-03-01", today: "2026-03-01", band: "AGE_14_15", why: "14 on the band day" },
  { birthDate: "2012-03-02", today: "2026-03-01", band: "AGE_12_13", why: "14 a day after the band day" },
  { birthDate: "2020-03-01", today: "2026-03-01", band: "AGE_6_11", why: "6 on the band day" },
  { birthDate: "2020-03-02", today: "2026-03-01", band: "AGE_0_5", why: "not yet 6" },
  { birthDate: "2014-09-01", today: "2026-09-01", band: "AGE_12_13", why: "12 on the band day" },
  { birthDate: "2010-09-01", today: "2026-12-31", band: "AGE_16_17", why: "16 on the band day" },
  { birthDate: "2008-02-29", today: "2026-02-28", band: "AGE_16_17", why: "leap day, 17 on the last band day" },
  { birthDate: "2008-02-29", today: "2026-03-01", band: null, why: "leap day, 18 on the band day" },
  { birthDate: "2008-04-01", today: "2026-08-31", band: "AGE_16_17", why: "18 since April, band kept until September" },
  { birthDate: "2008-04-01", today: "2026-09-01", band: null, why: "18 on the band day" },
  { birthDate: "2026-05-01", today: "2026-05-20", band: "AGE_0_5", why: "born since the last band day" },
  { birthDate: "2026-05-20", today: "2026-05-20", band: "AGE_0_5", why: "born today" },
  { birthDate: "2026-05-21", today: "2026-05-20", band: null, why: "not born yet" },
];

describe("the band of age (R3)", () => {
  it.each(BANDS)("born $birthDate, today $today: $band ($why)", ({ birthDate, today, band }) =>
    expect(ageBand(birthDate, today)).toBe(band),
  );
});

describe("age_band in SQL", () => {
  let db: PGlite;
  beforeAll(async () => {
    db = new PGlite();
    await db.exec(await readFile("migrations/1764000000500-age-band.sql", "utf8"));
  });
  afterAll(() => db.close());

  it("knows the same table", async () => expect(await inSql(BANDS)).toEqual(BANDS.map(({ band }) => band)));

  it("says what ageBand says, on any day", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 300, maxLength: 300 }), async (pairs) =>
        expect(await inSql(pairs)).toEqual(pairs.map(({ birthDate, today }) => ageBand(birthDate, today))),
      ),
      { numRuns: 30 },
    );
  });

  it("says nothing about somebody without a birth date", async () => {
    const { rows } = await db.query("SELECT age_band(NULL, '2026-05-20') AS band");
    expect(rows).toEqual([{ band: null }]);
  });

  it("does not depend on the time zone of the session", async () => {
    for (const zone of ["America/New_York", "Pacific/Kiritimati", "Asia/Shanghai"]) {
      await db.exec(`SET TIME ZONE '${zone}'`);
      expect(await inSql(BANDS)).toEqual(BANDS.map(({ band }) => band));
    }
  });

  async function inSql(pairs: readonly { birthDate: string; today: string }[]) {
    const { rows } = await db.query<{ band: string | null }>(
      `SELECT age_band(birth, today) AS band
         FROM unnest($1::date[], $2::date[]) WITH ORDINALITY AS pair(birth, today, place)
        ORDER BY place`,
      [pairs.map(({ birthDate }) => birthDate), pairs.map(({ today }) => today)],
    );
    return rows.map(({ band }) => band);
  }
});

const day = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((moment) => moment.toISOString().slice(0, 10));

/** Any two days, and pairs around an edge of a band: a birth some years before the band day, give or take a day. */
const pair = fc.oneof(
  fc.record({ birthDate: day("1999-01-01", "2031-12-31"), today: day("2020-01-01", "2031-12-31") }),
  fc
    .record({
      today: day("2020-01-01", "2031-12-31"),
      years: fc.constantFrom(0, 6, 12, 14, 16, 18),
      days: fc.integer({ min: -2, max: 2 }),
    })
    .map(({ today, years, days }) => {
      const birth = new Date(`${lastBandDay(today)}T00:00:00Z`);
      birth.setUTCFullYear(birth.getUTCFullYear() - years);
      birth.setUTCDate(birth.getUTCDate() + days);
      return { birthDate: birth.toISOString().slice(0, 10), today };
    }),
);
