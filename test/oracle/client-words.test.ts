import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
} from "graphql";
import { CLIENTS_WORDS } from "./asking/selections.js";
import { type Both, openBoth } from "./both.js";

/** A post that may be shown something of every type. */
const PROSECUTOR = { subject: "procuratorate-1/head", purpose: "CASE_HANDLING", variables: {} };
/** Arguments of the fields on the way, where they need some. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  can: '(coordinates: ["Minor.homeAddress"])',
  explainField: '(coordinate: "Minor.homeAddress")',
};

/** Answers about no record of the statement: none is there to be asked for. */
const WITHOUT_RECORDS = new Set([
  "ImportChange",
  "ImportError",
  "ImportOutcome",
  "IdentityMatch",
  "LinkRefused",
  "MinorLink",
  "MinorLookup",
  "MergeOffer",
  "MergeProposal",
  "MixedReading",
  "RegisteredSubgraph",
  "Statistics",
  "StatisticsCell",
]);

describe("a response key is the client's word", () => {
  let both: Both;

  it("on every type of the schema, whatever the word", async () => {
    const { schema } = both.hub.activation;
    const types = Object.values(schema.getTypeMap()).filter(
      (type) =>
        isObjectType(type) &&
        !type.name.startsWith("__") &&
        type !== schema.getMutationType() &&
        !WITHOUT_RECORDS.has(type.name),
    );
    const ways = waysTo(schema);
    for (const name of WITHOUT_RECORDS) ways.delete(name);
    expect([...ways.keys()].sort()).toEqual(types.map(({ name }) => name).sort());
    for (const [type, { path, leaf }] of ways) {
      const plain = await textOf(path, leaf);
      expect([type, plain]).toEqual([type, expect.stringContaining(`"${leaf}":`)]);
      for (const word of CLIENTS_WORDS)
        expect(await textOf(path, `${word}: ${leaf}`)).toBe(plain.replaceAll(`"${leaf}":`, `"${word}":`));
    }
  });

  it("also where one word stands at every place, and the naive executor says the same", async () => {
    for (const word of CLIENTS_WORDS) {
      const query = `{ ${word}: minors(first: 15) { ${word}: edges { ${word}: node { ${word}: cases {
        ${word}: participants { ${word}: name } } } } } }`;
      const { said, text } = await both.askHub({ ...PROSECUTOR, query });
      expect(said).toEqual((await both.askNaive({ ...PROSECUTOR, query })).said);
      expect(text).toContain(`{"${word}":{"${word}":[{"${word}":[{"${word}":"`);
    }
  });

  /** The answer to a question that leads over these fields, as it is sent. */
  async function textOf(path: readonly string[], leaf: string): Promise<string> {
    const query = `{ ${[...path, leaf].join(" { ")}${" }".repeat(path.length)} }`;
    const { said, text } = await both.askHub({ ...PROSECUTOR, query });
    expect(said).toMatchObject({ status: 200, errors: [] });
    return text;
  }

  /** The shortest way from the root to each type, and a field of it that holds no object. */
  function waysTo(schema: GraphQLSchema): Map<string, { path: readonly string[]; leaf: string }> {
    const query = schema.getQueryType();
    const ways = new Map<string, { path: readonly string[]; leaf: string }>();
    let here: [GraphQLObjectType, readonly string[]][] = query ? [[query, []]] : [];
    while (here.length > 0) {
      const next: typeof here = [];
      for (const [type, path] of here) {
        if (ways.has(type.name)) continue;
        const fields = Object.values(type.getFields()).filter(isAskable);
        const leaf = fields.find((field) => !isCompositeType(getNamedType(field.type)) && field.name !== "cursor");
        ways.set(type.name, { path, leaf: leaf?.name ?? "__typename" });
        for (const field of fields) {
          const below = getNamedType(field.type);
          if (isObjectType(below)) next.push([below, [...path, `${field.name}${ARGUMENTS[field.name] ?? ""}`]]);
        }
      }
      here = next;
    }
    return ways;
  }

  const isAskable = ({ name, args }: GraphQLField<unknown, unknown>) =>
    ARGUMENTS[name] !== undefined ||
    args.every(({ type, defaultValue }) => !String(type).endsWith("!") || defaultValue !== undefined);

  beforeAll(async () => {
    both = await openBoth("embedded");
  });
  afterAll(() => both?.close());
});
