import type { InvolvementKind } from "../../src/facts/keys.js";
import { parsePolicy } from "../../src/policy/load.js";
import { shipped } from "../policy/shipped.js";
import { type Migrated, migrated, type Sql } from "../support/migrated.js";
import {
  type AgencyName,
  accompany,
  activate,
  addAlert,
  addCase,
  addGuardian,
  addIncident,
  addMinor,
  agencyOf,
  concern,
  endInvolvement,
  type Involve,
  idOf,
  involve,
  isPerson,
  openingsOf,
  type PersonName,
  settle,
  touch,
} from "../support/small-world.js";
import { type Facts, factReader } from "./read-facts.js";

const policy = parsePolicy(shipped);
const LATER = "2099-01-01T00:00:00.000Z";
const none: string[] = [];
const TEAM: readonly InvolvementKind[] = ["ASSIGNED", "NAMED"];

describe("a relation to a case", () => {
  // R17m opens on o and p, R19 and R20 on p* alone; what a cell does not open for a role, no relation opens.
  it.each`
    who            | kind             | role           | minor                                            | edge
    ${"police"}    | ${"PART"}        | ${"CONCERNED"} | ${["police PART R17m"]}                          | ${["police PART"]}
    ${"police"}    | ${"PART"}        | ${"VICTIM"}    | ${none}                                          | ${none}
    ${"police"}    | ${"PART"}        | ${"SUSPECT"}   | ${none}                                          | ${none}
    ${"officer"}   | ${"ASSIGNED"}    | ${"CONCERNED"} | ${["officer ASSIGNED R17m", "police PART R17m"]} | ${["officer ASSIGNED", "police PART"]}
    ${"officer"}   | ${"ASSIGNED"}    | ${"VICTIM"}    | ${none}                                          | ${none}
    ${"officer"}   | ${"ASSIGNED"}    | ${"SUSPECT"}   | ${none}                                          | ${none}
    ${"officer"}   | ${"NAMED"}       | ${"CONCERNED"} | ${["officer NAMED R17m", "police PART R17m"]}    | ${["officer NAMED", "police PART"]}
    ${"officer"}   | ${"NAMED"}       | ${"VICTIM"}    | ${["officer NAMED R19"]}                         | ${["officer NAMED"]}
    ${"officer"}   | ${"NAMED"}       | ${"SUSPECT"}   | ${["officer NAMED R20"]}                         | ${["officer NAMED"]}
    ${"police"}    | ${"SOURCE"}      | ${"CONCERNED"} | ${none}                                          | ${["police SOURCE"]}
    ${"police"}    | ${"SOURCE"}      | ${"VICTIM"}    | ${none}                                          | ${none}
    ${"village"}   | ${"PART"}        | ${"CONCERNED"} | ${["village PART R17m"]}                         | ${["village PART"]}
    ${"director"}  | ${"NAMED"}       | ${"VICTIM"}    | ${none}                                          | ${none}
    ${"publicity"} | ${"PART"}        | ${"CONCERNED"} | ${none}                                          | ${none}
    ${"police"}    | ${"ADDRESSEE"}   | ${"CONCERNED"} | ${none}                                          | ${none}
    ${"officer"}   | ${"BREAK_GLASS"} | ${"CONCERNED"} | ${none}                                          | ${none}
  `("$who $kind, a minor $role: the minor has $minor, the edge $edge", ({ who, kind, role, minor, edge }: Row) =>
    aCase(async (sql) => {
      await concern(sql, "case1", "ann", role);
      if (isPerson(who) && TEAM.includes(kind)) await relate(sql, agencyOf(who), "PART");
      await relate(sql, who, kind);
      const { records, belongings, edges } = await read(sql);
      expect(records["ann"]).toEqual(minor);
      expect(belongings["guardian of ann"]).toEqual(minor);
      expect(edges["case1 - ann"]).toEqual(edge);
    }),
  );

  it("reaches a minor and a guardian who come later", () =>
    aCase(async (sql) => {
      await relate(sql, "police", "PART");
      await concern(sql, "case1", "ann", "CONCERNED");
      await addGuardian(sql, "father of ann", "ann");
      expect((await read(sql)).belongings["father of ann"]).toEqual(["police PART R17m"]);
    }));

  it("leaves a minor with the edge", () =>
    aCase(async (sql) => {
      await relate(sql, "police", "PART");
      await concern(sql, "case1", "ann", "CONCERNED");
      await sql("DELETE FROM case_minor");
      expect((await read(sql)).records["ann"]).toEqual([]);
    }));

  it("follows the policy: what another one opens or shuts is derived again when it is activated", () =>
    aCase(async (sql) => {
      await relate(sql, "police", "PART");
      await concern(sql, "case1", "ann", "VICTIM");
      await concern(sql, "case1", "ben", "CONCERNED");
      const shut = openingsOf(policy).filter((opening) => !opening.startsWith("R17m POLICE_STATION"));
      await activate(sql, [...policy.rows.keys()], [...shut, "R19 POLICE_STATION PART"]);
      const { records } = await read(sql);
      expect(records["ann"]).toEqual(["police PART R19"]);
      expect(records["ben"]).toEqual([]);
    }));

  it("makes an agency a participant while it takes part, and no other relation does", () =>
    aCase(async (sql) => {
      await relate(sql, "police", "SOURCE");
      await relate(sql, "social", "PART");
      expect((await read(sql)).participants).toEqual([expect.stringMatching(/^case1 social \| .* \| $/)]);
      await endInvolvement(sql, { type: "Case", record: "case1", agency: "social" }, ["PART"]);
      expect((await read(sql)).participants).toEqual([]);
    }));
});

describe("a part that ends", () => {
  it("takes the agency's keys and its people's away at once, everywhere, and nobody else's", () =>
    aCase(async (sql) => {
      await concern(sql, "case1", "ann", "CONCERNED");
      await concern(sql, "case1", "ben", "VICTIM");
      await relate(sql, "police", "PART");
      await relate(sql, "officer", "ASSIGNED");
      await relate(sql, "officer", "NAMED");
      await relate(sql, "social", "PART");
      await endInvolvement(sql, { type: "Case", record: "case1", agency: "police" }, ["PART"]);
      expect(await read(sql)).toMatchObject({
        records: { case1: ["social PART"], ann: ["social PART R17m"], ben: [] },
        belongings: { "guardian of ann": ["social PART R17m"], "guardian of ben": [] },
        edges: { "case1 - ann": ["social PART"], "case1 - ben": [] },
        participants: [expect.stringMatching(/^case1 social /)],
      });
    }));

  it("leaves what the agency has by other rights", () =>
    aCase(async (sql) => {
      await relate(sql, "police", "SOURCE");
      await relate(sql, "police", "PART");
      await endInvolvement(sql, { type: "Case", record: "case1", agency: "police" }, ["PART"]);
      expect((await read(sql)).records["case1"]).toEqual(["police SOURCE"]);
    }));

  it("takes the incident's alerts and minors along", () =>
    aCase(async (sql) => {
      await touch(sql, "incident1", "ann");
      await accompany(sql, "incident1", "alert1");
      await involve(sql, { type: "SensitiveIncident", record: "incident1", agency: "police", kind: "PART" });
      expect((await read(sql)).records).toMatchObject({ ann: ["police PART R27m"], alert1: ["police PART R28m"] });
      await endInvolvement(sql, { type: "SensitiveIncident", record: "incident1", agency: "police" }, ["PART"]);
      expect((await read(sql)).records).toMatchObject({ ann: [], alert1: [], incident1: [] });
    }));

  it("before it has begun is gone too", () =>
    aCase(async (sql) => {
      await relate(sql, "police", "PART", { since: LATER });
      expect((await read(sql)).records["case1"]).toEqual(["police PART timed"]);
      await endInvolvement(sql, { type: "Case", record: "case1", agency: "police" }, ["PART"]);
      expect((await read(sql)).records["case1"]).toEqual([]);
    }));

  it("by itself leaves the arrays with the next sweep, and its people's with it", () =>
    aCase(async (sql) => {
      await concern(sql, "case1", "ann", "CONCERNED");
      await relate(sql, "police", "PART", { until: new Date(Date.now() + 1000).toISOString() });
      await relate(sql, "officer", "NAMED");
      expect((await read(sql)).records["ann"]).toEqual(["officer NAMED R17m timed", "police PART R17m timed"]);
      await sql("SELECT pg_sleep(1.1)");
      expect((await read(sql)).records["ann"]).toEqual(["officer NAMED R17m timed", "police PART R17m timed"]);
      expect(await sql("SELECT hub_sweep() AS ended")).toEqual([{ ended: 2 }]);
      const { records, participants, derived } = await read(sql);
      expect({ ann: records["ann"], case1: records["case1"], participants, derived }).toEqual({
        ann: [],
        case1: [],
        participants: [],
        derived: [],
      });
    }));

  it("can begin again", () =>
    aCase(async (sql) => {
      await relate(sql, "police", "PART");
      await endInvolvement(sql, { type: "Case", record: "case1", agency: "police" }, ["PART"]);
      await relate(sql, "police", "PART");
      expect((await read(sql)).records["case1"]).toEqual(["police PART"]);
    }));
});

/** `p` and `p*`: the agency takes part, now, and the person within it. */
describe("a person's part", () => {
  const year = (of: number) => `${of}-01-01T00:00:00.000Z`;
  const from = (of: number) => ({ since: year(of) });
  const to = (of: number) => ({ until: year(of) });
  const always = {};

  it.each`
    parts                               | asked         | becomes
    ${[always]}                         | ${always}     | ${always}
    ${[always]}                         | ${to(2098)}   | ${to(2098)}
    ${[to(2098)]}                       | ${always}     | ${to(2098)}
    ${[to(2098)]}                       | ${to(2099)}   | ${to(2098)}
    ${[from(2098)]}                     | ${always}     | ${from(2098)}
    ${[{ ...from(2097), ...to(2098) }]} | ${to(2099)}   | ${{ ...from(2097), ...to(2098) }}
    ${[to(2098), from(2097)]}           | ${always}     | ${always}
    ${[to(2097), from(2098)]}           | ${always}     | ${to(2097)}
    ${[to(2097), from(2098)]}           | ${from(2097)} | ${from(2098)}
  `(
    "lies within the agency's $parts: $asked becomes $becomes",
    ({ parts, asked, becomes }: { parts: Time[]; asked: Time; becomes: Time }) =>
      aCase(async (sql) => {
        for (const part of parts) await relate(sql, "police", "PART", part);
        await relate(sql, "officer", "NAMED", asked);
        const [found] = await sql<{ since: Date; until: Date | null; begun: boolean }>(
          "SELECT since, until, since = now() AS begun FROM involvement WHERE kind = 'NAMED'",
        );
        expect(becomes.since ?? found?.begun).toEqual(becomes.since ? found?.since.toISOString() : true);
        expect(found?.until?.toISOString()).toBe(becomes.until);
      }),
  );

  it.each`
    agency      | parts           | asked                             | field       | because
    ${"police"} | ${[]}           | ${always}                         | ${"person"} | ${"the agency takes no part"}
    ${"social"} | ${[always]}     | ${always}                         | ${"person"} | ${"another agency takes part"}
    ${"police"} | ${[to(2098)]}   | ${from(2098)}                     | ${"person"} | ${"the agency's part is over by then"}
    ${"police"} | ${[from(2098)]} | ${to(2098)}                       | ${"person"} | ${"the agency's part has not begun by then"}
    ${"police"} | ${[to(2000)]}   | ${always}                         | ${"person"} | ${"the agency's part is over"}
    ${"police"} | ${[always]}     | ${{ ...from(2099), ...to(2098) }} | ${"until"}  | ${"it would end before it begins"}
    ${"police"} | ${[always]}     | ${{ ...from(2098), ...to(2098) }} | ${"until"}  | ${"it would end as it begins"}
  `("is refused, naming $field, when $because", ({ agency, parts, asked, field }) =>
    aCase(async (sql) => {
      for (const part of parts) await relate(sql, agency, "PART", { since: year(1999), ...part });
      await expect(relate(sql, "officer", "NAMED", asked)).rejects.toMatchObject({ code: "22023", column: field });
    }),
  );

  it("may come with the agency's in one call, in whatever order", () =>
    aCase(async (sql) => {
      const about = { type: "Case", record: "case1", agency: "police" } as const;
      await involve(sql, { ...about, person: "officer", kind: "NAMED" }, { ...about, kind: "PART", until: LATER });
      expect((await read(sql)).records["case1"]).toEqual(["officer NAMED timed", "police PART timed"]);
    }));

  it("has to be given again when the agency comes again", () =>
    aCase(async (sql) => {
      await relate(sql, "police", "PART");
      await relate(sql, "officer", "NAMED", { until: LATER });
      await endInvolvement(sql, { type: "Case", record: "case1", agency: "police" }, ["PART"]);
      await relate(sql, "police", "PART");
      expect((await read(sql)).records["case1"]).toEqual(["police PART"]);
    }));

  it("is none in a child: who is assigned to it needs no part", () =>
    aCase(async (sql) => {
      await involve(sql, { type: "Minor", record: "ann", agency: "police", person: "officer", kind: "ASSIGNED" });
      expect((await read(sql)).records["ann"]).toEqual(["officer ASSIGNED"]);
    }));
});

describe("closing a case (R20, ENDS_WITH_CASE)", () => {
  const close = (sql: Sql) =>
    sql("UPDATE case_file SET stage = 'CLOSED', closed_on = current_date WHERE id = $1", [idOf("case1")]);

  it("deletes the edge to a minor suspect and what followed from it, in the same statement", () =>
    aCase(async (sql) => {
      await concern(sql, "case1", "ann", "SUSPECT");
      await relate(sql, "police", "PART");
      await relate(sql, "officer", "NAMED");
      await involve(sql, { type: "Case", record: "case1", agency: "social", kind: "CONFLICT" });
      expect((await read(sql)).records["ann"]).toEqual(["officer NAMED R20", "social CONFLICT"]);
      await close(sql);
      const { records, belongings, edges, derived } = await read(sql);
      expect({ ann: records["ann"], guardian: belongings["guardian of ann"], edges, derived }).toEqual({
        ann: [],
        guardian: [],
        edges: {},
        derived: [],
      });
      // Not even as a row that has ended.
      expect(await sql("SELECT FROM involvement WHERE record = $1 OR via = $1", [idOf("ann")])).toEqual([]);
    }));

  it("keeps victims and the minors concerned", () =>
    aCase(async (sql) => {
      await concern(sql, "case1", "ann", "VICTIM");
      await concern(sql, "case1", "ben", "CONCERNED");
      await relate(sql, "police", "PART");
      await relate(sql, "officer", "NAMED");
      await close(sql);
      expect((await read(sql)).records).toMatchObject({
        ann: ["officer NAMED R19"],
        ben: ["officer NAMED R17m", "police PART R17m"],
      });
    }));

  it("is for good: a closed case gets no minor suspect", () =>
    aCase(async (sql) => {
      await close(sql);
      await expect(concern(sql, "case1", "ann", "SUSPECT")).rejects.toMatchObject({ code: "23514" });
    }));
});

interface Row {
  readonly who: AgencyName | PersonName;
  readonly kind: InvolvementKind;
  readonly role: "CONCERNED" | "VICTIM" | "SUSPECT";
  readonly minor: readonly string[];
  readonly edge: readonly string[];
}

type Time = Pick<Involve, "since" | "until">;

/** A relation of an agency or one of its people to case1. */
function relate(sql: Sql, who: AgencyName | PersonName, kind: InvolvementKind, time: Time = {}): Promise<void> {
  const held = isPerson(who) ? { agency: agencyOf(who), person: who } : { agency: who };
  return involve(sql, { type: "Case", record: "case1", kind, ...held, ...time });
}

let database: Migrated;
let read: (sql: Sql) => Promise<Facts>;
beforeAll(async () => {
  database = await migrated("postgresql");
  await database.asOwner((sql) => settle(sql, policy));
  read = await database.asOwner(factReader);
});
afterAll(() => database?.close());

const aCase = (work: (sql: Sql) => Promise<void>) =>
  database.undone(async (sql) => {
    for (const name of ["ann", "ben"]) await addMinor(sql, name);
    await addCase(sql, "case1");
    await addIncident(sql, "incident1");
    await addAlert(sql, "alert1");
    await work(sql);
  });
