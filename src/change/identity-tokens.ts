import { pinyin } from "pinyin-pro";

/** What a child is found by. */
export interface KnownBy {
  /** 18 characters, as the hub keeps it. */
  readonly citizenNumber: string | null;
  readonly fullName: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  /** 12 digits: where it lives. */
  readonly residence: string;
}

/** HMAC of a text under the hub's key for identity tokens. */
export type TokenOf = (text: string) => Buffer;

/** Digits of a township's code, and of a county's. */
const TOWNSHIP = 9;
const COUNTY = 6;

/**
 * What an agency's child is found by: its number, and its name with birth date and township or county. Keyed, for a plain
 * hash of a citizen number is guessed back in minutes (decision 0009).
 * @returns in hex
 */
export const tokensOf = (token: TokenOf, child: KnownBy): string[] => [
  ...(child.citizenNumber ? [numberToken(token, child.citizenNumber)] : []),
  ...nameTokens(token, child),
];

export const numberToken = (token: TokenOf, citizenNumber: string): string =>
  hex(token, ["citizen number", citizenNumber]);

/** @returns nearest first: of the township, then of the county; of a residence that is no more than a county only that */
export const nameTokens = (
  token: TokenOf,
  { fullName, birthDate, residence }: Omit<KnownBy, "citizenNumber">,
): string[] =>
  [TOWNSHIP, COUNTY]
    .filter((digits) => digits === COUNTY || !residence.endsWith("000000"))
    .map((digits) => hex(token, ["name", spoken(fullName), birthDate, residence.slice(0, digits)]));

const hex = (token: TokenOf, parts: readonly string[]): string => token(JSON.stringify(parts)).toString("hex");

/** A name as it sounds, without tones: desks write 王 for 汪. Width, case, spaces and the dot within a name do not count. */
const spoken = (name: string): string =>
  pinyin(name.normalize("NFKC").replace(/[\s·•・‧．.]/g, ""), { toneType: "none", surname: "head" })
    .replaceAll(" ", "")
    .toLowerCase();
