import { recordTypeFindings, unhonouredLimits } from "../../src/policy/check.js";
import { parsePolicy } from "../../src/policy/load.js";
import { LIMITS } from "../../src/policy/policy.js";
import { shipped } from "./shipped.js";

describe("hub policy check", () => {
  const policy = parsePolicy(shipped);

  it("lists the limits that are not honoured, row by row, and none when all are", () => {
    const honoured = new Set(LIMITS.filter((limit) => limit !== "ENVELOPED"));
    expect(unhonouredLimits(policy, honoured)).toEqual(
      ["R2", "R23", "R30", "R33"].map((row) => ({ row, limit: "ENVELOPED" })),
    );
    expect(unhonouredLimits(policy, new Set(LIMITS))).toEqual([]);
  });

  it.each`
    type                 | refused
    ${"Minor"}           | ${false}
    ${"Case"}            | ${false}
    ${"Guardian"}        | ${false}
    ${"Case.victims"}    | ${false}
    ${"MandatoryReport"} | ${true}
    ${"Referral"}        | ${true}
  `("a GraphQL type $type is refused for want of an anchor: $refused", ({ type, refused }) => {
    const findings = recordTypeFindings(policy, [type]);
    expect(findings.map(({ column, problem }) => [column, problem])).toEqual(
      refused ? [["anchor", `${type} wants a GraphQL type and has no anchor row`]] : [],
    );
  });
});
