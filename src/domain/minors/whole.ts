import { shanghaiDay } from "../../calendar.js";
import { badUserInput } from "../../errors.js";
import { civilAge } from "./age.js";
import { parseCitizenNumber } from "./citizen-number.js";
import { type Minor, Sex } from "./record.js";

/**
 * What a minor must be as a whole: no adult (MPL 2), and of the birth date and sex that its number tells.
 * @param at  path of the argument that has the field
 * @throws Mistake BAD_USER_INPUT
 */
export function requireMinor(
  { birthDate, sex, citizenNumber }: Pick<Minor, "birthDate" | "sex" | "citizenNumber">,
  at: (field: "birthDate" | "citizenNumber") => string,
): void {
  if (civilAge(birthDate, shanghaiDay(new Date())) >= 18)
    throw badUserInput(
      at("birthDate"),
      "Somebody of 18 years or more is no minor",
      "已满十八周岁,不属于未成年人",
      "Compare the date with the household register",
    );
  const number = citizenNumber === null ? null : parseCitizenNumber(citizenNumber, at("citizenNumber"));
  if (number && (number.birthDate !== birthDate || ([Sex.MALE, Sex.FEMALE].includes(sex) && number.sex !== sex)))
    throw badUserInput(
      at("citizenNumber"),
      "The citizen number tells another birth date or sex than the fields beside it",
      "公民身份号码与出生日期或性别不一致",
      "Compare all three with the household register",
    );
}

/**
 * @returns the number as the hub keeps it
 * @throws Mistake BAD_USER_INPUT  no such number or, until values are encrypted, one that could be a real child's
 */
export function inventedNumber(text: string, field: string): string {
  const { number, division } = parseCitizenNumber(text, field);
  if (!division.startsWith("99"))
    throw badUserInput(
      field,
      "Until values are encrypted, the hub takes invented citizen numbers only",
      "在实现加密之前,仅接受虚构的公民身份号码",
      "Leave it out, or use the area 99xxxx, which is not assigned",
    );
  return number;
}
