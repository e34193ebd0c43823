import { divisionRange } from "../../src/facts/jurisdiction.js";

describe("the places under a division prefix", () => {
  it.each`
    of                                    | prefix            | from              | to
    ${"a province"}                       | ${"32"}           | ${"320000000000"} | ${"329999999999"}
    ${"a city"}                           | ${"3205"}         | ${"320500000000"} | ${"320599999999"}
    ${"a county"}                         | ${"320508"}       | ${"320508000000"} | ${"320508999999"}
    ${"a township"}                       | ${"320508100"}    | ${"320508100000"} | ${"320508100999"}
    ${"a village"}                        | ${"320508100201"} | ${"320508100201"} | ${"320508100201"}
    ${"a county's own code, and no more"} | ${"320508000000"} | ${"320508000000"} | ${"320508000000"}
  `("are those of $of: $prefix", ({ prefix, from, to }) => expect(divisionRange(prefix)).toEqual({ from, to }));

  it("are numbers of twelve digits, which a database compares as numbers", () => {
    const { from, to } = divisionRange("320508100");
    const inside = (code: bigint) => BigInt(from) <= code && code <= BigInt(to);
    expect([320508100000n, 320508100201n].map(inside)).toEqual([true, true]);
    expect([320508099999n, 320508101000n, 32050810n].map(inside)).toEqual([false, false, false]);
  });

  it.each(["3205081", "3", "320", "32050", "32050810", "3205081002", "32050810020", "3205081002011", ""])(
    "are not widened by a prefix that ends inside a code: %j",
    (prefix) => expect(() => divisionRange(prefix)).toThrow(RangeError),
  );

  it.each(["32%508", " 320508", "320508\n", "３２０５０８", "-20508", "+20508", "3e0508", "020508", "32_508"])(
    "are not named by anything but digits: %j",
    (prefix) => expect(() => divisionRange(prefix)).toThrow(/2, 4, 6, 9 or 12 digits/),
  );
});
