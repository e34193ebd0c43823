import { GraphQLSchema, isObjectType } from "graphql";
import { buildSchema, type NonEmptyArray } from "type-graphql";
import { RESOLVERS } from "../domain/index.js";
import { readField } from "../read/index.js";
import { validateArgument } from "./validate.js";

// type-graphql makes these two types itself, without words.
const ROOTS: Readonly<Record<string, string>> = {
  Query: "What may be asked. 查询",
  Mutation: "What may be changed, one field an operation. 变更(每次操作一项)",
};

/** The hub's one schema, before the rule tree stands around it. */
export async function buildHubSchema(resolvers: NonEmptyArray<new () => object> = RESOLVERS): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers,
    validateFn: validateArgument,
    emitSchemaFile: false,
  });
  for (const [name, description] of Object.entries(ROOTS)) {
    const root = schema.getType(name);
    if (root) root.description = description;
  }
  return readingRows(schema);
}

/**
 * An agency's types: what it adds to the hub's, and no root of its own.
 * @param types its `Minor`, and what belongs to one
 */
export async function buildAgencyTypes(types: NonEmptyArray<new () => object>): Promise<GraphQLSchema> {
  const { query, ...config } = (
    await buildSchema({ resolvers: types, orphanedTypes: [...types], validate: false, skipCheck: true })
  ).toConfig();
  return readingRows(new GraphQLSchema({ ...config, types: config.types.filter((type) => type !== query) }));
}

function readingRows(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith("__"))
      for (const field of Object.values(type.getFields())) field.resolve ??= readField;
  return schema;
}
