import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { z } from "zod";
import { type HubErrorFacts, Refusal } from "../errors.js";
import { keysOf } from "../viewer/token.js";
import type { SigningKey } from "./keys.js";

/** Seconds for which a word between hub, gateway and agencies may live. */
export const LIFE_S = 60;
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
export const signedWord = (
  key: SigningKey,
  { typ, audience }: Addressed,
  subject: string,
  claims: JWTPayload,
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ })
    .setSubject(subject)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${LIFE_S}s`)
    .sign(key.sign);

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
): (word: string) => Promise<Claims> {
  const keys = keysOf(keysFile);
  return async (word) => {
    const payload = await signed(word);
    const found = claims.safeParse(payload);
    const { exp, iat } = payload;
    if (!found.success || exp === undefined || iat === undefined) throw refused("claims are missing", "UNREADABLE");
    if (exp - iat > LIFE_S) throw refused("lives too long", "UNREADABLE");
    return found.data;
  };

  async function signed(word: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(word, keys, {
        algorithms: ["EdDSA"],
        audience,
        typ,
        maxTokenAge: LIFE_S,
        clockTolerance: TOLERANCE_S,
      });
      return payload;
    } catch (error) {
      throw refused(error instanceof Error ? error.message : "unreadable", kindOf(error));
    }
  }
}

function kindOf(error: unknown): WhyRefused {
  if (error instanceof errors.JWTExpired) return "CLOCK";
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim === "iat" ? "CLOCK" : "FOREIGN";
  // What is no error of the word's is one of the file that the keys are in.
  if (error instanceof errors.JWKSNoMatchingKey || !(error instanceof errors.JOSEError)) return "UNKNOWN_KEY";
  return "UNREADABLE";
}
