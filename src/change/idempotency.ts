import { createHash } from "node:crypto";
import { print } from "graphql";
import type { EntityManager } from "typeorm";
import { badUserInput, Mistake } from "../errors.js";
import type { Asked } from "../read/questions.js";
import type { IdCipher } from "../store/global-id.js";
import type { Changed } from "../viewer/context.js";

/** A request that may come again: whose, under which key, and what it asks for. */
export interface Retriable {
  readonly asker: string;
  readonly key: string;
  readonly hash: string;
}

/**
 * @param key the header Idempotency-Key, if it was sent
 * @returns null for a request that does not want to be repeatable
 * @throws Mistake BAD_USER_INPUT
 */
export function retriable(ids: IdCipher, asked: Asked, asker: string, key: string | undefined): Retriable | null {
  if (key === undefined) return null;
  if (!/^[!-~]{1,200}$/.test(key))
    throw badUserInput(
      "Idempotency-Key",
      "The key has 1 to 200 visible ASCII characters",
      "请求头 Idempotency-Key 须为 1 至 200 个可见 ASCII 字符",
      "Send a fresh UUID for every change, and the same one for a retry of it",
    );
  return { asker, key, hash: ids.digest(asked.change ?? changeDigest(asked)).toString("hex") };
}

/**
 * Digest of what a client asks for, by which a gateway says to the hub which change it is: the hub is sent its part alone, in
 * the gateway's text. Variables are coerced, hence in the order of their types: the same request is the same text.
 * @returns SHA-256, base64url; it is told to the hub and kept nowhere, for a number in the request could be guessed from it
 */
export const changeDigest = ({ document, operation, variables }: Pick<Asked, "document" | "operation" | "variables">) =>
  createHash("sha256")
    .update(JSON.stringify([print(document), operation.name?.value ?? null, variables]))
    .digest("base64url");

/**
 * What the first request with this key has changed. Of two at once the second waits here until the first has ended.
 * @throws Mistake IDEMPOTENCY_MISMATCH the key was used for another request
 */
export async function changedBefore(manager: EntityManager, request: Retriable): Promise<Changed | null> {
  const before = await rowBefore<{ record_type: Changed["type"]; record: string }>(manager, request);
  return before && { type: before.record_type, key: before.record };
}

/** As `changedBefore`, of a request whose answer is kept itself. */
export async function outcomeBefore<Outcome>(manager: EntityManager, request: Retriable): Promise<Outcome | null> {
  const before = await rowBefore<{ outcome: Outcome }>(manager, request);
  return before?.outcome ?? null;
}

async function rowBefore<Row>(manager: EntityManager, { asker, key, hash }: Retriable): Promise<Row | null> {
  await manager.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [JSON.stringify([asker, key])]);
  const [before] = await manager.query<(Row & { request_hash: string })[]>(
    "SELECT request_hash, record_type, record, outcome FROM idempotency WHERE asker = $1 AND key = $2",
    [asker, key],
  );
  if (!before) return null;
  if (before.request_hash !== hash)
    throw new Mistake("IDEMPOTENCY_MISMATCH", {
      message: "This Idempotency-Key was used for another request",
      messageZh: "该 Idempotency-Key 已用于另一请求",
      field: "Idempotency-Key",
      remedy: "Send a fresh key, or the request that the key was made for",
    });
  return before;
}

export const remember = (manager: EntityManager, { asker, key, hash }: Retriable, changed: Changed): Promise<unknown> =>
  manager.query("INSERT INTO idempotency (asker, key, request_hash, record_type, record) VALUES ($1, $2, $3, $4, $5)", [
    asker,
    key,
    hash,
    changed.type,
    changed.key,
  ]);

export const rememberOutcome = (
  manager: EntityManager,
  { asker, key, hash }: Retriable,
  outcome: object,
): Promise<unknown> =>
  manager.query("INSERT INTO idempotency (asker, key, request_hash, outcome) VALUES ($1, $2, $3, $4)", [
    asker,
    key,
    hash,
    JSON.stringify(outcome),
  ]);
