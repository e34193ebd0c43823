import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import { shanghaiTime } from "../calendar.js";
import type { Policy } from "../policy/policy.js";
import { type IdCipher, isIdType } from "../store/global-id.js";
import { canonicalJson } from "./entry.js";
import { insertUnsealed } from "./tables.js";

/** What a program has done without anybody's question: an import, links. */
export interface ByProgram {
  readonly policy: Policy;
  /** How the program is called, e.g. "hub import". */
  readonly client: string;
  /** Code of the agency; "operator" for the operator. */
  readonly agency: string;
  /** Keyed digest of what came in: a plain one of a short file could be guessed back to the identity number in it. */
  readonly operation: string;
  readonly operationName: string;
}

interface Logged {
  readonly type: string;
  readonly id: string;
}

/** Records that one line of the log names at most. */
const MOST_SUBJECTS = 1_000;

/**
 * Puts it on record in the transaction that does it; a hub that runs, or the next one, seals the lines into the chain.
 * @param records that were written, or looked at
 */
export async function logByProgram(
  manager: EntityManager,
  ids: IdCipher,
  { policy: { version, hash }, ...by }: ByProgram,
  records: readonly Logged[],
): Promise<void> {
  const types = new Map(records.flatMap(({ type, id }) => (isIdType(type) ? [[ids.encode(type, id), type]] : [])));
  const subjects = [...types].map(([ref, type]) => ({ type, ref, groups: {} }));
  for (let at = 0; at === 0 || at < subjects.length; at += MOST_SUBJECTS)
    await insertUnsealed(
      (sql, params) => manager.query(sql, params),
      randomUUID(),
      canonicalJson({
        ...by,
        requestId: randomUUID(),
        at: shanghaiTime(new Date()),
        person: null,
        post: "SYSTEM_ADMIN",
        purpose: null,
        basis: [],
        policy: { version, hash },
        subjects: subjects.slice(at, at + MOST_SUBJECTS),
        kind: "WRITE",
      }),
    );
}

/**
 * An import of the hub on record: with each batch that it writes, in the same transaction, the records of its rows and the
 * minors who were noted for them. A dry run and a refused file leave no line: whoever runs them reads the database itself.
 */
export function importLog(ids: IdCipher, by: ByProgram) {
  const noted: Logged[] = [];
  return {
    noted: (minors: readonly string[]) => void noted.push(...minors.map((id) => ({ type: "Minor", id }))),
    written: (manager: EntityManager, written: readonly Logged[]) =>
      logByProgram(manager, ids, by, [...written, ...noted.splice(0)]),
  };
}
