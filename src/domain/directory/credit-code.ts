import { badUserInput } from "../../errors.js";

/** No I, O, S, V, Z: they are taken for 1, 0, 5, U, 2. */
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/**
 * Reads a unified social credit code (统一社会信用代码, GB 32100-2015): full-width and lower-case letters are accepted.
 * @param field path of the argument, named in the error
 * @returns 18 characters, upper case
 * @throws Mistake BAD_USER_INPUT
 */
export function parseCreditCode(text: string, field: string): string {
  const code = text.normalize("NFKC").trim().toUpperCase();
  if (!/^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$/.test(code)) {
    throw badUserInput(
      field,
      "A unified social credit code has 18 characters: 2, a division of 6 digits, 10; I, O, S, V and Z do not occur",
      "统一社会信用代码为18位,第3至8位为数字,不使用字母I、O、S、V、Z",
      "Copy the code from the agency's certificate: what looks like O or I is 0 or 1",
    );
  }
  if (checkCharacter(code.slice(0, 17)) !== code.charAt(17)) {
    throw badUserInput(
      field,
      "The check character of the unified social credit code does not fit",
      "统一社会信用代码校验码不符",
      "Compare the code with the agency's certificate, character by character",
    );
  }
  return code;
}

function checkCharacter(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    sum += weight * ALPHABET.indexOf(character);
    weight = (weight * 3) % 31;
  }
  // Without the outer remainder a code that ends in 0 would ask for the 32nd character.
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}
