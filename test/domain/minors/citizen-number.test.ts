import { citizenNumberCheckDigit, parseCitizenNumber } from "../../../src/domain/minors/citizen-number.js";
import { mistakeOf } from "../mistake-of.js";

describe("a citizen number (GB 11643-1999)", () => {
  it.each`
    typed                                     | number                  | birthDate       | sex         | division    | why
    ${"11010519491231002X"}                   | ${"11010519491231002X"} | ${"1949-12-31"} | ${"FEMALE"} | ${"110105"} | ${"published vector, check X"}
    ${"440524188001010014"}                   | ${"440524188001010014"} | ${"1880-01-01"} | ${"MALE"}   | ${"440524"} | ${"published vector, 19th century"}
    ${"11010519491231002x"}                   | ${"11010519491231002X"} | ${"1949-12-31"} | ${"FEMALE"} | ${"110105"} | ${"lower-case x"}
    ${"１１０１０５１９４９１２３１００２Ｘ"} | ${"11010519491231002X"} | ${"1949-12-31"} | ${"FEMALE"} | ${"110105"} | ${"full-width"}
    ${"１１０１０５１９４９１２３１００２ｘ"} | ${"11010519491231002X"} | ${"1949-12-31"} | ${"FEMALE"} | ${"110105"} | ${"full-width, lower case"}
    ${" 440524188001010014　"}                | ${"440524188001010014"} | ${"1880-01-01"} | ${"MALE"}   | ${"440524"} | ${"spaces around, one of them full-width"}
    ${"990001201202290015"}                   | ${"990001201202290015"} | ${"2012-02-29"} | ${"MALE"}   | ${"990001"} | ${"born on a leap day, unassigned area"}
  `("$typed is read ($why)", ({ typed, number, birthDate, sex, division }) =>
    expect(parseCitizenNumber(typed, "citizenNumber")).toEqual({ number, birthDate, sex, division }),
  );

  it.each`
    typed                               | message                              | why
    ${"999999194912310022"}             | ${/check character/}                 | ${"published vector that fails"}
    ${"110105194912310020"}             | ${/check character/}                 | ${"0 where X belongs"}
    ${"990001201202290105"}             | ${/check character/}                 | ${"two digits swapped"}
    ${"110105491231002"}                | ${/15 digits/}                       | ${"the older form"}
    ${"１１０１０５４９１２３１００２"} | ${/15 digits/}                       | ${"the older form, full-width"}
    ${"990001201302290010"}             | ${/not a calendar date/}             | ${"29 February of a common year"}
    ${"990001201313010010"}             | ${/not a calendar date/}             | ${"month 13"}
    ${"090001201301010010"}             | ${/17 digits and a check character/} | ${"no area begins with 0"}
    ${"1101051949123100"}               | ${/17 digits and a check character/} | ${"16 digits"}
    ${"1101051949123100222"}            | ${/17 digits and a check character/} | ${"19 digits"}
    ${"110105X94912310022"}             | ${/17 digits and a check character/} | ${"X in the middle"}
    ${"110105 19491231 002X"}           | ${/17 digits and a check character/} | ${"separators inside"}
    ${"******************"}             | ${/17 digits and a check character/} | ${"a mask sent back"}
    ${""}                               | ${/17 digits and a check character/} | ${"empty"}
  `("$typed is refused ($why)", ({ typed, message }) => {
    const mistake = mistakeOf(() => parseCitizenNumber(typed, "input.citizenNumber"));
    expect(mistake.message).toMatch(message);
    expect(mistake.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "input.citizenNumber" });
  });

  it("has a remedy of its own for 15 digits, and repeats no number", () => {
    const old = mistakeOf(() => parseCitizenNumber("110105491231002", "citizenNumber"));
    const wrong = mistakeOf(() => parseCitizenNumber("110105194912310020", "citizenNumber"));
    expect(old.extensions["remedy"]).toMatch(/18-character/);
    expect(old.extensions["remedy"]).not.toBe(wrong.extensions["remedy"]);
    expect(JSON.stringify([old, wrong])).not.toMatch(/110105/);
  });

  it.each`
    first17                | check
    ${"11010519491231002"} | ${"X"}
    ${"44052418800101001"} | ${"4"}
    ${"99000120120229001"} | ${"5"}
  `("$first17 has the check character $check", ({ first17, check }) =>
    expect(citizenNumberCheckDigit(first17)).toBe(check),
  );
});
