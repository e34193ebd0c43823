import { parsePolicy } from "../../src/policy/load.js";
import { RECORD_TYPES } from "../../src/store/record-types.js";
import type { RowReach } from "../../src/store/viewer-settings.js";
import type { History } from "../facts/history.js";
import { wordsOfKeys } from "../facts/read-facts.js";
import { shipped } from "../policy/shipped.js";
import { DATABASES, type Migrated, migrated } from "../support/migrated.js";
import { idOf, nameOf, PEOPLE } from "../support/small-world.js";
import { ASKERS, type Asking, everybody } from "./askers.js";
import { type Placed, related, relationName, tableOf } from "./related.js";
import { relatedWorld } from "./related-world.js";

const policy = parsePolicy(shipped);

/** Tables that hold nothing about a child: the directory, the policy, and what the hub keeps about itself. */
const OPEN = [
  "agency",
  "agency_duty",
  "assertion_seen",
  "client",
  "disclosure_segment",
  "disclosure_unsealed",
  "division",
  "edge_opening",
  "id_key",
  "migration",
  "person",
  "policy_row",
  "policy_started",
  "record_type",
  "statistics_cell",
  "statistics_month",
  "statistics_source",
];
/** What the serving login may do to which tables as a whole; some columns of some it may update. */
const PRIVILEGES = {
  SELECT:
    "agency agency_duty case_participant client division edge_opening id_key involvement migration mixed_reading person policy_row policy_started statistics_cell statistics_month statistics_source",
  "SELECT INSERT":
    "care_registration case_file case_minor correction_request disclosure_segment guardianship_assessment hazard idempotency incident_alert incident_minor legal_supervision minor minor_lookup opinion_alert placement protection_measure " +
    "school_class sensitive_incident support_need support_record",
  "SELECT INSERT DELETE": "assertion_seen disclosure_unsealed enrolment entrusted_care guardian identity_lookup",
  "SELECT INSERT UPDATE DELETE": "register_key",
};
const MINORS = { name: "minors", text: "SELECT json_agg(id)::text FROM minor" };
const WITH_IDEMPOTENCY = ["officer", "school system"];

describe.each(DATABASES)("row security on %s", (kind) => {
  describe("of every table", () => {
    it("is forced, but for those that hold nothing about a child", async () => {
      const open = await rows<{ name: string }>(
        `SELECT relname AS name FROM pg_class
          WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)
          ORDER BY relname`,
      );
      expect(open.map(({ name }) => name)).toEqual(OPEN);
    });

    it("binds a login that owns nothing and may pass by nothing", async () => {
      const [login] = await rows(
        `SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication AS mighty,
                (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid)
              + (SELECT count(*)::int FROM pg_proc WHERE proowner = r.oid)
              + (SELECT count(*)::int FROM pg_database WHERE datdba = r.oid)
              + (SELECT count(*)::int FROM pg_namespace WHERE nspowner = r.oid) AS owns,
                ARRAY(SELECT rolname::text FROM pg_roles WHERE oid <> r.oid AND pg_has_role(r.oid, oid, 'MEMBER')) AS member_of
           FROM pg_roles r WHERE rolname = current_user`,
      );
      expect(login).toEqual({ mighty: false, owns: 0, member_of: kind === "embedded" ? [] : ["hub_app"] });
    });

    it("cannot be gone round by a view but one, which asks for the viewer itself", async () => {
      const views = await rows(
        `SELECT relname, has_table_privilege(oid, 'SELECT') AS readable FROM pg_class
          WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm') AND has_table_privilege(oid, 'SELECT')`,
      );
      expect(views).toEqual([{ relname: "hub_keeping", readable: true }]);
      expect(await rows("SELECT minor FROM hub_keeping")).toEqual([]);
    });

    it("lets that login do no more to each table than it must", async () => {
      const allowed = await rows<{ privileges: string; tables: string }>(
        `SELECT privileges, string_agg(name, ' ' ORDER BY name) AS tables
           FROM (SELECT relname::text AS name, string_agg(privilege, ' ' ORDER BY n) AS privileges
                   FROM pg_class,
                        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) WITH ORDINALITY p(privilege, n)
                  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND has_table_privilege(pg_class.oid, privilege)
                  GROUP BY relname) granted
          GROUP BY privileges`,
      );
      expect(Object.fromEntries(allowed.map(({ privileges, tables }) => [privileges, tables]))).toEqual(PRIVILEGES);
    });

    it("leaves ids, arrays and what belongs to whom out of the columns that may be changed", async () => {
      const columns = await rows(
        `SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
            AND (a.attname IN ('id', 'ref', 'involved', 'minor', 'case_file', 'incident', 'alert', 'role')
                 OR a.attname = 'place' AND EXISTS (SELECT FROM pg_attribute m WHERE m.attrelid = c.oid AND m.attname = 'minor')
                 OR (relname, attname) IN (('school_class', 'school'), ('hazard', 'found_by'),
                      ('legal_supervision', 'submitted_by'), ('legal_supervision', 'addressee')))
            AND has_column_privilege(c.oid, a.attnum, 'UPDATE')`,
      );
      expect(columns).toEqual([]);
    });

    it("is passed by functions of the keeper and of the counting role alone, with a fixed search path, and never by everybody", async () => {
      const functions = await rows(
        `SELECT proowner::regrole::text AS owner, proconfig[1] AS path,
                EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0) AS everybody
           FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef`,
      );
      expect(functions.length).toBeGreaterThan(10);
      expect(new Set(functions.map((one) => JSON.stringify(one)))).toEqual(
        new Set(
          ["hub_keeper", "hub_statistics"].map((owner) =>
            JSON.stringify({ owner, path: "search_path=public, pg_temp", everybody: false }),
          ),
        ),
      );
    });

    it("is passed by the serving login in 24 functions, three of which count what is being closed", async () => {
      const callable = await rows<{ name: string }>(
        `SELECT proname AS name FROM pg_proc
          WHERE pronamespace = 'public'::regnamespace AND prosecdef AND has_function_privilege(oid, 'EXECUTE') ORDER BY proname`,
      );
      expect(callable.map(({ name }) => name)).toEqual([
        "hub_address_correction",
        "hub_agree_to_merge",
        "hub_decide_merge",
        "hub_end_involvement",
        "hub_end_relation",
        "hub_has_left",
        "hub_id_key",
        "hub_involve",
        "hub_is_gone",
        "hub_keeps",
        "hub_know",
        "hub_match",
        "hub_merge_offers",
        "hub_merge_proposals",
        "hub_mixed_records",
        "hub_search_mixed",
        "hub_sees",
        "hub_sees_any",
        "hub_settle_correction",
        "hub_statistics_close",
        "hub_statistics_count",
        "hub_statistics_publish",
        "hub_sweep",
        "hub_unmerge",
      ]);
    });

    it("shows nothing while there is no viewer", async () => {
      for (const table of await protectedTables())
        expect({ table, rows: await rows(`SELECT * FROM ${table}`) }).toEqual({ table, rows: [] });
    });
  });

  describe("SELECT * FROM each table", () => {
    it.each(ASKERS)("gives %s the rows that have a relation or a place, and no other", async (asker) => {
      const { viewer, reach } = asking(asker);
      const expected = related(policy, viewer, world, records);
      const seen = await everything(reach);
      expect(seen).toEqual({
        ...Object.fromEntries(Object.keys(seen).map((table) => [table, []])),
        ...expected,
        idempotency: WITH_IDEMPOTENCY.includes(asker) ? [asker] : [],
      });
    });

    it.each(ASKERS)("lets hub_sees tell %s of the same records, each by its own type", async (asker) => {
      const { viewer, reach } = asking(asker);
      const asked = records.flatMap(({ name }) =>
        [...RECORD_TYPES, "Person"].map((type) => ({ type, id: idOf(name) })),
      );
      const seen = await database.store.transaction(reach, (manager) =>
        manager.query<{ type: string; id: string }[]>(
          "SELECT type, id FROM jsonb_to_recordset($1) AS r(type text, id uuid) WHERE hub_sees(type, id)",
          [JSON.stringify(asked)],
        ),
      );
      const expected = related(policy, viewer, world, records);
      expect(seen.map(({ type, id }) => `${type} ${nameOf(id)}`)).toEqual(
        records.flatMap(({ type, table, name }) => (expected[table]?.includes(name) ? [`${type} ${name}`] : [])),
      );
    });

    it.each(RECORD_TYPES)(
      "opens by keys and places of %s what is of that type, and nothing of another",
      async (type) => {
        const keys = (
          await database.asOwner((sql) => sql<{ key: string }>("SELECT DISTINCT key FROM involvement"))
        ).map(({ key }) => BigInt(key));
        const everywhere = "{[0,1000000000000)}";
        const nobody = { keys: new Map(), places: new Map(), agency: idOf("nobody"), asker: "" };
        const of = records.filter((record) => record.type === type);
        const own = of.flatMap(({ table, belongings }) => [table, ...belongings.map((row) => row.table)]);
        const edges = world.edges.filter(({ ownerType }) => ownerType === type);
        // An edge to a person has no place.
        const placed = edges.filter(({ farType }) => farType === "OpinionAlert");

        const opened = async (reach: RowReach) =>
          Object.entries(await everything(reach)).flatMap(([table, rows]) => (rows.length > 0 ? [table] : []));
        const sorted = (tables: readonly string[]) => [...new Set(tables)].sort();
        expect(await opened({ ...nobody, keys: new Map([[type, keys]]) })).toEqual(
          sorted([...own, ...edges.map(tableOf)]),
        );
        expect(await opened({ ...nobody, places: new Map([[type, everywhere]]) })).toEqual(
          sorted([...own, ...placed.map(tableOf)]),
        );
      },
    );

    it("gives every row to somebody, and no table to everybody", async () => {
      const all: Readonly<Record<string, readonly string[]>>[] = [];
      for (const asker of ASKERS) all.push(await everything(asking(asker).reach));
      // Of the relations themselves some are nobody's: conflicts, and parts that no post of this world may use.
      for (const table of (await protectedTables()).filter((table) => table !== "involvement")) {
        const there = await database.asOwner((sql) => sql<Row>(`SELECT * FROM ${table}`));
        const seen = new Set(all.flatMap((rows) => rows[table] ?? []));
        const nobodys = there.map((row) => rowName(table, row)).filter((row) => !seen.has(row));
        expect({ table, nobodys }).toEqual({ table, nobodys: [] });
        expect({ table, toAll: all.every((rows) => rows[table]?.length) }).toEqual({ table, toAll: false });
      }
    });
  });

  it("knows the viewer of a transaction in that transaction only", async () => {
    const people = ["officer", "teacher", "director", "monitor", "caseworker"].map(asking);
    const expected = people.map(({ viewer }) => related(policy, viewer, world, records)["minor"] ?? []);
    const minors = async (at: number): Promise<unknown> => {
      const { reach } = people[at % people.length] ?? asking("officer");
      if (at % 3 === 0) return rows("SELECT id FROM minor");
      if (at % 3 === 1) return (await database.store.read(reach, { statement: MINORS, values: [] }))[0];
      return database.store.transaction(reach, (manager) => manager.query("SELECT id FROM minor"));
    };
    const answers = await Promise.all(Array.from({ length: 300 }, (_, at) => minors(at)));
    answers.forEach((answer, at) => {
      const ids = typeof answer === "string" ? JSON.parse(answer) : answer;
      const names = (Array.isArray(ids) ? ids : []).map((row) => nameOf(typeof row === "string" ? row : row.id)).sort();
      expect({ at, names }).toEqual({ at, names: at % 3 === 0 ? [] : expected[at % people.length] });
    });
  });

  let database: Migrated;
  let world: History;
  let records: readonly Placed[];
  let words: ReadonlyMap<string, string>;
  let asking: Asking;
  beforeAll(async () => {
    database = await migrated(kind);
    await database.asOwner(async (sql) => {
      ({ world, records } = await relatedWorld(sql, policy));
      words = await wordsOfKeys(sql);
    });
    asking = await everybody(database.store, policy);
    for (const asker of WITH_IDEMPOTENCY)
      await database.store.transaction(asking(asker).reach, (manager) =>
        manager.query(
          "INSERT INTO idempotency (asker, key, request_hash, record_type, record) VALUES ($1, 'k', 'h', 'Minor', $2)",
          [asker in PEOPLE ? idOf(asker) : asker, idOf("ann")],
        ),
      );
  });
  afterAll(() => database?.close());

  const rows = <R extends object = object>(sql: string) => database.store.query<R>(sql);

  async function protectedTables(): Promise<readonly string[]> {
    const tables = await rows<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relrowsecurity AND has_table_privilege(oid, 'SELECT') ORDER BY relname",
    );
    return tables.map(({ name }) => name);
  }

  /** Table -> names of all rows that the viewer gets. */
  async function everything(reach: RowReach): Promise<Readonly<Record<string, readonly string[]>>> {
    const tables = await protectedTables();
    return database.store.transaction(reach, async (manager) => {
      const seen: [string, string[]][] = [];
      for (const table of tables) {
        const found = await manager.query<Row[]>(`SELECT * FROM ${table}`);
        seen.push([table, found.map((row) => rowName(table, row)).sort()]);
      }
      return Object.fromEntries(seen);
    });
  }

  type Row = Readonly<Record<string, string>>;
  function rowName(table: string, row: Row): string {
    const name = (column: string) => nameOf(row[column] ?? "");
    switch (table) {
      case "case_minor":
        return `${name("case_file")} - ${name("minor")}`;
      case "incident_minor":
        return `${name("incident")} - ${name("minor")}`;
      case "incident_alert":
        return `${name("incident")} - ${name("alert")}`;
      case "case_participant":
        return `${name("case_file")} ${name("agency")}`;
      case "involvement":
        return relationName(name("record"), words.get(row["key"] ?? "") ?? "", row["via"] && name("via"));
      case "idempotency":
        return name("asker");
      default:
        return name("id");
    }
  }
});
