import "reflect-metadata";
import { GraphQLObjectType, GraphQLSchema, GraphQLString, GraphQLUnionType } from "graphql";
import { buildSchema, Field, InterfaceType, ObjectType, Query, Resolver } from "type-graphql";
import { readCoordinates, SchemaError } from "../../src/policy/coordinates.js";
import type { Place } from "../../src/policy/decide.js";
import { Group, GroupOfEdge, Public, RootOf } from "../../src/policy/group.js";
import { parsePolicy } from "../../src/policy/load.js";
import { Belonging } from "../../src/read/index.js";
import { shipped } from "./shipped.js";

const policy = parsePolicy(shipped);
type Nullable = { readonly nullable: boolean };
const nullable = { nullable: true };
interface Held {
  readonly at: Place;
  readonly on: string;
  readonly group: PropertyDecorator;
  readonly refusal: string | null;
}

/** A field with these decorators, as the hub declares its own; beside each that is refused, the nearest that is not. */
describe("a schema is refused when a field of it", () => {
  it.each`
    what                                    | on         | decorators                        | refusal
    ${"says nothing about itself"}          | ${"Minor"} | ${[]}                             | ${"has no group; add @Group(row), or @Public() where it holds nothing about a person"}
    ${"names an unknown row"}               | ${"Minor"} | ${[Group("R99")]}                 | ${"names the unknown row R99"}
    ${"belongs to a NO_COLUMN row"}         | ${"Minor"} | ${[Group("R21")]}                 | ${"belongs to R21, which the hub has no column for (NO_COLUMN)"}
    ${"belongs to a SOURCE_ONLY row"}       | ${"Minor"} | ${[Group("R16")]}                 | ${"belongs to R16, which the hub has no column for (SOURCE_ONLY)"}
    ${"stands on another record"}           | ${"Case"}  | ${[Group("R6")]}                  | ${"belongs to R6, which is about Minor"}
    ${"is an edge of another field"}        | ${"Minor"} | ${[Group("R19")]}                 | ${"belongs to R19, which is about Case.victims"}
    ${"shows a level that no cell gives"}   | ${"Minor"} | ${[Group("R6", { at: "X" })]}     | ${"is shown at X, which no cell of R6 gives"}
    ${"wears a mask that no cell asks for"} | ${"Minor"} | ${[Group("R6", { mask: "***" })]} | ${"is shown at M, which no cell of R6 gives"}
    ${"goes back over an unknown edge"}     | ${"Minor"} | ${[GroupOfEdge("R17m", "R99")]}   | ${"names a row that is unknown or guards no edge: R17m R99"}
    ${"goes back over what is no edge"}     | ${"Minor"} | ${[GroupOfEdge("R6")]}            | ${"names a row that is unknown or guards no edge: R6"}
    ${"is protected and public at once"}    | ${"Minor"} | ${[Group("R6"), Public()]}        | ${"says more than one thing about itself; keep one of @Group, @GroupOfEdge, @RootOf, @Counts, @Confers, @Writes, @Needs, @Public"}
    ${"asks for a record without anchor"}   | ${"Minor"} | ${[RootOf("MandatoryReport")]}    | ${"asks for MandatoryReport, which has no anchor row in the policy"}
  `("$what", async ({ on, decorators, refusal }: { on: string; decorators: PropertyDecorator[]; refusal: string }) => {
    expect(refusals(await schemaWith(on, decorators, nullable))).toEqual([`${on}.field: ${refusal}`]);
  });

  it.each`
    on            | decorators
    ${"Minor"}    | ${[Public()]}
    ${"Minor"}    | ${[Group("R6")]}
    ${"Minor"}    | ${[Group("R6", { at: "B" })]}
    ${"Minor"}    | ${[Group("R7", { mask: "***" })]}
    ${"Guardian"} | ${[Group("R8", { mask: "***" })]}
    ${"Minor"}    | ${[GroupOfEdge("R17m", "R19", "R20")]}
    ${"Case"}     | ${[Group("R18", { at: "M" })]}
    ${"Minor"}    | ${[RootOf("Minor")]}
  `(
    "but not with $decorators.length decorator on $on",
    async ({ on, decorators }: { on: string; decorators: PropertyDecorator[] }) => {
      expect(refusals(await schemaWith(on, decorators, nullable))).toEqual([]);
    },
  );

  it.each`
    what                | decorators               | refused
    ${"a group"}        | ${[Group("R6")]}         | ${true}
    ${"a way back"}     | ${[GroupOfEdge("R17m")]} | ${true}
    ${"a root field"}   | ${[RootOf("Minor")]}     | ${true}
    ${"a public field"} | ${[Public()]}            | ${false}
  `(
    "cannot be null, though a denial is null: $what",
    async ({ decorators, refused }: { decorators: PropertyDecorator[]; refused: boolean }) => {
      expect(refusals(await schemaWith("Minor", decorators, { nullable: false }))).toEqual(
        refused ? ["Minor.field: is protected and must be nullable: a denial would take its parent away"] : [],
      );
    },
  );
});

describe("where a row is held at home", () => {
  it.each`
    at           | on                      | group                        | refusal
    ${"hub"}     | ${"CounsellingSession"} | ${Group("R16")}              | ${"belongs to R16, which the hub has no column for (SOURCE_ONLY)"}
    ${"agency"}  | ${"CounsellingSession"} | ${Group("R16")}              | ${null}
    ${"gateway"} | ${"CounsellingSession"} | ${Group("R16")}              | ${null}
    ${"hub"}     | ${"IdentityCheck"}      | ${Group("R34", { at: "X" })} | ${"belongs to R34, which the hub has no column for (NO_COLUMN)"}
    ${"agency"}  | ${"IdentityCheck"}      | ${Group("R34", { at: "X" })} | ${null}
    ${"gateway"} | ${"IdentityCheck"}      | ${Group("R34", { at: "X" })} | ${null}
    ${"agency"}  | ${"IdentityCheck"}      | ${Group("R34")}              | ${"belongs to R34, of which no table has a value (NO_COLUMN); show at X that there is one"}
    ${"gateway"} | ${"IdentityCheck"}      | ${Group("R34")}              | ${"belongs to R34, of which no table has a value (NO_COLUMN); show at X that there is one"}
  `("$on at the $at: $refusal", async ({ at, on, group, refusal }: Held) => {
    const schema = await schemaWith(on, [group], nullable);
    expect(refusals(schema, at)).toEqual(refusal === null ? [] : [`${on}.field: ${refusal}`]);
  });

  it.each`
    at           | row      | refusal
    ${"agency"}  | ${"R16"} | ${null}
    ${"gateway"} | ${"R16"} | ${null}
    ${"hub"}     | ${"R16"} | ${"belongs to R16, which the hub has no column for (SOURCE_ONLY)"}
    ${"agency"}  | ${"R36"} | ${"belongs to R36, which is about SupportRecord"}
    ${"gateway"} | ${"R36"} | ${"belongs to R36, which is about SupportRecord"}
  `(
    "a type of the agency's own that belongs to a minor stands for what the hub keeps nothing of: $row at the $at, $refusal",
    async ({ at, row, refusal }: { at: Held["at"]; row: string; refusal: string | null }) => {
      @ObjectType("Talk")
      class Talk {
        @Group(row) @Field(() => String, nullable) notes: string;
      }
      @ObjectType("Minor")
      class Minor {
        @Group(row) @Belonging(() => Talk, "minor") @Field(() => [Talk], nullable) talks: Talk[];
      }
      const its = ["Minor.talks", "Talk.notes"];
      expect(refusals(await schemaOf(() => Minor), at)).toEqual(
        refusal === null ? [] : its.map((coordinate) => `${coordinate}: ${refusal}`),
      );
    },
  );
});

describe("a schema is refused when", () => {
  it("a type with groups is a record that no row is an anchor of", async () => {
    const refused = refusals(await schemaWith("MandatoryReport", [Group("R23")], nullable));
    expect(refused).toEqual([expect.stringContaining("MandatoryReport wants a GraphQL type and has no anchor row.")]);
    expect(refusals(await schemaWith("SensitiveIncident", [Group("R26")], nullable))).toEqual([]);
  });

  it("a group stands on an interface, where no rule would be asked", async () => {
    @InterfaceType("Located")
    abstract class Located {
      @Group("R6") @Field(() => String, nullable) homeAddress: string;
    }
    @ObjectType("Minor", { implements: Located })
    class Minor extends Located {
      @Group("R6") @Field(() => String, nullable) override homeAddress: string;
    }
    expect(refusals(await schemaOf(() => Minor))).toEqual([
      "Located.homeAddress: a group on an interface is not enforced; put it on the fields of the types that implement it",
    ]);
  });

  it("a group stands on a union", () => {
    const member = new GraphQLObjectType({
      name: "Minor",
      fields: { homeAddress: { type: GraphQLString, extensions: { group: { row: "R6" } } } },
    });
    const union = (extensions: object) =>
      new GraphQLSchema({
        query: new GraphQLObjectType({
          name: "Query",
          fields: {
            found: {
              type: new GraphQLUnionType({ name: "Found", types: [member], extensions: { ...extensions } }),
              extensions: { public: true },
            },
          },
        }),
      });
    expect(refusals(union({ group: { row: "R6" } }))).toEqual([
      "Found: a rule on a union is not enforced; put groups on the fields of its types",
    ]);
    expect(refusals(union({}))).toEqual([]);
  });

  it("several things are wrong: all are named at once", async () => {
    @ObjectType("Minor")
    class Minor {
      @Field(() => String, nullable) nickname: string;
      @Group("R99") @Field(() => String, nullable) shoeSize: string;
      @Group("R6") @Field(() => String, nullable) homeAddress: string;
    }
    expect(refusals(await schemaOf(() => Minor)).map((refusal) => refusal.split(":")[0])).toEqual([
      "Minor.nickname",
      "Minor.shoeSize",
    ]);
  });
});

/** A schema whose only type has one field with these decorators. */
async function schemaWith(name: string, decorators: readonly PropertyDecorator[], { nullable }: Nullable) {
  @ObjectType(name)
  class Record {}
  for (const decorate of [Field(() => String, { nullable }), ...decorators]) decorate(Record.prototype, "field");
  return schemaOf(() => Record);
}

async function schemaOf(type: () => new () => object): Promise<GraphQLSchema> {
  @Resolver()
  class Root {
    @Public()
    @Query(type, nullable)
    found(): null {
      return null;
    }
  }
  return buildSchema({ resolvers: [Root], validate: false });
}

function refusals(schema: GraphQLSchema, at: Place = "hub"): readonly string[] {
  try {
    readCoordinates(schema, policy, at);
    return [];
  } catch (error) {
    if (error instanceof SchemaError) return error.findings;
    throw error;
  }
}
