import { buildSchema, graphql, isObjectType } from "graphql";
import type { Asker } from "../../src/policy/decide.js";
import { FACT, type Facts } from "../../src/policy/facts.js";
import { parsePolicy } from "../../src/policy/load.js";
import { remembered } from "../../src/policy/remembered.js";
import { shipped } from "./shipped.js";

const policy = parsePolicy(shipped);
const ADDRESS = "东村 3 号";
const { o, j } = FACT;

describe("a rule that is remembered", () => {
  it("is asked once for each asker and combination of facts, and answers as the rule does", async () => {
    const { sees, asked } = field(({ facts }) => (facts & o) !== 0);
    for (let again = 0; again < 3; again++) {
      expect(await sees(school, o, j)).toEqual([ADDRESS, null]);
      expect(await sees(village, o)).toEqual([ADDRESS]);
    }
    expect(asked).toEqual(["SCHOOL o", "SCHOOL j", "VILLAGE_COMMUNITY o"]);
  });

  it("lends nobody what was said to another", async () => {
    const { sees } = field(({ asker }) => asker.role === "VILLAGE_COMMUNITY");
    expect(await sees(village, j)).toEqual([ADDRESS]);
    expect(await sees(school, j)).toEqual([null]);
    expect(await sees(village, j)).toEqual([ADDRESS]);
  });

  it("answers the rows alike that come before its first answer", async () => {
    const { sees } = field(({ facts }) => facts === o);
    expect(await sees(school, o, j, o, j)).toEqual([ADDRESS, null, ADDRESS, null]);
  });

  it("shows nothing when it fails, and is asked again", async () => {
    const { sees, asked } = field(() => new Error("the rule has failed"));
    expect(await sees(school, o)).toEqual([null]);
    expect(await sees(school, o)).toEqual([null]);
    expect(asked).toHaveLength(2);
  });

  it("is made of a middleware and of nothing else", () =>
    expect(() => remembered({ fragments: [] })).toThrow(TypeError));

  const askerOf = (role: "SCHOOL" | "VILLAGE_COMMUNITY"): Asker => {
    const post = policy.post(role, "HEAD");
    if (!post) throw new Error(`${role} has no head`);
    return { role, post, purpose: policy.purposes.get("LEFT_BEHIND_CARE") ?? null };
  };
  const school = askerOf("SCHOOL");
  const village = askerOf("VILLAGE_COMMUNITY");

  /** A field with such a rule, in the form in which shield gives an `or`. */
  function field(rule: (row: { asker: Asker; facts: Facts }) => boolean | Error) {
    const asked: string[] = [];
    const middleware = remembered({
      fragments: [],
      resolve: async (
        resolve: () => unknown,
        { facts }: { facts: Facts },
        _args: object,
        { asker }: { asker: Asker },
      ) => {
        asked.push(`${asker.role} ${facts === o ? "o" : "j"}`);
        const shown = rule({ asker, facts });
        return shown === true ? resolve() : shown === false ? null : shown;
      },
    });
    const schema = buildSchema("type Query { minors: [Minor] } type Minor { homeAddress: String }");
    const minor = schema.getType("Minor");
    const homeAddress = isObjectType(minor) ? minor.getFields()["homeAddress"] : undefined;
    if (!homeAddress) throw new Error("The schema has the field");
    homeAddress.resolve = (row, args, context, info) => middleware(() => ADDRESS, row, args, context, info);

    /** What is shown of rows with these facts. */
    const sees = async (asker: Asker, ...facts: Facts[]): Promise<unknown[]> => {
      const rootValue = { minors: facts.map((of) => ({ facts: of })) };
      const { data } = await graphql({
        schema,
        source: "{ minors { homeAddress } }",
        rootValue,
        contextValue: { asker },
      });
      const shown: unknown = data?.["minors"];
      return Array.isArray(shown) ? shown.map((row: { homeAddress: unknown }) => row.homeAddress) : [];
    };
    return { sees, asked };
  }
});
