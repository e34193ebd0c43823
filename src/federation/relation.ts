import { z } from "zod";
import { Refusal } from "../errors.js";
import { namesIn } from "../policy/between.js";
import { SHOWN_LEVELS } from "../policy/policy.js";
import type { Conferred } from "../viewer/context.js";
import type { SigningKey } from "./keys.js";
import { signedWord, type WhyRefused, WordRefused, wordReader } from "./signed-word.js";

const TYPE = "hub-relation+jwt";

/** What a relation is bound to beside the minor. */
export interface RelationBinding {
  /** Subgraph that it is for. */
  readonly audience: string;
  /** Who asks, as that subgraph may know it; the same as in the assertion that brings it. */
  readonly viewer: string;
  /** Request of the client. */
  readonly requestId: string;
  /** Versions of the policy that gave the levels: each its number and hash. */
  readonly policy: string;
}

/**
 * What only the hub knows of viewer and minor, for the agency that holds the groups: which are open, at which level.
 * It names no fact, purpose or person from outside that agency.
 */
export const relationFor = (
  key: SigningKey,
  { audience, viewer, requestId, policy }: RelationBinding,
  { id, levels }: Pick<Conferred, "id" | "levels">,
): Promise<string> => signedWord(key, { typ: TYPE, audience }, viewer, { minor: id, levels, policy, rid: requestId });

/**
 * Who asks, as a subgraph may know it: its own people by name, everybody else by the request. Which of the others it is
 * would tell a school that the justice office cares for its pupil (policy row R35); the hub's log has it under the
 * same request id.
 */
export const viewerFor = (
  own: boolean,
  { client, subject }: { readonly client: string; readonly subject: string | null },
  requestId: string,
): string => {
  if (!own) return `request:${requestId}`;
  return subject === null ? `client:${client}` : `person:${subject}`;
};

/** What a subgraph needs to believe a relation. */
export interface RelationVerifierOptions {
  /** Name of this subgraph. */
  readonly audience: string;
  /** The hub's public keys, read again when the file changes. */
  readonly keysFile: string;
  /** Versions of the policy that decide here now; the hub must go by one of them. */
  readonly versions: () => readonly string[];
}

const claims = z.object({
  sub: z.string(),
  minor: z.string(),
  levels: z.record(z.string(), z.enum(SHOWN_LEVELS)),
  policy: z.string(),
  rid: z.string(),
});

/**
 * Reads the hub's word: signed by the hub for this subgraph, this viewer, this minor and this request, under a version
 * of the policy that decides here too.
 * @returns levels by policy row
 * @throws WordRefused RELATION_REFUSED whatever is wrong with it: the same body
 */
export function relationVerifier({ audience, keysFile, versions }: RelationVerifierOptions) {
  const read = wordReader({ typ: TYPE, audience }, keysFile, claims, refused);
  return async (
    relation: string,
    { id, viewer, requestId }: { readonly id: string; readonly viewer: string; readonly requestId: string },
  ): Promise<Conferred["levels"]> => {
    const told = await read(relation);
    if (told.sub !== viewer) throw refused("of another viewer");
    if (told.minor !== id) throw refused("of another minor");
    if (told.rid !== requestId) throw refused("of another request");
    if (!versions().some((version) => namesIn(told.policy).includes(version)))
      throw refused("under another policy", "OTHER_POLICY");
    return told.levels;
  };
}

/** @param why for the subgraph's own log, without a value of the word */
const refused = (why: string, kind: WhyRefused = "FOREIGN") =>
  new WordRefused("RELATION_REFUSED", why, kind, {
    message: "The hub's word for this viewer and minor does not hold here",
    messageZh: "中枢签发的关系凭证在此无效",
    remedy: REMEDY,
  });
const REMEDY =
  "Ask again; operator: check clocks, policy versions, and the hub's public keys in federation.hubKeysFile";

/** What is about no child: keys, clocks and policies of the servers. */
const OF_SERVERS: readonly WhyRefused[] = ["UNKNOWN_KEY", "CLOCK", "OTHER_POLICY"];

/**
 * What a whole call is refused with, of which no word holds, and each for a reason that is about no child: nobody is to
 * take it for "nothing there". Undefined where any reason is about one.
 */
export function refusedWhole(refused: readonly WordRefused[]): Refusal | undefined {
  const [first] = refused;
  if (!first || refused.some(({ kind }) => !OF_SERVERS.includes(kind))) return undefined;
  return new Refusal("RELATION_REFUSED", {
    message: "No word of the hub's holds here, of whatever minor",
    messageZh: "中枢凭证在此一概无效,与具体未成年人无关",
    reason: first.kind,
    remedy: REMEDY,
  });
}
