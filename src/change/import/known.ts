import type { EntityManager } from "typeorm";
import { relationsThatKeep } from "../../facts/keeping.js";
import type { Role } from "../../policy/policy.js";
import type { Importing } from "./register.js";

/** Registers, and lists, that a cell can name something of. */
export type Target =
  | "agencies"
  | "persons"
  | "divisions"
  | "minors"
  | "classes"
  | "cases"
  | "incidents"
  | "alerts"
  | "placements"
  | "support-records"
  | "legal-supervisions"
  | "ids of the hub";

/** In `register_key`, whose numbers are the operator's: there before any agency is. */
export const OPERATOR_ID = "00000000-0000-0000-0000-000000000000";
export const OPERATOR: ReadonlySet<Target> = new Set(["agencies", "persons", "divisions"]);

export interface KnownAgency {
  readonly code: string;
  readonly id: string;
  /** Number in keys. */
  readonly no: string;
  readonly kind: Role;
  readonly name: string;
  /** Of its seat, 12 digits. */
  readonly division: string;
}
export interface KnownPerson {
  readonly id: string;
  readonly agency: string;
}

/** What the cells of a file name, as far as it is there - for the importing login. */
export interface Known {
  agency(code: string): KnownAgency | undefined;
  person(subject: string): KnownPerson | undefined;
  division(code: string): boolean;
  /**
   * @param text a number of the importing agency, or `code:number` of another one's; of "ids of the hub" the global id of a
   *             minor to whom the importing agency stands in a relation by which it may keep rows of its own
   */
  record(target: Target, text: string): string | undefined;
}

/**
 * Looks everything up at once. Row security answers for other agencies' numbers: to the serving login they are as
 * unknown as numbers that nobody gave.
 */
export async function lookUp(
  { manager, agencies, agency: importing, policy, ids, noted }: Importing,
  wanted: ReadonlyMap<Target, ReadonlySet<string>>,
): Promise<Known> {
  const texts = (target: Target) => [...(wanted.get(target) ?? [])];
  const ask = async <Row extends object>(sql: string, names: readonly string[]): Promise<Row[]> =>
    names.length === 0 ? [] : manager.query<Row[]>(sql, [names]);
  const persons = new Map(
    (
      await ask<KnownPerson & { subject: string }>(
        "SELECT subject, id, agency FROM person WHERE subject = ANY($1)",
        texts("persons"),
      )
    ).map(({ subject, ...person }) => [subject, person]),
  );
  const divisions = new Set(
    (
      await ask<{ code: string }>(
        "SELECT code::text FROM division WHERE code::text = ANY($1)",
        texts("divisions").map((text) => text.normalize("NFKC").padEnd(12, "0")),
      )
    ).map(({ code }) => code),
  );
  const records = new Map<string, string>();
  for (const target of wanted.keys()) {
    if (OPERATOR.has(target)) continue;
    if (target === IDS) {
      for (const [id, minor] of await minorsKept(texts(target))) records.set(id, minor);
      continue;
    }
    const split = texts(target).map((text) => numberOf(text, importing, agencies));
    if (split.length === 0) continue;
    const rows = await manager.query<{ agency: string; key: string; record: string }[]>(
      `SELECT n.agency, n.key, n.record
         FROM unnest($2::uuid[], $3::text[]) w(agency, key)
        CROSS JOIN LATERAL (SELECT * FROM register_key WHERE register = $1 AND agency = w.agency AND key = w.key OFFSET 0) n`,
      [target, split.map(({ agency }) => agency), split.map(({ key }) => key)],
    );
    for (const { agency, key, record } of rows) records.set(JSON.stringify([target, agency, key]), record);
  }
  return {
    agency: (code) => agencies.get(code),
    person: (subject) => persons.get(subject),
    division: (code) => divisions.has(code),
    record: (target, text) => {
      if (target === IDS) return records.get(text);
      const { agency, key } = numberOf(text, importing, agencies);
      return records.get(JSON.stringify([target, agency, key]));
    },
  };

  async function minorsKept(texts: readonly string[]): Promise<[id: string, minor: string][]> {
    if (!importing) return [];
    const named = texts.flatMap((text): [string, string][] => {
      const id = ids.decode(text);
      return id?.type === "Minor" ? [[text, id.key]] : [];
    });
    const kept = await manager.query<{ minor: string }[]>(
      "SELECT minor FROM unnest($1::uuid[]) AS m(minor) WHERE hub_keeps(minor, $2)",
      [named.map(([, minor]) => minor), relationsThatKeep(policy, importing.kind)],
    );
    const minors = new Set(kept.map(({ minor }) => minor));
    // That the relation stands the agency learns by this alone.
    noted([...minors]);
    return named.filter(([, minor]) => minors.has(minor));
  }
}
/** Not of a register: an id has another form than the keys under which numbers are remembered above. */
const IDS: Target = "ids of the hub";

/** The operator's codes of all agencies. */
export async function agenciesByCode(manager: EntityManager): Promise<ReadonlyMap<string, KnownAgency>> {
  const rows = await manager.query<KnownAgency[]>(
    `SELECT n.key AS code, a.id, a.no::text, a.kind, a.name, a.division::text
       FROM register_key n JOIN agency a ON a.id = n.record
      WHERE n.agency = $1 AND n.register = 'agencies'`,
    [OPERATOR_ID],
  );
  return new Map(rows.map((agency) => [agency.code, agency]));
}

function numberOf(text: string, importing: KnownAgency | null, agencies: Importing["agencies"]) {
  const [code, key] = text.includes(":") ? text.split(":", 2) : [null, text];
  return { agency: code === null ? (importing?.id ?? null) : (agencies.get(code ?? "")?.id ?? null), key: key ?? "" };
}
