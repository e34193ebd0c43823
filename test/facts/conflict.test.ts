import { parsePolicy } from "../../src/policy/load.js";
import { shipped } from "../policy/shipped.js";
import { type Migrated, migrated, type Sql } from "../support/migrated.js";
import {
  accompany,
  addAlert,
  addCase,
  addIncident,
  addMinor,
  concern,
  endInvolvement,
  type Involve,
  idOf,
  involve,
  settle,
  touch,
} from "../support/small-world.js";
import { type Facts, factReader } from "./read-facts.js";

/** Narrowing 1: a conflict is derived to everything linked, and beats every other fact. */
describe("a conflict of interest", () => {
  it.each`
    on             | reaches
    ${"case1"}     | ${["ann", "guardian of ann", "case2", "incident1", "alert1"]}
    ${"ann"}       | ${["guardian of ann", "case1", "case2", "incident1", "alert1"]}
    ${"incident1"} | ${["alert1", "ann", "guardian of ann", "case1", "case2"]}
    ${"case3"}     | ${["ben", "guardian of ben", "case2", "incident2", "alert2"]}
    ${"alert1"}    | ${[]}
  `("declared on $on reaches $reaches and no further", ({ on, reaches }: { on: string; reaches: string[] }) =>
    database.undone(async (sql) => {
      await linked(sql);
      await involve(sql, { ...conflictOn(on), agency: "police" });
      expect(hidden(await read(sql), "police CONFLICT")).toEqual([on, ...reaches].sort());
    }),
  );

  it("of one person stays that person's", () =>
    database.undone(async (sql) => {
      await linked(sql);
      await involve(sql, { ...conflictOn("case1"), agency: "police", person: "officer" });
      const facts = await read(sql);
      expect(hidden(facts, "officer CONFLICT")).toContain("ann");
      expect(hidden(facts, "police CONFLICT")).toEqual([]);
    }));

  it("travels over an edge that is tied later, and goes when the edge goes", () =>
    database.undone(async (sql) => {
      await linked(sql);
      await involve(sql, { ...conflictOn("case1"), agency: "police" });
      await addCase(sql, "case4");
      await concern(sql, "case4", "ann", "VICTIM");
      expect(hidden(await read(sql), "police CONFLICT")).toContain("case4");
      await sql("DELETE FROM case_minor WHERE case_file = $1", [idOf("case1")]);
      expect(hidden(await read(sql), "police CONFLICT")).toEqual(["case1"]);
    }));

  it("that is declared on two linked records ends with the second", () =>
    database.undone(async (sql) => {
      await linked(sql);
      await involve(sql, { ...conflictOn("case1"), agency: "police" });
      await involve(sql, { ...conflictOn("incident1"), agency: "police", since: "2026-01-02T03:04:05.000Z" });
      await end(sql, "case1");
      expect(hidden(await read(sql), "police CONFLICT")).toContain("case2");
      await end(sql, "incident1");
      expect(hidden(await read(sql), "police CONFLICT")).toEqual([]);
    }));

  it("opens no edge: its key is in no edge's array", () =>
    database.undone(async (sql) => {
      await linked(sql);
      await involve(sql, { ...conflictOn("case1"), agency: "police" });
      expect(Object.values((await read(sql)).edges).flat()).toEqual([]);
    }));

  let database: Migrated;
  let read: (sql: Sql) => Promise<Facts>;
  beforeAll(async () => {
    database = await migrated("postgresql");
    await database.asOwner((sql) => settle(sql, parsePolicy(shipped)));
    read = await database.asOwner(factReader);
  });
  afterAll(() => database?.close());

  /** case1 - ann; case2 - ann and ben; case3 - ben; incident1 - ann and alert1; incident2 - ben and alert2. */
  async function linked(sql: Sql): Promise<void> {
    for (const name of ["ann", "ben"]) await addMinor(sql, name);
    for (const name of ["case1", "case2", "case3"]) await addCase(sql, name);
    for (const name of ["incident1", "incident2"]) await addIncident(sql, name);
    for (const name of ["alert1", "alert2"]) await addAlert(sql, name);
    await concern(sql, "case1", "ann", "SUSPECT");
    await concern(sql, "case2", "ann", "CONCERNED");
    await concern(sql, "case2", "ben", "VICTIM");
    await concern(sql, "case3", "ben", "CONCERNED");
    await touch(sql, "incident1", "ann");
    await touch(sql, "incident2", "ben");
    await accompany(sql, "incident1", "alert1");
    await accompany(sql, "incident2", "alert2");
  }

  const conflictOn = (record: string): Pick<Involve, "type" | "record" | "kind"> => ({
    type: record.startsWith("case")
      ? "Case"
      : record.startsWith("incident")
        ? "SensitiveIncident"
        : record.startsWith("alert")
          ? "OpinionAlert"
          : "Minor",
    record,
    kind: "CONFLICT",
  });
  const end = (sql: Sql, record: string) =>
    endInvolvement(sql, { ...conflictOn(record), agency: "police" }, ["CONFLICT"]);
  const hidden = ({ records, belongings }: Facts, key: string) =>
    Object.entries({ ...records, ...belongings })
      .filter(([, keys]) => keys.includes(key))
      .map(([name]) => name)
      .sort();
});
