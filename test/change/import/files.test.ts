import { strToU8, zipSync } from "fflate";
import writeXlsxFile, { type Cell } from "write-excel-file/node";
import { type FileTitles, type ImportReport, REJECT_TITLES, type RowError } from "../../../src/change/import/index.js";
import { createPeople } from "../../../src/change/township/names.js";
import { type Cells, child, csv, type Desk, openDesk, taken } from "./desk.js";

const NUMBER = createPeople(1).citizenNumber("2016-05-20", "FEMALE", "990101");
const codes = ({ errors }: ImportReport) => errors.map(({ line, column, code }) => [line, column, code]);
const counts = (report: ImportReport) => [report.new, report.changed, report.unchanged, report.ended, report.refused];

describe("a file as agencies have it", () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk("postgresql");
  });
  afterEach(() => desk.clear());
  afterAll(() => desk?.close());

  const TITLES = "编号,姓名,名,身份证号,出生日期,性别,民族,关爱类别,居住地区划代码,家庭住址,联系电话";
  const WITHOUT = [
    ...["guardian_1_name", "guardian_1_relation", "guardian_1_phone"],
    ...["guardian_2_name", "guardian_2_relation", "guardian_2_phone"],
    ...["carer", "carer_phone", "carer_since", "carer_declared_to_school_on", "carer_declared_to_village_on"],
  ];
  const titles: FileTitles = { columns: {}, ignore: [], without: WITHOUT };
  const ROW = `S-1,林小雨,小雨,${NUMBER},2016年5月20日,女,汉族,留守儿童；孤儿,990101101201,,199`;
  const full = (text: string) => text.replace(/\d/g, (digit) => String.fromCodePoint(0xfee0 + digit.charCodeAt(0)));

  it.each`
    as                           | bytes
    ${"UTF-8"}                   | ${Buffer.from(`${TITLES}\n${ROW}\n`)}
    ${"UTF-8 with a mark"}       | ${Buffer.from(`\uFEFF${TITLES}\r\n${ROW}\r\n`)}
    ${"GB18030"}                 | ${gb18030(`${TITLES}\n${ROW}\n`)}
    ${"digits in full width"}    | ${Buffer.from(`${TITLES}\n${full(ROW).replace(/,[^,]*$/, ",199")}\n`)}
    ${"another form of the day"} | ${Buffer.from(`${TITLES}\n${ROW.replace("2016年5月20日", "20160520")}\n`)}
    ${"blank rows and columns"}  | ${Buffer.from(`${TITLES},,\n,,,,,,,,,,,,\n${ROW},,\n`)}
  `("is taken as $as, by titles and words in Chinese", async ({ bytes }) => {
    taken(await desk.hand("minors", bytes, { as: "school", more: { titles } }));
    expect(await child1()).toEqual(CHILD);
  });

  const CHILD = {
    key: expect.stringMatching(/^S-[1１]$/),
    full_name: "林小雨",
    citizen_number: NUMBER,
    birth: "2016-05-20",
    sex: "FEMALE",
    ethnic_group: "01",
    care_categories: ["LEFT_BEHIND", "ORPHAN"],
    phone: "199",
  };
  const child1 = async () => {
    const [row] = await desk.rows(
      `SELECT key, full_name, citizen_number, to_char(birth_date, 'YYYY-MM-DD') AS birth, sex, ethnic_group, care_categories, phone
         FROM minor JOIN register_key n ON n.record = minor.id AND n.register = 'minors'`,
    );
    return row;
  };

  it("is taken as a workbook, with dates as Excel has them", async () => {
    const cells: Cell[] = ROW.split(",");
    cells[4] = { value: new Date(Date.UTC(2016, 4, 20)), type: Date, format: "yyyy/mm/dd" };
    cells[10] = 199;
    const bytes = await workbook([TITLES.split(","), [], cells]);
    taken(await desk.hand("minors", bytes, { as: "school", more: { titles } }));
    expect(await child1()).toEqual(CHILD);
  });

  it("has its own titles, which hub.yaml explains, and columns that nobody needs", async () => {
    const own: FileTitles = { columns: { 学生学号: "key" }, ignore: ["座号"], without: WITHOUT };
    const file = `${TITLES.replace("编号", "学生学号")},座号\n${ROW},7\n`;
    expect(codes(await desk.hand("minors", file, { as: "school", more: { titles } }))).toEqual([
      [1, "学生学号", "UNKNOWN_COLUMN"],
      [1, "座号", "UNKNOWN_COLUMN"],
      [1, "key", "MISSING_COLUMN"],
    ]);
    taken(await desk.hand("minors", file, { as: "school", more: { titles: own } }));
    expect(await child1()).toEqual(CHILD);
  });

  it("is told what is wrong under its own titles", async () => {
    const file = `${TITLES}\n${ROW.replace("女", "姑娘").replace("2016年5月20日", "20/5/2016")}\n`;
    expect(codes(await desk.hand("minors", file, { as: "school", more: { titles } }))).toEqual([
      [2, "出生日期", "BAD_VALUE"],
      [2, "性别", "BAD_VALUE"],
    ]);
  });

  const titled = (row: readonly Cell[]) => workbook([TITLES.split(","), row]);
  it.each`
    what                                           | bytes                                                                          | error
    ${"a formula"}                                 | ${() => titled(["S-1", { value: "=1+1", type: "Formula" }])}                   | ${[2, "姓名", "FORMULA"]}
    ${"merged cells"}                              | ${() => titled([{ value: "S-1", columnSpan: 2 }, null])}                       | ${[2, "编号", "MERGED_CELLS"]}
    ${"an identity number that Excel has rounded"} | ${() => titled(["S-1", "林小雨", "小雨", Number(NUMBER)])}                     | ${[2, "身份证号", "ROUNDED_NUMBER"]}
    ${"300 columns"}                               | ${() => workbook([Array.from({ length: 300 }, (_, at) => `c${at}`)])}          | ${[1, null, "TOO_LARGE"]}
    ${"a cell in the last corner of a sheet"}      | ${() => sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')}          | ${[200_000, null, "TOO_LARGE"]}
    ${"a bomb that unpacks to more than is taken"} | ${() => bomb()}                                                                | ${[1, null, "TOO_LARGE"]}
    ${"a zip that is no workbook"}                 | ${() => Buffer.from(zipSync({ "a.txt": strToU8("a") }))}                       | ${[1, null, "NOT_XLSX"]}
    ${"half a workbook"}                           | ${async () => (await titled(["S-1"])).subarray(0, 900)}                        | ${[1, null, "NOT_XLSX"]}
    ${"a workbook of Excel before 2007"}           | ${() => Buffer.from("d0cf11e0a1b11ae1", "hex")}                                | ${[1, null, "NOT_XLSX"]}
    ${"a formula in CSV"}                          | ${() => Buffer.from(`${TITLES}\n${ROW.replace("林小雨", "=A1")}\n`)}           | ${[2, "姓名", "FORMULA"]}
    ${"a number that a program rounded in CSV"}    | ${() => Buffer.from(`${TITLES}\n${ROW.replace(NUMBER, "9.9E+17")}\n`)}         | ${[2, "身份证号", "ROUNDED_NUMBER"]}
    ${"an identity number of 15 digits"}           | ${() => Buffer.from(`${TITLES}\n${ROW.replace(NUMBER, "990101160520001")}\n`)} | ${[2, "身份证号", "BAD_VALUE"]}
    ${"a row twice"}                               | ${() => Buffer.from(`${TITLES}\n${ROW}\n${ROW}\n`)}                            | ${[3, "编号", "REPEATED_KEY"]}
  `("with $what is refused by line and column, and nothing of it is written", async ({ bytes, error }) => {
    const report = await desk.hand("minors", await bytes(), { as: "school", more: { titles } });
    expect(codes(report)).toContainEqual(error);
    expect(report.written).toBe(false);
    expect(await desk.rows("SELECT FROM minor")).toEqual([]);
  });

  describe("whose valid rows are accepted", () => {
    const hand = async (rows: readonly Cells[] | string) => {
      const rejects: { titles: readonly string[]; cells: readonly string[]; errors: readonly RowError[] }[] = [];
      const along = {
        refused: (titles: readonly string[], cells: readonly string[], errors: readonly RowError[]) =>
          rejects.push({ titles, cells, errors }),
      };
      const report = await desk.hand("minors", rows, { as: "school", more: { acceptValid: true }, along });
      return { report, rejects };
    };

    it("writes whole rows, and hands the others back to be corrected and sent again as they are", async () => {
      const { report, rejects } = await hand([child("S-1"), child("S-2", { sex: "X", birth_date: "" }), child("S-3")]);
      expect([counts(report), report.written]).toEqual([[2, 0, 0, 0, 1], true]);
      expect(await desk.rows("SELECT FROM minor")).toHaveLength(2);
      const [reject] = rejects;
      expect(reject?.errors.map(({ line, column, code }) => [line, column, code])).toEqual([
        [3, "birth_date", "EMPTY"],
        [3, "sex", "BAD_VALUE"],
      ]);

      const own = new Map(reject?.titles.map((title, place) => [title, reject.cells[place] ?? ""]));
      const corrected = { ...Object.fromEntries(own), sex: "女", birth_date: "2016-05-20" };
      const [header = "", row = ""] = csv("minors", [corrected]).split("\n");
      const again = `${header},${REJECT_TITLES}\n${row},3,sex,BAD_VALUE,x,y\n`;
      expect(counts((await hand(again)).report)).toEqual([1, 0, 0, 0, 0]);
      expect(await desk.rows("SELECT FROM minor")).toHaveLength(3);
    });

    it("writes nothing where the file cannot be read to its end", async () => {
      const { report } = await hand(`${csv("minors", [child("S-1")])}"S-2,`);
      expect([report.written, report.errors.map(({ code }) => code)]).toEqual([false, ["NOT_CSV"]]);
      expect(await desk.rows("SELECT FROM minor")).toEqual([]);
    });
  });

  describe("that is a school's roster", () => {
    const pupil = (key: string, more: Cells = {}) => ({
      ...child(key),
      given_name: "",
      grade: "3",
      class: "三(1)班",
      since: "2024-09-01",
      ...more,
    });
    const hand = (rows: readonly Cells[], complete = false, dryRun = false) =>
      desk.hand("roster", rows, { as: "school", dryRun, more: { complete } });

    it("makes minors, classes and enrolments under the school's numbers", async () => {
      taken(await hand([pupil("S-1"), pupil("S-2", { class: "" })]));
      expect(
        await desk.rows(
          "SELECT given_name, grade, class_name FROM minor m JOIN enrolment e ON e.minor = m.id ORDER BY class_name",
        ),
      ).toEqual([
        { given_name: "小雨", grade: 3, class_name: "三(1)班" },
        { given_name: "小雨", grade: 3, class_name: null },
      ]);
      taken(
        await desk.hand("classes", [{ key: "三(1)班", name: "三(1)班", teacher: "school/teacher" }], { as: "school" }),
      );
      expect(await desk.rows("SELECT FROM involvement WHERE kind = 'CLASS'")).toHaveLength(1);
      expect(counts(await hand([pupil("S-1"), pupil("S-2", { class: "" })]))).toEqual([0, 0, 2, 0, 0]);
    });

    it("goes on with the children of the register minors", async () => {
      taken(await desk.hand("minors", [child("S-1")], { as: "school" }));
      expect(counts(await hand([pupil("S-1"), pupil("S-2")]))).toEqual([1, 1, 0, 0, 0]);
      expect(await desk.rows("SELECT FROM minor")).toHaveLength(2);
    });

    it("ends, if complete, the enrolment of whoever has left, and says so before", async () => {
      taken(await hand([pupil("S-1"), pupil("S-2")]));
      const plan = await hand([pupil("S-1", { grade: "4" }), pupil("S-3")], true, true);
      expect(counts(plan)).toEqual([1, 1, 0, 1, 0]);
      expect(plan.changes).toEqual([
        { happening: "CHANGED", line: 2, key: "S-1" },
        { happening: "NEW", line: 3, key: "S-3" },
        { happening: "ENDED", line: null, key: "S-2" },
      ]);
      expect(await desk.rows("SELECT FROM enrolment")).toHaveLength(2);

      taken(await hand([pupil("S-1")], true));
      expect(await desk.rows("SELECT FROM enrolment")).toHaveLength(1);
      expect(await desk.rows("SELECT FROM minor")).toHaveLength(2);
      expect(counts(await hand([pupil("S-1")], true))).toEqual([0, 0, 1, 0, 0]);
      expect(counts(await hand([pupil("S-1"), pupil("S-2")]))).toEqual([0, 1, 1, 0, 0]);
    });

    it("ends nothing where not every row could be read", async () => {
      taken(await hand([pupil("S-1"), pupil("S-2")]));
      const broken = `${csv("roster", [pupil("S-1")])}"S-2,`;
      await desk.hand("roster", broken, { as: "school", more: { complete: true, acceptValid: true } });
      expect(await desk.rows("SELECT FROM enrolment")).toHaveLength(2);
    });

    it("is refused where it is another school's, and where a name does not tell the given name", async () => {
      expect(codes(await hand([pupil("S-1", { school: "other-school" })]))).toEqual([[2, "school", "CONTRADICTION"]]);
      expect(codes(await hand([pupil("S-1", { full_name: "阿依古丽·买买提" })]))).toEqual([[2, "given_name", "EMPTY"]]);
      const foreign = await desk.hand("roster", [pupil("V-1")], { as: "village" });
      expect(codes(foreign)).toEqual([[1, null, "NOT_A_WRITER"]]);
    });

    it("is followed by who has left: the enrolment ends, and the same row brings the pupil back", async () => {
      taken(await hand([pupil("S-1"), pupil("S-2")]));
      const left = (key: string, ended_on: string) =>
        desk.hand("departures", [{ minor: key, ended_on }], { as: "school" });
      taken(await left("S-1", "2024-08-31")); // before she came
      expect(await desk.rows("SELECT FROM enrolment")).toHaveLength(2);
      taken(await left("S-1", "2025-03-04"));
      expect(await desk.rows("SELECT FROM enrolment")).toHaveLength(1);
      expect(await desk.rows("SELECT FROM minor")).toHaveLength(2);
      expect(counts(await hand([pupil("S-1"), pupil("S-2")]))).toEqual([0, 1, 1, 0, 0]);
      expect(await desk.rows("SELECT FROM enrolment")).toHaveLength(2);
      expect(codes(await left("S-9", "2025-03-04"))).toEqual([[2, "minor", "UNKNOWN_REFERENCE"]]);
    });

    it("is followed by leaving, coming back and leaving again, on one day as well", async () => {
      const leave = () => desk.hand("departures", [{ minor: "S-1", ended_on: "2025-03-04" }], { as: "school" });
      const enrolled = () => desk.rows("SELECT FROM enrolment");
      taken(await hand([pupil("S-1")]));
      for (let time = 0; time < 2; time++) {
        expect(counts(await leave())).toEqual([1, 0, 0, 0, 0]);
        expect(await enrolled()).toHaveLength(0);
        expect(counts(await leave())).toEqual([0, 0, 1, 0, 0]);
        taken(await hand([pupil("S-1")]));
        expect(await enrolled()).toHaveLength(1);
      }
    });

    it("is followed by who counsels whom (R16, R16b), each by himself, until it ends", async () => {
      taken(await hand([pupil("S-1")]));
      const colleague = { subject: "school/counsellor", name: "c", agency: "school", post: "COUNSELLING_TEACHER" };
      taken(await desk.hand("persons", [{ ...colleague, active: "yes" }]));
      const counsel = (person: string, ended_on = "", as = "school", minor = "S-1") =>
        desk.hand("counsellors", [{ minor, person, ended_on }], { as });
      const counsellors = async () =>
        (
          await desk.rows<{ subject: string }>(
            "SELECT subject FROM involvement i JOIN person p ON p.id = i.person WHERE kind = 'COUNSELLOR' AND until IS NULL ORDER BY 1",
          )
        ).map(({ subject }) => subject);
      taken(await counsel("school/teacher"));
      taken(await counsel("school/counsellor"));
      expect(await counsellors()).toEqual(["school/counsellor", "school/teacher"]);
      taken(await counsel("school/teacher", "2025-03-04"));
      expect(await counsellors()).toEqual(["school/counsellor"]);
      taken(await counsel("school/teacher"));
      expect(await counsellors()).toEqual(["school/counsellor", "school/teacher"]);

      expect(codes(await counsel("other-school/teacher"))).toEqual([[2, "person", "UNKNOWN_REFERENCE"]]);
      taken(await desk.hand("minors", [child("V-1")], { as: "village" }));
      expect(codes(await counsel("school/teacher", "", "village", "V-1"))).toContainEqual([
        2,
        "person",
        "NOT_A_WRITER",
      ]);
      expect(codes(await counsel("school/teacher", "", "police"))).toEqual([[1, null, "NOT_A_WRITER"]]);
    });

    it.each`
      leaves                                        | by
      ${"by the departures"}                        | ${() => desk.hand("departures", [{ minor: "S-1", ended_on: "2025-03-04" }], { as: "school" })}
      ${"because a complete roster has no row"}     | ${() => hand([pupil("S-2")], true)}
      ${"because another school has the child now"} | ${() => desk.rows("UPDATE enrolment SET school = (SELECT record FROM register_key WHERE register = 'agencies' AND key = 'other-school'), school_class = NULL")}
    `(
      "ends class teacher and counsellor of a pupil who leaves (R15, R16) $leaves, and nobody else's",
      async ({ by }) => {
        taken(await hand([pupil("S-1", { class: "1" }), pupil("S-2")]));
        taken(await desk.hand("classes", [{ key: "1", name: "1", teacher: "school/teacher" }], { as: "school" }));
        const counsel = (minor: string) =>
          desk.hand("counsellors", [{ minor, person: "school/teacher", ended_on: "" }], { as: "school" });
        taken(await counsel("S-1"));
        const related = async (minor: string) =>
          (
            await desk.rows<{ kind: string }>(
              `SELECT i.kind FROM involvement i JOIN register_key n ON n.record = i.record AND n.register = 'minors'
              WHERE n.key = $1 AND i.person IS NOT NULL AND (i.until > clock_timestamp()) IS NOT FALSE ORDER BY 1`,
              [minor],
            )
          ).map(({ kind }) => kind);
        expect(await related("S-1")).toEqual(["CLASS", "COUNSELLOR"]);
        await by();
        expect(await related("S-1")).toEqual([]);
        const refused = await counsel("S-1");
        expect(codes(refused)).toEqual([[2, "minor", "HAS_LEFT"]]);
        expect(await related("S-1")).toEqual([]);

        taken(await hand([pupil("S-1", { class: "1", phone: "13900000000" })]));
        expect(await related("S-1")).toEqual(["CLASS"]);
        expect(counts(await counsel("S-1"))).toEqual([0, 1, 0, 0, 0]);
        expect(await related("S-1")).toEqual(["CLASS", "COUNSELLOR"]);
      },
    );

    it("takes the others of a file where one is of a pupil who has left, and one of whom no enrolment was ever brought", async () => {
      taken(await hand([pupil("S-1"), pupil("S-2")]));
      taken(await hand([pupil("S-2")], true));
      taken(await desk.hand("minors", [child("S-3")], { as: "school" }));
      const rows = ["S-1", "S-2", "S-3"].map((minor) => ({ minor, person: "school/teacher", ended_on: "" }));
      const report = await desk.hand("counsellors", rows, { as: "school", more: { acceptValid: true } });
      expect(codes(report)).toEqual([[2, "minor", "HAS_LEFT"]]);
      expect(report).toMatchObject({ written: true, new: 2, refused: 1 });
      const over = await desk.hand("counsellors", [{ ...rows[0], ended_on: "2025-03-04" }], { as: "school" });
      expect(over).toMatchObject({ written: true });
    });

    it.each`
      name          | given
      ${"林小雨"}   | ${"小雨"}
      ${"欧阳小雨"} | ${"小雨"}
      ${"李雨"}     | ${"雨"}
    `("takes the surname off $name", async ({ name, given }) => {
      taken(await hand([pupil("S-1", { full_name: name })]));
      expect(await desk.rows("SELECT given_name FROM minor")).toEqual([{ given_name: given }]);
    });
  });

  it("that is a station's intake makes a minor and a case that it leads, and closes it", async () => {
    const row = {
      ...child("R-1"),
      kind: "救助",
      found_division: "990101101201",
      admitted_on: "2025-03-04",
    };
    taken(await desk.hand("intake", [row], { as: "rescue" }));
    const found = () =>
      desk.rows(`SELECT c.kind, c.stage, e.role, m.full_name FROM case_file c
        JOIN case_minor e ON e.case_file = c.id JOIN minor m ON m.id = e.minor`);
    expect(await found()).toEqual([{ kind: "RESCUE", stage: "ACCEPTED", role: "CONCERNED", full_name: "林小雨" }]);
    taken(await desk.hand("intake", [{ ...row, left_on: "2025-03-09" }], { as: "rescue" }));
    expect(await found()).toMatchObject([{ stage: "CLOSED" }]);
    const wrong = { ...row, kind: "BULLYING", left_on: "2025-03-01", assigned: "police/officer" };
    expect(codes(await desk.hand("intake", [wrong], { as: "rescue" }))).toEqual([
      [2, "kind", "BAD_VALUE"],
      [2, "left_on", "CONTRADICTION"],
      [2, "assigned", "CONTRADICTION"],
    ]);
    expect(codes(await desk.hand("intake", [row], { as: "social" }))).toEqual([[1, null, "NOT_A_WRITER"]]);
  });

  it("that is a station's intake ends its counsellors with the child's leaving, until one is named again (R16)", async () => {
    const row = { ...child("R-1"), kind: "救助", found_division: "990101101201", admitted_on: "2025-03-04" };
    const stays = async (left_on: string) => taken(await desk.hand("intake", [{ ...row, left_on }], { as: "rescue" }));
    const counsel = () => desk.hand("counsellors", [{ minor: "R-1", person: "rescue/worker" }], { as: "rescue" });
    const counsels = async () =>
      (
        await desk.rows(
          "SELECT FROM involvement WHERE kind = 'COUNSELLOR' AND (until > clock_timestamp()) IS NOT FALSE",
        )
      ).length;
    const worker = { subject: "rescue/worker", name: "w", agency: "rescue", post: "SOCIAL_WORKER", active: "yes" };
    taken(await desk.hand("persons", [worker]));
    await stays("");
    taken(await counsel());
    expect(await counsels()).toBe(1);
    await stays("2025-03-09");
    expect(await counsels()).toBe(0);
    // The same file as every night.
    expect(codes(await counsel())).toEqual([[2, "minor", "HAS_LEFT"]]);
    expect(await counsels()).toBe(0);
    await stays("");
    expect(await counsels()).toBe(0);
    expect(counts(await counsel())).toEqual([0, 1, 0, 0, 0]);
    expect(await counsels()).toBe(1);
  });
});

const workbook = (rows: readonly (readonly Cell[])[]): Promise<Buffer> =>
  writeXlsxFile(rows.map((row) => [...row])).toBuffer();

/** A workbook that holds nothing but one sheet of this. */
const sheet = (rows: string, more: Record<string, Uint8Array> = {}): Buffer =>
  Buffer.from(
    zipSync({
      "xl/workbook.xml": strToU8('<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'),
      "xl/_rels/workbook.xml.rels": strToU8(
        '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
      ),
      "xl/worksheets/sheet1.xml": strToU8(`<worksheet><sheetData>${rows}</sheetData></worksheet>`),
      ...more,
    }),
  );

/** 300 MiB of nothing. */
const bomb = (): Buffer => sheet("", { "xl/media/a.bin": new Uint8Array(300 * 1_048_576) });

/** ICU reads GB18030 only; these are the bytes of the two-byte characters, which it reads one by one. */
function gb18030(text: string): Buffer {
  const decoder = new TextDecoder("gb18030");
  const bytes = new Map<string, Buffer>();
  for (let first = 0x81; first <= 0xfe; first++)
    for (let second = 0x40; second <= 0xfe; second++) {
      const pair = Buffer.from([first, second]);
      bytes.set(decoder.decode(pair), pair);
    }
  return Buffer.concat(
    [...text].map((sign) => (sign < "\u0080" ? Buffer.from(sign) : (bytes.get(sign) ?? Buffer.alloc(0)))),
  );
}
