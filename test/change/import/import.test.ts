import { fileOf, type ImportReport, importRegister, REGISTERS } from "../../../src/change/import/index.js";
import { createPeople } from "../../../src/change/township/names.js";
import { importLog } from "../../../src/disclosure/by-program.js";
import { IdCipher } from "../../../src/store/global-id.js";
import { alert, caseOf, child, csv, DATABASES, type Desk, IDS, incident, openDesk, policy, taken } from "./desk.js";

const counts = ({ new: fresh, changed, unchanged, refused }: ImportReport) => [fresh, changed, unchanged, refused];
const codes = ({ errors }: ImportReport) => errors.map(({ line, column, code }) => [line, column, code]);

describe.each(DATABASES)("a register on %s", (kind) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(kind);
  });
  afterEach(() => desk.clear());
  afterAll(() => desk?.close());

  it("becomes records of the agency, and the same file again writes nothing", async () => {
    const file = [
      child("S-1", { guardian_1_name: "林芳", guardian_1_relation: "母亲", carer: "王秀", carer_since: "2025-01-01" }),
      child("S-2"),
    ];
    expect(counts(await desk.hand("minors", file, { as: "school" }))).toEqual([2, 0, 0, 0]);
    const before = await everything();
    expect(before.minor).toMatchObject([{ version: 1 }, { version: 1 }]);
    expect(before.guardian).toMatchObject([{ full_name: "林芳" }]);
    expect(before.entrusted_care).toMatchObject([{ carer: "王秀" }]);

    expect(counts(await desk.hand("minors", file, { as: "school" }))).toEqual([0, 0, 2, 0]);
    expect(await everything()).toEqual(before);
  });

  it("changes what a changed row says, of that record alone", async () => {
    const guardian = { guardian_1_name: "林芳", guardian_1_relation: "母亲", guardian_1_phone: "19900001111" };
    const two = { guardian_2_name: "林强", guardian_2_relation: "父亲" };
    await desk.hand("minors", [child("S-1", { phone: "19900000000", ...guardian, ...two }), child("S-2")], {
      as: "school",
    });
    const [before] = await desk.rows("SELECT id FROM guardian WHERE full_name = '林芳'");

    const corrected = child("S-1", { home_address: "石门村1组", ...guardian, guardian_1_name: "林芳芳" });
    expect(counts(await desk.hand("minors", [corrected, child("S-2")], { as: "school" }))).toEqual([0, 1, 1, 0]);

    expect(await desk.rows("SELECT home_address, phone FROM minor ORDER BY home_address")).toEqual([
      { home_address: "石门村1组", phone: null },
      { home_address: null, phone: null },
    ]);
    expect(await desk.rows("SELECT id, full_name FROM guardian")).toEqual([{ ...before, full_name: "林芳芳" }]);
  });

  it.each`
    register                 | as                 | id       | day               | stands                                                     | filled                                                                                               | past
    ${"support-records"}     | ${"village"}       | ${"B8"}  | ${"started_on"}   | ${{ ended_on: "2025-06-01" }}                              | ${{ minor: "M", kind: "VISIT" }}                                                                     | ${"2025-06-02"}
    ${"care-registrations"}  | ${"village"}       | ${"B18"} | ${"since"}        | ${{ ended_on: "2025-06-01" }}                              | ${{ minor: "M", status: "LEFT_BEHIND" }}                                                             | ${"2025-06-02"}
    ${"protection-measures"} | ${"police"}        | ${"R24"} | ${"issued_on"}    | ${{ ended_on: "2025-06-01" }}                              | ${{ minor: "M", kind: "WARNING_LETTER", issuer: "police", terms: "不得接近" }}                       | ${"2025-06-02"}
    ${"placements"}          | ${"social"}        | ${"B7"}  | ${"placed_on"}    | ${{ reviewed_on: "2025-04-01", ended_on: "2025-06-01" }}   | ${{ minor: "M", kind: "INSTITUTION", office: "social" }}                                             | ${"2025-04-02"}
    ${"placements"}          | ${"social"}        | ${"B7"}  | ${"reviewed_on"}  | ${{ ended_on: "2025-06-01" }}                              | ${{ minor: "M", kind: "INSTITUTION", office: "social", placed_on: "2025-03-01" }}                    | ${"2025-06-02"}
    ${"legal-supervisions"}  | ${"procuratorate"} | ${"B27"} | ${"issued_on"}    | ${{ result: "已纠正", closed_on: "2025-06-01" }}           | ${{ supervised: "school", kind: "CORRECTION_OPINION", matter: "请纠正", due_on: "2025-12-01" }}      | ${"2025-06-02"}
    ${"inspections"}         | ${"governance"}    | ${"B26"} | ${"inspected_on"} | ${{ opened_on: "2025-05-01", rectified_on: "2025-06-01" }} | ${{ division: "990101101201", place_name: "网吧", kind: "VENUE", level: "LARGER", finding: "问题" }} | ${"2025-05-02"}
  `(
    "of $register that is sent again leaves what a command has ended, and moves no $day past it ($id)",
    async ({ register, as, day, stands, filled, past }) => {
      const { minor, ...rest } = filled;
      if (minor) taken(await desk.hand("minors", [child(minor)], { as: "village" }));
      await desk.rows(
        `INSERT INTO register_key SELECT a.id, register, key, record_type, record, n.digest FROM register_key n, agency a
          WHERE n.register = 'minors' AND a.name = $1 ON CONFLICT DO NOTHING`,
        [as],
      );
      await desk.rows(
        `SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', 'Minor', 'record', m.id, 'agency', a.id,
                'kind', 'PART', 'basis', 'test'))) FROM minor m, agency a WHERE a.name = $1`,
        [as],
      );
      const table = REGISTERS.find(({ name }) => name === register)?.record?.table;
      const row = { key: "N-1", [day]: "2025-03-04", ...(minor ? { minor } : {}), ...rest };
      taken(await desk.hand(register, [row], { as }));
      const columns = Object.keys(stands);
      await desk.rows(
        `UPDATE ${table} SET ${columns.map((column, at) => `${column} = $${at + 1}`).join(", ")}`,
        Object.values(stands),
      );

      expect(counts(await desk.hand(register, [{ ...row, [day]: "2025-03-05" }], { as }))).toEqual([0, 1, 0, 0]);
      const [standing] = await desk.rows(
        `SELECT ${columns.map((column) => `${column}::text`).join(", ")} FROM ${table}`,
      );
      expect(standing).toEqual(stands);
      expect(codes(await desk.hand(register, [{ ...row, [day]: past }], { as }))).toEqual([[2, day, "CONTRADICTION"]]);
    },
  );

  it("of corrections has them at the place of the record, not of whoever proposes", async () => {
    taken(await desk.hand("minors", [child("S-1")], { as: "village" }));
    taken(
      await desk.hand("correction-requests", [
        { key: "K-1", agency: "school", minor: "village:S-1", value: "石门村1组", reason: "家访" },
      ]),
    );
    expect(await desk.rows("SELECT place FROM correction_request")).toEqual([{ place: "990101101201" }]);
  });

  it("tells what a dry run would do, and does not do it", async () => {
    await desk.hand("minors", [child("S-1"), child("S-2")], { as: "school" });
    const before = await everything();
    const file = [child("S-1"), child("S-2", { sex: "MALE" }), child("S-3"), child("S-4", { sex: "X" })];

    const dry = await desk.hand("minors", file, { as: "school", dryRun: true });
    expect(counts(dry)).toEqual([1, 1, 1, 1]);
    expect(dry.dryRun).toBe(true);
    expect(counts(await desk.hand("minors", file.slice(0, 3), { as: "school", dryRun: true }))).toEqual([1, 1, 1, 0]);
    expect(await everything()).toEqual(before);
  });

  it("is taken as a whole or not at all", async () => {
    const file = [child("S-1"), child("S-2", { birth_date: "2016-02-30" })];
    const report = await desk.hand("minors", file, { as: "school" });
    expect(counts(report)).toEqual([1, 0, 0, 1]);
    expect(codes(report)).toEqual([[3, "birth_date", "BAD_VALUE"]]);
    expect(await desk.rows("SELECT FROM minor")).toEqual([]);
    expect(await desk.rows("SELECT FROM register_key WHERE register = 'minors'")).toEqual([]);
  });

  it("reports the first thousand of many errors, and counts all rows that have one", async () => {
    const file = Array.from({ length: 1_500 }, (_, at) => child(`S-${at}`, { sex: "X" }));
    const report = await desk.hand("minors", file, { as: "school" });
    expect([report.refused, report.errors.length]).toEqual([1_500, 1_000]);
    expect(report.errors.at(-1)?.line).toBe(1_001);
  });

  it("makes a child of another agency's number its own one, with the same answer as for a number that nobody has", async () => {
    const number = { citizen_number: createPeople(1).citizenNumber("2016-05-20", "FEMALE", "990101") };
    const asKnown = await desk.hand("minors", [child("S-1", number)], { as: "school" });
    const asUnknown = await desk.hand("minors", [child("S-1", number)], { as: "village" });
    expect({ ...asUnknown }).toEqual({ ...asKnown });
    expect(await desk.rows("SELECT DISTINCT citizen_number FROM minor")).toHaveLength(1);
    expect(await desk.rows("SELECT FROM minor")).toHaveLength(2);
  });

  it("does not tell another agency's numbers from numbers that nobody gave", async () => {
    await desk.hand("minors", [child("S-1")], { as: "school" });
    const naming = async (minors: string) => {
      const { errors } = await desk.hand("incidents", [incident("I-1", { minors })], { as: "governance" });
      return errors;
    };
    expect(await naming("school:S-1")).toMatchObject([{ line: 2, column: "minors", code: "UNKNOWN_REFERENCE" }]);
    expect(await naming("school:S-1")).toEqual(await naming("school:S-99"));
    expect(await naming("school:S-1")).toEqual(await naming("nobody:S-1"));
  });

  it("ties an agency's own records: classes, enrolments, incidents", async () => {
    taken(await desk.hand("minors", [child("S-1")], { as: "school" }));
    taken(await desk.hand("classes", [{ key: "K1", name: "一班", teacher: "school/teacher" }], { as: "school" }));
    const enrolment = { minor: "S-1", grade: "3", class: "K1", since: "2024-09-01" };
    taken(await desk.hand("enrolments", [enrolment], { as: "school" }));
    taken(await desk.hand("incidents", [incident("I-1", { minors: "S-1", participants: "police" })], { as: "school" }));

    const [teacher] = await desk.rows("SELECT id FROM person WHERE subject = 'school/teacher'");
    expect(await kinds("minor")).toEqual(["CLASS", "PART", "PART", "SOURCE"]);
    expect(await desk.rows("SELECT DISTINCT person AS id FROM involvement WHERE kind = 'CLASS'")).toEqual([teacher]);
    expect(await desk.rows("SELECT grade, class_name FROM enrolment")).toEqual([{ grade: 3, class_name: "一班" }]);

    taken(await desk.hand("classes", [{ key: "K1", name: "一(1)班", teacher: "" }], { as: "school" }));
    expect(await kinds("minor")).toEqual(["PART", "PART", "SOURCE"]);
    expect(await desk.rows("SELECT class_name FROM enrolment")).toEqual([{ class_name: "一(1)班" }]);
  });

  it("gives a new case its maker, its participants and its people, once", async () => {
    const row = caseOf("C-1", {
      participants: "social",
      named: "police/officer",
      assigned: "police/officer",
    });
    taken(await desk.hand("cases", [row], { as: "police" }));
    const relations = `SELECT a.name, p.subject, i.kind, i.basis FROM involvement i
      JOIN agency a ON a.id = i.agency LEFT JOIN person p ON p.id = i.person ORDER BY 1, 2 NULLS FIRST, 3`;
    expect(await desk.rows(relations)).toEqual([
      { name: "police", subject: null, kind: "PART", basis: "register" },
      { name: "police", subject: null, kind: "SOURCE", basis: "register" },
      { name: "police", subject: "police/officer", kind: "ASSIGNED", basis: "register" },
      { name: "police", subject: "police/officer", kind: "NAMED", basis: "register" },
      { name: "social", subject: null, kind: "PART", basis: "register" },
    ]);

    // A file that is older than the end of a part must not give it back.
    const [social] = await desk.rows<{ id: string }>("SELECT id FROM agency WHERE name = 'social'");
    await desk.rows("UPDATE involvement SET until = clock_timestamp() WHERE agency = $1", [social?.id]);
    expect(counts(await desk.hand("cases", [{ ...row, stage: "TRANSFERRED" }], { as: "police" }))).toEqual([
      0, 1, 0, 0,
    ]);
    expect(await desk.rows("SELECT FROM involvement WHERE agency = $1 AND until IS NULL", [social?.id])).toEqual([]);
    expect(await desk.rows("SELECT FROM case_participant")).toHaveLength(1);
    expect(await desk.rows("SELECT stage, version FROM case_file")).toEqual([{ stage: "TRANSFERRED", version: 2 }]);
  });

  it("gives people a part within their agency's, and an assignment to a child without one", async () => {
    taken(await desk.hand("minors", [child("S-1")], { as: "school" }));
    taken(await desk.hand("cases", [caseOf("C-1", { participants: "social" })], { as: "police" }));
    const ends = "2098-01-01T00:00:00.000Z";
    await desk.rows(
      "UPDATE involvement SET until = $1 WHERE kind = 'PART' AND agency <> (SELECT lead_agency FROM case_file)",
      [ends],
    );
    const rescuer = { agency: "social", person: "social/rescuer", basis: "x" };
    const file = [
      { ...rescuer, kind: "NAMED", case: "police:C-1" },
      { ...rescuer, kind: "ASSIGNED", case: "police:C-1", hours: "2" },
      { ...rescuer, kind: "ASSIGNED", minor: "school:S-1" },
    ];
    expect(counts(taken(await desk.hand("relations", file)))).toEqual([3, 0, 0, 0]);
    const given = await desk.rows<{ kind: string; record_type: string; until: Date | null }>(
      "SELECT kind, record_type, until FROM involvement WHERE person IS NOT NULL AND via IS NULL ORDER BY kind, record_type",
    );
    const [inCase, inChild, named] = given;
    expect(inCase?.until?.getTime()).toBeLessThan(Date.now() + 2 * 3_600_000 + 1);
    expect(inChild).toEqual({ kind: "ASSIGNED", record_type: "Minor", until: null });
    expect(named).toEqual({ kind: "NAMED", record_type: "Case", until: new Date(ends) });
  });

  it("writes a victim into the agency's own case when somebody of it is named", async () => {
    taken(await desk.hand("minors", [child("M-1"), child("M-2")], { as: "social" }));
    const row = caseOf("C-1", { victims: "M-1" });
    expect(codes(await desk.hand("cases", [row], { as: "social" }))).toEqual([[2, "named", "EMPTY"]]);
    taken(await desk.hand("cases", [{ ...row, named: "social/rescuer" }], { as: "social" }));
    taken(await desk.hand("cases", [{ ...row, named: "social/rescuer", minors: "M-2" }], { as: "social" }));
    expect(await roles()).toEqual(["CONCERNED", "VICTIM"]);
    const turned = { ...row, named: "social/rescuer", victims: "M-2", minors: "M-1" };
    expect(codes(await desk.hand("cases", [turned], { as: "social" }))).toEqual([[2, "minors", "CONTRADICTION"]]);
    expect(await roles()).toEqual(["CONCERNED", "VICTIM"]);
  });

  it.each`
    changed                        | version | group
    ${{ stage: "INVESTIGATION" }}  | ${2}    | ${"R17, which is shown with the version"}
    ${{ division: "990101101" }}   | ${2}    | ${"R17, its place"}
    ${{ narrative: "经过" }}       | ${1}    | ${"R18"}
    ${{ partner_summary: "摘要" }} | ${1}    | ${"R18"}
    ${{ victims: "M-1" }}          | ${1}    | ${"R19"}
    ${{ minors: "M-1" }}           | ${1}    | ${"R17m"}
  `("has version $version after $changed: $group", async ({ changed, version }) => {
    const named = { named: "social/rescuer" };
    taken(await desk.hand("minors", [child("M-1")], { as: "social" }));
    taken(await desk.hand("cases", [caseOf("C-1", named)], { as: "social" }));
    taken(await desk.hand("cases", [caseOf("C-1", { ...named, ...changed })], { as: "social" }));
    expect(await desk.rows("SELECT version FROM case_file")).toEqual([{ version }]);
  });

  it("takes a suspect out of a case that it closes", async () => {
    taken(await desk.hand("minors", [child("M-1")], { as: "social" }));
    taken(await desk.hand("cases", [caseOf("C-1")], { as: "police" }));
    await desk.rows(
      "INSERT INTO case_minor (case_file, minor, role) SELECT c.id, m.id, 'SUSPECT' FROM case_file c, minor m",
    );
    expect(await roles()).toEqual(["SUSPECT"]);
    const closed = caseOf("C-1", { stage: "CLOSED", closed_on: "2025-06-01" });
    taken(await desk.hand("cases", [closed], { as: "police" }));
    expect(await roles()).toEqual([]);
  });

  it("keeps one alert for one post, also when it was raised before it stood in a file", async () => {
    taken(await desk.hand("alerts", [alert("A-1")], { as: "publicity" }));
    await desk.rows("DELETE FROM register_key WHERE register = 'alerts'"); // as if a mutation had raised it
    expect(counts(await desk.hand("alerts", [alert("A-1", { heat: "900" })], { as: "publicity" }))).toEqual([
      0, 1, 0, 0,
    ]);
    expect(await desk.rows("SELECT heat, version FROM opinion_alert")).toEqual([{ heat: 900, version: 2 }]);
  });

  it("refuses a second alert for one post, by line and column", async () => {
    const post = (key: string, reference: string) => alert(key, { source: "WEIBO", reference });
    const same = await desk.hand("alerts", [post("A-1", "P-1"), post("A-2", "P-1")], { as: "publicity" });
    expect(codes(same)).toEqual([[3, "source", "REPEATED_KEY"]]);
    taken(await desk.hand("alerts", [post("A-1", "P-1"), post("A-2", "P-2")], { as: "publicity" }));
    const turned = await desk.hand("alerts", [post("A-2", "P-1")], { as: "publicity" });
    expect(codes(turned)).toEqual([[2, "reference", "CONTRADICTION"]]);
  });

  it("refuses a row whose record is no longer the agency's", async () => {
    taken(await desk.hand("minors", [child("S-1"), child("S-2")], { as: "school" }));
    await desk.rows(`UPDATE involvement SET until = clock_timestamp(), swept = true
      WHERE record = (SELECT record FROM register_key WHERE key = 'S-1')`);
    const file = [child("S-1", { sex: "MALE" }), child("S-2", { sex: "MALE" })];
    expect(codes(await desk.hand("minors", file, { as: "school" }))).toEqual([[2, null, "NO_LONGER_YOURS"]]);
    taken(await desk.hand("minors", file.slice(1), { as: "school" }));
  });

  it("goes by the operator's list of agencies and registers", async () => {
    await expect(desk.hand("children", [])).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    await expect(desk.hand("minors", [])).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    await expect(desk.hand("minors", [], { as: "nobody" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    await expect(desk.hand("divisions", [], { as: "school" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    expect(codes(await desk.hand("minors", [child("P-1")], { as: "police" }))).toEqual([[1, null, "NOT_A_WRITER"]]);
    expect(codes(await desk.hand("classes", [], { as: "village" }))).toEqual([[1, null, "NOT_A_WRITER"]]);
  });

  it("changes the directory, and the same again writes nothing", async () => {
    const officer = { subject: "police/officer", name: "王警官", agency: "police", post: "DUTY_OFFICER", active: "no" };
    expect(counts(await desk.hand("persons", [officer]))).toEqual([0, 1, 0, 0]);
    expect(await desk.rows("SELECT name, post, active FROM person WHERE subject = 'police/officer'")).toEqual([
      { name: "王警官", post: "DUTY_OFFICER", active: false },
    ]);
    expect(counts(await desk.hand("persons", [officer]))).toEqual([0, 0, 1, 0]);
    expect(counts(await desk.hand("divisions", [{ code: "990101", name: "新云岭县" }]))).toEqual([0, 1, 0, 0]);
    const duty = { agency: "police", record_type: "Case", prefix: "990101101" };
    expect(counts(await desk.hand("duties", [duty, { ...duty, record_type: "Minor" }]))).toEqual([2, 0, 0, 0]);
    expect(counts(await desk.hand("duties", [duty]))).toEqual([0, 0, 1, 0]);
  });

  it("has its records in a log line beside it in the same transaction, or neither; none where nothing is written", async () => {
    const lines: string[][] = [];
    const born = async (day: string, fail = false) =>
      importRegister(
        desk.store.dataSource,
        {
          policy,
          register: "minors",
          agency: "school",
          file: await fileOf(Buffer.from(csv("minors", [child("S-1", { birth_date: day })]))),
          ids: IDS,
        },
        {
          async written(_manager, written) {
            lines.push(written.map(({ type, id }) => `${type} ${id}`));
            if (fail) throw new Error("the log cannot be written");
          },
        },
      );
    const kept = async () =>
      desk.rows<{ id: string; day: string }>("SELECT id, to_char(birth_date, 'YYYY-MM-DD') AS day FROM minor");
    await born("2016-01-01");
    await born("2016-01-01");
    const [minor] = await kept();
    expect(lines).toEqual([[`Minor ${minor?.id}`]]);
    await expect(born("2016-01-02", true)).rejects.toBeDefined();
    expect(await kept()).toEqual([minor]);
  });

  it("has each record once in its log line, with the minor whom a number of the agency means no more", async () => {
    taken(await desk.hand("minors", [child("S-1"), child("S-2")], { as: "school" }));
    await desk.rows(`SELECT hub_involve(jsonb_agg(jsonb_build_object('record_type', 'Minor', 'record', m.id, 'agency', a.id,
      'kind', 'PART', 'basis', 'test'))) FROM minor m, agency a WHERE a.name = 'police'`);
    const minors = await desk.rows<{ record: string }>(
      "SELECT record FROM register_key WHERE register = 'minors' ORDER BY key",
    );
    const [one = "", other = ""] = minors.map(({ record }) => IDS.encode("Minor", record));
    const named = async (hub_id: string, dryRun = false) => {
      const by = { policy, client: "hub import", agency: "police", operation: "", operationName: "import own-numbers" };
      taken(
        await desk.hand("own-numbers", [{ key: "A-1", hub_id }], { as: "police", dryRun, along: importLog(IDS, by) }),
      );
      const lines = await desk.rows<{ entry: string }>("SELECT entry FROM disclosure_unsealed");
      await desk.rows("DELETE FROM disclosure_unsealed");
      return lines.map(({ entry }) => [...entry.matchAll(/"ref":"([^"]+)"/g)].map(([, ref]) => ref).sort());
    };
    expect(await named(one, true)).toEqual([]);
    expect(await named(one)).toEqual([[one]]);
    expect(await named(other)).toEqual([[one, other].sort()]);
    expect(await named("")).toEqual([[other]]);
  });

  it("knows a row by a digest that nobody makes without the hub's key", async () => {
    const row = child("S-1", { citizen_number: createPeople(1).citizenNumber("2016-05-20", "FEMALE", "990101") });
    await desk.hand("minors", [row], { as: "school" });
    const known = async () => (await desk.rows("SELECT digest FROM register_key WHERE key = 'S-1'"))[0];
    const before = await known();
    const file = await fileOf(Buffer.from(csv("minors", [row])));
    const ids = new IdCipher(Buffer.alloc(32, 2));
    const again = await importRegister(desk.store.dataSource, {
      policy,
      register: "minors",
      agency: "school",
      file,
      ids,
      demo: { seed: 1 },
    });
    expect(counts(again)).toEqual([0, 1, 0, 0]);
    expect(await known()).not.toEqual(before);
  });

  it("takes a file with byte order mark, other order of columns, empty lines and cells over several lines", async () => {
    const [header = "", row = ""] = csv("minors", [child("S-1")]).split("\n");
    const turned = (line: string) => line.split(",").reverse().join(",");
    const file = `\uFEFF${turned(header)}\r\n\r\n${turned(row)}\r\n`;
    expect(counts(await desk.hand("minors", file, { as: "school" }))).toEqual([1, 0, 0, 0]);
    const long = caseOf("C-1", { narrative: "第一行\n第二行" });
    const report = await desk.hand("cases", [long, caseOf("C-2", { kind: "X" })], { as: "police" });
    expect(codes(report)).toEqual([[4, "kind", "BAD_VALUE"]]);
  });

  const kinds = async (record: string) =>
    (
      await desk.rows<{ kind: string }>(
        `SELECT kind FROM involvement WHERE record IN (SELECT id FROM ${record}) ORDER BY kind`,
      )
    ).map((row) => row.kind);
  const roles = async () =>
    (await desk.rows<{ role: string }>("SELECT role FROM case_minor ORDER BY role")).map(({ role }) => role);
  const TABLES = ["minor", "guardian", "entrusted_care", "involvement", "register_key"] as const;
  async function everything() {
    const [tables] = await desk.rows<Record<(typeof TABLES)[number], object[]>>(
      `SELECT ${TABLES.map((table) => `(SELECT json_agg(t ORDER BY t::text) FROM ${table} t) AS ${table}`)}`,
    );
    return { ...tables };
  }
});
