import { type GraphQLSchema, isObjectType } from "graphql";
import { buildSchema, type NonEmptyArray } from "type-graphql";
import { RESOLVERS } from "../domain/index.js";
import { readField } from "../read/index.js";
import { validateArgument } from "./validate.js";

/** The hub's one schema, before the rule tree stands around it. */
export async function buildHubSchema(resolvers: NonEmptyArray<new () => object> = RESOLVERS): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers,
    validateFn: validateArgument,
    emitSchemaFile: false,
  });
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith("__"))
      for (const field of Object.values(type.getFields())) field.resolve ??= readField;
  return schema;
}
