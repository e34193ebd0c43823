import "reflect-metadata";
import { readFileSync } from "node:fs";
import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from "graphql";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { STATION } from "../../examples/agencies/station/src/records.js";
import { wholeSchema } from "../../src/cli/schema.js";
import { agencySdl } from "../../src/server/agency.js";
import { buildAgencyTypes, buildHubSchema } from "../../src/server/schema.js";

describe("schema.graphql", () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await buildHubSchema();
  });

  it("is the schema that the hub serves; `npm run schema` writes it", () => {
    const committed = readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8");
    expect(committed).toBe(wholeSchema(schema));
  });

  it("describes every type, field, argument and value in English and in Chinese", () => {
    const undescribed = [...described(schema)]
      .filter(([, words]) => !/^[A-Za-z0-9].*\. .*\p{sc=Han}/u.test(words ?? ""))
      .map(([place]) => place);
    expect(undescribed).toEqual([]);
  });
});

describe.each([
  ["school", SCHOOL],
  ["station", STATION],
] as const)("the schema of the example %s", (name, definition) => {
  it("is what it hands in to be composed; `npm run schema` writes it", async () => {
    const committed = readFileSync(new URL(`../../examples/agencies/${name}/${name}.graphql`, import.meta.url), "utf8");
    expect(committed).toBe(`${await agencySdl(definition, name)}\n`);
  });

  it("describes what it adds in English and in Chinese", async () => {
    const undescribed = [...described(await buildAgencyTypes([...definition.types]))]
      .filter(([, words]) => !/^[A-Za-z0-9].*\. .*\p{sc=Han}/u.test(words ?? ""))
      .map(([place]) => place);
    expect(undescribed).toEqual([]);
  });
});

/** Everything of the schema that can carry a description, by its schema coordinate. */
function* described(schema: GraphQLSchema): Generator<[place: string, words: string | null | undefined]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    yield [type.name, type.description];
    if (isEnumType(type)) for (const { name, description } of type.getValues()) yield [`${type}.${name}`, description];
    if (isInputObjectType(type))
      for (const { name, description } of Object.values(type.getFields())) yield [`${type}.${name}`, description];
    if (isObjectType(type) || isInterfaceType(type))
      for (const { name, description, args } of Object.values(type.getFields())) {
        yield [`${type}.${name}`, description];
        for (const argument of args) yield [`${type}.${name}(${argument.name}:)`, argument.description];
      }
  }
}
