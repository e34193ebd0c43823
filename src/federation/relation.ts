import { randomUUID } from "node:crypto";
import { createDecoder } from "fast-jwt";
import { z } from "zod";
import { Refusal } from "../errors.js";
import { namesIn } from "../policy/between.js";
import type { Said } from "../policy/home.js";
import { SHOWN_LEVELS } from "../policy/policy.js";
import type { Conferred } from "../viewer/context.js";
import { hashTree, rootsOf } from "./hash-tree.js";
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
 * What only the hub knows of viewer and minors, for the agency that holds a group: at which level it is open, minor by
 * minor. It names no fact, purpose or person from outside that agency. All words of an answer about one group are signed
 * at once, by the root of a hash tree, for a signature costs as much as a small answer; each holds by itself, and tells
 * nothing of the others, which salt keeps from being guessed.
 */
export function relationsFor(
  key: SigningKey,
  { audience, viewer, requestId, policy }: RelationBinding,
  conferred: readonly Omit<Conferred, "own" | "ownOnly">[],
): readonly string[] {
  const leaves = conferred.map(({ id, levels, byTheHub, assigned }) =>
    JSON.stringify([randomUUID(), id, levels, byTheHub, assigned]),
  );
  const tree = hashTree(leaves);
  const signed = signedWord(key, { typ: TYPE, audience }, viewer, { policy, rid: requestId, root: tree.root });
  return leaves.map((leaf, n) => [signed, encoded(leaf), ...tree.pathOf(n)].join("~"));
}

/** Whom a relation is for: read and not verified, which whoever is given it does. */
export function viewerNamedIn(relation: string): string | undefined {
  try {
    const { sub }: { readonly sub?: unknown } = decode(signedPartOf(relation));
    return typeof sub === "string" ? sub : undefined;
  } catch {
    return undefined;
  }
}
const decode = createDecoder();

/** The same for all words that were signed at once. */
export const signedPartOf = (relation: string): string => {
  const end = relation.indexOf("~");
  return end < 0 ? relation : relation.slice(0, end);
};

const encoded = (text: string): string => Buffer.from(text).toString("base64url");
const decoded = (text: string): string => Buffer.from(text, "base64url").toString("utf8");

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

const claims = z.object({ sub: z.string(), policy: z.string(), rid: z.string(), root: z.string() });
const conferred = z.tuple([
  z.string(),
  z.string(),
  z.record(z.string(), z.enum(SHOWN_LEVELS)),
  z.boolean(),
  z.boolean(),
]);

function conferredIn(leaf: string) {
  const read = conferred.safeParse(JSON.parse(leaf));
  if (!read.success) throw refused("claims are missing");
  const [_salt, minor, levels, byTheHub, assigned] = read.data;
  return { minor, said: { levels, byTheHub, assigned } };
}

/**
 * Reads the hub's words of one call: signed by the hub for this subgraph, this viewer, this minor and this request, under
 * a version of the policy that decides here too.
 * @returns a function from relation and id to what it says
 * @throws WordRefused RELATION_REFUSED whatever is wrong with it: the same body
 */
export function relationVerifier({ audience, keysFile, versions }: RelationVerifierOptions) {
  const read = wordReader({ typ: TYPE, audience }, keysFile, claims, refused);
  return ({ viewer, requestId }: { readonly viewer: string; readonly requestId: string }) => {
    const rootOf = rootsOf();
    const roots = new Map<string, string>();
    const rootIn = (signed: string): string => {
      const told = read(signed);
      if (told.sub !== viewer) throw refused("of another viewer");
      if (told.rid !== requestId) throw refused("of another request");
      if (!versions().some((version) => namesIn(told.policy).includes(version)))
        throw refused("under another policy", "OTHER_POLICY");
      return told.root;
    };
    return (relation: string, id: string): Said => {
      const [signed = "", leaf = "", ...path] = relation.split("~");
      const root = roots.get(signed) ?? rootIn(signed);
      roots.set(signed, root);
      if (rootOf(decoded(leaf), path) !== root) throw refused("not among what was signed");
      const { minor, said } = conferredIn(decoded(leaf));
      if (minor !== id) throw refused("of another minor");
      return said;
    };
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
