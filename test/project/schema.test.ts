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
import { wholeSchema } from "../../src/cli/schema.js";
import { buildHubSchema } from "../../src/server/schema.js";

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
