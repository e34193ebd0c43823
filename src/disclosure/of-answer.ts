import { createHash } from "node:crypto";
import { type ASTVisitor, type DocumentNode, print, visit } from "graphql";
import { shanghaiTime } from "../calendar.js";
import type { Activation } from "../policy/activate.js";
import type { Asked } from "../read/questions.js";
import type { Shown } from "../read/row.js";
import type { IdCipher } from "../store/global-id.js";
import type { DisclosureEntry } from "./entry.js";

const NOBODY: ReadonlySet<string> = new Set();

/** The log line of one answer: a record that stands in it several times is one subject. */
export function disclosureEntry(
  { policy }: Activation,
  ids: IdCipher,
  { document, operation, asker, viewer }: Asked,
  requestId: string,
  shown: readonly Shown[],
  kind: DisclosureEntry["kind"],
  { counted = NOBODY }: { readonly counted?: ReadonlySet<string> } = {},
): DisclosureEntry {
  const audiences = new Set(shown.flatMap(({ told }) => told ?? []));
  const subjects = new Map<string, { ref: string; type: string; groups: Shown["groups"] }>();
  for (const { type, key, groups } of shown) {
    const known = subjects.get(key);
    subjects.set(
      key,
      known ? { ...known, groups: { ...known.groups, ...groups } } : { ref: ids.encode(type, key), type, groups },
    );
  }
  return {
    requestId,
    at: shanghaiTime(new Date()),
    person: viewer.person?.id ?? null,
    client: viewer.client,
    agency: viewer.agency.id,
    post: asker.post.post,
    purpose: asker.purpose?.purpose ?? null,
    basis: asker.purpose?.basis ?? [],
    operation: operationHash(document),
    operationName: operation.name?.value ?? null,
    policy: { version: policy.version, hash: policy.hash },
    subjects: [...subjects.values()],
    ...(counted.size > 0 ? { counted: [...counted].sort() } : {}),
    ...(audiences.size > 0 ? { told: [...audiences].sort() } : {}),
    kind,
  };
}

const hashes = new WeakMap<DocumentNode, string>();
/**
 * SHA-256 of the printed document without its literals: an identity number in a filter could be guessed back from a
 * hash of it. Apollo keeps documents, so that the same text is hashed once.
 */
export function operationHash(document: DocumentNode): string {
  const hash =
    hashes.get(document) ??
    createHash("sha256")
      .update(print(visit(document, BLANK)))
      .digest("hex");
  hashes.set(document, hash);
  return hash;
}

const blank = <Literal extends { readonly value: string }>(literal: Literal): Literal => ({ ...literal, value: "_" });
const BLANK: ASTVisitor = {
  StringValue: (literal) => ({ ...blank(literal), block: false }),
  IntValue: blank,
  FloatValue: blank,
  EnumValue: blank,
};
