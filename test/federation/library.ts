import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { buildSchema, isObjectType, isUnionType } from "graphql";
import { agencySdl } from "./agency-sdl.js";

const TYPES = `
  enum Season { SUMMER WINTER }
  type Agency @key(fields: "id") {
    id: ID!
    openingHours(season: Season = SUMMER): String
    closedOn: [String!]
  }`;

/** What somebody else's subgraph hands in. */
export const LIBRARY_SDL = agencySdl(TYPES);

/** Somebody else's subgraph: Apollo Server and nothing of the kernel. It decides nothing, and asks nobody for a word. */
export async function startLibrary(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const schema = buildSchema(`${TYPES.replace(/@key\([^)]*\)/, "")}
    scalar _Any
    union _Entity = Agency
    type Query { _entities(representations: [_Any!]!): [_Entity]! }`);
  const [query, agency, entity] = [schema.getQueryType(), schema.getType("Agency"), schema.getType("_Entity")];
  if (!query || !isObjectType(agency) || !isUnionType(entity)) throw new TypeError("The schema is another");
  entity.resolveType = () => "Agency";
  for (const [type, name, resolve] of [
    [query, "_entities", (_: unknown, { representations }: { representations: unknown[] }) => representations],
    [agency, "openingHours", (_: unknown, { season }: { season: string }) => (season === "WINTER" ? "10-16" : "9-17")],
    [agency, "closedOn", () => ["Monday"]],
  ] as const) {
    const field = type.getFields()[name];
    if (field) field.resolve = resolve;
  }
  const apollo = new ApolloServer({ schema });
  const { url } = await startStandaloneServer(apollo, { listen: { port: 0, host: "127.0.0.1" } });
  return { url, close: () => apollo.stop() };
}
