import { defaultFieldResolver, type GraphQLSchema, isObjectType } from "graphql";
import type { Coordinates } from "../../../src/policy/coordinates.js";
import { type Asked, Part, Seen } from "./asked.js";

/** Keeps what an answer shows, and counts it: a run that shows no mask, no band and hides nothing would prove little. */
export function countLevels(schema: GraphQLSchema, coordinates: Coordinates): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const guard = coordinates.get(`${type.name}.${field.name}`);
      if (guard?.kind !== "group") continue;
      const { resolve = defaultFieldResolver } = field;
      field.resolve = async (parent: unknown, args: object, asked: Asked, info) => {
        const value: unknown = await resolve(parent, args, asked, info);
        if (parent instanceof Seen || parent instanceof Part) {
          const decided = asked.level(guard.row, parent);
          const level = guard.levels.find((shown) => shown === decided);
          if (level) asked.disclose(parent, guard.row, level);
          if (!level) asked.shownAt.withheld++;
          else if (value !== null && value !== undefined) asked.shownAt[level]++;
        }
        return value;
      };
    }
  }
}
