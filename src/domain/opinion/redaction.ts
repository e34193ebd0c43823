import { badUserInput } from "../../errors.js";

/** `_` in a pattern: nothing, or up to two spaces, dashes or dots, as people break long numbers. */
const pattern = (text: string) => new RegExp(text.replaceAll("_", "[\\s\\p{Pd}.·]{0,2}"), "iu");

const YEAR = "(?:1_[89]|2_0)_\\d_\\d";
const MONTH = "(?:0_[1-9]|1_[0-2])";
const DAY = "(?:0_[1-9]|[12]_\\d|3_[01])";

/**
 * Each looks at the text alone, never at known children: the answer would tell whether somebody is one.
 * In doubt they refuse: a number that was none is rewritten in a minute, a child's number that got through stays out.
 */
const NUMBERS: readonly { name: string; nameZh: string; patterns: readonly RegExp[] }[] = [
  {
    name: "an identity number",
    nameZh: "身份证号码",
    patterns: [
      pattern(`(?<!\\d)[1-9](?:_\\d){5}_${YEAR}_${MONTH}_${DAY}(?:_\\d){3}_[\\dX]`),
      // Run together with another number, or mistyped in its date.
      pattern("[1-9]\\d{5}(?:18|19|20)\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])\\d{3}[\\dX]"),
      pattern("(?<!\\d)\\d{17}[\\dX](?!\\d)"),
      // 15 digits, the older form.
      pattern("(?<!\\d)\\d{6}_\\d{6}_\\d{3}(?!\\d)"),
    ],
  },
  {
    name: "a phone number",
    nameZh: "电话号码",
    patterns: [
      pattern("(?<!\\d)(?:(?:00)?86)?_1[3-9]\\d_\\d{4}_\\d{4}(?!\\d)"),
      pattern("(?<!\\d)1[3-9]\\d{2}_\\d{3}_\\d{4}(?!\\d)"),
      pattern("(?<!\\d)0\\d{2,3}\\)?_[2-9]\\d{2,3}_\\d{4}(?!\\d)"),
      pattern("(?<!\\d)(?:00)?86_\\d{2,3}_[2-9]\\d{2,3}_\\d{4}(?!\\d)"),
      // Without an area code 7 or 8 digits are a phone number only where the text says so.
      pattern("(?:电话|座机|手机|联系方式|phone|tel)\\D{0,6}[2-9]\\d{2,3}_\\d{4}(?!\\d)"),
    ],
  },
];

const CHINESE_DIGITS = "〇一二三四五六七八九";

/**
 * Refuses a text for partners that still has an identity number or a phone number in it. Policy row R30, MPL 103.
 * Names and addresses are for the person who redacts.
 * @param field path of the argument, named in the error; the number itself never is
 * @throws Mistake BAD_USER_INPUT
 */
export function assertRedacted(text: string, field: string): void {
  const plain = text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "") // zero-width characters
    .replaceAll("幺", "一")
    .replaceAll("零", "〇")
    .replace(/[〇一二三四五六七八九]/g, (character) => String(CHINESE_DIGITS.indexOf(character)));
  const found = NUMBERS.find(({ patterns }) => patterns.some((candidate) => candidate.test(plain)));
  if (found !== undefined) {
    throw badUserInput(
      field,
      `The redacted text contains what reads as ${found.name}`,
      `遮蔽文本中疑似含有${found.nameZh}`,
      "Write [number removed] (〔号码已隐去〕) in its place; a case number, a date or an amount may stay",
    );
  }
}
