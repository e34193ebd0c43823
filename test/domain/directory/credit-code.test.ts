import { parseCreditCode } from "../../../src/domain/directory/credit-code.js";
import { mistakeOf } from "../mistake-of.js";

describe("a unified social credit code (GB 32100-2015)", () => {
  it.each`
    typed                                     | code                    | why
    ${"91350100M000100Y43"}                   | ${"91350100M000100Y43"} | ${"published vector"}
    ${"91110000101623741K"}                   | ${"91110000101623741K"} | ${"published vector, check letter"}
    ${"911101066976941872"}                   | ${"911101066976941872"} | ${"published vector, digits only"}
    ${"12990001MB00000200"}                   | ${"12990001MB00000200"} | ${"remainder 0: the check character is 0, not the 32nd"}
    ${"91350100m000100y43"}                   | ${"91350100M000100Y43"} | ${"lower case"}
    ${"９１３５０１００Ｍ０００１００Ｙ４３"} | ${"91350100M000100Y43"} | ${"full-width"}
    ${" 91350100M000100Y43"}                  | ${"91350100M000100Y43"} | ${"space in front"}
  `("$typed is read ($why)", ({ typed, code }) => expect(parseCreditCode(typed, "creditCode")).toBe(code));

  it.each`
    typed                    | message              | why
    ${"91310115MA1H8R7C6D"}  | ${/check character/} | ${"published as valid, and is not"}
    ${"91350100M000100Y34"}  | ${/check character/} | ${"last two swapped"}
    ${"91350100M000100Y4"}   | ${/18 characters/}   | ${"17 characters"}
    ${"91350100M000100Y433"} | ${/18 characters/}   | ${"19 characters"}
    ${"9135O100M000100Y43"}  | ${/18 characters/}   | ${"letter O in the division"}
    ${"91350100I000100Y43"}  | ${/18 characters/}   | ${"letter I"}
    ${"91350100M000100Z43"}  | ${/18 characters/}   | ${"letter Z"}
    ${""}                    | ${/18 characters/}   | ${"empty"}
  `("$typed is refused ($why)", ({ typed, message }) => {
    const mistake = mistakeOf(() => parseCreditCode(typed, "input.creditCode"));
    expect(mistake.message).toMatch(message);
    expect(mistake.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "input.creditCode" });
    expect(mistake.extensions["remedy"]).toMatch(/certificate/);
  });
});
