import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import pg from "pg";
import { parseConfig } from "../../../src/config.js";
import { ROLES, type Role } from "../../../src/policy/policy.js";
import { idCipherOf } from "../../../src/server/foundation.js";
import type { IdCipher } from "../../../src/store/global-id.js";
import type { DatabaseUrls } from "../../support/database.js";
import { preparedDatabase } from "../../support/prepared.js";

/** Somebody who can ask, or a department system by itself. */
export interface Viewer {
  /** "school-jinyuan-1/class-teacher-1", or "client:school-jinyuan-1-system" */
  readonly subject: string;
  /** "school-jinyuan-1" */
  readonly agency: string;
  readonly role: Role;
  readonly post: string;
}

/** The demo township on PostgreSQL: what every twin is a copy of. */
export interface Town {
  readonly database: DatabaseUrls;
  readonly viewers: readonly Viewer[];
  readonly ids: IdCipher;
  /**
   * Key of a record by the number that its keeper gave it, "school-jinyuan-1:S1-0001", or of an agency by its code; a
   * record that has no number is called by its key.
   */
  keyOf(number: string): string;
  /** Facts of a record's own, as the registers say them: nothing that was derived. */
  relationsTo(number: string): readonly Relation[];
}

export interface Relation {
  readonly kind: string;
  readonly agency: string;
  readonly person: string | null;
}

/** @param settle  what holds in both twins beside the shipped registers */
export async function buildTown(settle: (query: Query, keyOf: Town["keyOf"]) => Promise<void>): Promise<Town> {
  const database = await preparedDatabase("demo");
  const folder = mkdtempSync(join(tmpdir(), "hub-"));
  const ids = idCipherOf(parseConfig({ HUB_DATA_DIR: folder, HUB_DEMO: "1" }, null));
  rmSync(folder, { recursive: true, force: true });
  return asSuperuser(database, async (query) => {
    const keys = new Map(
      (
        await query<{ number: string; record: string }>(
          `SELECT concat_ws(':', a.key, n.key) AS number, n.record
             FROM register_key n LEFT JOIN register_key a ON a.record = n.agency AND a.register = 'agencies'
            WHERE n.record IS NOT NULL AND n.register IN ('agencies', 'minors', 'cases', 'incidents', 'alerts', 'support-needs', 'placements')`,
        )
      ).map(({ number, record }) => [number, record]),
    );
    const keyOf = (number: string): string => {
      const key = keys.get(number) ?? /^[0-9a-f-]{36}$/.exec(number)?.[0];
      if (!key) throw new RangeError(`The township has no ${number}`);
      return key;
    };
    await settle(query, keyOf);
    const relations = await query<Relation & { readonly record: string }>(
      `SELECT i.record, i.kind, a.key AS agency, p.subject AS person
         FROM involvement i
         JOIN register_key a ON a.record = i.agency AND a.register = 'agencies'
         LEFT JOIN person p ON p.id = i.person
        WHERE i.via IS NULL`,
    );
    return {
      database,
      ids,
      viewers: await viewersIn(query),
      keyOf,
      relationsTo: (number) => relations.filter(({ record }) => record === keyOf(number)),
    };
  });
}

async function viewersIn(query: Query): Promise<Viewer[]> {
  const rows = await query<{ subject: string; agency: string; kind: string; post: string }>(
    `SELECT p.subject, n.key AS agency, a.kind, p.post
       FROM person p JOIN agency a ON a.id = p.agency JOIN register_key n ON n.record = a.id AND n.register = 'agencies'
     UNION ALL
     SELECT 'client:' || c.client_id, n.key, a.kind, 'SYSTEM_CLIENT'
       FROM client c JOIN agency a ON a.id = c.agency JOIN register_key n ON n.record = a.id AND n.register = 'agencies'
      ORDER BY subject`,
  );
  return rows.map(({ kind, ...viewer }) => ({ ...viewer, role: roleOf(kind) }));
}

function roleOf(kind: string): Role {
  const role = ROLES.find((one) => one === kind);
  if (!role) throw new TypeError(`${kind} is no role`);
  return role;
}

export type Query = <Row extends object>(sql: string, params?: readonly unknown[]) => Promise<Row[]>;

/** Row security does not bind the superuser. */
export async function asSuperuser<T>(
  { superUrl }: { superUrl: string },
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: superUrl });
  await client.connect();
  try {
    return await work(
      async <Row extends object>(sql: string, params: readonly unknown[] = []) =>
        (await client.query<Row>(sql, [...params])).rows,
    );
  } finally {
    await client.end();
  }
}
