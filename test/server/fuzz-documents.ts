import fc from "fast-check";
import {
  type GraphQLField,
  type GraphQLInputField,
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
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";

export interface Question {
  readonly query: string;
  readonly variables: unknown;
}

const ODD = ["null", "0", "-1", "101", "2147483648", "1e400", '""', '"\\u0000"', '"字"', '"""\n"""', "[]", "{}", "ASC"];
/** What is odd comes in one value of so many, so that most questions get as far as the database. */
const ONE_IN = 20;

/** Questions and changes made of the schema's own words. */
export function questions(schema: GraphQLSchema, ids: readonly string[]): fc.Arbitrary<Question> {
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  if (!query || !mutation) throw new TypeError("The hub answers and changes");
  const variables = variablesOf(ids);
  const changes = fc.constantFrom(...Object.values(mutation.getFields())).chain((field) => selected(field, 3));
  return oneIn(
    4,
    changes.map((text) => ({ operation: "mutation", text: `{ ${text} }` })),
    selection(query, 5).map((text) => ({ operation: "query", text })),
  ).chain(({ operation, text }) => {
    const used = [...variables].filter(([, [name]]) => new RegExp(`\\$${name}\\b`).test(text));
    const declared = used.map(([type, [name]]) => `$${name}: ${type}!`).join(" ");
    return fc
      .record(Object.fromEntries(used.map(([, [name, value]]) => [name, oneIn(ONE_IN, fc.jsonValue(), value)])))
      .map((values) => ({ query: `${operation} ${declared ? `(${declared}) ` : ""}${text}`, variables: values }));
  });

  function selection(type: GraphQLObjectType, depth: number): fc.Arbitrary<string> {
    const fields = Object.values(type.getFields()).filter((field) => depth > 0 || isLeaf(field));
    const any = fc.constantFrom(...fields).chain((field) => selected(field, depth));
    return fc.array(any, { minLength: 1, maxLength: 4 }).map((parts) => `{ ${["__typename", ...parts].join(" ")} }`);
  }

  function selected(field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<string> {
    const args = field.args.map((arg) => {
      const given = value(arg.type).map((text) => `${arg.name}: ${text}`);
      return isRequiredArgument(arg) ? given : oneIn(2, fc.constant(""), given);
    });
    return fc
      .tuple(
        fc.integer({ min: 0, max: 99 }),
        fc.tuple(...args),
        fc.constantFrom("", "", "", "", "@include(if: $yes)", "@skip(if: $yes)"),
        below(field, depth),
      )
      .map(([n, given, directive, rest]) => {
        const some = given.filter((text) => text !== "").join(" ");
        return `a${n}: ${field.name}${some ? `(${some})` : ""} ${directive} ${rest}`;
      });
  }

  function below(field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<string> {
    const type = getNamedType(field.type);
    if (isObjectType(type)) return selection(type, depth - 1);
    if (!isAbstractType(type)) return fc.constant("");
    return fc
      .constantFrom(...schema.getPossibleTypes(type))
      .chain((one) => selection(one, depth - 1).map((text) => `{ ... on ${one.name} ${text} }`));
  }

  function value(type: GraphQLInputType, depth = 3): fc.Arbitrary<string> {
    const nullable = getNullableType(type);
    const variable = variables.get(String(nullable));
    const literal = fitting(nullable, depth);
    return oneIn(
      ONE_IN,
      fc.constantFrom(...ODD),
      variable ? oneIn(4, fc.constant(`$${variable[0]}`), literal) : literal,
    );
  }

  function fitting(type: GraphQLInputType, depth: number): fc.Arbitrary<string> {
    if (isListType(type))
      return fc.array(value(type.ofType, depth), { maxLength: 3 }).map((items) => `[${items.join(" ")}]`);
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
    if (!isInputObjectType(type)) return scalar(getNamedType(type).name);
    const fields = Object.values(type.getFields());
    const entry = (field: GraphQLInputField) => value(field.type, depth - 1).map((text) => [field.name, text] as const);
    const required = fc.tuple(...fields.filter(isRequiredInputField).map(entry));
    const others = fc.array(fc.constantFrom(...fields).chain(entry), { maxLength: 2 });
    return fc
      .tuple(required, depth > 0 ? others : fc.constant([]))
      .map(([some, more]) => [...new Map([...some, ...more])].map(([key, text]) => `${key}: ${text}`))
      .map((entries) => `{ ${entries.join(" ")} }`);
  }

  function scalar(name: string): fc.Arbitrary<string> {
    switch (name) {
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

/** Variables by the type that they fit, with values that do. */
const variablesOf = (ids: readonly string[]) =>
  new Map<string, readonly [name: string, value: fc.Arbitrary<unknown>]>([
    ["String", ["text", fc.string({ unit: "binary" })]],
    ["[String!]", ["texts", fc.array(fc.string())]],
    ["Int", ["int", fc.integer({ min: -1, max: 102 })]],
    ["ID", ["id", fc.constantFrom(...ids)]],
    ["Boolean", ["yes", fc.boolean()]],
    ["PlainDate", ["date", moments.map((date) => date.toISOString().slice(0, 10))]],
    ["DateTime", ["moment", moments.map((date) => date.toISOString())]],
    ["MinorFilter", ["filter", fc.letrec((tie) => ({ filter: filterOf(tie("filter")) })).filter]],
  ]);
const moments = fc.date({ noInvalidDate: true, min: new Date("0001-01-02"), max: new Date("9999-12-30") });
const filterOf = (below: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      fullName: fc.record({ eq: fc.string(), in: fc.array(fc.string()), contains: fc.string() }, { requiredKeys: [] }),
      birthDate: fc.record({ gte: fc.constant("2016-03-02"), lte: fc.constant(null) }, { requiredKeys: [] }),
      not: fc.oneof({ depthSize: "small" }, fc.constant({}), below),
      or: fc.oneof({ depthSize: "small" }, fc.constant([]), fc.array(below, { maxLength: 3 })),
    },
    { requiredKeys: [] },
  );

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
