import fc from "fast-check";
import { canonicalJson } from "../../src/disclosure/entry.js";
import { entryOf } from "./entry-of.js";

describe("a disclosure entry as it is hashed", () => {
  it("is one line with sorted keys and without blanks", () => {
    expect(canonicalJson({ b: [1, { d: null, c: "行\n" }], a: true })).toBe(
      '{"a":true,"b":[1,{"c":"行\\n","d":null}]}',
    );
  });

  it("does not depend on the order in which it was put together", () => {
    const entry = entryOf("one");
    const backwards = Object.fromEntries(Object.entries(entry).reverse());
    expect(JSON.stringify(backwards)).not.toBe(JSON.stringify(entry));
    expect(canonicalJson(backwards)).toBe(canonicalJson(entry));
  });

  it("is read back as what was written, and written again as the same bytes", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const text = canonicalJson(JSON.parse(json));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(JSON.parse(json))));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(text).not.toContain("\n");
      }),
    );
  });
});
