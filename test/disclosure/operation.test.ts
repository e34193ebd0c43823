import { parse } from "graphql";
import { operationHash } from "../../src/disclosure/of-answer.js";

const hash = (question: string) => operationHash(parse(question));

describe("the operation of a log line", () => {
  it("is that of a known question, whoever it asks about: no literal can be guessed back from it", () => {
    const known = hash('{ minors(first: 5, filter: { citizenNumber: { eq: "990101201603020011" } }) { totalCount } }');
    expect(hash('{ minors(first: 9, filter: { citizenNumber: { eq: "990101201603020038" } }) { totalCount } }')).toBe(
      known,
    );
    expect(
      hash('{ minors(first: 5, filter: { citizenNumber: { eq: """990101201603020011""" } }) { totalCount } }'),
    ).toBe(known);
  });

  it.each`
    kind            | one                                                                | other
    ${"an enum"}    | ${"{ minors(filter: { sex: { eq: MALE } }) { totalCount } }"}      | ${"{ minors(filter: { sex: { eq: FEMALE } }) { totalCount } }"}
    ${"a default"}  | ${'query ($n: String = "1") { minors(after: $n) { totalCount } }'} | ${'query ($n: String = "2") { minors(after: $n) { totalCount } }'}
    ${"a fraction"} | ${"{ minors(first: 1.5) { totalCount } }"}                         | ${"{ minors(first: 2.5) { totalCount } }"}
  `("does not tell $kind", ({ one, other }) => expect(hash(one)).toBe(hash(other)));

  it.each`
    what                  | one                                                            | other
    ${"fields"}           | ${"{ minors { nodes { fullName } } }"}                         | ${"{ minors { nodes { phone } } }"}
    ${"arguments"}        | ${"{ minors(first: 1) { totalCount } }"}                       | ${'{ minors(after: "1") { totalCount } }'}
    ${"what is a filter"} | ${'{ minors(filter: { phone: { eq: "1" } }) { totalCount } }'} | ${'{ minors(filter: { fullName: { eq: "1" } }) { totalCount } }'}
  `("tells $what", ({ one, other }) => expect(hash(one)).not.toBe(hash(other)));
});
