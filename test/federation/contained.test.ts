import { buildSchema, isScalarType, parse } from "graphql";
import { contained, MOST_VALUES } from "../../src/server/gateway/contained.js";
import { inNobodysWords } from "../../src/server/gateway/nobodys-words.js";

const schema = buildSchema(`
  scalar _Any
  union _Entity = Minor
  scalar Mark
  type Day { day: String! reason: String }
  type Minor { id: ID days: [Day] marks: [Mark] many: Int of: Either }
  type Term { term: Int }
  union Either = Day | Term
  type Query { _entities(representations: [_Any!]!): [_Entity]! }`);

/** What is read of a school's answer about one child. */
function read(asked: string, answered: object): unknown {
  const words = inNobodysWords(
    parse(`query ($r: [_Any!]!) { _entities(representations: $r) { ... on Minor { ${asked} } } }`),
  );
  const reference = { __typename: "Minor", id: "M1" };
  const [minor] = contained(schema, words, [reference], {
    _entities: [{ ...reference, ...answered }],
  });
  return minor;
}

it.each`
  what                                 | asked                                                          | answered                                            | fits
  ${"lists of objects, in order"}      | ${"x: days { y: day }"}                                        | ${{ days: [{ day: "1" }, null, { day: "2" }] }}     | ${{ x: [{ y: "1" }, null, { y: "2" }] }}
  ${"what is missing, as nothing"}     | ${"days { reason }"}                                           | ${{ days: [{}] }}                                   | ${{ days: [{ reason: null }] }}
  ${"an object for a value"}           | ${"marks"}                                                     | ${{ marks: [{}] }}                                  | ${/no value/}
  ${"a list in a list"}                | ${"marks"}                                                     | ${{ marks: [[1]] }}                                 | ${/no value/}
  ${"one value for a list"}            | ${"marks"}                                                     | ${{ marks: 1 }}                                     | ${/No list/}
  ${"a text for an object"}            | ${"days { day }"}                                              | ${{ days: ["x"] }}                                  | ${/No object/}
  ${"a number with letters"}           | ${"many"}                                                      | ${{ many: "x" }}                                    | ${/Int cannot represent/}
  ${"nothing where something must be"} | ${"days { day }"}                                              | ${{ days: [{}] }}                                   | ${/must be/}
  ${"another type of a union"}         | ${"of { __typename ... on Day { day } }"}                      | ${{ of: { __typename: "Minor", day: "1" } }}        | ${/another type/}
  ${"a type of a union"}               | ${"of { __typename ... on Day { day } ... on Term { term } }"} | ${{ of: { __typename: "Day", day: "1", term: 2 } }} | ${{ of: { __typename: "Day", day: "1" } }}
`("of an answer with $what: $fits", ({ asked, answered, fits }) => {
  if (fits instanceof RegExp) expect(() => read(asked, answered)).toThrow(fits);
  else expect(read(asked, answered)).toEqual(fits);
});

/** Beside the list itself: the list of records, its one record, and the one field of it. */
const AROUND = 3;

describe("of an agency's answer no more is read than", () => {
  it.each`
    what                               | asked                    | one             | values
    ${"so many entries of a list"}     | ${"marks"}               | ${1}            | ${1}
    ${"so many fields of its objects"} | ${"days { day }"}        | ${{ day: "1" }} | ${2}
    ${"so many, missing ones as well"} | ${"days { day reason }"} | ${{ day: "1" }} | ${3}
  `("$what", ({ asked, one, values }: { asked: string; one: unknown; values: number }) => {
    const [key = ""] = asked.split(" ");
    const fitting = Math.floor((MOST_VALUES - AROUND) / values);
    const told = (many: number) => () => read(asked, { [key]: Array(many).fill(one) });
    expect(told(fitting + 1)).toThrow("More values than anybody reads");
    expect(told(fitting)).not.toThrow("More values than anybody reads");
  });

  it("what was asked: however much else it sends, nobody looks at it", () => {
    const more = Array(2 * MOST_VALUES).fill({});
    expect(read("marks", { marks: [1], more })).toEqual({ marks: [1] });
  });

  it("the first value that does not fit", () => {
    const marks = schema.getType("Mark");
    if (!isScalarType(marks)) throw new TypeError("A mark is a scalar");
    let serialized = 0;
    marks.serialize = () => {
      serialized += 1;
      throw new TypeError("no mark");
    };
    expect(() => read("marks", { marks: Array(1_000).fill(1) })).toThrow("no mark");
    expect(serialized).toBe(1);
  });
});
