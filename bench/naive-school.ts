import "reflect-metadata";
import { createRequire } from "node:module";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { buildSchema, type GraphQLFieldResolver, isObjectType } from "graphql";
import { z } from "zod";
import { Store } from "../src/store/store.js";
import { naiveSchool } from "./naive-school-sdl.js";
import { schoolDefinition } from "./school-definition.js";
import { serving, settings } from "./serving.js";

/**
 * The naive school: Apollo's own server as a Federation subgraph, a repository query in every resolver, graphql-shield
 * on every field. Who asks and about whom it believes: no decision, no log, no second wall.
 */
const require = createRequire(import.meta.url);
const { allow, shield }: typeof import("graphql-shield") = require("graphql-shield");
const { applyMiddleware }: typeof import("graphql-middleware") = require("graphql-middleware");

const { url } = settings();
const { types } = await schoolDefinition();
const [, Attendance] = types;
const store = await Store.open({ url, dataDir: "", entities: [...types] });
const attendance = store.dataSource.getRepository(Attendance);
const ids = z.array(z.object({ id: z.string() }));

/** One query a reference, as a tutorial's `__resolveReference` makes. */
async function pupil(id: string) {
  const { rows } = await store.pool.query<{ minor: string }>("SELECT minor FROM minor_link WHERE hub_id = $1", [id]);
  return rows[0] ? { __typename: "Minor", id, minor: rows[0].minor } : null;
}

const schema = buildSchema(`
  directive @key(fields: String!) on OBJECT
  ${naiveSchool}
  scalar _Any
  union _Entity = Minor
  type Query { _entities(representations: [_Any!]!): [_Entity]! }`);
const RESOLVERS: Readonly<Record<string, GraphQLFieldResolver<{ readonly minor: string }, unknown>>> = {
  "Query._entities": (_root, { representations }) => Promise.all(ids.parse(representations).map(({ id }) => pupil(id))),
  "Minor.attendance": ({ minor: id }) => attendance.find({ where: { minor: { id } }, order: { id: "ASC" } }),
  "Minor.visitAsked": async ({ minor: id }) => (await attendance.countBy({ minor: { id }, visitAsked: true })) > 0,
};
for (const [coordinate, resolve] of Object.entries(RESOLVERS)) {
  const [type = "", name = ""] = coordinate.split(".");
  const object = schema.getType(type);
  const field = isObjectType(object) ? object.getFields()[name] : undefined;
  if (field) field.resolve = resolve;
}
const server = new ApolloServer({
  schema: applyMiddleware(schema, shield({ Minor: allow, Attendance: allow }, { debug: false })),
});
const { url: address } = await startStandaloneServer(server, { listen: { port: 0, host: "127.0.0.1" } });
serving({ address: "", family: "", port: Number(new URL(address).port) });
