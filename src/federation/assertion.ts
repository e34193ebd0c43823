import { hash, randomUUID } from "node:crypto";
import { z } from "zod";
import type { Refusal } from "../errors.js";
import type { Query } from "../store/store.js";
import type { SigningKey } from "./keys.js";
import { Once } from "./once.js";
import { signedWord, TOLERANCE_S, type WhyRefused, WordRefused, wordReader } from "./signed-word.js";

/** Header that carries it. */
export const HEADER = "x-hub-assertion";
const TYPE = "hub-assertion+jwt";

/** What the gateway says of one call to one subgraph, and nobody else can. */
export interface Assertion {
  /** Request of the client that the call belongs to, the same in every subgraph's log. */
  readonly requestId: string;
  /** The purpose that the client stated. */
  readonly purpose: string | null;
  readonly idempotencyKey: string | null;
  /** Digest of the change as the client asks for it: to the hub, which is sent the gateway's text. */
  readonly change: string | null;
  /** Who asks, as this subgraph may know it: `person:` and OIDC subject, `client:` and id, else `request:` and id. */
  readonly viewer: string;
}

/** A call as it goes over the wire: the assertion is about this one. */
export interface Call {
  /** Digest of the body's bytes. */
  readonly body: string;
  /** The client's access token where it is passed on: to the hub, which looks its holder up. */
  readonly token: string | null;
}

/** An assertion that holds as far as the head of its call tells; of the body nothing was read yet. */
export interface Announced {
  /**
   * @param body digest of the body's bytes
   * @throws Refusal ASSERTION_REFUSED it is about another body
   */
  arrived(body: string): Arrived;
}

/** An assertion that holds for its call. Whether it was answered before is still to be found out. */
export interface Arrived extends Assertion {
  readonly once: Once;
}

/** The gateway's side: one assertion a call. */
export const assertionFor = (
  key: SigningKey,
  audience: string,
  { requestId, purpose, idempotencyKey, change, viewer }: Assertion,
  { body, token }: Call,
): string =>
  signedWord(key, { typ: TYPE, audience }, viewer, {
    jti: randomUUID(),
    rid: requestId,
    purpose,
    idem: idempotencyKey,
    change,
    bod: body,
    ath: digestOf(token),
  });

const digestOf = (token: string | null) => (token === null ? null : digest(token));
/** SHA-256, base64url. */
export const digest = (bytes: string | Buffer) => hash("sha256", bytes, "base64url");

const claims = z.object({
  sub: z.string().min(1),
  jti: z.string().min(1).max(100),
  exp: z.int(),
  rid: z.uuid(),
  purpose: z.string().nullable(),
  idem: z.string().nullable(),
  change: z.string().max(100).nullable(),
  bod: z.string(),
  ath: z.string().nullable(),
});

export interface AssertionVerifierOptions {
  /** Name of this subgraph. */
  readonly audience: string;
  /** The gateway's public keys, read again when the file changes. */
  readonly keysFile: string;
  /** As the login that may remember what was answered. */
  readonly query: Query;
}

/**
 * The subgraph's side: signed by the gateway for this subgraph, for this very call, not before its time or after. The
 * body is looked at last, so that nobody but the gateway has one read.
 * @throws Refusal ASSERTION_REFUSED whatever is wrong with it: the same body
 */
export function assertionVerifier({ audience, keysFile, query }: AssertionVerifierOptions) {
  const read = wordReader({ typ: TYPE, audience }, keysFile, claims, refused);
  return async (assertion: string | undefined, token: string | null): Promise<Announced> => {
    if (!assertion) throw refused("no assertion");
    const { sub, jti, exp, rid, purpose, idem, change, bod, ath } = read(assertion);
    if (ath !== digestOf(token)) throw refused("another token");
    return {
      arrived(body) {
        if (bod !== body) throw refused("another body");
        const once = new Once(jti, new Date((exp + 2 * TOLERANCE_S) * 1000), query, () => refused("seen before"));
        return { requestId: rid, purpose, idempotencyKey: idem, change, viewer: sub, once };
      },
    };
  };
}

/** @param why for the subgraph's own log, without a value of the call */
export const refused = (why: string, kind: WhyRefused = "FOREIGN"): Refusal =>
  new WordRefused("ASSERTION_REFUSED", why, kind, {
    message: "This subgraph answers its gateway alone, each of its calls once",
    messageZh: "本子图只接受网关的调用,每次调用凭证仅可使用一次",
    remedy: "Ask the gateway; operator: read the subgraph's log, and check clocks and federation.gatewayKeysFile",
  });
