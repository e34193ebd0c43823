import { createDecoder, createVerifier, TokenError } from "fast-jwt";
import { z } from "zod";
import { type HubErrorFacts, Refusal } from "../errors.js";
import { publicKeysIn, type SigningKey } from "./keys.js";

/** Seconds for which a word between hub, gateway and agencies may live. */
const LIFE_S = 60;
/** Seconds by which clocks may differ. */
export const TOLERANCE_S = 5;

/** What is wrong with a word: keys, clocks and policies that do not fit together, or the word itself. */
export type WhyRefused = "UNKNOWN_KEY" | "CLOCK" | "OTHER_POLICY" | "FOREIGN" | "UNREADABLE";

/** A word does not hold here. Whoever sent it is told no more than that; why, stands in the subgraph's own log. */
export class WordRefused extends Refusal {
  /** @param why without a value of what was sent */
  constructor(
    code: "ASSERTION_REFUSED" | "RELATION_REFUSED",
    readonly why: string,
    readonly kind: WhyRefused,
    facts: HubErrorFacts,
  ) {
    super(code, facts);
  }
}

/** What sort of word it is, and the subgraph that it is for. */
export interface Addressed {
  /** `typ` of the token: one sort of word never passes for another. */
  readonly typ: string;
  readonly audience: string;
}

/** A short-lived word about somebody, signed with Ed25519 (RFC 7519, RFC 8037). */
export function signedWord(
  key: SigningKey,
  { typ, audience }: Addressed,
  subject: string,
  claims: Readonly<Record<string, unknown>>,
): string {
  const iat = Math.floor(Date.now() / 1000);
  return key.sign(typ, { ...claims, sub: subject, aud: audience, iat, exp: iat + LIFE_S });
}

const times = z.object({ iat: z.int(), exp: z.int() });

/**
 * Reads words of one sort: signed by one of the keys for this subgraph, of our time, not longer lived than allowed.
 * @param keysFile public keys (JWKS), read again when the file changes
 * @param refused  the refusal of whatever is wrong with it, with the reason for the log
 */
export function wordReader<Claims>(
  { typ, audience }: Addressed,
  keysFile: string,
  claims: z.ZodType<Claims>,
  refused: (why: string, kind: WhyRefused) => Refusal,
): (word: string) => Claims {
  const keys = publicKeysIn(keysFile);
  const verifiers = new Map<string, (word: string) => unknown>();
  return (word) => {
    const payload = signed(word);
    const [time, found] = [times.safeParse(payload), claims.safeParse(payload)];
    if (!time.success || !found.success) throw refused("claims are missing", "UNREADABLE");
    const { iat, exp } = time.data;
    if (exp - iat > LIFE_S) throw refused("lives too long", "UNREADABLE");
    if (iat > Date.now() / 1000 + TOLERANCE_S) throw refused("from the future", "CLOCK");
    return found.data;
  };

  function signed(word: string): unknown {
    try {
      const { kid }: { readonly kid?: unknown } = decode(word).header;
      const key = keys().get(String(kid));
      if (key === undefined) throw new Error("no key of that name");
      return verifierBy(key)(word);
    } catch (error) {
      throw refused(error instanceof Error ? error.message : "unreadable", kindOf(error));
    }
  }

  function verifierBy(key: string): (word: string) => unknown {
    const verify =
      verifiers.get(key) ??
      createVerifier({
        key,
        algorithms: ["EdDSA"],
        allowedAud: audience,
        checkTyp: typ,
        clockTolerance: TOLERANCE_S * 1000,
        requiredClaims: ["aud", "sub", "iat", "exp"],
      });
    verifiers.set(key, verify);
    return verify;
  }
}

function kindOf(error: unknown): WhyRefused {
  // What is no error of the word's is one of the file that the keys are in.
  if (!(error instanceof TokenError)) return "UNKNOWN_KEY";
  if (error.code === TokenError.codes.expired) return "CLOCK";
  return OF_ANOTHER.includes(error.code) ? "FOREIGN" : "UNREADABLE";
}
const OF_ANOTHER: readonly string[] = [TokenError.codes.invalidClaimValue, TokenError.codes.invalidType];
const decode = createDecoder({ complete: true });
