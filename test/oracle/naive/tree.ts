import { createRequire } from "node:module";
import type { GraphQLSchema } from "graphql";
import type { IRules } from "graphql-shield";
import type { Coordinates } from "../../../src/policy/coordinates.js";
import { buildTree, deny } from "../../../src/policy/tree.js";
import { possibleLevels } from "../../support/possible-levels.js";
import { guarding } from "./roots.js";

const require = createRequire(import.meta.url);
const { shield }: typeof import("graphql-shield") = require("graphql-shield");
const { applyMiddleware }: typeof import("graphql-middleware") = require("graphql-middleware");

/** The hub's rule tree around every field of the schema, public ones included. */
export function guardEverything(schema: GraphQLSchema, coordinates: Coordinates): GraphQLSchema {
  const { rules } = buildTree(coordinates, (asker, guard) => {
    const { rows, levels } = guarding(guard);
    return rows.some((row) => levels.some((level) => possibleLevels(row, asker).has(level)));
  });
  const everywhere: IRules = rules;
  return applyMiddleware(
    schema,
    shield(everywhere, {
      fallbackRule: deny,
      // A denial is null without an error; shield's type wants an Error here.
      fallbackError: () => null as unknown as Error,
      allowExternalErrors: true,
      hashFunction: () => "",
    }),
  );
}
