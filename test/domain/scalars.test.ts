import { GraphQLObjectType, type GraphQLScalarType, GraphQLSchema, graphql, parse, validate } from "graphql";
import { DateTime, DivisionCode, Month, PlainDate } from "../../src/domain/scalars.js";
import { Fault } from "../../src/errors.js";
import { mistakeOf } from "./mistake-of.js";

describe("what a scalar reads", () => {
  it.each`
    scalar          | text                             | value
    ${PlainDate}    | ${"2024-02-29"}                  | ${"2024-02-29"}
    ${Month}        | ${"2024-02"}                     | ${"2024-02"}
    ${DivisionCode} | ${"320508100000"}                | ${"320508100000"}
    ${DateTime}     | ${"2026-03-01T08:30:00+08:00"}   | ${new Date("2026-03-01T00:30:00Z")}
    ${DateTime}     | ${"2026-03-01T00:30:00Z"}        | ${new Date("2026-03-01T00:30:00Z")}
    ${DateTime}     | ${"2026-02-28T19:30:00.5-05:00"} | ${new Date("2026-03-01T00:30:00.500Z")}
  `("$scalar: $text", ({ scalar, text, value }) => expect(scalar.parseValue(text)).toEqual(value));

  it.each`
    scalar          | value                          | why
    ${PlainDate}    | ${"2023-02-29"}                | ${"no such day"}
    ${PlainDate}    | ${"2024-2-9"}                  | ${"not padded"}
    ${PlainDate}    | ${"2024-02-29T00:00:00Z"}      | ${"a moment"}
    ${PlainDate}    | ${"0000-01-01"}                | ${"no year 0"}
    ${PlainDate}    | ${20240229}                    | ${"a number"}
    ${PlainDate}    | ${""}                          | ${"empty"}
    ${Month}        | ${"2024-13"}                   | ${"no 13th month"}
    ${Month}        | ${"2024-02-01"}                | ${"a day"}
    ${DivisionCode} | ${"320508"}                    | ${"not padded"}
    ${DivisionCode} | ${"032050810000"}              | ${"begins with 0"}
    ${DivisionCode} | ${320508100000}                | ${"a number"}
    ${DateTime}     | ${"2026-03-01T08:30:00"}       | ${"no offset: whose clock?"}
    ${DateTime}     | ${"2026-02-30T08:30:00+08:00"} | ${"no such day"}
    ${DateTime}     | ${"2026-03-01"}                | ${"a day"}
    ${DateTime}     | ${"0001-01-01T00:00:00+14:00"} | ${"a year before the first"}
    ${DateTime}     | ${"9999-12-31T23:59:59-14:00"} | ${"a year of five digits"}
    ${DateTime}     | ${1772325000000}               | ${"a number"}
    ${DateTime}     | ${{ moment: "now" }}           | ${"an object"}
  `("$scalar refuses $value ($why)", ({ scalar, value }) =>
    expect(mistakeOf(() => scalar.parseValue(value)).extensions).toMatchObject({
      code: "BAD_USER_INPUT",
      type: scalar.name,
      messageZh: expect.stringContaining("不是有效"),
      remedy: expect.stringMatching(/^Send /),
    }),
  );
});

describe("what a scalar writes", () => {
  it.each`
    scalar       | value                               | text
    ${DateTime}  | ${new Date("2026-02-28T16:00:00Z")} | ${"2026-03-01T00:00:00.000+08:00"}
    ${DateTime}  | ${"2026-03-01T00:00:00.000+08:00"}  | ${"2026-03-01T00:00:00.000+08:00"}
    ${PlainDate} | ${"2024-02-29"}                     | ${"2024-02-29"}
    ${Month}     | ${"2024-02"}                        | ${"2024-02"}
  `("$scalar: $value -> $text", ({ scalar, value, text }) => expect(scalar.serialize(value)).toBe(text));

  it("is never a number: that is a fault of the hub", () => expect(() => DateTime.serialize(5)).toThrow(Fault));
});

describe("a bad value in an operation", () => {
  const schema = schemaWith(PlainDate);

  it("is refused in the document, with its place", () => {
    const [error, ...others] = validate(schema, parse('{ echo(on: "2023-02-29") }'));
    expect(others).toEqual([]);
    expect(error).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, locations: [{ line: 1, column: 12 }] });
  });

  it("is refused in a variable, with its path", async () => {
    const answer = await graphql({
      schema,
      source: "query ($on: PlainDate) { echo(on: $on) }",
      variableValues: { on: "2023-02-29" },
    });
    expect(answer.data).toBeUndefined();
    expect(answer.errors).toMatchObject([
      { message: expect.stringContaining("$on"), extensions: { code: "BAD_USER_INPUT", type: "PlainDate" } },
    ]);
  });

  it("does not refuse a good one, in either place", async () => {
    const source = 'query ($on: PlainDate) { echo(on: $on) again: echo(on: "2024-02-29") }';
    const answer = await graphql({
      schema,
      source,
      variableValues: { on: "2024-02-29" },
      rootValue: { echo: ({ on }: { on: string }) => on },
    });
    expect(answer).toEqual({ data: { echo: "2024-02-29", again: "2024-02-29" } });
  });

  it.each([PlainDate, DateTime, Month, DivisionCode])("%s is described in Chinese and English", ({ description }) =>
    expect(description).toMatch(/[A-Za-z]{3}.*\p{Script=Han}{2}/u),
  );
});

function schemaWith(scalar: GraphQLScalarType): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: { echo: { type: scalar, args: { on: { type: scalar } } } },
    }),
  });
}
