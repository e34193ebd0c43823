import { type GraphQLInputType, getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType } from "graphql";
import type { IdCipher } from "../store/global-id.js";
import { isReference } from "./reference.js";

/**
 * What of a variable's value decides the plan, as text: absence, booleans, enums, the keys of objects, the type in an
 * id. Two questions whose variables have the same shape share a plan; all else is bound.
 */
export function shapeOf(value: unknown, type: GraphQLInputType | undefined, ids: IdCipher): string {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (value === undefined) return "u";
  if (value === null) return "n";
  if (typeof value === "boolean") return value ? "t" : "f";
  if (isEnumType(inner)) return `=${String(value)}`;
  if (String(inner) === "_Any" && !Array.isArray(value)) return typeOfReference(value);
  if (Array.isArray(value)) {
    const item = isListType(inner) ? inner.ofType : undefined;
    // References are looked up together, however many: which types they are of is all that decides.
    if (isListType(inner) && String(getNamedType(inner)) === "_Any")
      return `[${[...new Set(value.map(typeOfReference))].sort().join(",")}]`;
    // Values of one list are bound as one array; only lists of objects have a shape of their own.
    return value.some((part) => typeof part === "object" && part !== null)
      ? `[${value.map((part) => shapeOf(part, item, ids)).join(",")}]`
      : "[]";
  }
  if (isInputObjectType(inner)) {
    const fields = inner.getFields();
    const given = typeof value === "object" ? Object.entries(value) : [];
    return `{${given
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => `${key}:${shapeOf(part, fields[key]?.type, ids)}`)
      .join(",")}}`;
  }
  if (inner !== undefined && "name" in inner && inner.name === "ID")
    return `#${ids.decode(String(value))?.type ?? "?"}`;
  return "s";
}

const typeOfReference = (value: unknown): string => (isReference(value) ? `#${value.__typename}` : "?");
