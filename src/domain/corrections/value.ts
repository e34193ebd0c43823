import { type GraphQLInputType, GraphQLInt, isEnumType, isLeafType, isListType, isNonNullType } from "graphql";
import { getMetadataStorage } from "type-graphql";
import type { Correctable } from "../../change/change.js";
import { badUserInput } from "../../errors.js";
import { requireValid } from "../input.js";
import { inventedNumber } from "../minors/index.js";

/**
 * What a proposed text is as a value of the field: read and checked as the command takes it that makes such records.
 * @param at  argument that is told to be wrong
 * @throws Mistake BAD_USER_INPUT
 */
export async function readValue(
  { coordinate, written: { field }, input }: Correctable,
  text: string,
  at: string,
): Promise<unknown> {
  const value = coordinate === "Minor.citizenNumber" ? inventedNumber(text, at) : read(input.type, text, at);
  const its = getMetadataStorage().inputTypes.find(({ name }) => name === input.name)?.target.prototype;
  await requireValid(Object.assign(Object.create(its), { [field]: value }), () => at);
  return value;
}

function read(type: GraphQLInputType, text: string, at: string): unknown {
  if (isNonNullType(type)) return read(type.ofType, text, at);
  if (isListType(type))
    return text
      .split(/[,,、\s]+/)
      .filter(Boolean)
      .map((item) => read(type.ofType, item, at));
  try {
    if (isLeafType(type)) return type.parseValue(type === GraphQLInt ? Number(text) : text);
  } catch {
    // its message would repeat the value
  }
  const choice = isEnumType(type)
    ? `one of ${type
        .getValues()
        .map(({ name }) => name)
        .join(", ")}`
    : `a ${type}`;
  throw badUserInput(at, `Not a value of the field: ${choice}`, "不是该字段的有效值", `Send ${choice}`);
}
