import pg from "pg";
import {
  type AgencyName,
  asker,
  codeOf,
  DATABASES,
  LIN,
  payload,
  refusal,
  rowsIn,
  startWorld,
  VILLAGE,
  WANG,
  type World,
} from "./world.js";

const OPEN = "mutation ($input: OpenCaseInput!) { openCase(input: $input) { id version } }";
const READ = "query ($id: ID!) { case(id: $id) { version stage participants { name } minors { fullName } } }";
const ADD = `mutation ($id: ID!, $version: Int!, $agency: ID!) {
  addCaseParticipant(id: $id, version: $version, agency: $agency) { version participants { id } }
}`;
const NAME = `mutation ($id: ID!, $version: Int!, $person: String!) {
  nameCasePerson(id: $id, version: $version, person: $person) { version }
}`;
const END = `mutation ($id: ID!, $version: Int!, $agency: ID!) {
  endCaseParticipation(id: $id, version: $version, agency: $agency) { version participants { id } }
}`;
const CLOSE = `mutation ($id: ID!, $version: Int!, $closedOn: PlainDate!) {
  closeCase(id: $id, version: $version, closedOn: $closedOn) { version stage closedOn }
}`;
const opened = { kind: "MALTREATMENT", openedOn: "2026-03-01", division: VILLAGE };

describe.each(DATABASES)("a case on %s", (database) => {
  let world: World;
  let lin: string;
  let wang: string;
  beforeAll(async () => {
    world = await startWorld(database);
    lin = world.id("Minor", LIN);
    wang = world.id("Minor", WANG);
  });
  afterAll(() => world?.close());
  const ask = asker(() => world, "CASE_HANDLING");
  const open = (who: string, input: object = {}) => ask(who, OPEN, { input: { ...opened, ...input } });
  /** A case that the social affairs office leads, with Lin in it. */
  const lins = async (input: object = { minors: [lin] }) => String(payload(await open("social/HEAD", input))["id"]);
  const waitingForALock = async (): Promise<void> => {
    const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while ((await world.sql(waiting)).length === 0);
  };
  /** A part as no command gives it yet: for a time. */
  const takesPart = (id: string, name: AgencyName, time: { since?: string; until?: string }) =>
    world.sql("SELECT hub_involve($1)", [
      JSON.stringify([
        {
          record_type: "Case",
          record: world.keyOf(id),
          agency: world.keyOf(world.agency(name)),
          kind: "PART",
          basis: "test",
          ...time,
        },
      ]),
    ]);
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  /** Agencies, in the order of their keys. */
  const names = (...all: AgencyName[]) => all.map((name) => ({ name }));
  /** A case that the police take part in, and its version. */
  const joint = async (input?: object) => {
    const id = await lins(input);
    const added = await ask("social/HEAD", ADD, { id, version: 1, agency: world.agency("police") });
    return { id, version: Number(payload(added)["version"]) };
  };

  describe("is opened", () => {
    it("with its maker as source, part, assigned and named, so that he sees what only the named see", async () => {
      const query = `mutation ($input: OpenCaseInput!) { openCase(input: $input) {
        id stage number kind openedOn division { code } leadAgency { id } participants { id } narrative partnerSummary
        victims { fullName } minors { fullName } } }`;
      const input = { ...opened, number: "2026-7", narrative: "经过", partnerSummary: "摘要", victims: [lin] };
      const { id, ...shown } = payload(await ask("social/HEAD", query, { input }));
      expect(shown).toEqual({
        stage: "ACCEPTED",
        number: "2026-7",
        kind: "MALTREATMENT",
        openedOn: "2026-03-01",
        division: { code: VILLAGE },
        leadAgency: { id: world.agency("social") },
        participants: [{ id: world.agency("social") }],
        narrative: "经过",
        partnerSummary: "摘要",
        victims: [{ fullName: "林小满" }],
        minors: [],
      });
      const relations = await world.sql(
        "SELECT i.kind, p.subject FROM involvement i LEFT JOIN person p ON p.id = i.person WHERE record = $1 ORDER BY kind",
        [world.keyOf(id)],
      );
      expect(relations).toEqual([
        { kind: "ASSIGNED", subject: "social/HEAD" },
        { kind: "NAMED", subject: "social/HEAD" },
        { kind: "PART", subject: null },
        { kind: "SOURCE", subject: null },
      ]);
    });

    it("for a colleague too, who is assigned to it, and for nobody else of the office who has to be", async () => {
      const id = await lins({ assignees: ["social/RESCUE_OFFICER"] });
      expect((await ask("social/RESCUE_OFFICER", READ, { id })).body.data).toMatchObject({ case: { version: 1 } });
      expect(codeOf(await ask("social/RESCUE_OFFICER", READ, { id: await lins() }))).toBe("NOT_FOUND_OR_NOT_SHARED");
    });

    it.each`
      who                          | input                    | coordinate              | remedy  | because
      ${"school/HEAD"}             | ${{}}                    | ${"Case.kind"}          | ${null} | ${"schools take part in cases, and open none"}
      ${"village/HEAD"}            | ${{}}                    | ${"Case.kind"}          | ${null} | ${"nor do villages"}
      ${"police/DUTY_OFFICER"}     | ${{ narrative: "经过" }} | ${"Case.narrative"}     | ${null} | ${"R18 is not in the post"}
      ${"police/DUTY_OFFICER"}     | ${{ victims: [] }}       | ${"Case.victims"}       | ${null} | ${"R19 is not in the post"}
      ${"social/CHILD_SUPERVISOR"} | ${{ victims: [] }}       | ${"Case.victims"}       | ${null} | ${"R19 is not in the post"}
      ${"social/HEAD"}             | ${{ minorSuspects: [] }} | ${"Case.minorSuspects"} | ${null} | ${"the police alone write R20"}
    `("not by $who with $input: $because", async ({ who, input, coordinate, remedy }) => {
      const before = await rowsIn(world);
      const answer = await open(who, input);
      expect([answer.status, codeOf(answer)]).toEqual([403, "FIELD_NOT_SHARED"]);
      expect(refusal(answer)).toMatchObject({ coordinate, remedy });
      expect(await rowsIn(world)).toEqual(before);
    });

    it("by a duty officer with what his post writes", async () => {
      expect(payload(await open("police/DUTY_OFFICER", { number: "110-1" }))).toMatchObject({ version: 1 });
    });

    it("by a case officer, who sees only what he is assigned to, and is assigned to it", async () => {
      const id = payload(await open("police/CASE_OFFICER"))["id"];
      expect((await ask("police/CASE_OFFICER", READ, { id })).body.data).toMatchObject({ case: { version: 1 } });
    });

    it("not with another object where a minor belongs, and the answer tells nothing about it", async () => {
      const before = await lins();
      const rows = await rowsIn(world);
      const answers = [];
      for (const id of [
        wang, // somebody else's, hidden
        world.id("Minor", "00000000-0000-7000-8000-00000000ffff"), // nobody's
        before, // a case that the viewer may see
        world.id("Minor", world.keyOf(before)), // its key under the letter of a minor
        world.agency("social"),
        "M",
        "",
      ])
        for (const edge of ["minors", "victims"]) answers.push((await open("social/HEAD", { [edge]: [lin, id] })).text);
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('"NOT_FOUND_OR_NOT_SHARED"');
      expect(await rowsIn(world)).toEqual(rows);
    });

    it("not with people of another agency, nor with invented ones, alike", async () => {
      const answers = [];
      for (const subject of ["police/HEAD", "nobody"])
        answers.push((await open("social/HEAD", { assignees: [subject] })).text);
      expect(answers[0]).toContain('"NOT_FOUND_OR_NOT_SHARED"');
      expect(answers[1]).toBe(answers[0]);
    });

    it.each`
      input                           | field
      ${{ number: "" }}               | ${"input.number"}
      ${{ narrative: "  " }}          | ${"input.narrative"}
      ${{ openedOn: "2999-01-01" }}   | ${"input.openedOn"}
      ${{ division: "990101101999" }} | ${"input.division"}
      ${{ assignees: ["a", "a"] }}    | ${"input.assignees"}
    `("not with a bad $field", async ({ input, field }) => {
      expect(refusal(await open("police/HEAD", input))).toMatchObject({ code: "BAD_USER_INPUT", field });
    });

    it("with each minor in one relation only", async () => {
      expect(refusal(await open("social/HEAD", { minors: [lin], victims: [lin] }))).toMatchObject({
        code: "BAD_USER_INPUT",
        field: "input.minors",
      });
    });
  });

  describe("gets a participant", () => {
    it("who sees it from then on, and its minors over the edge that opens for a part", async () => {
      const id = await lins();
      expect(codeOf(await ask("police/HEAD", READ, { id }))).toBe("NOT_FOUND_OR_NOT_SHARED");
      const added = await ask("social/HEAD", ADD, { id, version: 1, agency: world.agency("police") });
      expect(payload(added)).toEqual({
        version: 2,
        participants: expect.arrayContaining([{ id: world.agency("police") }, { id: world.agency("social") }]),
      });
      expect((await ask("police/HEAD", READ, { id })).body.data).toMatchObject({
        case: { version: 2, minors: [{ fullName: "林小满" }] },
      });
    });

    it("from a participant that writes cases, and from none that only takes part", async () => {
      const { id, version } = await joint();
      const bySchool = await ask("police/DUTY_OFFICER", ADD, { id, version, agency: world.agency("school") });
      expect(payload(bySchool)).toMatchObject({ version: version + 1 });
      const answer = await ask("school/HEAD", ADD, { id, version: version + 1, agency: world.agency("village") });
      expect(refusal(answer)).toMatchObject({
        code: "FIELD_NOT_SHARED",
        coordinate: "Case.participants",
        remedy: null,
      });
    });

    it("not from whoever does not see it: hidden, absent and of another type answer alike", async () => {
      const id = await lins();
      const answers = [];
      for (const at of [id, world.id("Case", LIN), lin, "C", ""])
        for (const version of [1, 9])
          answers.push((await ask("police/HEAD", ADD, { id: at, version, agency: world.agency("school") })).text);
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('"NOT_FOUND_OR_NOT_SHARED"');
    });

    it("not from whoever sees only its band, by its place", async () => {
      const id = payload(await open("police/HEAD"))["id"];
      const answer = await ask("social/HEAD", ADD, { id, version: 9, agency: world.agency("school") });
      expect(refusal(answer)).toMatchObject({
        code: "FIELD_NOT_SHARED",
        coordinate: "Case.participants",
        remedy: null,
      });
    });

    it("once: who takes part already is added again, and nothing changes", async () => {
      const { id, version } = await joint();
      const rows = await rowsIn(world);
      const again = await ask("social/HEAD", ADD, { id, version, agency: world.agency("police") });
      expect(payload(again)).toMatchObject({ version });
      expect(await rowsIn(world)).toEqual(rows);
      const left = await ask("social/HEAD", END, { id, version, agency: world.agency("police") });
      const back = { id, version: payload(left)["version"], agency: world.agency("police") };
      expect(payload(await ask("social/HEAD", ADD, back))).toMatchObject({ version: version + 2 });
    });

    it("that has a part in cases, and exists", async () => {
      const id = await lins();
      const add = (agency: string) => ask("social/HEAD", ADD, { id, version: 1, agency });
      expect(refusal(await add(world.agency("publicity")))).toMatchObject({ code: "BAD_USER_INPUT", field: "agency" });
      expect(codeOf(await add(world.id("Agency", LIN)))).toBe("NOT_FOUND_OR_NOT_SHARED");
      expect(codeOf(await add(id))).toBe("NOT_FOUND_OR_NOT_SHARED");
    });

    it("only on the version that was read, and of two at once one", async () => {
      const { id } = await joint();
      const stale = await ask("social/HEAD", ADD, { id, version: 1, agency: world.agency("school") });
      expect([stale.status, codeOf(stale)]).toEqual([409, "CONFLICT"]);
      expect(Object.keys(refusal(stale)).sort()).toEqual(["code", "messageZh", "remedy"]);

      const other = await lins();
      const both = await Promise.all(
        (["school", "police"] as const).map((name) =>
          ask("social/HEAD", ADD, { id: other, version: 1, agency: world.agency(name) }),
        ),
      );
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    });

    it("who is listed while its part is running: not before, and not after, though no sweep has come by", async () => {
      const id = await lins();
      const listed = async () => {
        const { body } = await ask("social/HEAD", "query ($id: ID!) { case(id: $id) { participants { name } } }", {
          id,
        });
        return body.data;
      };
      await takesPart(id, "police", { until: inHours(1) });
      await takesPart(id, "police", { until: inHours(2) }); // listed once all the same
      await takesPart(id, "school", { until: inHours(1) });
      await takesPart(id, "village", { since: inHours(1) });
      expect(await listed()).toEqual({ case: { participants: names("police", "social", "school") } });

      await world.sql(
        "UPDATE involvement SET until = clock_timestamp() + interval '300 ms' WHERE record = $1 AND agency = $2",
        [world.keyOf(id), world.keyOf(world.agency("school"))],
      );
      await world.sql("SELECT pg_sleep(0.31)");
      expect(await world.sql("SELECT FROM case_participant WHERE case_file = $1", [world.keyOf(id)])).toHaveLength(5);
      expect(await listed()).toEqual({ case: { participants: names("police", "social") } });
    });
  });

  describe("gets a named person", () => {
    it("of a participant by its head, who does not read what he opens to others, and nobody else notices", async () => {
      const { id, version } = await joint({ victims: [lin] });
      const victims = "query ($id: ID!) { case(id: $id) { victims { fullName } } }";
      expect(codeOf(await ask("police/CASE_OFFICER", victims, { id }))).toBe("NOT_FOUND_OR_NOT_SHARED");
      const named = await ask("police/HEAD", NAME, { id, version, person: "police/CASE_OFFICER" });
      expect(payload(named)).toEqual({ version });
      expect((await ask("police/CASE_OFFICER", victims, { id })).body).toEqual({
        data: { case: { victims: [{ fullName: "林小满" }] } },
      });
      expect((await ask("police/HEAD", victims, { id })).body).toEqual({ data: { case: { victims: null } } });
    });

    it.each`
      who                      | person                   | code                         | because
      ${"police/DUTY_OFFICER"} | ${"police/CASE_OFFICER"} | ${"FIELD_NOT_SHARED"}        | ${"heads name people"}
      ${"police/HEAD"}         | ${"police/HEAD"}         | ${"BAD_USER_INPUT"}          | ${"a head names others"}
      ${"police/HEAD"}         | ${"social/HEAD"}         | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"each agency names its own"}
      ${"police/HEAD"}         | ${"nobody"}              | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"there is no such person"}
      ${"police/HEAD"}         | ${" "}                   | ${"BAD_USER_INPUT"}          | ${"blank"}
      ${"school/HEAD"}         | ${"school/REGISTRAR"}    | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"the school takes no part"}
    `("not $person by $who: $because", async ({ who, person, code }) => {
      const { id, version } = await joint();
      expect(codeOf(await ask(who, NAME, { id, version, person }))).toBe(code);
    });

    // One session is all that the embedded database has.
    (database === "postgresql" ? it : it.skip)(
      "not when the part is over by the time that it is his turn",
      async () => {
        const id = await lins();
        await takesPart(id, "police", { until: inHours(1) });
        const { version } = payload(await ask("social/HEAD", "query ($id: ID!) { case(id: $id) { version } }", { id }));
        const other = new pg.Client({ connectionString: world.hub.superUrl });
        await other.connect();
        await other.query("BEGIN");
        await other.query("SELECT FROM case_file WHERE id = $1 FOR NO KEY UPDATE", [world.keyOf(id)]);
        const naming = ask("police/HEAD", NAME, { id, version, person: "police/CASE_OFFICER" });
        await waitingForALock();
        // Its key is in the record's array until the sweep: he is still let through to the record.
        const soon = "clock_timestamp() + interval '500 ms'";
        await other.query(`UPDATE involvement SET until = ${soon} WHERE record = $1 AND agency = $2`, [
          world.keyOf(id),
          world.keyOf(world.agency("police")),
        ]);
        await other.query("SELECT pg_sleep(0.51)");
        await other.query("COMMIT");
        await other.end();
        expect(refusal(await naming)).toMatchObject({
          code: "BAD_USER_INPUT",
          field: "person",
          remedy: expect.stringContaining("part"),
        });
        expect(
          await world.sql("SELECT FROM involvement WHERE record = $1 AND kind = 'NAMED'", [world.keyOf(id)]),
        ).toHaveLength(1);
      },
    );
  });

  describe("loses a participant", () => {
    it("who gives up its own part: a null payload without an error, and nothing of it is left to see", async () => {
      const { id, version } = await joint();
      const named = await ask("police/HEAD", NAME, { id, version, person: "police/CASE_OFFICER" });
      const answer = await ask("police/HEAD", END, {
        id,
        version: payload(named)["version"],
        agency: world.agency("police"),
      });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ data: { endCaseParticipation: null } });
      for (const who of ["police/HEAD", "police/CASE_OFFICER"])
        expect(codeOf(await ask(who, READ, { id }))).toBe("NOT_FOUND_OR_NOT_SHARED");
      expect((await ask("social/HEAD", READ, { id })).body.data).toMatchObject({
        case: { version: 3, participants: [{ name: "social" }] },
      });
    });

    it("whom the lead agency takes out", async () => {
      const { id, version } = await joint();
      const answer = await ask("social/HEAD", END, { id, version, agency: world.agency("police") });
      expect(payload(answer)).toEqual({ version: version + 1, participants: [{ id: world.agency("social") }] });
      expect(codeOf(await ask("police/HEAD", READ, { id }))).toBe("NOT_FOUND_OR_NOT_SHARED");
    });

    it.each`
      who              | ending      | code                         | because
      ${"police/HEAD"} | ${"social"} | ${"FIELD_NOT_SHARED"}        | ${"only the lead agency takes others out"}
      ${"social/HEAD"} | ${"social"} | ${"BAD_USER_INPUT"}          | ${"the lead agency does not leave"}
      ${"social/HEAD"} | ${"school"} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"the school takes no part"}
      ${"school/HEAD"} | ${"school"} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"who has no part has none to give up"}
    `("not $ending by $who: $because", async ({ who, ending, code }) => {
      const { id, version } = await joint();
      const rows = await rowsIn(world);
      expect(codeOf(await ask(who, END, { id, version, agency: world.agency(ending) }))).toBe(code);
      expect(await rowsIn(world)).toEqual(rows);
      expect((await ask("social/HEAD", READ, { id })).body.data).toMatchObject({ case: { version } });
    });
  });

  it("tells nobody its version who sees only its band: every guess is answered alike", async () => {
    const id = payload(await open("police/HEAD"))["id"];
    const band = await ask("social/HEAD", "query ($id: ID!) { case(id: $id) { stage version } }", { id });
    expect(band.body.data).toEqual({ case: { stage: "ACCEPTED", version: null } });
    const answers = [];
    for (const version of [1, 9]) {
      answers.push((await ask("social/HEAD", NAME, { id, version, person: "social/AID_CLERK" })).text);
      answers.push((await ask("social/HEAD", END, { id, version, agency: world.agency("social") })).text);
    }
    expect(answers[0]).toContain('"NOT_FOUND_OR_NOT_SHARED"');
    expect([answers[2], answers[3]]).toEqual([answers[0], answers[1]]);
  });

  describe("is closed", () => {
    it("by its lead agency, and takes the link to a minor suspect with it, and what was derived from it", async () => {
      const { id: shared } = await joint();
      const suspected = payload(await open("police/HEAD", { minorSuspects: [lin], minors: [] }));
      const id = String(suspected["id"]);
      const left = () =>
        world.sql(
          `SELECT 'edge' AS of FROM case_minor WHERE case_file = $1
           UNION ALL SELECT kind FROM involvement WHERE via = $1 AND record = $2`,
          [world.keyOf(id), LIN],
        );
      expect(await left()).toEqual([{ of: "edge" }, { of: "NAMED" }]);

      const answer = await ask("police/HEAD", CLOSE, { id, version: 1, closedOn: "2026-03-09" });
      expect(payload(answer)).toEqual({ version: 2, stage: "CLOSED", closedOn: "2026-03-09" });
      expect(await left()).toEqual([]);
      expect((await ask("police/HEAD", READ, { id: shared })).body.data).toMatchObject({
        case: { minors: [{ fullName: "林小满" }] },
      });
    });

    it("once, and takes no new part after that", async () => {
      const { id, version } = await joint();
      const closed = await ask("social/HEAD", CLOSE, { id, version, closedOn: "2026-03-09" });
      const now = Number(payload(closed)["version"]);
      for (const again of [
        await ask("social/HEAD", CLOSE, { id, version: now, closedOn: "2026-03-09" }),
        await ask("social/HEAD", ADD, { id, version: now, agency: world.agency("school") }),
        await ask("police/HEAD", NAME, { id, version: now, person: "police/CASE_OFFICER" }),
      ])
        expect(codeOf(again)).toBe("CONFLICT");
    });

    it.each`
      who              | closedOn        | stale    | code                  | because
      ${"police/HEAD"} | ${"2026-03-09"} | ${false} | ${"FIELD_NOT_SHARED"} | ${"a participant does not close it"}
      ${"school/HEAD"} | ${"2026-03-09"} | ${false} | ${"FIELD_NOT_SHARED"} | ${"schools write no cases"}
      ${"social/HEAD"} | ${"2026-02-28"} | ${false} | ${"BAD_USER_INPUT"}   | ${"it was opened later"}
      ${"social/HEAD"} | ${"2999-01-01"} | ${false} | ${"BAD_USER_INPUT"}   | ${"that day is yet to come"}
      ${"social/HEAD"} | ${"2026-03-09"} | ${true}  | ${"CONFLICT"}         | ${"it has changed since"}
    `("not by $who on $closedOn (stale: $stale): $because", async ({ who, closedOn, stale, code }) => {
      const { id, version } = await joint();
      expect(codeOf(await ask(who, CLOSE, { id, version: stale ? version - 1 : version, closedOn }))).toBe(code);
      expect((await ask("social/HEAD", READ, { id })).body.data).toMatchObject({ case: { stage: "ACCEPTED" } });
    });

    it("by nobody with a conflict of interest, for whom it is not there", async () => {
      const id = await lins();
      await world.sql("SELECT hub_involve($1)", [
        JSON.stringify([
          {
            record_type: "Case",
            record: world.keyOf(id),
            agency: world.keyOf(world.agency("social")),
            kind: "CONFLICT",
            basis: "test",
          },
        ]),
      ]);
      expect(codeOf(await ask("social/HEAD", CLOSE, { id, version: 1, closedOn: "2026-03-09" }))).toBe(
        "NOT_FOUND_OR_NOT_SHARED",
      );
    });
  });
});
