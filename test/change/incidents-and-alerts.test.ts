import {
  asker,
  codeOf,
  DATABASES,
  LIN,
  OTHER_VILLAGE,
  payload,
  refusal,
  rowsIn,
  startWorld,
  VILLAGE,
  WANG,
  type World,
} from "./world.js";

const REPORT = "mutation ($input: ReportIncidentInput!) { reportIncident(input: $input) { id } }";
const RAISE = `mutation ($input: RaiseOpinionAlertInput!) {
  raiseOpinionAlert(input: $input) { id heat detectedAt status } }`;
const LINK = `mutation ($alert: ID!, $incident: ID!) {
  linkAlertToIncident(alert: $alert, incident: $incident) { id alerts { id } } }`;
const incident = { kind: "BULLYING", level: "III", division: VILLAGE, occurredAt: "2026-03-01T08:30:00+08:00" };
const alert = {
  source: "论坛",
  topic: "BULLYING",
  level: "ORANGE",
  heat: 10,
  division: VILLAGE,
  detectedAt: "2026-03-02T08:00:00+08:00",
};

describe.each(DATABASES)("on %s", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database);
  });
  afterAll(() => world?.close());
  const responding = asker(() => world, "INCIDENT_RESPONSE");
  const monitoring = asker(() => world, "OPINION_RESPONSE");
  const report = (who: string, input: object = {}) => responding(who, REPORT, { input: { ...incident, ...input } });
  let references = 0;
  const raise = (who: string, input: object = {}) =>
    monitoring(who, RAISE, { input: { ...alert, reference: `r${++references}`, ...input } });

  describe("an incident", () => {
    it("is reported by a school with its own pupil, and is the school's", async () => {
      const query = `mutation ($input: ReportIncidentInput!) { reportIncident(input: $input) {
        kind level status occurredAt division { code } narrative partnerSummary minors { fullName } } }`;
      const input = { ...incident, narrative: "经过", partnerSummary: "摘要", minors: [world.id("Minor", LIN)] };
      expect(payload(await responding("school/HEAD", query, { input }))).toEqual({
        kind: "BULLYING",
        level: "III",
        status: "REPORTED",
        occurredAt: "2026-03-01T08:30:00.000+08:00",
        division: { code: VILLAGE },
        narrative: "经过",
        partnerSummary: "摘要",
        minors: [{ fullName: "林小满" }],
      });
    });

    it.each`
      who                                 | input                          | because
      ${"governance/INCIDENT_OFFICER"}    | ${{ narrative: "经过" }}       | ${"it answers for the township"}
      ${"school/HEAD"}                    | ${{ division: OTHER_VILLAGE }} | ${"a school reports of an excursion too"}
      ${"village/VILLAGE_CHILD_DIRECTOR"} | ${{}}                          | ${"villages report"}
      ${"police/CASE_OFFICER"}            | ${{}}                          | ${"the officer is assigned to what he reports"}
      ${"client:station"}                 | ${{ level: "I" }}              | ${"a department system reports by itself"}
      ${"client:station"}                 | ${{ narrative: "经过" }}       | ${"and writes what its agency writes"}
    `("is reported by $who with $input: $because", async ({ who, input }) => {
      expect(payload(await report(who, input))).toEqual({ id: expect.any(String) });
    });

    it.each`
      who                          | input                                     | status | code                         | because
      ${"bureau/HEAD"}             | ${{}}                                     | ${403} | ${"FIELD_NOT_SHARED"}        | ${"the education bureau is told, and does not report"}
      ${"publicity/HEAD"}          | ${{}}                                     | ${403} | ${"FIELD_NOT_SHARED"}        | ${"nor does the publicity centre"}
      ${"governance/LEDGER_CLERK"} | ${{ narrative: "经过" }}                  | ${403} | ${"FIELD_NOT_SHARED"}        | ${"R27 is not in the post"}
      ${"school/HEAD"}             | ${{ minors: [WANG] }}                     | ${200} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"another school's pupil"}
      ${"client:station"}          | ${{ minors: [LIN] }}                      | ${200} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"no minor exists for a system by itself"}
      ${"school/HEAD"}             | ${{ narrative: "" }}                      | ${400} | ${"BAD_USER_INPUT"}          | ${"empty"}
      ${"school/HEAD"}             | ${{ occurredAt: "2999-01-01T00:00:00Z" }} | ${400} | ${"BAD_USER_INPUT"}          | ${"yet to come"}
    `("is not reported by $who with $input: $because", async ({ who, input, status, code }) => {
      const rows = await rowsIn(world);
      const minors = input.minors?.map((key: string) => world.id("Minor", key));
      const answer = await report(who, { ...input, ...(minors ? { minors } : {}) });
      expect([answer.status, codeOf(answer)]).toEqual([status, code]);
      expect(await rowsIn(world)).toEqual(rows);
    });
  });

  describe("an alert", () => {
    it("is raised by the monitor, who then sees the text that is for partners", async () => {
      const query = `mutation ($input: RaiseOpinionAlertInput!) { raiseOpinionAlert(input: $input) {
        topic level heat detectedAt status division { code } source reference authorAccount redactedText } }`;
      const input = {
        ...alert,
        reference: "p-1",
        authorAccount: "某某",
        originalText: "原文",
        redactedText: "某校学生",
      };
      expect(payload(await monitoring("publicity/OPINION_MONITOR", query, { input }))).toEqual({
        topic: "BULLYING",
        level: "ORANGE",
        heat: 10,
        detectedAt: "2026-03-02T08:00:00.000+08:00",
        status: "DETECTED",
        division: { code: VILLAGE },
        source: "论坛",
        reference: "p-1",
        authorAccount: "某某",
        redactedText: "某校学生",
      });
      expect(await world.sql("SELECT original_text FROM opinion_alert WHERE reference = 'p-1'")).toEqual([
        { original_text: "原文" },
      ]);
    });

    it("of a minor author is masked even for the monitor", async () => {
      const query = "mutation ($input: RaiseOpinionAlertInput!) { raiseOpinionAlert(input: $input) { authorAccount } }";
      const input = { ...alert, reference: "p-2", authorAccount: "小明", authorIsMinor: true };
      const { authorAccount } = payload(await monitoring("publicity/OPINION_MONITOR", query, { input }));
      expect(authorAccount).toEqual(expect.any(String));
      expect(authorAccount).not.toContain("小明");
    });

    it("is raised again with the same source and reference: the heat grows, the rest stays", async () => {
      const first = payload(await raise("publicity/OPINION_MONITOR", { reference: "again" }));
      const hotter = { reference: "again", heat: 90, detectedAt: "2026-03-05T00:00:00+08:00" };
      expect(payload(await raise("publicity/HEAD", hotter))).toEqual({ ...first, heat: 90 });
      expect(payload(await raise("publicity/HEAD", { reference: "again", heat: 20 }))).toEqual({
        ...first,
        heat: 90,
      });
    });

    it("is one when it is raised by several at once", async () => {
      const answers = await Promise.all(
        [3, 50, 20, 40].map((heat) => raise("publicity/OPINION_MONITOR", { reference: "at-once", heat })),
      );
      expect(new Set(answers.map((answer) => payload(answer)["id"])).size).toBe(1);
      expect(payload(await raise("publicity/OPINION_MONITOR", { reference: "at-once", heat: 1 }))["heat"]).toBe(50);
    });

    it("is raised by the monitoring system itself", async () => {
      expect(payload(await raise("client:monitor", { authorAccount: "某某" }))).toMatchObject({ heat: 10 });
    });

    it.each`
      who                            | input                                  | code                  | place                    | because
      ${"governance/HEAD"}           | ${{}}                                  | ${"FIELD_NOT_SHARED"} | ${"OpinionAlert.source"} | ${"R29 is the publicity centre's"}
      ${"police/HEAD"}               | ${{}}                                  | ${"FIELD_NOT_SHARED"} | ${"OpinionAlert.source"} | ${"police read, and do not monitor"}
      ${"village/HEAD"}              | ${{}}                                  | ${"FIELD_NOT_SHARED"} | ${"OpinionAlert.source"} | ${"nor do villages"}
      ${"publicity/OPINION_MONITOR"} | ${{ redactedText: "电话13800000000" }} | ${"BAD_USER_INPUT"}   | ${"input.redactedText"}  | ${"a phone number is left in it"}
      ${"publicity/OPINION_MONITOR"} | ${{ source: " " }}                     | ${"BAD_USER_INPUT"}   | ${"input.source"}        | ${"blank"}
      ${"publicity/OPINION_MONITOR"} | ${{ heat: -1 }}                        | ${"BAD_USER_INPUT"}   | ${"input.heat"}          | ${"less than nothing"}
    `("is not raised by $who with $input: $because", async ({ who, input, code, place }) => {
      const rows = await rowsIn(world);
      const query = "mutation ($input: RaiseOpinionAlertInput!) { raiseOpinionAlert(input: $input) { id } }";
      const answer = refusal(await monitoring(who, query, { input: { ...alert, reference: "no", ...input } }));
      expect([answer["code"], answer["coordinate"] ?? answer["field"]]).toEqual([code, place]);
      expect(await rowsIn(world)).toEqual(rows);
    });
  });

  describe("an alert about an incident", () => {
    const both = async () => ({
      alert: String(payload(await raise("publicity/OPINION_MONITOR"))["id"]),
      incident: String(payload(await report("governance/INCIDENT_OFFICER"))["id"]),
    });

    it("is tied to it by the office that answers for the incident, once", async () => {
      const pair = await both();
      const tied = await responding("governance/LEDGER_CLERK", LINK, pair);
      expect(payload(tied)).toEqual({ id: pair.incident, alerts: [{ id: pair.alert }] });
      const again = await responding("governance/LEDGER_CLERK", LINK, pair);
      expect([again.status, codeOf(again)]).toEqual([409, "CONFLICT"]);
    });

    it("is tied to a second one, whether or not the office sees the first: the answer tells nothing of it", async () => {
      const pair = await both();
      await responding("governance/LEDGER_CLERK", LINK, pair);
      const other = { ...(await both()), alert: pair.alert };
      const tied = await responding("governance/LEDGER_CLERK", LINK, other);
      expect(payload(tied)).toEqual({ id: other.incident, alerts: [{ id: pair.alert }] });
    });

    it.each`
      who                            | because
      ${"governance/HEAD"}           | ${"it sees what is tied to the school's incident, by its place"}
      ${"publicity/OPINION_MONITOR"} | ${"without a part it does not see what is tied"}
    `("is not tied by $who, who sees both and has no part: $because", async ({ who }) => {
      const { alert } = await both();
      const incident = payload(await report("school/HEAD"))["id"];
      expect(refusal(await responding(who, LINK, { alert, incident }))).toMatchObject({
        code: "FIELD_NOT_SHARED",
        coordinate: "SensitiveIncident.alerts",
        remedy: null,
      });
    });

    it("is not tied to another object, nor another object to it", async () => {
      const rows = await both();
      const hidden = payload(await report("otherSchool/HEAD", { division: OTHER_VILLAGE }))["id"];
      const before = await rowsIn(world);
      const answers = [];
      for (const wrong of [
        { ...rows, incident: hidden },
        { ...rows, incident: rows.alert },
        { ...rows, alert: rows.incident },
        { ...rows, alert: world.id("OpinionAlert", LIN) },
        { ...rows, incident: world.id("SensitiveIncident", world.keyOf(rows.alert)) },
      ])
        answers.push((await responding("governance/HEAD", LINK, wrong)).text);
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('"NOT_FOUND_OR_NOT_SHARED"');
      expect(await rowsIn(world)).toEqual(before);
    });
  });
});
