import "reflect-metadata";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { getStitchedSchemaFromSupergraphSdl } from "@graphql-tools/federation";
import { composeServices } from "@theguild/federation-composition";
import { parse, print } from "graphql";
import { hubSdlOf } from "../src/federation/subgraph.js";
import { buildHubSchema } from "../src/server/schema.js";
import { naiveSchool } from "./naive-school-sdl.js";
import { serving } from "./serving.js";

/** The engine of our gateway over the naive subgraphs, behind Apollo's own server: whoever asks is passed on and believed. */
interface Context {
  readonly subject: string;
}
const { NAIVE_HUB = "", NAIVE_SCHOOL = "" } = process.env;
const { supergraphSdl, errors } = composeServices([
  { name: "hub", url: NAIVE_HUB, typeDefs: parse(hubSdlOf(await buildHubSchema())) },
  {
    name: "school",
    url: NAIVE_SCHOOL,
    typeDefs: parse(
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"]) ${naiveSchool}`,
    ),
  },
]);
if (!supergraphSdl) throw new Error(`The naive subgraphs do not compose: ${errors?.map(({ message }) => message)}`);
const schema = getStitchedSchemaFromSupergraphSdl({
  supergraphSdl,
  batch: true,
  onSubschemaConfig: (config) => {
    config.executor = async ({ document, variables, context }) => {
      const response = await fetch(config.endpoint, {
        method: "POST",
        headers: { "content-type": "application/json", "x-subject": String(context?.["subject"]) },
        body: JSON.stringify({ query: print(document), variables }),
      });
      return JSON.parse(await response.text());
    };
  },
});
const server = new ApolloServer<Context>({ schema });
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: "127.0.0.1" },
  context: async ({ req }) => ({ subject: String(req.headers["x-subject"]) }),
});
serving({ address: "", family: "", port: Number(new URL(url).port) });
