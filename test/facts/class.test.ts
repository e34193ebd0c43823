import { parsePolicy } from "../../src/policy/load.js";
import { shipped } from "../policy/shipped.js";
import { type Migrated, migrated, type Sql } from "../support/migrated.js";
import {
  addCase,
  addIncident,
  addMinor,
  concern,
  endInvolvement,
  enrol,
  idOf,
  involve,
  settle,
  touch,
} from "../support/small-world.js";
import { type Facts, factReader } from "./read-facts.js";

/** Narrowing 3, OWN_CLASS: a class teacher's relation to the pupils follows the class. */
describe("a class teacher", () => {
  it("has to do with each pupil of the class, and with nobody else's", () =>
    inClass(async (sql) => {
      const { records, belongings } = await read(sql);
      expect(records["ann"]).toEqual(["teacher CLASS"]);
      expect(belongings["guardian of ann"]).toEqual(["teacher CLASS"]);
      expect(belongings["enrolment of ann"]).toEqual(["teacher CLASS"]);
      expect(records["ben"]).toEqual(["otherTeacher CLASS"]);
      expect(records["cai"]).toEqual([]);
    }));

  it.each`
    when                               | statement                                                                                                                  | left
    ${"another takes over"}            | ${`UPDATE school_class SET teacher = '${idOf("colleague")}' WHERE name = '3A'`}                                            | ${["colleague CLASS"]}
    ${"the class has no teacher"}      | ${"UPDATE school_class SET teacher = NULL WHERE name = '3A'"}                                                              | ${[]}
    ${"the pupil changes class"}       | ${`UPDATE enrolment SET school_class = '${idOf("3B")}' WHERE minor = '${idOf("ann")}'`}                                    | ${[]}
    ${"the pupil changes school"}      | ${`UPDATE enrolment SET school = '${idOf("otherSchool")}', school_class = '${idOf("1A")}' WHERE minor = '${idOf("ann")}'`} | ${["otherTeacher CLASS"]}
    ${"the pupil leaves"}              | ${`DELETE FROM enrolment WHERE minor = '${idOf("ann")}'`}                                                                  | ${[]}
    ${"the teacher leaves the school"} | ${`UPDATE person SET agency = '${idOf("otherSchool")}' WHERE name = 'teacher'`}                                            | ${[]}
  `("no longer does when $when", ({ statement, left }: { statement: string; left: string[] }) =>
    inClass(async (sql) => {
      await sql(statement);
      const { records, belongings } = await read(sql);
      expect(records["ann"]).toEqual(left);
      expect(belongings["guardian of ann"]).toEqual(left);
    }),
  );

  it.each([
    ["a class of another school", `UPDATE enrolment SET school_class = '${idOf("1A")}' WHERE minor = '${idOf("ann")}'`],
    ["a teacher of another school", `UPDATE school_class SET teacher = '${idOf("otherTeacher")}' WHERE name = '3A'`],
  ])("cannot be made by %s", (_what, statement) =>
    inClass(async (sql) => {
      await sql(statement);
      expect((await read(sql)).records["ann"]).toEqual([]);
    }),
  );

  it("does before the first day only by a key that the table has to confirm", () =>
    inClass(async (sql) => {
      await sql("UPDATE enrolment SET since = current_date + 30 WHERE minor = $1", [idOf("ann")]);
      expect((await read(sql)).records["ann"]).toEqual(["teacher CLASS timed"]);
    }));

  it("meets a case of a pupil when the school takes part and the edge opens for its part", () =>
    inClass(async (sql) => {
      await concern(sql, "case1", "ann", "CONCERNED");
      expect((await read(sql)).records["case1"]).toEqual([]);
      await takesPart(sql, "Case", "case1");
      expect((await read(sql)).records["case1"]).toEqual(["school PART", "teacher CLASS R17m"]);
    }));

  it.each(["VICTIM", "SUSPECT"] as const)(
    "meets no case in which the pupil is %s (R19, R20: named persons alone)",
    (role) =>
      inClass(async (sql) => {
        await concern(sql, "case1", "ann", role);
        await takesPart(sql, "Case", "case1");
        expect((await read(sql)).records["case1"]).toEqual(["school PART"]);
      }),
  );

  it("meets a case no longer than the school takes part", () =>
    inClass(async (sql) => {
      await concern(sql, "case1", "ann", "CONCERNED");
      await takesPart(sql, "Case", "case1", "2099-01-01T00:00:00.000Z");
      expect((await read(sql)).records["case1"]).toEqual(["school PART timed", "teacher CLASS R17m timed"]);
      await endInvolvement(sql, { type: "Case", record: "case1", agency: "school" }, ["PART"]);
      expect((await read(sql)).records["case1"]).toEqual([]);
    }));

  it("does not meet a case that the school has left before the pupil comes", () =>
    inClass(async (sql) => {
      await sql("UPDATE enrolment SET since = current_date + 30 WHERE minor = $1", [idOf("ann")]);
      await concern(sql, "case1", "ann", "CONCERNED");
      await takesPart(sql, "Case", "case1", new Date(Date.now() + 3_600_000).toISOString());
      expect((await read(sql)).records["case1"]).toEqual(["school PART timed"]);
    }));

  it("meets a case no longer than the pupil is in the class", () =>
    inClass(async (sql) => {
      await concern(sql, "case1", "ann", "CONCERNED");
      await takesPart(sql, "Case", "case1");
      await sql("DELETE FROM enrolment WHERE minor = $1", [idOf("ann")]);
      expect((await read(sql)).records["case1"]).toEqual(["school PART"]);
    }));

  it("meets no case through another school's part", () =>
    inClass(async (sql) => {
      await concern(sql, "case1", "ann", "CONCERNED");
      await involve(sql, { type: "Case", record: "case1", agency: "otherSchool", kind: "PART" });
      expect((await read(sql)).records["case1"]).toEqual(["otherSchool PART"]);
    }));

  it("meets an incident of a pupil by the same rule", () =>
    inClass(async (sql) => {
      await touch(sql, "incident1", "ann");
      await takesPart(sql, "SensitiveIncident", "incident1");
      expect((await read(sql)).records["incident1"]).toEqual(["school PART", "teacher CLASS R27m"]);
    }));

  const takesPart = (sql: Sql, type: "Case" | "SensitiveIncident", record: string, until?: string) =>
    involve(sql, { type, record, agency: "school", kind: "PART", until });

  let database: Migrated;
  let read: (sql: Sql) => Promise<Facts>;
  beforeAll(async () => {
    database = await migrated("postgresql");
    await database.asOwner((sql) => settle(sql, parsePolicy(shipped)));
    read = await database.asOwner(factReader);
  });
  afterAll(() => database?.close());

  /** ann is in 3A (teacher), ben in 1A of the other school (otherTeacher), cai in 3B, which nobody teaches. */
  const inClass = (work: (sql: Sql) => Promise<void>) =>
    database.undone(async (sql) => {
      for (const name of ["ann", "ben", "cai"]) await addMinor(sql, name);
      await addCase(sql, "case1");
      await addIncident(sql, "incident1");
      await enrol(sql, "ann", "school", "3A");
      await enrol(sql, "ben", "otherSchool", "1A");
      await enrol(sql, "cai", "school", "3B");
      await work(sql);
    });
});
