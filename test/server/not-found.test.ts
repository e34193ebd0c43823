import { startHub, type TestHub } from "../support/hub.js";
import { statements } from "../support/statements.js";
import { ask, capturedLog, expectDressed, expectSilent } from "./asking.js";
import { AGENCY, INVENTED, RECORDS, town } from "./town.js";

/** What one field may be asked with. Only `hidden` has a row, which the school "near" sees and "far" does not. */
const FIELDS = [
  ["minor", "Minor", "fullName citizenNumber guardians { fullName }"],
  ["case", "Case", "kind minors { fullName }"],
  ["incident", "SensitiveIncident", "kind minors { fullName }"],
  ["opinionAlert", "OpinionAlert", "topic level"],
  ["careRegistration", "CareRegistration", "status minor { fullName }"],
  ["guardianshipAssessment", "GuardianshipAssessment", "level minor { fullName }"],
  ["supportNeed", "SupportNeed", "kind advice minor { fullName }"],
  ["supportRecord", "SupportRecord", "summary minor { fullName }"],
  ["protectionMeasure", "ProtectionMeasure", "terms minor { fullName }"],
  ["placement", "Placement", "kind address"],
  ["legalSupervision", "LegalSupervision", "subject reply"],
  ["correctionRequest", "CorrectionRequest", "coordinate value"],
  ["hazard", "Hazard", "finding rectification"],
] as const;
/** Who sees the record, and who does not. No school sees a placement by being its source. */
const schools = { near: "near/head", far: "far/head", headers: {} };
const offices = { near: "office/head", far: "otherOffice/head", headers: { "x-hub-purpose": "PLACEMENT" } };
const inspected = { near: "near/head", far: "far/head", headers: { "x-hub-purpose": "INSPECTION_AND_RECTIFICATION" } };
const audience = (type: string) => (type === "Placement" ? offices : type === "Hazard" ? inspected : schools);
const NO_IDS = ["", "x", "M", "00000000-0000-7000-8000-000000000101", "字", "M".repeat(23), "x".repeat(5_000)];

describe.each(["embedded", "postgresql"] as const)(
  "a record that is hidden and one that is not there (%s)",
  (database) => {
    const { log, lines } = capturedLog();
    let hub: TestHub;
    const id = (type: (typeof FIELDS)[number][1] | "Agency", key: string) => hub.questions.world.ids.encode(type, key);
    const question = (field: string, selection: string) => `query ($id: ID!) { ${field}(id: $id) { id ${selection} } }`;

    describe.each(FIELDS)("%s(id)", (field, type, selection) => {
      const { near, far, headers } = audience(type);
      const get = (of: string, as = far) => ask(hub, question(field, selection), { id: of }, { as, headers });

      it("is there for whoever it is shared with", async () => {
        const of = id(type, RECORDS[type]);
        expect(await get(of, near)).toMatchObject({ status: 200, errors: [], data: { [field]: { id: of } } });
      });

      it("answers with the same bytes, whatever the id", async () => {
        const hidden = await get(id(type, RECORDS[type]));
        expect(hidden).toMatchObject({ status: 200, data: { [field]: null } });
        expect(hidden.errors.map(({ extensions }) => extensions["code"])).toEqual(["NOT_FOUND_OR_NOT_SHARED"]);
        expectDressed(hidden);
        const others = FIELDS.filter(([, other]) => other !== type).map(([, other]) => id(other, RECORDS[other]));
        for (const other of [id(type, INVENTED), ...others, id("Agency", AGENCY), ...NO_IDS])
          expect((await get(other)).text).toBe(hidden.text);
      });

      it("does the same work for both", async () => {
        const hidden = await statements(() => get(id(type, RECORDS[type])));
        expect(hidden.map(({ kind }) => kind)).toEqual(["read", "log"]);
        expect(await statements(() => get(id(type, INVENTED)))).toEqual(hidden);
      });
    });

    describe.each(FIELDS)("node(id)", (_, type, selection) => {
      const { near, far, headers } = audience(type);
      const get = (of: string, as = far) =>
        ask(hub, question("node", `... on ${type} { ${selection} }`), { id: of }, { as, headers });

      it(`answers for a ${type} with the same bytes, whatever the id`, async () => {
        const of = id(type, RECORDS[type]);
        expect(await get(of, near)).toMatchObject({ status: 200, errors: [], data: { node: { id: of } } });
        const hidden = await get(of);
        expect(hidden.errors.map(({ extensions }) => extensions["code"])).toEqual(["NOT_FOUND_OR_NOT_SHARED"]);
        for (const other of [id(type, INVENTED), id("Agency", INVENTED), ...NO_IDS])
          expect((await get(other)).text).toBe(hidden.text);
      });

      it(`does the same work for a ${type}`, async () => {
        const hidden = await statements(() => get(id(type, RECORDS[type])));
        expect(hidden.map(({ kind }) => kind)).toEqual(["read", "log"]);
        expect(await statements(() => get(id(type, INVENTED)))).toEqual(hidden);
      });
    });

    it.each([
      ["addCaseParticipant(id: $id, version: 1, agency: $agency)", "Case", "police/head", "CASE_HANDLING"],
      ["endCaseParticipation(id: $id, version: 1, agency: $agency)", "Case", "police/head", "CASE_HANDLING"],
      ['nameCasePerson(id: $id, version: 1, person: "police/head")', "Case", "police/head", "CASE_HANDLING"],
      ['closeCase(id: $id, version: 1, closedOn: "2026-03-05")', "Case", "police/head", "CASE_HANDLING"],
      [
        'endCareRegistration(id: $id, version: 1, endedOn: "2026-03-05")',
        "CareRegistration",
        "far/head",
        "LEFT_BEHIND_CARE",
      ],
      [
        'registerCareChild(input: { minor: $id, status: MIGRANT, since: "2026-03-05" })',
        "Minor",
        "far/head",
        "LEFT_BEHIND_CARE",
      ],
      ["closeSupportNeed(id: $id, version: 1)", "SupportNeed", "far/head", "LEFT_BEHIND_CARE"],
      ['endSupport(id: $id, version: 1, endedOn: "2026-03-05")', "SupportRecord", "far/head", "LEFT_BEHIND_CARE"],
      [
        'endProtectionMeasure(id: $id, version: 1, endedOn: "2026-03-05")',
        "ProtectionMeasure",
        "police/head",
        "CASE_HANDLING",
      ],
      [
        'issueProtectionMeasure(input: { minor: $id, kind: WARNING_LETTER, issuer: "x", terms: "x", issuedOn: "2026-03-05" })',
        "Minor",
        "police/head",
        "CASE_HANDLING",
      ],
      ['reviewPlacement(id: $id, version: 1, reviewedOn: "2026-03-05")', "Placement", "otherOffice/head", "PLACEMENT"],
      ['endPlacement(id: $id, version: 1, endedOn: "2026-03-05")', "Placement", "otherOffice/head", "PLACEMENT"],
      [
        'placeMinor(input: { minor: $id, kind: FOSTER, placedOn: "2026-03-05" })',
        "Minor",
        "otherOffice/head",
        "PLACEMENT",
      ],
      [
        'replySupervision(id: $id, version: 1, reply: "x", repliedOn: "2026-03-05")',
        "LegalSupervision",
        "far/head",
        "LEGAL_SUPERVISION",
      ],
      ["withdrawCorrection(id: $id, version: 1)", "CorrectionRequest", "far/head", "CASE_HANDLING"],
      ["decideCorrection(id: $id, version: 1, accept: true)", "CorrectionRequest", "far/head", "CASE_HANDLING"],
      [
        'proposeCorrection(input: { id: $id, coordinate: "Minor.homeAddress", value: "x", reason: "x" })',
        "Minor",
        "far/head",
        "CASE_HANDLING",
      ],
      [
        'reportRectification(id: $id, version: 1, rectification: "x", rectifiedOn: "2026-03-05")',
        "Hazard",
        "far/head",
        "INSPECTION_AND_RECTIFICATION",
      ],
      [
        'verifyRectification(id: $id, version: 1, passed: true, verifiedOn: "2026-03-05")',
        "Hazard",
        "far/head",
        "INSPECTION_AND_RECTIFICATION",
      ],
      ["linkAlertToIncident(alert: $id, incident: $id)", "SensitiveIncident", "publicity/head", "OPINION_RESPONSE"],
    ] as const)("%s changes neither, and answers with the same bytes", async (change, type, as, purpose) => {
      const query = `mutation ($id: ID!${change.includes("$agency") ? " $agency: ID!" : ""}) { ${change} { id } }`;
      const of = (one: string) =>
        ask(hub, query, { id: one, agency: id("Agency", AGENCY) }, { as, headers: { "x-hub-purpose": purpose } });
      const hidden = await of(id(type, RECORDS[type]));
      expect(hidden.errors.map(({ extensions }) => extensions["code"])).toEqual(["NOT_FOUND_OR_NOT_SHARED"]);
      for (const other of [id(type, INVENTED), id("Case", RECORDS.Case), id("Agency", AGENCY), ...NO_IDS])
        expect((await of(other)).text).toBe(hidden.text);
    });

    it("is told of in the bytes of one field alone: its neighbours are answered", async () => {
      const both = (of: string) =>
        ask(
          hub,
          "query ($id: ID!) { viewer { role } a: minor(id: $id) { id } b: node(id: $id) { id } }",
          { id: of },
          { as: "far/head" },
        );
      const hidden = await both(id("Minor", RECORDS.Minor));
      expect(hidden.data).toEqual({ viewer: { role: "SCHOOL" }, a: null, b: null });
      expect((await both(id("Minor", INVENTED))).text).toBe(hidden.text);
    });

    it("is told of in the order of the question, whatever others have asked before", async () => {
      const of = id("Minor", RECORDS.Minor);
      const paths = async (headers: Record<string, string>, query: string) =>
        (await ask(hub, `query ($id: ID!) { ${query} }`, { id: of }, { as: "far/head", headers })).text.match(
          /(?<="path":\[")\w+/g,
        );
      const purpose = { "x-hub-purpose": "MANDATORY_REPORT_HANDLING" };
      expect(await paths(purpose, "minor(id: $id) { id }")).toEqual(["minor"]);
      expect(await paths(purpose, "node(id: $id) { id } minor(id: $id) { id }")).toEqual(["node", "minor"]);
    });

    it("is nobody's row in a list, a count or an end of a page", async () => {
      const list = await ask(
        hub,
        "{ minors { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }",
        {},
        { as: "far/head" },
      );
      expect(list.data).toEqual({
        minors: { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null } },
      });
    });

    it("leaves nothing of either in the hub's own log", () => expectSilent(lines()));

    beforeAll(async () => {
      hub = await startHub(database, town, undefined, log);
    });
    afterAll(() => hub?.close());
  },
);
