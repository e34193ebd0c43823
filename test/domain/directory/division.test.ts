import { parseDivisionCode } from "../../../src/domain/directory/division.js";
import { mistakeOf } from "../mistake-of.js";

describe("a division code (GB/T 2260, GB/T 10114)", () => {
  it.each`
    typed               | code              | what
    ${"32"}             | ${"320000000000"} | ${"province"}
    ${"3205"}           | ${"320500000000"} | ${"prefecture"}
    ${"320508"}         | ${"320508000000"} | ${"county"}
    ${"320508100"}      | ${"320508100000"} | ${"town"}
    ${"320508100201"}   | ${"320508100201"} | ${"village"}
    ${"320508100000"}   | ${"320508100000"} | ${"town, padded by the caller"}
    ${"441900003000"}   | ${"441900003000"} | ${"town of a prefecture without counties"}
    ${"441900003001"}   | ${"441900003001"} | ${"community of such a town"}
    ${"100000000000"}   | ${"100000000000"} | ${"a province ends in 0 too"}
    ${" ３２０５０８ "} | ${"320508000000"} | ${"full-width, spaces around"}
  `("$typed is the $what $code", ({ typed, code }) => {
    expect(parseDivisionCode(typed, "division")).toBe(code);
  });

  it.each`
    typed              | why
    ${"3205081"}       | ${"7 digits: a part of the township's range (invariant 13)"}
    ${"32050"}         | ${"5 digits"}
    ${"3205081002"}    | ${"10 digits"}
    ${"3205081002011"} | ${"13 digits"}
    ${"02"}            | ${"begins with 0"}
    ${"000000000000"}  | ${"nowhere"}
    ${"32050A"}        | ${"a letter"}
    ${"3205%8"}        | ${"a wildcard"}
    ${""}              | ${"empty: would be everywhere"}
  `("$typed is refused ($why)", ({ typed }) =>
    expect(mistakeOf(() => parseDivisionCode(typed, "input.division")).extensions).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "input.division",
      remedy: expect.stringMatching(/statistics bureau/),
    }),
  );
});
