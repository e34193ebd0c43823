import type { EntityManager } from "typeorm";
import { involvementKey } from "../../src/facts/keys.js";
import { parsePolicy } from "../../src/policy/load.js";
import { SET_VIEWER, viewerSettings } from "../../src/store/viewer-settings.js";
import { shipped } from "../policy/shipped.js";
import { DATABASES, type Migrated, migrated } from "../support/migrated.js";
import { ELSEWHERE, HERE, idOf } from "../support/small-world.js";
import { type Asking, everybody } from "./askers.js";
import { relatedWorld } from "./related-world.js";

const policy = parsePolicy(shipped);
const id = (name: string) => `'${idOf(name)}'`;
const NO_RIGHT = { code: "42501" };

const minor = (name: string, place: string, involved: string) =>
  `INSERT INTO minor (id, ref, place, involved, full_name, given_name, birth_date, sex)
   VALUES (${id(name)}, ${id(name)}, ${place}, ${involved}, 'fay', 'fay', '2015-01-02', 'FEMALE') RETURNING id`;
const caseFile = (name: string, place: string, involved: string) =>
  `INSERT INTO case_file (id, ref, place, involved, kind, stage, opened_on, lead_agency)
   VALUES (${id(name)}, ${id(name)}, ${place}, ${involved}, 'BULLYING', 'FILED', '2026-03-04', ${id("police")}) RETURNING id`;
const incident = (name: string, place: string, involved: string) =>
  `INSERT INTO sensitive_incident (id, ref, place, involved, kind, level, occurred_at, status)
   VALUES (${id(name)}, ${id(name)}, ${place}, ${involved}, 'BULLYING', 'III', '2026-03-04T05:06:07Z', 'REPORTED') RETURNING id`;
const alert = (name: string, place: string, involved: string) =>
  `INSERT INTO opinion_alert (id, ref, place, involved, topic, level, heat, detected_at, status, monitor, source, reference)
   VALUES (${id(name)}, ${id(name)}, ${place}, ${involved}, 'BULLYING', 'BLUE', 1, '2026-03-04T05:06:07Z', 'NEW', ${id("publicity")}, 'forum', 'new')
   RETURNING id`;
/** First keys of these agencies, as the one that makes a record begins it with. */
const keysOf = (agencies: readonly string[]) =>
  `ARRAY(SELECT involvement_key(no, false, 'SOURCE', 0, false) FROM agency WHERE name = ANY ('{${agencies}}'))`;
/** As the operator's registers are kept. */
const NOBODY = "00000000-0000-0000-0000-000000000000";
const registered = (register: string, agency: string) =>
  `INSERT INTO register_key (agency, register, key, digest) VALUES ('${agency}', '${register}', '${register} of ${agency}', '')`;
const relation = (record: string, agency: string, kind: string, type = "Minor") =>
  `SELECT hub_involve('[{"record_type": "${type}", "record": "${idOf(record)}", "agency": "${idOf(agency)}", "kind": "${kind}", "basis": "test"}]')`;

describe.each(DATABASES)("writing under row security on %s", (kind) => {
  // ann, ben, eva live HERE, cai and dou ELSEWHERE; the director answers for HERE; social takes part in case1.
  it.each`
    asker              | does                                          | statement
    ${"director"}      | ${"write an array"}                           | ${`UPDATE minor SET involved = '{}' WHERE id = ${id("ann")}`}
    ${"director"}      | ${"write an id"}                              | ${`UPDATE minor SET id = ${id("ann2")} WHERE id = ${id("ann")}`}
    ${"director"}      | ${"write the id that is shown"}               | ${`UPDATE minor SET ref = ${id("ann2")} WHERE id = ${id("ann")}`}
    ${"director"}      | ${"delete a minor"}                           | ${`DELETE FROM minor WHERE id = ${id("ann")}`}
    ${"director"}      | ${"put a minor out of its own reach"}         | ${`UPDATE minor SET place = ${ELSEWHERE} WHERE id = ${id("ben")}`}
    ${"director"}      | ${"add a guardian to a minor elsewhere"}      | ${`INSERT INTO guardian (id, minor, full_name, relation) VALUES (${id("g")}, ${id("cai")}, 'g', 'MOTHER')`}
    ${"director"}      | ${"add a carer to a minor elsewhere"}         | ${`INSERT INTO entrusted_care (id, minor, carer, since) VALUES (${id("c")}, ${id("cai")}, 'c', '2026-01-01')`}
    ${"director"}      | ${"give a guardian to another minor"}         | ${`UPDATE guardian SET minor = ${id("dou")} WHERE minor = ${id("ann")}`}
    ${"director"}      | ${"make up the place of a belonging"}         | ${`UPDATE guardian SET place = ${ELSEWHERE} WHERE minor = ${id("ann")}`}
    ${"registrar"}     | ${"enrol a minor out of reach"}               | ${`INSERT INTO enrolment (id, minor, school, grade, since) VALUES (${id("e")}, ${id("eva")}, ${id("school")}, 1, '2026-09-01')`}
    ${"supervisor"}    | ${"tie a minor out of reach to a case"}       | ${`INSERT INTO case_minor (case_file, minor, role) VALUES (${id("case1")}, ${id("dou")}, 'CONCERNED')`}
    ${"supervisor"}    | ${"tie a minor to another's case"}            | ${`INSERT INTO case_minor (case_file, minor, role) VALUES (${id("case3")}, ${id("eva")}, 'CONCERNED')`}
    ${"director"}      | ${"tie one by a place under its duties"}      | ${`INSERT INTO case_minor (case_file, minor, role, place) VALUES (${id("case3")}, ${id("eva")}, 'CONCERNED', ${HERE})`}
    ${"supervisor"}    | ${"tie a victim as an agency (R19: p*)"}      | ${`INSERT INTO case_minor (case_file, minor, role) VALUES (${id("case1")}, ${id("eva")}, 'VICTIM')`}
    ${"vicePrincipal"} | ${"tie a minor out of reach to an incident"}  | ${`INSERT INTO incident_minor (incident, minor) VALUES (${id("incident1")}, ${id("cai")})`}
    ${"supervisor"}    | ${"tie a minor to another's incident"}        | ${`INSERT INTO incident_minor (incident, minor) VALUES (${id("incident1")}, ${id("eva")})`}
    ${"monitor"}       | ${"tie an alert to another's incident"}       | ${`INSERT INTO incident_alert (incident, alert) VALUES (${id("incident2")}, ${id("alert1")})`}
    ${"vicePrincipal"} | ${"tie an alert out of reach"}                | ${`INSERT INTO incident_alert (incident, alert) VALUES (${id("incident1")}, ${id("alert2")})`}
    ${"supervisor"}    | ${"untie a minor"}                            | ${"DELETE FROM case_minor"}
    ${"supervisor"}    | ${"change how a minor stands in a case"}      | ${"UPDATE case_minor SET role = 'CONCERNED'"}
    ${"supervisor"}    | ${"make a participant by hand"}               | ${`INSERT INTO case_participant (id, case_file, agency) VALUES (${id("p")}, ${id("case1")}, ${id("village")})`}
    ${"supervisor"}    | ${"write a relation by hand"}                 | ${`INSERT INTO involvement (record_type, record, agency, kind, basis, key) VALUES ('Minor', ${id("ann")}, ${id("social")}, 'SOURCE', 'b', 1)`}
    ${"supervisor"}    | ${"prolong a relation"}                       | ${"UPDATE involvement SET until = NULL"}
    ${"supervisor"}    | ${"delete a relation"}                        | ${"DELETE FROM involvement"}
    ${"supervisor"}    | ${"involve itself with a minor out of reach"} | ${relation("dou", "social", "SOURCE")}
    ${"supervisor"}    | ${"involve itself with what is not there"}    | ${relation("nobody", "social", "SOURCE")}
    ${"supervisor"}    | ${"involve itself with a case as a minor"}    | ${relation("case1", "social", "SOURCE", "Minor")}
    ${"supervisor"}    | ${"end another's part out of reach"}          | ${`SELECT hub_end_involvement('Case', ${id("case2")}, ${id("justice")}, '{PART}')`}
    ${"supervisor"}    | ${"end somebody's relation out of reach"}     | ${`SELECT hub_end_relation('Minor', ${id("dou")}, ${id("teacher")}, 'COUNSELLOR')`}
    ${"supervisor"}    | ${"activate a policy"}                        | ${"SELECT hub_activate('{}', '[]')"}
    ${"supervisor"}    | ${"rebuild"}                                  | ${"SELECT hub_rebuild()"}
    ${"supervisor"}    | ${"lock records out of reach"}                | ${"SELECT hub_lock('{}')"}
    ${"supervisor"}    | ${"read keys past row security"}              | ${`SELECT edge_keys(${id("case2")}, 'R17m')`}
    ${"supervisor"}    | ${"read derived rows past row security"}      | ${`SELECT derived_involvement(ARRAY[${id("dou")}]::uuid[])`}
    ${"supervisor"}    | ${"read edges past row security"}             | ${"SELECT * FROM edge"}
    ${"supervisor"}    | ${"open an edge"}                             | ${"INSERT INTO edge_opening VALUES ('R19', 'SOCIAL_AFFAIRS_OFFICE', 'PART')"}
    ${"supervisor"}    | ${"give itself a duty"}                       | ${`INSERT INTO agency_duty VALUES (${id("social")}, 'Case', '32')`}
    ${"supervisor"}    | ${"change a post"}                            | ${"UPDATE person SET post = 'HEAD'"}
    ${"registrar"}     | ${"make a class of another school"}           | ${`INSERT INTO school_class VALUES (${id("c")}, ${id("otherSchool")}, '9Z', ${id("teacher")})`}
    ${"registrar"}     | ${"give a class to another school"}           | ${`UPDATE school_class SET school = ${id("otherSchool")}`}
    ${"registrar"}     | ${"use another's idempotency key"}            | ${`INSERT INTO idempotency (asker, key, request_hash, record_type, record) VALUES (${id("teacher")}, 'k', 'h', 'Minor', ${id("ann")})`}
    ${"registrar"}     | ${"number a row in another's register"}       | ${registered("minors", idOf("otherSchool"))}
    ${"registrar"}     | ${"number an agency as the operator does"}    | ${registered("agencies", NOBODY)}
    ${"registrar"}     | ${"change what was disclosed"}                | ${"DELETE FROM disclosure_segment"}
  `("does not let the $asker $does", ({ asker, statement }: { asker: string; statement: string }) =>
    expect(as(asker, (manager) => manager.query(statement))).rejects.toMatchObject(NO_RIGHT),
  );

  it.each`
    statement
    ${`UPDATE minor SET phone = '1' WHERE id = ${id("dou")}`}
    ${`UPDATE guardian SET phone = '1' WHERE minor = ${id("dou")}`}
    ${`UPDATE case_file SET narrative = 'n' WHERE id = ${id("case3")}`}
    ${`UPDATE school_class SET teacher = NULL WHERE id = ${id("3A")}`}
    ${`DELETE FROM guardian WHERE minor = ${id("dou")}`}
  `("changes nothing out of reach: $statement", ({ statement }: { statement: string }) =>
    as("supervisor", async (manager) => expect(await manager.query(statement)).toEqual([[], 0])),
  );

  // Without a WHERE and without a RETURNING nothing is read, and no rule for reading stands in for one for writing.
  it.each`
    asker           | table                   | statement
    ${"director"}   | ${"minor"}              | ${"UPDATE minor SET phone = '1'"}
    ${"director"}   | ${"guardian"}           | ${"UPDATE guardian SET phone = '1'"}
    ${"director"}   | ${"guardian"}           | ${"DELETE FROM guardian"}
    ${"supervisor"} | ${"entrusted_care"}     | ${"UPDATE entrusted_care SET phone = '1'"}
    ${"supervisor"} | ${"entrusted_care"}     | ${"DELETE FROM entrusted_care"}
    ${"registrar"}  | ${"enrolment"}          | ${"UPDATE enrolment SET grade = 2"}
    ${"supervisor"} | ${"case_file"}          | ${"UPDATE case_file SET narrative = 'n'"}
    ${"supervisor"} | ${"sensitive_incident"} | ${"UPDATE sensitive_incident SET narrative = 'n'"}
    ${"supervisor"} | ${"opinion_alert"}      | ${"UPDATE opinion_alert SET heat = 2"}
    ${"registrar"}  | ${"school_class"}       | ${"UPDATE school_class SET name = '3C'"}
  `("lets the $asker change no more than it is shown: $statement", async ({ asker, table, statement }) => {
    const ids = `SELECT id FROM ${table}`;
    const all = await database.asOwner((sql) => sql(ids));
    await as(asker, async (manager) => {
      const shown = await manager.query<unknown[]>(ids);
      expect(shown.length).toBeGreaterThan(0);
      expect(shown.length).toBeLessThan(all.length);
      expect((await manager.query<[unknown, number]>(statement))[1]).toBe(shown.length);
    });
  });

  it("answers a relation to a record out of reach and to none in the same words", async () => {
    const said = (record: string) =>
      as("supervisor", (manager) => manager.query(relation(record, "social", "SOURCE"))).then(
        () => "nothing",
        (error: unknown) => (error instanceof Error ? error.message : "no error"),
      );
    expect(await said("dou")).toBe("no such record");
    expect(await said("nobody")).toBe(await said("dou"));
  });

  it("lets a viewer change a record within reach, and read it back", () =>
    as("director", async (manager) => {
      const changed = `UPDATE minor SET home_address = 'a', version = version + 1 WHERE id = ${id("ben")} RETURNING home_address`;
      expect(await manager.query(changed)).toEqual([[{ home_address: "a" }], 1]);
    }));

  it("lets an agency add a minor anywhere with its own first key, read it back, and go on with it", () =>
    as("registrar", async (manager) => {
      const [school] = await manager.query<{ no: string }[]>("SELECT no FROM agency WHERE name = 'school'");
      const key = involvementKey(school?.no ?? "", false, "SOURCE", 0, false);
      expect(await manager.query(minor("fay", ELSEWHERE, `'{${key}}'`))).toEqual([{ id: idOf("fay") }]);
      await manager.query(relation("fay", "school", "SOURCE"));
      await manager.query(
        `INSERT INTO guardian (id, minor, full_name, relation) VALUES (${id("g")}, ${id("fay")}, 'g', 'MOTHER')`,
      );
      const rows = await manager.query(
        `SELECT m.involved, g.involved AS guardians FROM minor m JOIN guardian g ON g.minor = m.id WHERE m.id = ${id("fay")}`,
      );
      expect(rows).toEqual([{ involved: [String(key)], guardians: [String(key)] }]);
    }));

  describe.each`
    record                  | asker         | agency         | insert
    ${"minor"}              | ${"director"} | ${"village"}   | ${minor}
    ${"case_file"}          | ${"director"} | ${"village"}   | ${caseFile}
    ${"sensitive_incident"} | ${"director"} | ${"village"}   | ${incident}
    ${"opinion_alert"}      | ${"monitor"}  | ${"publicity"} | ${alert}
  `("a new $record of the $asker", ({ asker, agency, insert }) => {
    const adding = (place: string, ...holders: string[]) =>
      as(asker, async (manager) => {
        expect(await manager.query(insert("new", place, keysOf(holders)))).toEqual([{ id: idOf("new") }]);
      });

    it("may be under its agency's duties without a key", () => adding(HERE));
    it("may be anywhere with its agency's key", () => adding(ELSEWHERE, agency));
    it("may not be elsewhere without a key", () => expect(adding(ELSEWHERE)).rejects.toMatchObject(NO_RIGHT));
    it("may not be elsewhere without a key when nobody reads it back either", () =>
      expect(
        as(asker, (manager) =>
          manager.query(insert("new", ELSEWHERE, "'{}'").replace(/ RETURNING id|\n\s+RETURNING id/, "")),
        ),
      ).rejects.toMatchObject(NO_RIGHT));
    it("may not have another agency's key, not even beside its own", async () => {
      await expect(adding(HERE, "police")).rejects.toMatchObject(NO_RIGHT);
      await expect(adding(HERE, "police", agency)).rejects.toMatchObject(NO_RIGHT);
    });
  });

  it.each`
    asker              | edge                | statement
    ${"supervisor"}    | ${"case_minor"}     | ${`(case_file, minor, role) VALUES (${id("case1")}, ${id("eva")}, 'CONCERNED') RETURNING minor`}
    ${"vicePrincipal"} | ${"incident_minor"} | ${`(incident, minor) VALUES (${id("incident1")}, ${id("ben")}) RETURNING minor`}
    ${"responder"}     | ${"incident_alert"} | ${`(incident, alert) VALUES (${id("incident1")}, ${id("alert2")}) RETURNING alert`}
  `("lets the $asker, whose agency takes part, tie what it sees: $edge", ({ asker, edge, statement }) =>
    as(asker, async (manager) => expect(await manager.query(`INSERT INTO ${edge} ${statement}`)).toHaveLength(1)),
  );

  it("lets a school say who teaches its class: the pupils are the new teacher's, and no longer the old one's", () =>
    as("registrar", async (manager) => {
      await manager.query(`UPDATE school_class SET teacher = ${id("colleague")} WHERE id = ${id("3A")}`);
      expect(
        await seenBy("colleague", manager, "involvement WHERE kind = 'CLASS' AND record_type = 'Minor'"),
      ).toHaveLength(1);
      expect(
        await seenBy("teacher", manager, "involvement WHERE kind = 'CLASS' AND record_type = 'Minor'"),
      ).toHaveLength(0);
    }));

  it("lets an agency give up its own part: gone for itself and its people, there for the others", () =>
    as("supervisor", async (manager) => {
      expect(await seenBy("supervisor", manager, "case_file")).toContain(idOf("case1"));
      expect(await seenBy("rescuer", manager, "case_file")).toContain(idOf("case1"));
      expect(await seenBy("supervisor", manager, "case_participant")).toHaveLength(4);
      await manager.query(`SELECT hub_end_involvement('Case', ${id("case1")}, ${id("social")}, '{PART}')`);
      expect(await seenBy("supervisor", manager, "case_file")).toEqual([]);
      expect(await seenBy("rescuer", manager, "case_file")).toEqual([]);
      expect(await seenBy("sergeant", manager, "case_file")).toContain(idOf("case1"));
      expect(await seenBy("sergeant", manager, "case_participant")).toHaveLength(3);
    }));

  it("keeps an agency's numbers in a register from the others; the operator's agencies are for all to read", async () => {
    for (const [asker, own] of [
      ["registrar", "school"],
      ["director", "village"],
    ] as const)
      await as(asker, async (manager) => {
        const keys = await manager.query("SELECT key FROM register_key ORDER BY key");
        expect(keys).toEqual([{ key: `agencies of ${NOBODY}` }, { key: `minors of ${idOf(own)}` }]);
        expect(await manager.query("DELETE FROM register_key RETURNING key")).toEqual([[keys[1]], 1]);
      });
  });

  it("lets the hub sweep for everybody, and says how many have ended", () =>
    as("supervisor", async (manager) => expect(await manager.query("SELECT hub_sweep() AS n")).toEqual([{ n: 0 }])));

  (kind === "postgresql" ? it : it.skip)("does not let the login become the keeper or the owner", async () => {
    for (const role of ["hub_keeper", "hub_owner"])
      await expect(database.store.query(`SET ROLE ${role}`)).rejects.toMatchObject(NO_RIGHT);
  });

  let database: Migrated;
  let asking: Asking;
  beforeAll(async () => {
    database = await migrated(kind);
    await database.asOwner(async (sql) => {
      await relatedWorld(sql, policy);
      for (const [register, agency] of [
        ["agencies", NOBODY],
        ["persons", NOBODY],
        ["minors", idOf("school")],
        ["minors", idOf("village")],
      ] as const)
        await sql(registered(register, agency));
    });
    asking = await everybody(database.store, policy);
  });
  afterAll(() => database?.close());

  /** A transaction of the asker that is undone afterwards. */
  async function as(asker: string, work: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    const undo = new Error("undo");
    const { reach } = asking(asker);
    await database.store
      .transaction(reach, async (manager) => {
        await work(manager);
        throw undo;
      })
      .catch((error: unknown) => {
        if (error !== undo) throw error;
      });
  }

  /** Ids of the rows that an asker gets in this same transaction, who is the viewer from here on. */
  async function seenBy(asker: string, manager: EntityManager, table: string): Promise<string[]> {
    await manager.query(SET_VIEWER.text, viewerSettings(asking(asker).reach));
    const rows = await manager.query<{ id: string }[]>(`SELECT id FROM ${table} ORDER BY id`);
    return rows.map((row) => row.id);
  }
});
