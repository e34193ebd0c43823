import { caseOf, child, DATABASES, type Desk, IDS, incident, openDesk, taken } from "./desk.js";

const COUNSELS = "SELECT FROM involvement WHERE kind = 'COUNSELLOR' AND (until > clock_timestamp()) IS NOT FALSE";
const PUPIL = { grade: "3", since: "2024-09-01" };

describe.each(DATABASES)("two minors of two registers that are one child, on %s", (kind) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(kind);
  });
  afterEach(() => desk.clear());
  afterAll(() => desk?.close());

  const mother = { guardian_1_name: "林芳", guardian_1_relation: "母亲" };
  const school = (more = {}) =>
    desk.hand("minors", [child("S-1", { phone: "19900000001", ...mother, ...more })], { as: "school" });
  const village = (more = {}) =>
    desk.hand(
      "minors",
      [child("V-1", { home_address: "石门村1组", ...mother, guardian_1_phone: "19900000002", ...more })],
      {
        as: "village",
      },
    );
  const link = (kept = "village:V-1", merged = "school:S-1") => desk.hand("links", [{ kept, merged }]);

  it("become one that both are a source of and that has what either knew", async () => {
    taken(
      await school({ guardian_2_name: "林强", guardian_2_relation: "父亲", care_categories: "LEFT_BEHIND;MIGRANT" }),
    );
    taken(await village({ care_categories: "IN_HARDSHIP;MIGRANT", carer: "王秀", carer_since: "2025-01-01" }));
    taken(await link());

    expect(await desk.rows("SELECT home_address, phone, care_categories FROM minor")).toEqual([
      {
        home_address: "石门村1组",
        phone: "19900000001",
        care_categories: ["IN_HARDSHIP", "MIGRANT", "LEFT_BEHIND"],
      },
    ]);
    expect(await desk.rows("SELECT full_name, phone FROM guardian ORDER BY full_name")).toEqual([
      { full_name: "林强", phone: null },
      { full_name: "林芳", phone: "19900000002" },
    ]);
    expect(await sources()).toEqual(["school", "village"]);
    expect(await desk.rows("SELECT carer FROM entrusted_care")).toEqual([{ carer: "王秀" }]);
    expect(
      await desk.rows(
        "SELECT FROM register_key WHERE register = 'guardians' AND record NOT IN (SELECT id FROM guardian)",
      ),
    ).toEqual([]);
    await expectRebuilt();
  });

  it("keep enrolment, class, cases and incidents of both", async () => {
    taken(await school());
    taken(await village());
    taken(await desk.hand("classes", [{ key: "K1", name: "一班", teacher: "school/teacher" }], { as: "school" }));
    taken(
      await desk.hand("enrolments", [{ minor: "S-1", grade: "3", class: "K1", since: "2024-09-01" }], { as: "school" }),
    );
    taken(await desk.hand("incidents", [incident("I-1", { minors: "S-1" })], { as: "school" }));
    taken(
      await desk.hand("incidents", [incident("I-2", { minors: "V-1", participants: "police" })], { as: "village" }),
    );
    await inCase("school", "VICTIM");
    taken(await link());

    expect(
      await desk.rows("SELECT FROM minor m JOIN enrolment e ON e.minor = m.id WHERE e.involved = m.involved"),
    ).toHaveLength(1);
    expect(await desk.rows("SELECT FROM minor m JOIN incident_minor e ON e.minor = m.id")).toHaveLength(2);
    expect(await desk.rows("SELECT role FROM case_minor")).toEqual([{ role: "VICTIM" }]);
    expect(
      await desk.rows("SELECT DISTINCT kind FROM involvement WHERE record IN (SELECT id FROM minor) ORDER BY kind"),
    ).toEqual(["CLASS", "NAMED", "PART", "SOURCE"].map((one) => ({ kind: one })));
    await expectRebuilt();
  });

  it("have one school: the other's counsellor ends with the merge, and its next row of the pupil is read anew", async () => {
    const roster = (as: string, number: string) => desk.hand("roster", [child(number, PUPIL)], { as });
    const counsellor = () => desk.hand("counsellors", [{ minor: "S-1", person: "school/teacher" }], { as: "school" });
    const enrolled = () => desk.rows("SELECT a.name FROM enrolment e JOIN agency a ON a.id = e.school");
    const school =
      "SELECT hub_left(agency, record) AS left FROM register_key WHERE register = 'minors' AND key = 'S-1'";
    taken(await roster("school", "S-1"));
    taken(await roster("other-school", "O-1"));
    taken(await counsellor());
    expect(await desk.rows(COUNSELS)).toHaveLength(1);
    taken(await link("other-school:O-1", "school:S-1"));
    expect(await enrolled()).toEqual([{ name: "other-school" }]);
    expect(await desk.rows(COUNSELS)).toEqual([]);
    expect(await desk.rows(school)).toEqual([{ left: true }]);
    await expectRebuilt();

    expect(await roster("other-school", "O-1")).toMatchObject({ unchanged: 1 });
    expect(await roster("school", "S-1")).toMatchObject({ changed: 1 });
    expect(await enrolled()).toEqual([{ name: "school" }]);
    expect(await counsellor()).toMatchObject({ changed: 1 });
    expect(await desk.rows(COUNSELS)).toHaveLength(1);
  });

  it.each`
    told                               | register        | rows                                               | complete
    ${"a departure"}                   | ${"departures"} | ${[{ minor: "O-2", ended_on: "2026-03-01" }]}      | ${false}
    ${"a complete roster without him"} | ${"roster"}     | ${[child("O-3", { full_name: "王一", ...PUPIL })]} | ${true}
  `(
    "have one school, and the other says meanwhile that the pupil has left, by $told: he is not enrolled there again when they are two (R12)",
    async ({ register, rows, complete }) => {
      const as = "other-school";
      const schools = () =>
        desk.rows(`SELECT a.name FROM enrolment e JOIN agency a ON a.id = e.school JOIN minor m ON m.id = e.minor
                    WHERE m.full_name = '林小雨' ORDER BY 1`);
      taken(await desk.hand("roster", [child("S-1", PUPIL)], { as: "school" }));
      taken(await desk.hand("roster", [child("O-2", PUPIL)], { as }));
      taken(await desk.hand("counsellors", [{ minor: "O-2", person: "other-school/teacher" }], { as }));
      await becomeOne();
      expect(await schools()).toEqual([{ name: "school" }]);

      taken(await desk.hand(register, rows, { as, more: { complete } }));
      await becomeTwo();
      expect(await schools()).toEqual([{ name: "school" }]);
      expect(await desk.rows(COUNSELS)).toEqual([]);
      await expectRebuilt();

      taken(await desk.hand("roster", [child("O-2", PUPIL)], { as }));
      expect(await schools()).toEqual([{ name: "other-school" }, { name: "school" }]);
    },
  );

  const SAID_MEANWHILE = [
    { meanwhile: "nothing", said: null, leadsTo: ["O-1"] },
    { meanwhile: "that it is another's", said: "S-2", leadsTo: ["S-2"] },
    { meanwhile: "that it is nobody's", said: "", leadsTo: [] },
  ];

  it.each(SAID_MEANWHILE)(
    "have a number of the police, of which it says $meanwhile: so it stays when they are two again",
    async ({ said, leadsTo }) => {
      await becomeOneWithANumber();
      if (said !== null) await means(said);
      await becomeTwo();
      expect(await leads()).toEqual(leadsTo);
      await means("S-1");
      await expectRebuilt();
    },
  );

  it.each(SAID_MEANWHILE)(
    "are one with a third too, and the police says $meanwhile of its number: so it stays when one after the other is taken out",
    async ({ said, leadsTo }) => {
      await becomeOneWithANumber();
      taken(await desk.hand("minors", [child("O-2")], { as: "other-school" }));
      await becomeOne();
      expect(await desk.rows("SELECT FROM minor")).toHaveLength(2);
      if (said !== null) await means(said);
      await becomeTwo();
      await becomeTwo();
      expect(await desk.rows("SELECT FROM minor")).toHaveLength(4);
      expect(await leads()).toEqual(leadsTo);
      if (said !== null) expect(await means(said)).toMatchObject({ unchanged: 1 });
      await expectRebuilt();
    },
  );

  it("have a number of the police that stays with whom it says, also where that one was one with another for a while", async () => {
    await becomeOneWithANumber();
    await means("S-2");
    taken(await desk.hand("minors", [child("O-2", { full_name: "王一" })], { as: "other-school" }));
    await becomeOne();
    await becomeTwo();
    await becomeTwo();
    expect(await desk.rows("SELECT FROM minor")).toHaveLength(4);
    expect(await leads()).toEqual(["S-2"]);
    await expectRebuilt();
  });

  it("have a number of the police that follows when, two again, one becomes part of a third", async () => {
    taken(await desk.hand("minors", [child("S-1")], { as: "school" }));
    taken(await desk.hand("minors", [child("O-1")], { as: "other-school" }));
    await partOfThePolice();
    await means("O-1");
    await becomeOne();
    await becomeTwo();
    taken(await desk.hand("minors", [child("R-1")], { as: "rescue" }));
    taken(await link("rescue:R-1", "other-school:O-1"));
    expect(await leads()).toEqual(["O-1", "R-1"]);
    await expectRebuilt();
  });

  it("carry a conflict of interest over to what the other one brings along", async () => {
    taken(await school());
    taken(await village());
    await inCase("school", "VICTIM");
    await conflictWith("village");
    const hidden = "SELECT DISTINCT record_type FROM involvement WHERE kind = 'CONFLICT' ORDER BY 1";
    expect(await desk.rows(hidden)).toEqual([{ record_type: "Minor" }]);
    taken(await link());
    expect(await desk.rows(hidden)).toEqual([{ record_type: "Case" }, { record_type: "Minor" }]);
    await expectRebuilt();
  });

  it("are joined once, in either order, and over a third", async () => {
    taken(await school());
    taken(await village());
    taken(await desk.hand("minors", [child("R-1")], { as: "rescue" }));
    const rows = [
      { kept: "village:V-1", merged: "school:S-1" },
      { kept: "school:S-1", merged: "rescue:R-1" },
      { kept: "rescue:R-1", merged: "village:V-1" },
    ];
    expect(await desk.hand("links", rows)).toMatchObject({ new: 3, unchanged: 0, refused: 0 });
    expect(await sources()).toEqual(["rescue", "school", "village"]);
    expect(await desk.hand("links", rows)).toMatchObject({ new: 0, unchanged: 3, refused: 0 });
  });

  it("stay two while they stand in one case in different relations", async () => {
    taken(await school());
    taken(await village());
    await inCase("school", "VICTIM");
    await inCase("village", "SUSPECT");
    expect((await link()).errors).toMatchObject([{ line: 2, column: "merged", code: "CONTRADICTION" }]);
    expect(await desk.rows("SELECT FROM minor")).toHaveLength(2);
  });

  it("stand once in a case that had both in one relation", async () => {
    taken(await school());
    taken(await village());
    await inCase("school", "VICTIM");
    await inCase("village", "VICTIM");
    taken(await link());
    expect(await desk.rows("SELECT role FROM case_minor")).toEqual([{ role: "VICTIM" }]);
    await expectRebuilt();
  });

  it("keep the older of two like relations, and every one that has ended", async () => {
    taken(await school());
    taken(await village());
    await relate("village", "LIAISON", "2025-03-01", null);
    await relate("school", "LIAISON", "2025-02-01", null);
    await relate("school", "LIAISON", "2024-02-01", "2024-06-01");
    taken(await link());
    expect(await desk.rows("SELECT since::date::text FROM involvement WHERE kind = 'LIAISON' ORDER BY 1")).toEqual([
      { since: "2024-02-01" },
      { since: "2025-02-01" },
    ]);
    await expectRebuilt();
  });

  it("keep a relation that was to come, and has begun meanwhile, beside one that has always been running", async () => {
    taken(await school());
    taken(await village());
    await relate("village", "LIAISON", "2025-03-01", null);
    await relate("school", "LIAISON", "2099-01-01", null);
    await desk.rows("ALTER TABLE involvement DISABLE TRIGGER USER");
    await desk.rows("UPDATE involvement SET since = '2025-02-01' WHERE since > now()");
    await desk.rows("ALTER TABLE involvement ENABLE TRIGGER USER");
    taken(await link());
    expect(await desk.rows("SELECT since::date::text FROM involvement WHERE kind = 'LIAISON' ORDER BY 1")).toEqual([
      { since: "2025-02-01" },
      { since: "2025-03-01" },
    ]);
    await expectRebuilt();
  });

  it("are one to a repeated mutation too", async () => {
    taken(await school());
    taken(await village());
    await desk.rows(`INSERT INTO idempotency (asker, key, request_hash, record_type, record)
      SELECT 'x', 'k', 'h', 'Minor', record FROM register_key WHERE key = 'S-1' AND register = 'minors'`);
    taken(await link());
    expect(await desk.rows("SELECT FROM idempotency i JOIN minor m ON m.id = i.record")).toHaveLength(1);
    await desk.rows("TRUNCATE idempotency");
  });

  it("are written by both registers afterwards: an empty cell of one does not take out what the other knows", async () => {
    taken(await school());
    taken(await village());
    taken(await link());
    expect(await school()).toMatchObject({ unchanged: 1 });
    expect(await village({ carer: "王秀", carer_since: "2025-01-01" })).toMatchObject({ changed: 1 });
    expect(await school({ phone: "", sex: "MALE" })).toMatchObject({ changed: 1 });
    expect(await desk.rows("SELECT sex, phone, home_address FROM minor")).toEqual([
      { sex: "MALE", phone: "19900000001", home_address: "石门村1组" },
    ]);
    expect(await desk.rows("SELECT full_name, phone FROM guardian")).toEqual([
      { full_name: "林芳", phone: "19900000002" },
    ]);
    expect(await desk.rows("SELECT carer FROM entrusted_care")).toEqual([{ carer: "王秀" }]);
  });

  it("are joined by nobody but the operator", async () => {
    taken(await school());
    taken(await village());
    await expect(desk.store.query("SELECT hub_link('{}', '{}')")).rejects.toMatchObject({ code: "42501" });
  });

  const becomeOne = async () => {
    await desk.rows("UPDATE merge_proposal SET state = 'OFFERED' WHERE state = 'OPEN'");
    for (const name of ["school", "other-school"])
      await says(name, "hub_agree_to_merge(m.id, m.version, p.id)", "OFFERED");
  };
  /** The last that became one. */
  const becomeTwo = () => says("school", "hub_unmerge(m.id, m.version)", "MERGED");
  const says = (name: string, what: string, state: string) =>
    desk.rows(
      `SELECT set_config('hub.agency', p.agency::text, true), ${what}
         FROM (SELECT * FROM merge_proposal WHERE state = $2 ORDER BY merged_at DESC LIMIT 1) m, person p WHERE p.subject = $1`,
      [`${name}/teacher`, state],
    );

  /** Records of two schools, the second of which the number of the police means; another child is there. */
  const becomeOneWithANumber = async () => {
    taken(await desk.hand("minors", [child("S-1"), child("S-2", { full_name: "王一" })], { as: "school" }));
    taken(await desk.hand("minors", [child("O-1")], { as: "other-school" }));
    await partOfThePolice();
    await means("O-1");
    await becomeOne();
  };
  const partOfThePolice = () =>
    desk.rows(`SELECT hub_involve(jsonb_agg(jsonb_build_object('record_type', 'Minor', 'record', m.id, 'agency', a.id,
      'kind', 'PART', 'basis', 'test'))) FROM minor m, agency a WHERE a.name = 'police'`);
  /** The number of the police means the minor of this number of the schools. */
  const means = async (minor: string) => {
    const sql = "SELECT record FROM register_key WHERE register = 'minors' AND key = $1";
    const [row] = await desk.rows<{ record: string }>(sql, [minor]);
    const hub_id = row ? IDS.encode("Minor", row.record) : "";
    return taken(await desk.hand("own-numbers", [{ key: "A-1", hub_id }], { as: "police" }));
  };
  const leads = async () =>
    (
      await desk.rows<{ key: string }>(
        `SELECT m.key FROM register_key n JOIN register_key m ON m.register = 'minors' AND m.record = n.record
          WHERE n.register = 'own-numbers' ORDER BY m.key`,
      )
    ).map(({ key }) => key);

  const sources = async () =>
    (
      await desk.rows<{ name: string }>(
        `SELECT a.name FROM minor m JOIN involvement i ON i.record = m.id AND i.kind = 'SOURCE'
           JOIN agency a ON a.id = i.agency WHERE i.key = ANY(m.involved) ORDER BY 1`,
      )
    ).map(({ name }) => name);

  /** A case of the police, which names its officer, about the minor of this register. */
  async function inCase(register: string, role: string): Promise<void> {
    taken(await desk.hand("cases", [caseOf("C-1", { named: "police/officer" })], { as: "police" }));
    await desk.rows(
      `INSERT INTO case_minor (case_file, minor, role)
       SELECT c.id, n.record, $2 FROM case_file c, register_key n JOIN agency a ON a.id = n.agency
        WHERE n.register = 'minors' AND a.name = $1`,
      [register, role],
    );
  }

  const conflictWith = (register: string) => relate(register, "CONFLICT", "2025-01-01", null);

  /** A relation of the police officer to the minor of this register. */
  const relate = (register: string, relation: string, since: string, until: string | null) =>
    desk.rows(
      `INSERT INTO involvement (record_type, record, agency, person, kind, since, until, basis, key)
       SELECT 'Minor', n.record, p.agency, p.id, $2, $3::timestamptz, $4::timestamptz, 'test', 0
         FROM person p, register_key n JOIN agency a ON a.id = n.agency
        WHERE p.subject = 'police/officer' AND n.register = 'minors' AND a.name = $1`,
      [register, relation, since, until],
    );

  /** Arrays and derived rows are what the facts and edges alone give. */
  async function expectRebuilt(): Promise<void> {
    const state = `SELECT
      (SELECT json_agg(r ORDER BY r::text) FROM (SELECT id, involved FROM minor UNION ALL SELECT id, involved FROM case_file UNION ALL SELECT id, involved FROM sensitive_incident) r) AS arrays,
      (SELECT json_agg(r ORDER BY r::text) FROM (SELECT record, kind, key, via, since, until FROM involvement) r) AS relations,
      (SELECT count(*)::int FROM involvement WHERE record_type = 'Minor' AND record NOT IN (SELECT id FROM minor)) AS lost`;
    const [now] = await desk.rows<{ lost: number }>(state);
    expect(now?.lost).toBe(0);
    await desk.rows("SELECT hub_rebuild()");
    expect(await desk.rows(state)).toEqual([now]);
  }
});
