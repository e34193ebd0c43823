import fc from "fast-check";
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
} from "graphql";

export interface Question {
  readonly query: string;
  readonly variables: unknown;
}

/** Variables that a generated document may use, with values that are mostly of their types. */
const VARIABLES: readonly (readonly [name: string, type: string, value: fc.Arbitrary<unknown>])[] = [
  ["text", "String", fc.string({ unit: "binary" })],
  ["texts", "[String!]", fc.array(fc.string())],
  ["int", "Int", fc.integer()],
  ["id", "ID!", fc.string()],
  ["filter", "MinorFilter", fc.object({ key: fc.constantFrom("and", "or", "not", "phone", "eq", "in", "birthDate") })],
  ["date", "PlainDate", fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))],
  ["moment", "DateTime", fc.date({ noInvalidDate: true }).map((date) => date.toISOString())],
  ["yes", "Boolean!", fc.boolean()],
];
const ODD = ["null", "0", "-1", "101", "2147483648", "1e400", '""', '"\\u0000"', '"字"', '"""\n"""', "[]", "{}", "ASC"];
/** What is odd comes in one value of so many, so that most questions get as far as the database. */
const ONE_IN = 12;

/** Questions made of the schema's own words. */
export function questions(schema: GraphQLSchema, ids: readonly string[]): fc.Arbitrary<Question> {
  const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) => type ?? []);
  return fc
    .constantFrom(...roots)
    .chain((root) => selection(root, 5).map((text) => ({ operation: root === roots[0] ? "query" : "mutation", text })))
    .chain(({ operation, text }) => {
      const used = VARIABLES.filter(([name]) => text.includes(`$${name}`));
      const declared = used.map(([name, type]) => `$${name}: ${type}`).join(" ");
      return fc
        .record(Object.fromEntries(used.map(([name, , value]) => [name, oneIn(ONE_IN, fc.jsonValue(), value)])))
        .map((variables) => ({ query: `${operation} ${declared ? `(${declared}) ` : ""}${text}`, variables }));
    });

  function selection(type: GraphQLObjectType, depth: number): fc.Arbitrary<string> {
    const fields = Object.values(type.getFields()).filter((field) => depth > 0 || isLeaf(field));
    const any = fc.constantFrom(...fields).chain((field) => selected(field, depth));
    return fc.array(any, { minLength: 1, maxLength: 4 }).map((parts) => `{ ${["__typename", ...parts].join(" ")} }`);
  }

  function selected(field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<string> {
    const type = getNamedType(field.type);
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    const below =
      types.length === 0
        ? fc.constant("")
        : fc
            .constantFrom(...types)
            .chain((one) =>
              selection(one, depth - 1).map((text) => (one === type ? text : `{ ... on ${one.name} ${text} }`)),
            );
    const args = fc.tuple(
      ...field.args.map((arg) =>
        oneIn(
          2,
          fc.constant(""),
          value(arg.type).map((v) => `${arg.name}: ${v}`),
        ),
      ),
    );
    return fc
      .tuple(
        fc.integer({ min: 0, max: 99 }),
        args,
        fc.constantFrom("", "", "", "@include(if: $yes)", "@skip(if: $yes)"),
        below,
      )
      .map(([n, given, directive, rest]) => {
        const some = given.filter((text) => text !== "").join(" ");
        return `a${n}: ${field.name}${some ? `(${some})` : ""} ${directive} ${rest}`;
      });
  }

  function value(type: GraphQLInputType, depth = 3): fc.Arbitrary<string> {
    return oneIn(
      ONE_IN,
      fc.constantFrom(...ODD, ...VARIABLES.map(([name]) => `$${name}`)),
      fitting(getNullableType(type), depth),
    );
  }

  function fitting(type: GraphQLInputType, depth: number): fc.Arbitrary<string> {
    if (isListType(type))
      return fc.array(value(type.ofType, depth), { maxLength: 3 }).map((items) => `[${items.join(" ")}]`);
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
    if (isInputObjectType(type)) {
      if (depth === 0) return fc.constant("{}");
      const entry = fc
        .constantFrom(...Object.values(type.getFields()))
        .chain((field) => value(field.type, depth - 1).map((v) => [field.name, v] as const));
      return fc
        .array(entry, { maxLength: 2 })
        .map((entries) => `{ ${[...new Map(entries)].map(([key, v]) => `${key}: ${v}`).join(" ")} }`);
    }
    switch (getNamedType(type).name) {
      case "Int":
        return fc.integer({ min: 1, max: 20 }).map(String);
      case "Boolean":
        return fc.constantFrom("true", "false");
      case "ID":
        return fc.constantFrom(...ids.map((id) => JSON.stringify(id)));
      case "PlainDate":
        return fc.constantFrom('"2016-03-02"', '"9999-12-31"', '"0001-01-01"');
      case "DateTime":
        return fc.constantFrom('"2026-03-04T05:06:07Z"', '"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"');
      case "DivisionCode":
        return fc.constantFrom('"990101101200"', '"990101101000"');
      default:
        return fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text));
    }
  }
}

const isLeaf = ({ type }: GraphQLField<unknown, unknown>) => {
  const named = getNamedType(type);
  return !isObjectType(named) && !isAbstractType(named);
};

const oneIn = <T>(n: number, rare: fc.Arbitrary<T>, common: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 1, arbitrary: rare }, { weight: n - 1, arbitrary: common });

/** A text with a part of it replaced. */
export const spoilt = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), fc.string({ unit: "binary", maxLength: 6 }))
    .map(([whole, at, cut, put]) => {
      const from = Math.floor(at * whole.length);
      return whole.slice(0, from) + put + whole.slice(from + cut);
    });

/** The language's signs and words in any order. */
export const soup: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      ...[
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        "$",
        "@",
        "...",
        "!",
        "|",
        "=",
        "&",
        '"',
        '"""',
        "\\",
        "#",
        "\ufeff",
        "\0",
      ],
      ...["query", "mutation", "subscription", "fragment", "on", "null", "true", "1e9", "-", "0x1", "'", "__proto__"],
      ...["viewer", "minors", "Minor", "nodes", "id", "first", "filter", "__schema", "types", "name", "constructor"],
    ),
    { maxLength: 60 },
  )
  .map((words) => words.join(" "));
