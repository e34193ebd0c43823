import "reflect-metadata";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { stringify } from "csv-stringify/sync";
import pg from "pg";
import pino from "pino";
import type { DataSource } from "typeorm";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { refusedEvents, tellAgain, tellHub, WITHHELD } from "../../src/agency/events.js";
import type { Home } from "../../src/agency/home.js";
import { hubDoor } from "../../src/agency/hub-door.js";
import { type HomeImport, homeRegisters, importAtHome } from "../../src/agency/import.js";
import { linkMinors } from "../../src/agency/link.js";
import { keepInTouch } from "../../src/agency/touch.js";
import { type Along, fileOf, type ImportReport } from "../../src/change/import/index.js";
import { type HubConfig, parseConfig } from "../../src/config.js";
import { compose } from "../../src/federation/compose.js";
import { publicFileOf, signingKeyIn } from "../../src/federation/keys.js";
import { type Agency, agencySdl, asOwnerAtHome, openAgency } from "../../src/server/agency.js";
import { idCipherOf, policyInForce } from "../../src/server/foundation.js";
import { type Gateway, openGateway } from "../../src/server/gateway/gateway.js";
import type { IdCipher } from "../../src/store/global-id.js";
import { AGENCY_MIGRATIONS, migrationsIn } from "../../src/store/migrate.js";
import { prepare } from "../../src/store/store.js";
import { unauthenticated } from "../../src/viewer/unauthenticated.js";
import { type Cells, child, csv, taken } from "../change/import/desk.js";
import { type Sql, startHub, type TestHub } from "../support/hub.js";
import { preparedDatabase, prepareFolder } from "../support/prepared.js";
import { andThen, type Line, lineTo } from "./link-between.js";

const key = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const pupil = (number: string, more: Cells = {}): Cells =>
  child(number, { residence: "990101101200", grade: "3", since: "2024-09-01", ...more });
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

const absent = (编号: string, 未成年人编号: string, 缺勤天数: string, visit_asked: string): Cells => ({
  编号,
  未成年人编号,
  学期: "2026-1",
  缺勤天数,
  辍学风险: "无",
  visit_asked,
});
const session = (编号: string, 未成年人编号: string): Cells => ({
  编号,
  未成年人编号,
  日期: "2026年3月4日",
  记录: "谈到家里的事",
});
const assigned = (minor: string, person: string, ended_on = ""): Cells => ({ minor, person, ended_on });
const person = (subject: string, post: string): Cells => ({
  subject,
  name: subject,
  agency: "liuhe",
  post,
  active: "yes",
});
/** As the agency itself and the hub's operator have it. */
const DIVISIONS = [
  { code: "990101101", name: "柳河镇" },
  { code: "990101101200", name: "柳荫村" },
  { code: "990101101300", name: "柳塘村" },
  { code: "990101101500", name: "柳坡村" },
];
const LIUHE = {
  code: "liuhe",
  kind: "SCHOOL",
  name: "柳河小学",
  division: "990101101000",
  legal_basis_kind: "AGREEMENT",
  legal_basis_document: "示例",
};
const STAFF = [
  person("head", "HEAD"),
  person("tao", "CLASS_TEACHER"),
  ...["an", "bai", "cheng"].map((name) => person(name, "COUNSELLING_TEACHER")),
];

const DIRECTORY = [
  ["divisions", DIVISIONS],
  ["agencies", [LIUHE]],
  ["persons", STAFF],
] as const;

/** A school on its own database, the hub at the other end of a line that can be cut, and the gateway before both. */
describe("a school that keeps its pupils' records at home", () => {
  it("brings home what it keeps, by the columns of its tables alone, and the same again is nothing", async () => {
    taken(await bring("roster", [pupil("S-1"), pupil("S-2")]));
    const attendance = [absent("A-1", "S-1", "7", "是"), absent("A-2", "S-2", "1", "no")];
    expect(await bring("attendance", attendance)).toMatchObject({ written: true, new: 2 });
    expect(await bring("attendance", attendance)).toMatchObject({ new: 0, unchanged: 2 });
    const changed = [absent("A-1", "S-1", "9", "是"), absent("A-3", "S-2", "2", "no")];
    expect(await bring("attendance", changed, { complete: true, dryRun: true })).toMatchObject({
      changed: 1,
      ended: 1,
    });
    expect(await bring("attendance", changed, { complete: true })).toMatchObject({ new: 1, changed: 1, ended: 1 });
    expect(await rows("SELECT days_absent, visit_asked FROM attendance ORDER BY days_absent")).toEqual([
      { days_absent: 2, visit_asked: false },
      { days_absent: 9, visit_asked: true },
    ]);

    const health = { minor: "S-1", 过敏: "青霉素", 慢性病: "", 残疾: "", what_to_mind: "不参加长跑" };
    taken(await bring("health_record", [health]));
    expect(await bring("health_record", [{ ...health, 慢性病: "哮喘" }])).toMatchObject({ new: 0, changed: 1 });
    const need = { minor: "S-1", level: "LOW", finding: "睡眠差" };
    taken(await bring("psychological_need", [{ ...need, minor: "S-2" }, need]));
    taken(await bring("psychological_need", [{ ...need, level: "HIGH" }], { complete: true }));
    expect(await rows("SELECT level FROM psychological_need")).toEqual([{ level: "HIGH" }]);
    taken(await bring("counselling_session", [session("N-1", "S-1")]));

    expect(await bring("roster", [pupil("S-8")], { dryRun: true })).toMatchObject({ written: false, new: 1 });
    expect(await bring("roster", [pupil("S-8", { sex: "?" }), pupil("S-9")])).toMatchObject({
      written: false,
      refused: 1,
    });
    expect(await waiting()).toEqual(["roster S-1", "roster S-2"]); // of own tables the hub is told nothing
  });

  it.each`
    what                          | register                 | row                                                 | refused
    ${"an unknown number"}        | ${"attendance"}          | ${absent("A-9", "S-9", "1", "否")}                  | ${["未成年人编号", "UNKNOWN_REFERENCE"]}
    ${"no whole number"}          | ${"attendance"}          | ${absent("A-9", "S-1", "-1", "否")}                 | ${["缺勤天数", "BAD_VALUE"]}
    ${"a word that is no answer"} | ${"attendance"}          | ${absent("A-9", "S-1", "1", "?")}                   | ${["visit_asked", "BAD_VALUE"]}
    ${"an empty cell"}            | ${"counselling_session"} | ${{ ...session("N-9", "S-1"), 记录: "" }}           | ${["记录", "EMPTY"]}
    ${"another day of the year"}  | ${"counselling_session"} | ${{ ...session("N-9", "S-1"), 日期: "03/04/2026" }} | ${["日期", "BAD_VALUE"]}
    ${"a rule of the table"}      | ${"psychological_need"}  | ${{ minor: "S-1", level: "SOME", finding: "x" }}    | ${["minor", "CONTRADICTION"]}
  `("refuses $what by line and column, and writes nothing of the file", async ({ register, row, refused }) => {
    const report = await bring(register, [row]);
    expect(report).toMatchObject({ written: false, refused: 1 });
    expect(report.errors.map(({ column, code }) => [column, code])).toEqual([refused]);
  });

  it("takes what can be taken, if so asked, and says of the rest row, column and remedy in both languages; a dry run writes nothing", async () => {
    const need = (minor: string, level: string) => ({ minor, level, finding: "睡眠差" });
    const file = [need("S-1", "SOME"), need("S-2", "LOW"), need("S-9", "LOW")];
    const levels = () => rows("SELECT level FROM psychological_need ORDER BY 1");
    const trial = await bring("psychological_need", file, { acceptValid: true, dryRun: true });
    expect(trial).toMatchObject({ written: false, new: 1, refused: 2 });
    expect(await levels()).toEqual([{ level: "HIGH" }]);
    const report = await bring("psychological_need", file, { acceptValid: true });
    expect(report).toEqual({ ...trial, dryRun: false, written: true });
    const words = { message: expect.stringMatching(/\w/), messageZh: expect.stringMatching(/\p{Script=Han}/u) };
    expect(report.errors).toEqual([
      { line: 2, column: "minor", code: "CONTRADICTION", ...words, remedy: expect.stringMatching(/\w/) },
      { line: 4, column: "minor", code: "UNKNOWN_REFERENCE", ...words, remedy: expect.stringMatching(/minors/) },
    ]);
    expect(await levels()).toEqual([{ level: "HIGH" }, { level: "LOW" }]);
  });

  it("tells the hub of its pupils, and ties them by what the hub answers: never by name", async () => {
    expect(await link()).toMatchObject({
      linked: 0,
      findings: [
        { code: "LINK_UNKNOWN", number: "S-1" },
        { code: "LINK_UNKNOWN", number: "S-2" },
      ],
    });
    expect(await tell()).toEqual({ accepted: 2, refused: 0 });
    expect(await link()).toEqual({ linked: 2, made: 2, removed: 0, missing: 0, ended: 0, findings: [] });
    expect(await link()).toEqual({ linked: 2, made: 0, removed: 0, missing: 0, ended: 0, findings: [] });
    expect(await reads("head", "S-1", "fullName attendance { daysAbsent }")).toEqual({
      fullName: "林小雨",
      attendance: [{ daysAbsent: 9 }],
    });
    expect(
      await school.store.query("SELECT entry FROM disclosure_unsealed WHERE entry LIKE '%agency link%'"),
    ).toHaveLength(1);
  });

  it("seals what its own commands have put on record while it serves, so that nothing of it can be cut off", async () => {
    for (const command of ["agency import", "agency link"]) expect(await unsealed()).toContain(command);
    everyHalfMinute();
    while ((await unsealed()) !== "") await new Promise((later) => setTimeout(later, 20));
    expect(await rows("SELECT entries FROM disclosure_segment")).toEqual(
      expect.arrayContaining([{ entries: expect.stringContaining("agency link") }]),
    );
  });

  it("is missing, and not empty, while it has an old key of the hub's; to whom nothing is open that is the same as ever", async () => {
    const { hubKeysFile = "" } = config.federation;
    const keys = readFileSync(hubKeysFile, "utf8");
    writeFileSync(hubKeysFile, readFileSync(publicFileOf(join(folder, "gateway.json")), "utf8"));
    expect(await reads("head", "S-1", "attendance { daysAbsent }")).toBe("AGENCY_UNAVAILABLE");
    expect(await notes("an")).toBeNull();
    writeFileSync(hubKeysFile, keys);
    expect(await reads("head", "S-1", "attendance { daysAbsent }")).toEqual({ attendance: [{ daysAbsent: 9 }] });
  });

  it("shows its counsellor the notes (R16) as soon as school and hub both know that he is assigned", async () => {
    taken(await bring("counsellors", [assigned("S-1", "an")]));
    expect(await notes("an")).toBeNull();
    expect(await tell()).toEqual({ accepted: 1, refused: 0 });
    expect(await notes("an")).toEqual(NOTES);
    expect(await notes("bai")).toBeNull();
  });

  it("shows its class teacher the attendance of his class (R13) as soon as both know that it is his", async () => {
    const attendance = () => reads("tao", "S-2", "attendance { daysAbsent }");
    taken(await bring("roster", [pupil("S-2", { class: "三(1)班" })]));
    taken(await bring("classes", [{ key: "三(1)班", name: "三(1)班", teacher: "tao" }]));
    expect(await attendance()).toBe("NOT_FOUND_OR_NOT_SHARED");
    expect(await tell()).toEqual({ accepted: 2, refused: 0 });
    expect(await attendance()).toEqual({ attendance: [{ daysAbsent: 2 }] });
    taken(await bring("classes", [{ key: "三(1)班", name: "三(1)班", teacher: "" }]));
    expect(await attendance()).toEqual({ attendance: null });
    expect(await tell()).toEqual({ accepted: 1, refused: 0 });
    expect(await attendance()).toBe("NOT_FOUND_OR_NOT_SHARED");
  });

  it("has an hour without the hub: what is new stays closed, what has ended is closed at once, and afterwards all is told once, in order", async () => {
    line.state = "CUT";
    line.changes.length = 0;
    taken(await bring("counsellors", [assigned("S-1", "an", today()), assigned("S-1", "bai")]));
    taken(await bring("roster", [pupil("S-3")]));
    taken(await bring("attendance", [absent("A-4", "S-3", "4", "no")]));
    taken(await bring("counsellors", [assigned("S-3", "bai")]));
    const left = String(await idOf("S-2"));
    expect(await reads("head", left, "attendance { daysAbsent }")).toEqual({ attendance: [{ daysAbsent: 2 }] });
    taken(await bring("departures", [{ minor: "S-2", ended_on: today() }]));
    expect(await reads("head", left, "attendance { daysAbsent }")).toEqual({ attendance: null });
    const events = [
      "counsellors S-1|an",
      "counsellors S-1|bai",
      "roster S-3",
      "counsellors S-3|bai",
      `departures S-2|${today()}`,
    ];
    expect(await waiting()).toEqual(events);

    await rows("UPDATE hub_event SET happened_at = happened_at - interval '1 hour'");
    await expect(tell()).rejects.toMatchObject({
      code: "HUB_UNAVAILABLE",
      message: expect.stringMatching(/^The hub does not answer: ./),
    });
    await expect(link()).rejects.toMatchObject({ code: "HUB_UNAVAILABLE" });
    expect(await waiting()).toEqual(events);
    expect(await counsellorsAtHub()).toEqual(["an"]);
    expect(await notes("an")).toBeNull();
    expect(await notes("bai")).toBeNull();
    expect(await idOf("S-3")).toBeUndefined();

    line.state = "UP";
    expect(await tell()).toEqual({ accepted: 5, refused: 0 });
    expect(line.changes.map(({ register }) => register)).toEqual([
      "counsellors",
      "roster",
      "counsellors",
      "departures",
    ]);
    expect(await waiting()).toEqual([]);
    expect(await tell()).toEqual({ accepted: 0, refused: 0 });
    expect(line.changes).toHaveLength(4);
    const findings = [{ code: "LINK_HAS_LEFT", number: "S-2" }];
    expect(await link()).toMatchObject({ linked: 2, made: 1, removed: 0, missing: 0, findings });
    expect(await counsellorsAtHub()).toEqual(["bai"]);
    expect([await notes("an"), await notes("bai")]).toEqual([null, NOTES]);
    expect(await reads("head", "S-3", "attendance { daysAbsent } enrolment { grade }")).toEqual({
      attendance: [{ daysAbsent: 4 }],
      enrolment: { grade: 3 },
    });
    expect(await reads("head", left, "enrolment { grade } attendance { daysAbsent }")).toEqual({
      enrolment: null,
      attendance: null,
    });
  });

  it("tells again under the same key what the hub has taken and whose answer was lost", async () => {
    taken(await bring("roster", [pupil("S-2")])); // is back
    expect(await tell()).toEqual({ accepted: 1, refused: 0 });
    expect(await link()).toMatchObject({ linked: 3, made: 1, findings: [] });
    line.changes.length = 0;
    line.state = "LOSES";
    taken(await bring("counsellors", [assigned("S-2", "bai")]));
    await expect(tell()).rejects.toMatchObject({ code: "HUB_UNAVAILABLE" });
    line.state = "UP";
    expect(await tell()).toEqual({ accepted: 1, refused: 0 });
    expect(new Set(line.changes.map((change) => change.key)).size).toBe(1);
    expect(line.changes.length).toBeGreaterThan(1);
  });

  it("plans anew, under the same key, where the hub has changed since a plan that it never carried out", async () => {
    line.changes.length = 0;
    line.state = "STOPS";
    taken(await bring("counsellors", [assigned("S-2", "an")]));
    await expect(tell()).rejects.toMatchObject({ code: "HUB_UNAVAILABLE" });
    const plan = async () => (await rows("SELECT plan FROM hub_event WHERE plan IS NOT NULL"))[0]?.plan;
    expect(await plan()).toEqual(expect.any(String));
    await atHub("INSERT INTO register_key (agency, register, key, digest) VALUES ($1, 'counsellors', 'S-2|an', '')", [
      key(1),
    ]);
    line.state = "UP";
    expect(await tell()).toEqual({ accepted: 1, refused: 0 });
    expect(line.changes).toHaveLength(2);
    expect(line.changes[0]).toEqual(line.changes[1]);
  });

  it("keeps what the hub refuses with the hub's reason, and goes on; a person has it told again", async () => {
    taken(await bring("counsellors", [assigned("S-1", "cheng"), assigned("S-3", "an")]));
    expect(await tell()).toEqual({ accepted: 1, refused: 1 });
    const { dataSource } = school.store;
    expect(await refusedEvents(dataSource, home)).toMatchObject([
      { register: "counsellors", key: "S-1|cheng", refused: [{ column: "person", code: "UNKNOWN_REFERENCE" }] },
    ]);
    expect(await notes("cheng")).toBe("UNAUTHENTICATED");

    await atHub(
      "INSERT INTO person (id, subject, name, agency, post) VALUES ($1, 'cheng', 'c', $2, 'COUNSELLING_TEACHER')",
      [key(9), key(1)],
    );
    await tellAgain(dataSource, home);
    expect(await tell()).toEqual({ accepted: 1, refused: 0 });
    expect(await notes("cheng")).toEqual(NOTES);
  });

  it("knows which row the hub refuses, whatever stands in the cells before it, and tells the corrected one", async () => {
    const lines = pupil("S-6", { home_address: "柳荫巷1号\n后院\n左门" });
    taken(await bring("roster", [lines, pupil("S-7", { residence: "990101101300" })])); // a village that only the school knows
    expect(await tell()).toEqual({ accepted: 1, refused: 1 });
    expect(await refusedEvents(school.store.dataSource, home)).toMatchObject([
      { register: "roster", key: "S-7", refused: [{ column: "residence", code: "UNKNOWN_REFERENCE" }] },
    ]);
    taken(await bring("roster", [pupil("S-7")]));
    expect(await tell()).toEqual({ accepted: 1, refused: 0 });
  });

  it("forgets what was refused as soon as the hub takes what the same number says later", async () => {
    taken(await bring("roster", [pupil("S-8", { residence: "990101101300" })])); // a village that only the school knows
    taken(await bring("roster", [pupil("S-8")])); // both wait: the hub was not reached meanwhile
    expect(await tell()).toEqual({ accepted: 1, refused: 0 });
    await tellAgain(school.store.dataSource, home);
    expect(await waiting()).toEqual([]);
  });

  it("forgets what was refused as soon as the same number says something else", async () => {
    taken(await bring("persons", [person("du", "COUNSELLING_TEACHER")]));
    taken(await bring("counsellors", [assigned("S-1", "du")]));
    expect(await tell()).toEqual({ accepted: 0, refused: 1 });
    taken(await bring("counsellors", [assigned("S-1", "du", today())]));
    expect(await refusedEvents(school.store.dataSource, home)).toEqual([]);
    expect(await waiting()).toEqual(["counsellors S-1|du"]);
    expect(await tell()).toEqual({ accepted: 0, refused: 1 });
  });

  const leave = async (number: string) => taken(await bring("departures", [{ minor: number, ended_on: today() }]));

  it("ends a pupil's counsellor with his leaving, at home at once, and has the hub know the last of a day's comings and goings", async () => {
    const counsellors = async () => [await counsellorsAtHome("S-3"), await counsellorsAtHub("S-3")];
    expect(await counsellors()).toEqual([
      ["an", "bai"],
      ["an", "bai"],
    ]);
    line.state = "CUT";
    await leave("S-3");
    expect(await counsellors()).toEqual([[], ["an", "bai"]]);
    const refused = await bring("counsellors", [assigned("S-3", "bai")]);
    expect(refused).toMatchObject({ written: false, errors: [{ column: "minor", code: "HAS_LEFT" }] });
    taken(await bring("roster", [pupil("S-3")]));
    await leave("S-3");
    const order = [`departures S-3|${today()}`, "roster S-3", `departures S-3|${today()}`];
    expect((await waiting()).slice(-3)).toEqual(order);

    line.state = "LOSES";
    await expect(tell()).rejects.toMatchObject({ code: "HUB_UNAVAILABLE" });
    line.state = "UP";
    expect(await tell()).toMatchObject({ accepted: 3 });
    expect(await enrolledAtHub("S-3")).toBe(false);
    expect(await counsellors()).toEqual([[], []]);
    taken(await bring("roster", [pupil("S-3")]));
    expect(await tell()).toMatchObject({ accepted: 1 });
    expect(await enrolledAtHub("S-3")).toBe(true);
    expect(await counsellors()).toEqual([[], []]);
  });

  it("forgets what was refused of a pupil as soon as the hub takes that he has left since", async () => {
    taken(await bring("roster", [pupil("S-2", { residence: "990101101300" })])); // a village that only the school knows
    await leave("S-2");
    expect(await tell()).toMatchObject({ accepted: 1 });
    await tellAgain(school.store.dataSource, home);
    expect((await waiting()).filter((event) => event.includes("S-2"))).toEqual([]);
    await tell();
    expect(await enrolledAtHub("S-2")).toBe(false);
  });

  it("writes two files at once one after the other, and tells them in that order", async () => {
    const departures = { leaving: Promise.resolve<unknown>(undefined) };
    const along = {
      async changed() {
        departures.leaving = leave("S-2"); // knows nothing yet of the pupil's return, unless it waits
        await Promise.race([departures.leaving, new Promise((later) => setTimeout(later, 1_500))]);
      },
    };
    taken(await bring("roster", [pupil("S-2", { grade: "4" })], {}, config, along));
    await departures.leaving;
    expect((await waiting()).slice(-2)).toEqual(["roster S-2", `departures S-2|${today()}`]);
    await tell();
    expect([await enrolledAtHome("S-2"), await enrolledAtHub("S-2")]).toEqual([false, false]);
  });

  it("keeps who is assigned to a pupil that the hub knows to have left, and tells it again when he is back there", async () => {
    taken(await bring("roster", [pupil("S-2")]));
    await tell();
    await link();
    await atHub(
      "DELETE FROM enrolment e USING register_key n WHERE n.record = e.minor AND n.register = 'minors' AND n.key = 'S-2'",
    );
    taken(await bring("counsellors", [assigned("S-2", "an")]));
    await tell();
    const { dataSource } = school.store;
    const kept = { register: "counsellors", key: "S-2|an", refused: [{ column: "minor", code: "HAS_LEFT" }] };
    expect((await refusedEvents(dataSource, home)).find(({ key }) => key === "S-2|an")).toMatchObject(kept);
    expect(await counsellorsAtHub("S-2")).toEqual([]);
    const lines = async () => rows("SELECT FROM disclosure_unsealed WHERE entry LIKE '%agency link%'");
    const before = (await lines()).length;
    expect((await link()).findings).toContainEqual(expect.objectContaining({ code: "LINK_HAS_LEFT", number: "S-2" }));
    expect(await idOf("S-2")).toBeUndefined();
    expect(await lines()).toHaveLength(before + 1);
    taken(await bring("roster", [pupil("S-2", { phone: "13900000000" })]));
    await tell();
    await tellAgain(dataSource, home);
    await tell();
    expect(await counsellorsAtHub("S-2")).toEqual(["an"]);
    await link();
    expect(await idOf("S-2")).toBeDefined();
  });

  it("loses no value where rows that are told together lack different columns", async () => {
    taken(
      await bring("roster", [pupil("S-10"), pupil("S-11", { full_name: "阿依古丽·买买提", given_name: "阿依古丽" })]),
    );
    // As an earlier version wrote them down, whose register had fewer columns.
    await rows("UPDATE hub_event SET cells = cells - 'given_name' WHERE key = 'S-10'");
    expect(await tell()).toMatchObject({ accepted: 2 });
  });

  it("keeps of a row that the hub refuses all that a person needs, and not the citizen number (R2), which is told again all the same", async () => {
    const CITIZEN = "99010120170504871X";
    const row = { citizen_number: CITIZEN, birth_date: "2017-05-04", sex: "MALE", residence: "990101101300" };
    const demo = { ...config, demo: true };
    taken(await bring("roster", [pupil("S-11", row), pupil("S-6", { residence: "990101101300" })], {}, demo));
    expect(await tell()).toMatchObject({ accepted: 0 });
    const kept = (await refusedEvents(school.store.dataSource, home)).filter(({ register }) => register === "roster");
    const refused = [{ column: "residence", code: "UNKNOWN_REFERENCE", remedy: expect.any(String) }];
    expect(kept).toMatchObject([
      { key: "S-11", refused },
      { key: "S-6", refused },
    ]);
    const bytes = await rows("SELECT e::text AS row FROM hub_event e");
    expect(bytes.map(({ row }) => row).join("\n")).toMatch(/林小雨/);
    expect(bytes.map(({ row }) => row).join("\n")).not.toContain(CITIZEN);

    await atHub("INSERT INTO division VALUES (990101101300, '柳塘村')");
    await tellAgain(school.store.dataSource, home); // the serving login sees no number, so that row goes on waiting
    expect(await waiting()).toEqual(expect.not.arrayContaining(["roster S-11"]));
    await again();
    expect(await tell()).toMatchObject({ refused: 1 });
    const hubs =
      "SELECT m.citizen_number FROM minor m JOIN register_key n ON n.record = m.id AND n.register = 'minors'";
    expect(await atHub(`${hubs} WHERE n.key IN ('S-11', 'S-6') ORDER BY n.key`)).toEqual([
      { citizen_number: CITIZEN },
      { citizen_number: null },
    ]);
    const enveloped = homeRegisters(school.store.dataSource).flatMap(({ name, columns }) =>
      Object.entries(columns).flatMap(([column, { enveloped }]) => (enveloped ? [`${name} ${column}`] : [])),
    );
    expect(enveloped).toEqual([`minors ${WITHHELD}`, `roster ${WITHHELD}`]);
  });

  it("goes on linking where a minor was deleted at home, whose link and number are gone with it", async () => {
    await link();
    expect(await idOf("S-10")).toBeDefined();
    await rows(
      `DELETE FROM minor m USING register_key n WHERE n.record = m.id AND n.register = 'minors' AND n.key = 'S-10'`,
    );
    expect((await link()).findings.map(({ number }) => number)).not.toContain("S-10");
    expect(await rows("SELECT FROM register_key WHERE key = 'S-10'")).toEqual([]);
  });

  it("waits where the hub takes nothing from its system, whatever it says", async () => {
    taken(await bring("counsellors", [assigned("S-3", "an", today())]));
    const wrong = tellHub(school.store.dataSource, home, door("STATISTICS"));
    await expect(wrong).rejects.toMatchObject({
      code: "REFUSED_BY_HUB",
      said: { extensions: { code: "PURPOSE_NOT_ALLOWED" } },
    });
    expect(await waiting()).toEqual(["counsellors S-3|an"]);
    expect(await tell()).toMatchObject({ accepted: 1 });
  });

  it("tells and links by itself while it serves, says so without a number, and stops at once when the hub is silent", async () => {
    const lines: string[] = [];
    const touch = () =>
      keepInTouch(
        school.store.dataSource,
        home,
        (stopping) => door(undefined, stopping),
        pino({}, { write: (text: string) => void lines.push(text) }),
      );
    // More than the hub takes at once.
    const many = Array.from({ length: 60 }, (_, n) => pupil(`T-${n}`, { home_address: `柳荫巷${n}号,\n后院` }));
    taken(await bring("roster", [pupil("S-4"), ...many]));
    const up = touch();
    while (!lines.some((text) => text.includes('"links"'))) await new Promise((later) => setTimeout(later, 20));
    await up.stop();
    expect(await waiting()).toEqual([]);
    expect(await idOf("S-4")).toBeDefined();

    line.state = "SILENT";
    taken(await bring("departures", [{ minor: "S-4", ended_on: today() }]));
    await touch().stop();
    line.state = "UP";
    expect(await waiting()).toEqual([`departures S-4|${today()}`]);
    expect(await tell()).toMatchObject({ accepted: 1 });
    expect(lines.join("")).not.toMatch(/S-4|林小雨/);
  });

  describe("follows the hub where a child's id changes", () => {
    const LEFT = { code: "LINK_HAS_LEFT", number: "S-4" };
    it("while two agencies' records are one (mergeMinor), and when they are two again (unmergeMinor)", async () => {
      const before = await idOf("S-3");
      const attendance = { attendance: [{ daysAbsent: 4 }] };
      const [proposal] = await atHub<{ id: string }>(
        `WITH known AS (INSERT INTO identity_token (token, minor, agency) VALUES (sha256('x'), $1, $2))
         INSERT INTO merge_proposal (one, other, state)
         SELECT $1, record, 'OFFERED' FROM register_key WHERE key = 'S-3' AND register = 'minors' RETURNING id`,
        [key(20), key(2)],
      );
      const as = (agency: string, sql: string) =>
        atHub<{ state: string }>(
          `SELECT ${sql} AS state FROM merge_proposal p, set_config('hub.agency', $2, true) AS agency WHERE p.id = $1`,
          [proposal?.id, agency],
        );
      await as(key(1), `hub_agree_to_merge(p.id, p.version, '${key(3)}')`);
      expect(await as(key(2), `hub_agree_to_merge(p.id, p.version, '${key(6)}')`)).toEqual([{ state: "MERGED" }]);
      expect(await link()).toMatchObject({ linked: 67, made: 1, removed: 1, findings: [LEFT] });
      expect(await idOf("S-3")).not.toBe(before);
      expect(await reads("head", "S-3", "attendance { daysAbsent }")).toEqual(attendance);

      expect(await as(key(1), "hub_unmerge(p.id, p.version)")).toEqual([{ state: "APART" }]);
      expect(await link()).toMatchObject({ linked: 67, made: 1, removed: 1, findings: [LEFT] });
      expect(await idOf("S-3")).toBe(before);
      expect(await reads("head", "S-3", "attendance { daysAbsent }")).toEqual(attendance);
    });

    it("and serves nothing of two numbers of its own that are one child there", async () => {
      const id = await idOf("S-2");
      await atHub(
        "SELECT hub_link(ARRAY(SELECT record FROM register_key WHERE key = 'S-2' AND register = 'minors'), ARRAY(SELECT record FROM register_key WHERE key = 'S-3' AND register = 'minors'))",
      );
      expect(await link()).toMatchObject({
        linked: 65,
        missing: 2,
        findings: [{ code: "LINK_AMBIGUOUS", number: "S-2" }, { code: "LINK_AMBIGUOUS", number: "S-3" }, LEFT],
      });
      expect(await reads("head", String(id), "fullName attendance { daysAbsent }")).toMatchObject({ attendance: null });
    });

    it("and serves nothing of a child of whom the hub tells it nothing any more", async () => {
      const id = await idOf("S-1");
      await atHub(
        `SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', 'Minor', 'record', n.record,
          'agency', n.agency, 'kind', 'CONFLICT', 'basis', 'test'))) FROM register_key n WHERE n.key = 'S-1' AND register = 'minors'`,
      );
      expect(await link()).toMatchObject({
        linked: 64,
        removed: 1,
        findings: [{ code: "LINK_UNKNOWN", number: "S-1" }, {}, {}, LEFT],
      });
      expect(await idOf("S-1")).toBeUndefined();
      expect(await reads("village", String(id), "fullName attendance { daysAbsent }")).toBe("FIELD_NOT_SHARED");
    });
  });

  it("is done with a pupil whom the hub has never taken as soon as he has left: there is nothing to end", async () => {
    await tell();
    const before = await waiting();
    taken(await bring("roster", [pupil("S-77", { residence: "990101101500" })])); // a village that only the school knows
    expect(await tell()).toMatchObject({ accepted: 0 });
    await leave("S-77");
    expect(await tell()).toMatchObject({ accepted: 1 });
    expect(await waiting()).toEqual(before);
  });

  it("keeps the departure of whom the hub knows, even where its system has another school's account: to that all are nobody", async () => {
    await atHub(
      `WITH other AS (INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
           VALUES ($1, 'SCHOOL', 'other', 990101101000, 'AGREEMENT', '示例') RETURNING id),
         numbered AS (INSERT INTO register_key (agency, register, key, record_type, record, digest)
           SELECT '00000000-0000-0000-0000-000000000000', 'agencies', 'other', 'Agency', id, '' FROM other)
       INSERT INTO client (client_id, agency) SELECT 'other-system', id FROM other`,
      [key(30)],
    );
    taken(await bring("roster", [pupil("S-78")]));
    expect(await tell()).toMatchObject({ accepted: 1 });
    const before = await refusedEvents(school.store.dataSource, home);
    await leave("S-78");
    expect(await tellHub(school.store.dataSource, home, door(undefined, undefined, "other-system"))).toMatchObject({
      accepted: 0,
      refused: before.length + 1,
    });
    expect((await refusedEvents(school.store.dataSource, home)).at(-1)).toMatchObject({
      key: `S-78|${today()}`,
      refused: [{ column: "minor", code: "UNKNOWN_REFERENCE" }],
    });
    await again();
    await tell();
    expect(await refusedEvents(school.store.dataSource, home)).toHaveLength(before.length);
    expect(await enrolledAtHub("S-78")).toBe(false);
  });

  it("brings back a pupil whom only the hub has called left, by his departure and his row as it is", async () => {
    taken(await bring("roster", [pupil("S-78")]));
    await tell();
    await atHub(
      "DELETE FROM enrolment e USING register_key n WHERE n.record = e.minor AND n.register = 'minors' AND n.key = 'S-78'",
    );
    const { missing } = await link();
    expect(await bring("roster", [pupil("S-78")])).toMatchObject({ unchanged: 1 });
    await leave("S-78");
    expect(await link()).toMatchObject({ missing: missing - 1 });
    taken(await bring("roster", [pupil("S-78")]));
    await tell();
    expect(await enrolledAtHub("S-78")).toBe(true);
    expect(await link()).toMatchObject({ made: 1, missing: missing - 1 });
  });

  it("ties no pupil who leaves while the hub is asked", async () => {
    taken(await bring("roster", [pupil("S-79")]));
    await tell();
    await linkMinors(
      school.store.dataSource,
      home,
      andThen(door(), () => leave("S-79")),
    );
    expect(await idOf("S-79")).toBeUndefined();
  });

  it("does the same on its embedded database, while nobody else has the folder", async () => {
    const dataDir = join(folder, "small school");
    await prepareFolder(dataDir, "tables");
    const small = parseConfig(
      { HUB_DEMO: "0", HUB_DATA_DIR: dataDir },
      JSON.stringify({ federation: { name: "school" } }),
    );
    const work = () =>
      asOwnerAtHome(small, SCHOOL, async (owner, its) => {
        for (const [register, cells] of [...DIRECTORY, ["roster", [pupil("S-5")]]] as const)
          taken(
            await importAtHome(owner, its, small, { register, file: await fileOf(Buffer.from(csv(register, cells))) }),
          );
        await expect(asOwnerAtHome(small, SCHOOL, async () => ({}))).rejects.toMatchObject({
          code: "DATA_FOLDER_IN_USE",
        });
        return { told: await tellHub(owner, its, door()), links: await linkMinors(owner, its, door()) };
      });
    expect(await work()).toMatchObject({ told: { accepted: 1, refused: 0 }, links: { made: 1, findings: [] } });
    expect(await work()).toMatchObject({ told: { accepted: 0 }, links: { linked: 1, made: 0 } });
  });

  it("shows its serving login neither numbers nor events nor links, but in a transaction that tells", async () => {
    expect(await rows("SELECT FROM hub_event WHERE refused IS NOT NULL")).toHaveLength(1);
    for (const table of [
      "hub_event",
      "untold_minor",
      "minor_link",
      "standing_link",
      "register_key WHERE register <> 'agencies'",
      "attendance",
    ])
      expect(await school.store.query(`SELECT FROM ${table}`)).toEqual([]);
    await expect(
      school.store.query("INSERT INTO hub_event (register, key, cells) VALUES ('roster', 'x', '{}')"),
    ).rejects.toThrow(/permission/);
    const [pupil] = await rows("SELECT id FROM minor LIMIT 1");
    await expect(
      school.store.query("INSERT INTO minor_link (hub_id, minor) VALUES ('M-x', $1)", [pupil?.id]),
    ).rejects.toThrow(/row-level security/);
    await expect(school.store.query("UPDATE attendance SET days_absent = 0")).rejects.toThrow(/permission/);
  });

  const NOTES = [{ notes: "谈到家里的事" }];
  const notes = async (as: string) => {
    const minor = await reads(as, "S-1", "counsellingNotes { notes }");
    return typeof minor === "string" ? minor : minor.counsellingNotes;
  };
  const rows = async (sql: string) => (await atHome.query(sql)).rows;
  const waiting = async () =>
    (await rows("SELECT register, key FROM hub_event WHERE refused IS NULL ORDER BY no")).map(
      ({ register, key }) => `${register} ${key}`,
    );
  const door = (purpose = "COMPULSORY_EDUCATION", stopping = new AbortController().signal, system = "school-system") =>
    hubDoor({ url: line.url, purpose }, async () => `client:${system}`, {
      stopping,
      waits: { initialDelay: 1, maxDelay: 1, maxAttempts: 1 },
    });
  const tell = () => tellHub(school.store.dataSource, home, door());
  const link = () => linkMinors(school.store.dataSource, home, door());
  const idOf = async (number: string): Promise<string | undefined> =>
    (
      await rows(
        `SELECT hub_id FROM minor_link l JOIN register_key n ON n.record = l.minor AND n.register = 'minors' WHERE n.key = '${number}'`,
      )
    )[0]?.hub_id;
  /** @param of the school's number, or the hub's id */
  async function reads(as: string, of: string, fields: string) {
    const response = await fetch(`${gateway.address}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${as}`,
        "x-hub-purpose": "LEFT_BEHIND_CARE",
      },
      body: JSON.stringify({
        query: `query ($id: ID!) { minor(id: $id) { ${fields} } }`,
        variables: { id: (await idOf(of)) ?? of },
      }),
    });
    const { data, errors } = JSON.parse(await response.text());
    return errors ? errors[0].extensions.code : data.minor;
  }
  const COUNSELLORS = `SELECT p.subject FROM involvement i JOIN person p ON p.id = i.person JOIN register_key n ON n.record = i.record
    WHERE n.key = $1 AND n.register = 'minors' AND i.kind = 'COUNSELLOR' AND i.until IS NULL ORDER BY 1`;
  /** Whom the hub knows as assigned counsellors of a pupil. */
  const counsellorsAtHub = async (number = "S-1") =>
    (await atHub<{ subject: string }>(COUNSELLORS, [number])).map(({ subject }) => subject);
  const counsellorsAtHome = async (number: string) =>
    (await atHome.query(COUNSELLORS, [number])).rows.map(({ subject }) => subject);
  const enrolledAtHome = async (number: string) =>
    (
      await rows(
        `SELECT FROM enrolment e JOIN register_key n ON n.record = e.minor AND n.register = 'minors' WHERE n.key = '${number}'`,
      )
    ).length > 0;
  const enrolledAtHub = async (number: string) =>
    (
      await atHub(
        "SELECT FROM enrolment e JOIN register_key n ON n.record = e.minor AND n.register = 'minors' WHERE n.key = $1",
        [number],
      )
    ).length > 0;
  const bring = (
    register: string,
    cells: readonly Cells[],
    more: Partial<HomeImport> = {},
    its = config,
    along: Along = {},
  ): Promise<ImportReport> =>
    asOwner(async (owner) => {
      const ofTheHub = ["divisions", "agencies", "persons", "roster", "classes", "counsellors", "departures"].includes(
        register,
      );
      const text = ofTheHub ? csv(register, cells) : stringify([...cells], { header: true });
      return importAtHome(owner, home, its, { register, file: await fileOf(Buffer.from(text)), ...more }, along);
    });
  const again = () => asOwner((owner) => tellAgain(owner, home));
  function asOwner<T>(work: (owner: DataSource) => Promise<T>): Promise<T> {
    const { url, migrationUrl, dataDir } = config.database;
    const migrations = [...AGENCY_MIGRATIONS, ...migrationsIn(SCHOOL.migrations)];
    return prepare({ url, migrationUrl, dataDir, entities: [...SCHOOL.types], migrations }, work);
  }

  const unsealed = async () => (await rows("SELECT entry FROM disclosure_unsealed")).map(({ entry }) => entry).join();

  let hub: TestHub;
  let school: Agency;
  let gateway: Gateway;
  let line: Line;
  let home: Home;
  let config: HubConfig;
  let everyHalfMinute: () => unknown;
  let atHome: pg.Client;
  let folder: string;

  /** Past row security. */
  const atHub = <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    hub.store.dataSource.transaction(async (manager) => {
      await manager.query("SET LOCAL ROLE postgres");
      return manager.query(sql, values);
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "home-"));
    const keys = (name: string) => publicFileOf(join(folder, `${name}.json`));
    signingKeyIn(join(folder, "gateway.json"));
    const env = { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder };
    const inForce = await policyInForce(parseConfig(env, null));
    const ids = idCipherOf(parseConfig(env, null));
    const agencies = { school: { agency: ids.encode("Agency", key(1)), holds: ["R13", "R14", "R15", "R16", "R16b"] } };
    hub = await startHub(
      "embedded",
      seedHub,
      inForce,
      pino({ level: "silent" }),
      { FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"), FEDERATION_RELATION_KEY_FILE: join(folder, "relation.json") },
      JSON.stringify({ federation: { agencies } }),
    );
    line = await lineTo(hub.address);

    const database = await preparedDatabase("tables");
    config = parseConfig(
      {
        PORT: "0",
        HUB_DEMO: "0",
        HUB_DATA_DIR: join(folder, "school"),
        DATABASE_URL: database.url,
        DATABASE_MIGRATION_URL: database.migrationUrl,
        FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"),
      },
      JSON.stringify({ federation: { name: "school", hubKeysFile: keys("relation") } }),
    );
    home = await asOwnerAtHome(config, SCHOOL, async (_owner, its) => its);
    for (const [register, cells] of DIRECTORY) taken(await bring(register, cells));
    atHome = new pg.Client({ connectionString: database.superUrl });
    await atHome.connect();
    const timers = jest.spyOn(globalThis, "setInterval");
    school = await openAgency(config, SCHOOL, pino({ level: "silent" }));
    const sweep = timers.mock.calls.find(([, milliseconds]) => milliseconds === 30_000);
    everyHalfMinute = sweep?.[0] ?? (() => undefined);
    timers.mockRestore();

    const supergraph = await compose({ ...inForce, url: `${hub.address}/subgraph` }, [
      {
        name: "school",
        url: `${school.address}/subgraph`,
        sdl: await agencySdl(SCHOOL, "school"),
        kernel: true,
        holds: new Set(agencies.school.holds),
      },
    ]);
    writeFileSync(join(folder, "supergraph.graphql"), supergraph);
    gateway = await openGateway({
      config: parseConfig(
        env,
        JSON.stringify({ federation: { agencies, gateway: { hubUrl: `${hub.address}/subgraph` } } }),
      ),
      inForce,
      log: pino({ level: "silent" }),
      verify: async (bearer) => {
        const subject = bearer?.replace("Bearer ", "");
        if (!subject) throw unauthenticated("no token");
        return { client: "test", subject };
      },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await Promise.all([school?.close(), line?.close(), hub?.close(), atHome?.end()]);
    rmSync(folder, { recursive: true, force: true });
  });
});

/** The school as the operator has entered it - one of its counsellors not yet -, and a village with a child of its own. */
async function seedHub(sql: Sql, ids: IdCipher): Promise<void> {
  await sql("INSERT INTO division VALUES (990101101000, '柳河镇'), (990101101200, '柳荫村')");
  for (const [n, kind, code] of [
    [1, "SCHOOL", "liuhe"],
    [2, "VILLAGE_COMMUNITY", "liuyin"],
  ] as const) {
    await sql(
      `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
       VALUES ($1, $2, $3, 990101101000, 'AGREEMENT', '示例')`,
      [key(n), kind, code],
    );
    await sql(
      `INSERT INTO register_key (agency, register, key, record_type, record, digest)
       VALUES ('00000000-0000-0000-0000-000000000000', 'agencies', $1, 'Agency', $2, '')`,
      [code, key(n)],
    );
  }
  for (const [n, subject, agency, post] of [
    [3, "head", 1, "HEAD"],
    [4, "an", 1, "COUNSELLING_TEACHER"],
    [5, "bai", 1, "COUNSELLING_TEACHER"],
    [6, "village", 2, "HEAD"],
    [7, "tao", 1, "CLASS_TEACHER"],
  ] as const)
    await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, $4)", [
      key(n),
      subject,
      key(agency),
      post,
    ]);
  await sql("INSERT INTO client (client_id, agency) VALUES ('school-system', $1)", [key(1)]);
  await sql(
    `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
     VALUES ($1, $2, 990101101200, '林小雨', '小雨', '2016-05-20', 'FEMALE')`,
    [key(20), ids.ref(key(20))],
  );
  await sql("SELECT hub_involve($1)", [
    JSON.stringify([{ record_type: "Minor", record: key(20), agency: key(2), kind: "SOURCE", basis: "示例" }]),
  ]);
}
