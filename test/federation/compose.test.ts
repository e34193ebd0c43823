import "reflect-metadata";
import { buildSchema, type GraphQLSchema, isObjectType } from "graphql";
import { Belonging, Field, Group, ID, Int, ObjectType, Public } from "minors-hub-agency-kit";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { parseConfig } from "../../src/config.js";
import { CompositionError, compose } from "../../src/federation/compose.js";
import type { AgencySubgraph } from "../../src/federation/handed-in.js";
import { schemaOfGateway } from "../../src/federation/supergraph.js";
import { type Activation, withLeaves } from "../../src/policy/activate.js";
import { AT_GATEWAY } from "../../src/policy/decide.js";
import type { Policy } from "../../src/policy/policy.js";
import { type AgencyDefinition, agencyInForce, agencySdl as sdlOfKit } from "../../src/server/agency.js";
import { policyInForce } from "../../src/server/foundation.js";
import { agencySdl, MINOR } from "./agency-sdl.js";

let plain: GraphQLSchema;
let activation: Activation;
let policy: Policy;
beforeAll(async () => {
  ({ plain, activation } = await policyInForce(parseConfig({}, null)));
  ({ policy } = activation);
});

const school: AgencySubgraph = {
  name: "school",
  url: "http://127.0.0.1:4001/subgraph",
  sdl: agencySdl(MINOR("school", 'attendance: String @group(row: "R13") REQUIRES')),
  kernel: true,
  holds: new Set(["R13", "R14", "R16"]),
};
const composed = (...agencies: AgencySubgraph[]) =>
  compose({ plain, activation, url: "http://127.0.0.1:4000/subgraph" }, agencies);
const findings = async (...agencies: AgencySubgraph[]): Promise<readonly string[]> =>
  composed(...agencies).then(
    () => [],
    (error: unknown) => {
      if (error instanceof CompositionError) return error.findings;
      throw error;
    },
  );

it("composes the hub alone, and with agencies that each add fields of their own", async () => {
  const station = {
    ...school,
    name: "station",
    sdl: agencySdl(
      `${MINOR("station", 'identityChecks: [IdentityCheck!] @requires(fields: "relation(audience: \\"station\\", row: \\"R34\\")")')}
       type IdentityCheck @key(fields: "id") { id: ID! status: String @group(row: "R34", at: "X") }`,
      "RESCUE_STATION",
    ),
    holds: new Set(["R34"]),
  };
  expect(schemaOfGateway(plain, policy, await composed()).added.size).toBe(0);
  const { added, schema } = schemaOfGateway(plain, policy, await composed(school, station));
  expect(Object.fromEntries(added)).toEqual({
    "Minor.attendance": { agency: "school", row: "R13" },
    "Minor.identityChecks": { agency: "station", row: "R34" },
    "IdentityCheck.id": { agency: "station" },
    "IdentityCheck.status": { agency: "station" },
  });
  const minor = schema.getType("Minor");
  const its = isObjectType(minor) ? minor.getFields() : {};
  expect(its["attendance"]?.extensions).toEqual({ group: { row: "R13" } });
  expect(its["identityChecks"]?.extensions).toEqual({ rootOf: ["IdentityCheck"] });
  expect(its["fullName"]?.extensions).toEqual({ group: { row: "R1", mask: "***" } });
  expect(its).not.toHaveProperty("relation");
});

it("takes a schema as the agency kit hands it in (R13 to R16b)", async () => {
  const kit = {
    ...school,
    sdl: await sdlOfKit(SCHOOL, "school"),
    holds: new Set(["R13", "R14", "R15", "R16", "R16b"]),
  };
  const { added, schema } = schemaOfGateway(plain, policy, await composed(kit));
  expect([...added.keys()]).toEqual(
    expect.arrayContaining(["Minor.counsellingNotes", "CounsellingSession.notes", "Attendance.daysAbsent"]),
  );
  const { coordinates } = await withLeaves(activation, schema, new Map(), AT_GATEWAY);
  expect(coordinates.get("Minor.counsellingNotes")).toMatchObject({ kind: "group", row: { row: "R16" } });
});

it("takes the hub's scalars and enums as they come with the agency kit, under whatever description", async () => {
  const sdl = agencySdl(
    `${MINOR("school", 'since(sex: Sex): PlainDate @group(row: "R13") REQUIRES')}
     """Of a pupil""" enum Sex { MALE FEMALE UNKNOWN NOT_STATED }
     """A day""" scalar PlainDate @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")`,
  );
  expect(await findings({ ...school, sdl })).toEqual([]);
});

it("takes what belongs to a minor with the groups of the minor", async () => {
  const sdl = agencySdl(
    `${MINOR("school", 'attendance: [Absence!] @group(row: "R13") REQUIRES')}
     type Absence { month: String @group(row: "R13") days: Int @group(row: "R13") }`,
  );
  expect(await findings({ ...school, sdl })).toEqual([]);
  expect(await findings({ ...school, sdl: sdl.replace('days: Int @group(row: "R13")', "days: Int") })).toEqual([
    "school, Absence.days: has no group; add @group(row: ...)",
  ]);
});

it("takes one group of several kinds of agencies, each under names of its own (R16)", async () => {
  const holds = new Set(["R16"]);
  const notes = (name: string, role: string) => ({
    ...school,
    name,
    holds,
    sdl: agencySdl(
      `${MINOR(name, `${name}Talks: [${name}Talk!] @group(row: "R16") @requires(fields: "relation(audience: \\"${name}\\", row: \\"R16\\")")`)}
       type ${name}Talk { notes: String @group(row: "R16") }`,
      role,
    ),
  });
  const kit = {
    ...school,
    sdl: await sdlOfKit(SCHOOL, "school"),
    holds: new Set(["R13", "R14", "R15", "R16", "R16b"]),
  };
  const { added } = schemaOfGateway(
    plain,
    policy,
    await composed(kit, notes("station", "RESCUE_STATION"), notes("house", "CARE_INSTITUTION")),
  );
  expect(
    ["Minor.counsellingNotes", "Minor.stationTalks", "houseTalk.notes"].map(
      (coordinate) => added.get(coordinate)?.agency,
    ),
  ).toEqual(["school", "station", "house"]);
});

describe("an agency is refused whose", () => {
  it.each`
    what                                        | sdl                                                                                                                                                                                       | finding
    ${"field has no group"}                     | ${MINOR("school", "shoeSize: Int REQUIRES")}                                                                                                                                              | ${"school, Minor.shoeSize: has no group; add @group(row: ...)"}
    ${"own type has a field without a group"}   | ${'type CounsellingSession @key(fields: "id") { id: ID! note: String }'}                                                                                                                  | ${"school, CounsellingSession.note: has no group; add @group(row: ...)"}
    ${"group is unknown"}                       | ${MINOR("school", 'x: Int @group(row: "R99") REQUIRES')}                                                                                                                                  | ${"school, Minor.x: has the unknown group R99"}
    ${"group is not registered for it"}         | ${MINOR("school", 'x: Int @group(row: "R15") REQUIRES')}                                                                                                                                  | ${"school, Minor.x: is of R15, which federation.agencies.school.holds does not register for it"}
    ${"field is the hub's"}                     | ${MINOR("school", 'fullName: String @group(row: "R14") REQUIRES')}                                                                                                                        | ${"school, Minor.fullName: has another owner already: hub"}
    ${"field stands at the root"}               | ${"type Query { pupils: [ID!] }"}                                                                                                                                                         | ${"school, Query.pupils: is a root field; what is asked first comes from the hub"}
    ${"field changes something"}                | ${"type Mutation { expel(id: ID!): ID }"}                                                                                                                                                 | ${"school, Mutation.expel: is a root field; what is asked first comes from the hub"}
    ${"field of Minor needs no relation"}       | ${MINOR("school", 'x: Int @group(row: "R14")')}                                                                                                                                           | ${'school, Minor.x: must require relation(audience: "school", row: "R14") and nothing else: @requires(fields: ...)'}
    ${"field needs another's relation"}         | ${MINOR("school", 'x: Int @group(row: "R14") @requires(fields: "relation(audience: \\"station\\", row: \\"R14\\")")')}                                                                    | ${'school, Minor.x: must require relation(audience: "school", row: "R14") and nothing else: @requires(fields: ...)'}
    ${"field needs another row's relation"}     | ${MINOR("school", 'x: Int @group(row: "R14") @requires(fields: "relation(audience: \\"school\\", row: \\"R13\\")")')}                                                                     | ${'school, Minor.x: must require relation(audience: "school", row: "R14") and nothing else: @requires(fields: ...)'}
    ${"field of the hub's type cannot be null"} | ${'type Agency @key(fields: "id") { id: ID! openingHours: String! }'}                                                                                                                     | ${"school, Agency.openingHours: must be nullable: where its agency does not answer, the rest of the answer stands"}
    ${"root type has a name of its own"}        | ${"schema { query: Q } type Q { x: [CounsellingSession] }"}                                                                                                                               | ${"school, Q: is a root type under a name of its own"}
    ${"field needs a value of the hub"}         | ${MINOR("school", 'fullName: String @external x: Int @group(row: "R14") @requires(fields: "fullName")')}                                                                                  | ${"school, Minor.fullName: is external; of the hub's an agency is given Minor.relation alone"}
    ${"field of no minor needs a relation"}     | ${'type CounsellingSession @key(fields: "id") { id: ID! note: String @group(row: "R16") @requires(fields: "id") }'}                                                                       | ${"school, CounsellingSession.note: requires what it may not be given; only a field of Minor with a group may"}
    ${"interface has a group"}                  | ${'interface Noted { note: String @group(row: "R16") }'}                                                                                                                                  | ${"school, Noted: has a group on an interface, where no rule is asked"}
    ${"key is another"}                         | ${'type CounsellingSession @key(fields: "no") { no: ID! @group(row: "R16") }'}                                                                                                            | ${"school, CounsellingSession: has another key than id"}
    ${"field is protected and cannot be null"}  | ${MINOR("school", 'x: Int! @group(row: "R14") REQUIRES')}                                                                                                                                 | ${"school, Minor.x: is protected and must be nullable: a denial would take its parent away"}
    ${"field leads back to the hub"}            | ${`type Agency @key(fields: "id") { id: ID! } ${MINOR("school", 'x: Agency @group(row: "R14") REQUIRES')}`}                                                                               | ${"school, Minor.x: leads to Agency, which hub answers for"}
    ${"field leads to a union"}                 | ${`type Absence { days: Int @group(row: "R13") } type Agency @key(fields: "id") { id: ID! } union Either = Absence | Agency ${MINOR("school", 'x: Either @group(row: "R13") REQUIRES')}`} | ${"school, Minor.x: leads to Either, an interface or union, where no rule is asked"}
    ${"type implements an interface"}           | ${'interface Node { id: ID! } type CounsellingSession implements Node @key(fields: "id") { id: ID! note: String @group(row: "R16") }'}                                                    | ${"school, CounsellingSession: implements an interface, by which no rule is asked"}
    ${"level is given by no cell"}              | ${MINOR("school", 'x: Int @group(row: "R14", at: "B") REQUIRES')}                                                                                                                         | ${"school, Minor.x: is shown at B, which no cell of R14 gives"}
    ${"type belongs to no minor"}               | ${`${MINOR("school", 'x: Term @group(row: "R13") REQUIRES')} type Term { day: Day @group(row: "R13") } type Day { late: Boolean @group(row: "R13") }`}                                    | ${"school, Day wants a GraphQL type and has no anchor row. Write anchor = yes on the row that says for whom a Day exists"}
    ${"level is none"}                          | ${MINOR("school", 'x: Int @group(row: "R14", at: "F") REQUIRES')}                                                                                                                         | ${"school, Minor.x: is shown at F; beside F a field may name M B X"}
    ${"group is about another record"}          | ${MINOR("school", 'x: Int @group(row: "R16") REQUIRES')}                                                                                                                                  | ${"school, Minor.x: belongs to R16, which is about CounsellingSession"}
  `("$what", async ({ sdl, finding }: { sdl: string; finding: string }) => {
    expect(await findings({ ...school, sdl: agencySdl(sdl) })).toContain(finding);
  });

  it("schema is none: the line is named, and the others are looked at as well", async () => {
    const found = await findings({ ...school, sdl: "type Minor {\n  id ID!\n}" }, { ...school, name: "station" });
    expect(found[0]).toMatch(/^school, line 2: is no GraphQL schema: /);
    expect(found[1]).toMatch(/^station, Minor.attendance: must require relation/);
  });

  it.each(["hub", "School", "school_1", "school-", ""])(
    "name is %j: the hub's gets the users' tokens",
    async (name) => {
      expect(await findings({ ...school, name })).toEqual([
        `${name}: expected a name of small letters, digits and - between them, 40 of them at most, other than "hub"`,
      ]);
    },
  );

  it("field or type is another agency's as well: each is named", async () => {
    const own =
      'enum Weekday { MONDAY } input Term { year: Int } scalar Score type Absence { days: Int @group(row: "R13") }';
    const [one, other] = ["school", "school-2"].map((name) => ({
      ...school,
      name,
      sdl: agencySdl(`${MINOR(name, 'attendance: String @group(row: "R13") REQUIRES')} ${own}`),
    }));
    if (!one || !other) throw new TypeError("There are two");
    expect(await findings(one, other)).toEqual(
      ["Minor.attendance", "Weekday", "Term", "Score", "Absence"].map(
        (given) =>
          `school-2, ${given}: has another owner already: school; give it another name; agencies of one kind may keep their records in one subgraph: federation.agencies.<name>.agency is then a list`,
      ),
    );
  });

  it.each`
    what                                       | types                                                                                                                                      | finding
    ${"enum is the hub's with another value"}  | ${"enum Sex { MALE FEMALE UNSAID }"}                                                                                                       | ${"school, Sex: is a name of the hub's, which means something else by it; choose another"}
    ${"enum adds to the hub's"}                | ${"extend enum Sex { UNSAID }"}                                                                                                            | ${"school, Sex: is a name of the hub's, which means something else by it; choose another"}
    ${"input is the hub's with another field"} | ${"input MinorFilter { shoeSize: Int }"}                                                                                                   | ${"school, MinorFilter: is a name of the hub's, which means something else by it; choose another"}
    ${"input adds to the hub's"}               | ${"extend input MinorFilter { shoeSize: Int }"}                                                                                            | ${"school, MinorFilter: is a name of the hub's, which means something else by it; choose another"}
    ${"scalar is the hub's by name alone"}     | ${"scalar PlainDate"}                                                                                                                      | ${"school, PlainDate: is a name of the hub's, which means something else by it; choose another"}
    ${"input has the name of an entity"}       | ${"input Minor { id: ID! }"}                                                                                                               | ${"school, Minor: is a name of the hub's, which means something else by it; choose another"}
    ${"type is the hub's, and no entity"}      | ${'type Division { climate: String @group(row: "R13") }'}                                                                                  | ${"school, Division: is the hub's, and nobody refers to a record of it; add fields to Minor, Case, SensitiveIncident, OpinionAlert, Agency"}
    ${"type hides as one of Federation's"}     | ${'type join__Absence { days: Int @group(row: "R13") }'}                                                                                   | ${"school, join__Absence: is a name of Federation's own; choose another"}
    ${"type has no key"}                       | ${"type Minor { id: ID! }"}                                                                                                                | ${'school, Minor: has no key; add @key(fields: "id")'}
    ${"id is no ID"}                           | ${'type Minor @key(fields: "id") { id: Int! }'}                                                                                            | ${"school, Minor.id: is, at the hub, id: ID!"}
    ${"id can be null"}                        | ${'type Agency @key(fields: "id") { id: ID }'}                                                                                             | ${"school, Agency.id: is, at the hub, id: ID!"}
    ${"relation is of all rows"}               | ${'type Minor @key(fields: "id") { id: ID! relation(audience: String!): String @external }'}                                               | ${"school, Minor.relation: is, at the hub, relation(audience: String!, row: String!): String"}
    ${"relation is its own"}                   | ${'type Minor @key(fields: "id") { id: ID! relation: String @group(row: "R13") }'}                                                         | ${"school, Minor.relation: has another owner already: hub"}
    ${"field of a case is of a minor's group"} | ${'type Case @key(fields: "id") { id: ID! sessions: [CounsellingSession!] } type CounsellingSession { notes: String @group(row: "R16") }'} | ${"school, Case.sessions: is of R16, of which the hub's word is of a minor; add the field to Minor"}
  `("$what", async ({ types, finding }: { types: string; finding: string }) => {
    expect(await findings({ ...school, sdl: agencySdl(types) })).toContain(finding);
  });

  it.each`
    what                                 | from                                   | to                  | finding
    ${"schema links no Federation 2"}    | ${/@link\(url: ".*?federation.*?\)/}   | ${""}               | ${'school, schema: does not link https://specs.apollo.dev/federation/v2.3; add: extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@inaccessible", "@external", "@requires", "@composeDirective"])'}
    ${"schema is of a later Federation"} | ${"v2.3"}                              | ${"v2.9"}           | ${"school, schema: links https://specs.apollo.dev/federation/v2.9; an agency may link https://specs.apollo.dev/federation/v2.3 https://minors-hub.invalid/policy/v1.0"}
    ${"schema does not link the policy"} | ${/@link\(url: "[^"]*policy.*?\)/}     | ${""}               | ${'school, schema: does not link https://minors-hub.invalid/policy/v1.0; add: extend schema @link(url: "https://minors-hub.invalid/policy/v1.0", import: ["@group", "@agency"])'}
    ${"groups are not composed"}         | ${'@composeDirective(name: "@group")'} | ${""}               | ${'school, schema: keeps its groups to itself; add: extend schema @composeDirective(name: "@group")'}
    ${"kind is not said"}                | ${'@agency(role: "SCHOOL")'}           | ${""}               | ${"school, schema: does not say of what kind its agency is; add: extend schema @agency(role: ...) and directive @agency(role: String!) on SCHEMA, as the agency kit writes them"}
    ${"kind is none"}                    | ${"SCHOOL"}                            | ${"LIBRARY"}        | ${"school, schema: is of an agency of the unknown kind LIBRARY"}
    ${"rows are of another kind (R13)"}  | ${"SCHOOL"}                            | ${"RESCUE_STATION"} | ${"school, federation.agencies.school.holds: R13 is not kept at home by RESCUE_STATION; it keeps R14 R15 R16 R16b R34 R41"}
  `("$what", async ({ from, to, finding }: { from: string | RegExp; to: string; finding: string }) => {
    expect(await findings({ ...school, sdl: school.sdl.replace(from, to) })).toContain(finding);
  });

  // All of Federation's up to 2.12, and what a schema may otherwise say. Refused by name: what the gateway does not look at
  // it must not find.
  it.each`
    written                               | on
    ${'@override(from: "hub")'}           | ${"field"}
    ${"@shareable"}                       | ${"field"}
    ${'@provides(fields: "id")'}          | ${"field"}
    ${"@inaccessible"}                    | ${"field"}
    ${'@tag(name: "x")'}                  | ${"field"}
    ${"@authenticated"}                   | ${"field"}
    ${'@requiresScopes(scopes: [["x"]])'} | ${"field"}
    ${'@policy(policies: [["x"]])'}       | ${"field"}
    ${"@cost(weight: 9)"}                 | ${"field"}
    ${"@listSize(assumedSize: 9)"}        | ${"field"}
    ${'@cacheTag(format: "x")'}           | ${"field"}
    ${"@federation__shareable"}           | ${"field"}
    ${"@oneOf"}                           | ${"field"}
    ${"@interfaceObject"}                 | ${"type"}
    ${"@extends"}                         | ${"type"}
    ${'@context(name: "x")'}              | ${"type"}
    ${'@fromContext(field: "$x { id }")'} | ${"argument"}
  `("$on is marked $written", async ({ written, on }: { written: string; on: string }) => {
    const mark = (where: string) => (where === on ? written : "");
    const sdl = agencySdl(
      `${MINOR("school", `x(y: Int ${mark("argument")}): Int @group(row: "R14") ${mark("field")} REQUIRES`)}
       type Absence ${mark("type")} { days: Int @group(row: "R13") }`,
    );
    const at = { field: "Minor.x", type: "Absence", argument: "Minor.x.y" }[on];
    const [name] = /@\w+/.exec(written) ?? [];
    expect(await findings({ ...school, sdl })).toContain(
      `school, ${at}: uses ${name}; an agency may use @group @key @external @requires @composeDirective @link @agency @deprecated @specifiedBy`,
    );
  });

  it.each`
    what                             | types                                                                 | finding
    ${"group stands on a type"}      | ${'type Absence @group(row: "R13") { days: Int @group(row: "R13") }'} | ${"school, Absence: uses @group where it is not understood; it belongs on field"}
    ${"type is external as a whole"} | ${'type Minor @key(fields: "id") @external { id: ID! }'}              | ${"school, Minor: uses @external where it is not understood; it belongs on field"}
    ${"key does not resolve"}        | ${'type Minor @key(fields: "id", resolvable: false) { id: ID! }'}     | ${"school, Minor: has another key than id"}
    ${"group is another directive"}  | ${"directive @tag(name: String!) on FIELD_DEFINITION"}                | ${"school, @tag: is a directive of its own; an agency may define directive @group(row: String!, at: String) on FIELD_DEFINITION, directive @agency(role: String!) on SCHEMA"}
    ${"directive is for questions"}  | ${"directive @defer(label: String) on FIELD"}                         | ${"school, @defer: is a directive of its own; an agency may define directive @group(row: String!, at: String) on FIELD_DEFINITION, directive @agency(role: String!) on SCHEMA"}
    ${"other directive is composed"} | ${'extend schema @composeDirective(name: "@agency")'}                 | ${"school, schema: composes @agency; of an agency's directives the gateway understands @group alone"}
  `("$what", async ({ types, finding }: { types: string; finding: string }) => {
    expect(await findings({ ...school, sdl: agencySdl(types) })).toContain(finding);
  });

  it.each`
    what                                              | minor                                                                                                     | types                                                                                 | finding
    ${"type has a field of another row (R14 in R13)"} | ${'attendance: [Absence!] @group(row: "R13") REQUIRES'}                                                   | ${'type Absence { days: Int @group(row: "R13") illness: String @group(row: "R14") }'} | ${"school, Absence.illness: is of R14, and Minor.attendance, which leads to it, of R13: nobody would ever see it; give it a field of Minor of its own"}
    ${"type stands under two rows"}                   | ${'attendance: [Absence!] @group(row: "R13") REQUIRES illnesses: [Absence!] @group(row: "R14") REQUIRES'} | ${'type Absence { days: Int @group(row: "R13") }'}                                    | ${"school, Absence.days: is of R13, and Minor.illnesses, which leads to it, of R14: nobody would ever see it; give it a field of Minor of its own"}
  `(
    "$what: the hub's word is of one",
    async ({ minor, types, finding }: Record<"minor" | "types" | "finding", string>) => {
      expect(await findings({ ...school, sdl: agencySdl(`${MINOR("school", minor)} ${types}`) })).toContain(finding);
    },
  );

  it("directive goes by another name", async () => {
    const sdl = school.sdl.replace('"@external"', '{ name: "@override", as: "@external" }');
    expect((await findings({ ...school, sdl })).join()).toContain("school, schema: imports what is not in");
  });
});

describe("a subgraph without the kernel", () => {
  const library = { ...school, name: "library", kernel: false, holds: new Set<string>() };

  it("may add to what is about nobody: nothing is to be decided", async () => {
    const sdl = agencySdl('type Agency @key(fields: "id") { id: ID! openingHours: String }');
    expect(await findings({ ...library, sdl })).toEqual([]);
  });

  it.each(["R13", "R14"])("may not show what depends on the record (%s)", async (row) => {
    const sdl = agencySdl(`type Minor @key(fields: "id") { id: ID! loans: Int @group(row: "${row}") }`);
    expect(await findings({ ...library, sdl })).toEqual([
      `library, Minor.loans: is of ${row}, which depends on the record; a subgraph without the kernel cannot decide it (kernel: true, if it is built with the agency kit)`,
    ]);
  });

  it("is given no relation", async () => {
    const sdl = agencySdl(MINOR("library", 'loans: Int @group(row: "R13") REQUIRES'));
    expect(await findings({ ...library, sdl })).toEqual([
      "library, Minor.loans: requires what only a subgraph that decides by itself is given (kernel: true, if it is built with the agency kit)",
    ]);
  });
});

describe("an agency does not start whose", () => {
  it("rows are another kind's (R13 at a rescue station)", async () => {
    await expect(start({ ...SCHOOL, role: "RESCUE_STATION" })).rejects.toMatchObject({
      code: "SCHEMA",
      findings: expect.arrayContaining([
        "Minor.attendance: R13 is not kept at home by RESCUE_STATION; it keeps R14 R15 R16 R16b R34 R41",
      ]),
    });
  });

  it("type has a field of another row than the one that leads to it (R14 in R13)", async () => {
    @ObjectType("Absence", { description: "An absence. 缺勤" })
    class Absence {
      @Group("R13") @Field(() => Int, { nullable: true, description: "Days. 天数" }) days?: number;
      @Group("R14") @Field(() => String, { nullable: true, description: "Why. 病因" }) illness?: string;
    }
    @ObjectType("Minor", { description: "A pupil. 学生" })
    class Minor {
      @Public() @Field(() => ID, { description: "Id. 标识" }) id: string;
      @Group("R13")
      @Belonging(() => Absence, "minor")
      @Field(() => [Absence], { nullable: true, description: "Absences. 缺勤" })
      absences?: Absence[];
    }
    await expect(start({ ...SCHOOL, types: [Minor, Absence] })).rejects.toMatchObject({
      code: "SCHEMA",
      findings: [
        "Absence.illness: is of R14, and Minor.absences, which leads to it, of R13: nobody would ever see it; give it a field of Minor of its own",
      ],
    });
  });

  const start = (definition: AgencyDefinition) =>
    agencyInForce(parseConfig({}, JSON.stringify({ federation: { name: "school" } })), definition);
});

it("a supergraph that nobody checked shows nothing without a group", async () => {
  const supergraph = (await composed(school)).replace(/ @group\(row: "R13"\)/, "");
  const { schema } = schemaOfGateway(plain, policy, supergraph);
  const minor = schema.getType("Minor");
  expect(isObjectType(minor) && minor.getFields()["attendance"]?.extensions).toEqual({});
});

it("a supergraph in which an agency is called hub is refused", async () => {
  const supergraph = (await composed(school)).replace('name: "school"', 'name: "hub"');
  expect(() => schemaOfGateway(plain, policy, supergraph)).toThrow("or more than one");
});

it("a supergraph of another release is refused", async () => {
  expect(() => schemaOfGateway(buildSchema("type Query { a: Int }"), policy, "type Query { a: Int }")).toThrow(
    "The supergraph has no subgraph of the hub, or more than one",
  );
});
