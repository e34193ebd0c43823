import "reflect-metadata";
import { buildSchema, type GraphQLSchema, isObjectType } from "graphql";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { parseConfig } from "../../src/config.js";
import type { AgencySubgraph } from "../../src/federation/agency-sdl.js";
import { CompositionError, compose } from "../../src/federation/compose.js";
import { schemaOfGateway } from "../../src/federation/supergraph.js";
import { type Activation, withLeaves } from "../../src/policy/activate.js";
import { AT_GATEWAY } from "../../src/policy/decide.js";
import type { Policy } from "../../src/policy/policy.js";
import { agencySdl as sdlOfKit } from "../../src/server/agency.js";
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
    ${"interface has a group"}                  | ${'interface Noted { note: String @group(row: "R16") }'}                                                                                                                                  | ${"school, Noted: has a group on an interface or union, where no rule is asked"}
    ${"field would take the hub's place"}       | ${MINOR("school", 'x: Int @group(row: "R14") @override(from: "hub") REQUIRES')}                                                                                                           | ${"school, Minor: uses @override; an agency may use @group @key @external @requires @composeDirective @link @deprecated @specifiedBy"}
    ${"key is another"}                         | ${'type CounsellingSession @key(fields: "no") { no: ID! @group(row: "R16") }'}                                                                                                            | ${"school, CounsellingSession: has another key than id"}
    ${"field is protected and cannot be null"}  | ${MINOR("school", 'x: Int! @group(row: "R14") REQUIRES')}                                                                                                                                 | ${"school, Minor.x: is protected and must be nullable: a denial would take its parent away"}
    ${"field leads back to the hub"}            | ${`type Agency @key(fields: "id") { id: ID! } ${MINOR("school", 'x: Agency @group(row: "R14") REQUIRES')}`}                                                                               | ${"school, Minor.x: leads to Agency, which hub answers for"}
    ${"field leads to a union"}                 | ${`type Absence { days: Int @group(row: "R13") } type Agency @key(fields: "id") { id: ID! } union Either = Absence | Agency ${MINOR("school", 'x: Either @group(row: "R13") REQUIRES')}`} | ${"school, Minor.x: leads to Either, an interface or union, where no rule is asked"}
    ${"type implements an interface"}           | ${'interface Node { id: ID! } type CounsellingSession implements Node @key(fields: "id") { id: ID! note: String @group(row: "R16") }'}                                                    | ${"school, CounsellingSession: implements an interface, by which no rule is asked"}
    ${"level is given by no cell"}              | ${MINOR("school", 'x: Int @group(row: "R14", at: "B") REQUIRES')}                                                                                                                         | ${"school, Minor.x: is shown at B, which no cell of R14 gives"}
    ${"group is about another record"}          | ${MINOR("school", 'x: Int @group(row: "R16") REQUIRES')}                                                                                                                                  | ${"school, Minor.x: belongs to R16, which is about CounsellingSession"}
  `("$what", async ({ sdl, finding }: { sdl: string; finding: string }) => {
    expect(await findings({ ...school, sdl: agencySdl(sdl) })).toContain(finding);
  });

  it("schema is none: the line is named, and the others are looked at as well", async () => {
    const found = await findings({ ...school, sdl: "type Minor {\n  id ID!\n}" }, { ...school, name: "station" });
    expect(found[0]).toMatch(/^school, line 2: is no GraphQL schema: /);
    expect(found[1]).toMatch(/^station, Minor.attendance: must require relation/);
  });

  it.each(["hub", "School", "school_1", ""])("name is %j: the hub's gets the users' tokens", async (name) => {
    expect(await findings({ ...school, name })).toEqual([
      `${name}: expected a name of small letters, digits and -, other than "hub"`,
    ]);
  });

  it("value comes from two agencies", async () => {
    const station = { ...school, name: "station", sdl: school.sdl.replaceAll("school", "station") };
    expect((await findings(school, station)).join()).toContain("Minor.attendance");
  });

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
