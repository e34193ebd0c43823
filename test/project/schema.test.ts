import "reflect-metadata";
import { readFileSync } from "node:fs";
import { type GraphQLSchema, isObjectType } from "graphql";
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

  it("describes every type that somebody can be shown, in Chinese", () => {
    const undescribed = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !/^(__|Query$|Mutation$)|(Edge|Connection|Payload)$/.test(type.name))
      .filter(({ description }) => !/\p{sc=Han}/u.test(description ?? ""))
      .map(({ name }) => name);
    expect(undescribed).toEqual([]);
  });
});
