import { MASKS } from "../../src/policy/masks.js";

describe("a mask", () => {
  it.each`
    kind         | length
    ${"name"}    | ${3}
    ${"number"}  | ${18}
    ${"phone"}   | ${11}
    ${"account"} | ${8}
  `("of a $kind is $length asterisks, whatever it stands for (invariant 18)", ({ kind, length }) =>
    expect(new Map(Object.entries(MASKS)).get(kind)).toBe("*".repeat(length)),
  );
});
