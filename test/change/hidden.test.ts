import "reflect-metadata";
import { ROLES, type Role } from "../../src/policy/policy.js";
import { roleView } from "../../src/policy/view.js";
import { buildHubSchema } from "../../src/server/schema.js";
import { type AgencyName, codeOf, LIN, startWorld, VILLAGE, type World } from "./world.js";

/** Heads of the world's agencies, each with its role. */
const HEADS: Readonly<Record<AgencyName, Role>> = {
  police: "POLICE_STATION",
  social: "SOCIAL_AFFAIRS_OFFICE",
  school: "SCHOOL",
  otherSchool: "SCHOOL",
  village: "VILLAGE_COMMUNITY",
  governance: "GOVERNANCE_EMERGENCY_OFFICE",
  publicity: "PUBLICITY_CULTURE_CENTRE",
  bureau: "EDUCATION_BUREAU",
  justice: "JUSTICE_OFFICE",
  rescue: "RESCUE_STATION",
  house: "CARE_INSTITUTION",
  procuratorate: "PROCURATORATE",
};
const agencies = Object.keys(HEADS).filter((name): name is AgencyName => name in HEADS);

/** Each mutation with what it must be given; the records are there for nobody. */
const MUTATIONS: Readonly<Record<string, string>> = {
  registerMinor: `registerMinor(input: { fullName: "林小雨", givenName: "小雨", birthDate: "2016-03-02", sex: FEMALE, residence: "${VILLAGE}" }) { id }`,
  matchIdentity: `matchIdentity(input: { fullName: "林小雨", birthDate: "2016-03-02", division: "${VILLAGE}" }) { band }`,
  decideMerge: 'decideMerge(id: "P", version: 1, decision: KEEP_APART) { id }',
  mergeMinor: 'mergeMinor(id: "P", version: 1) { id }',
  unmergeMinor: 'unmergeMinor(id: "P", version: 1) { id }',
  openCase: `openCase(input: { kind: RESCUE, openedOn: "2026-03-01", division: "${VILLAGE}" }) { id }`,
  addCaseParticipant: 'addCaseParticipant(id: "C", version: 1, agency: "A") { id }',
  nameCasePerson: 'nameCasePerson(id: "C", version: 1, person: "wang") { id }',
  endCaseParticipation: 'endCaseParticipation(id: "C", version: 1, agency: "A") { id }',
  closeCase: 'closeCase(id: "C", version: 1, closedOn: "2026-03-02") { id }',
  reportIncident: `reportIncident(input: { kind: BULLYING, level: IV, division: "${VILLAGE}", occurredAt: "2026-03-01T08:00:00+08:00" }) { id }`,
  linkAlertToIncident: 'linkAlertToIncident(alert: "O", incident: "S") { id }',
  importPlan: 'importPlan(input: { register: "minors", csv: "key" }) { digest }',
  importApply: 'importApply(input: { register: "minors", csv: "key" }, digest: "x") { digest }',
  registerCareChild: 'registerCareChild(input: { minor: "M", status: LEFT_BEHIND, since: "2026-03-01" }) { id }',
  endCareRegistration: 'endCareRegistration(id: "R", version: 1, endedOn: "2026-03-02") { id }',
  assessGuardianship:
    'assessGuardianship(input: { minor: "M", assessedOn: "2026-03-01", risks: [], level: LOW, nextVisitBy: "2026-09-01" }) { id }',
  recordGuidance:
    'recordGuidance(id: "G", version: 1, visitedOn: "2026-03-02", guidance: "x", nextVisitBy: "2026-09-01") { id }',
  closeGuardianshipAssessment: 'closeGuardianshipAssessment(id: "G", version: 1, closedOn: "2026-03-02") { id }',
  raiseSupportNeed: 'raiseSupportNeed(input: { minor: "M", kind: STUDY, level: LOW }) { id }',
  closeSupportNeed: 'closeSupportNeed(id: "N", version: 1) { id }',
  recordSupport: 'recordSupport(input: { minor: "M", kind: VISIT, startedOn: "2026-03-01" }) { id }',
  endSupport: 'endSupport(id: "S", version: 1, endedOn: "2026-03-02") { id }',
  issueProtectionMeasure:
    'issueProtectionMeasure(input: { minor: "M", kind: WARNING_LETTER, issuer: "x", terms: "x", issuedOn: "2026-03-01" }) { id }',
  endProtectionMeasure: 'endProtectionMeasure(id: "P", version: 1, endedOn: "2026-03-02") { id }',
  placeMinor: 'placeMinor(input: { minor: "M", kind: FOSTER, placedOn: "2026-03-01" }) { id }',
  reviewPlacement: 'reviewPlacement(id: "P", version: 1, reviewedOn: "2026-03-02") { id }',
  endPlacement: 'endPlacement(id: "P", version: 1, endedOn: "2026-03-02") { id }',
  publishInspection: `publishInspection(input: { division: "${VILLAGE}", placeName: "x", kind: FIRE, foundOn: "2026-03-01", finding: "x" }) { id }`,
  openLedgerEntry: `openLedgerEntry(input: { division: "${VILLAGE}", placeName: "x", kind: FIRE, foundOn: "2026-03-01", finding: "x", level: MAJOR, openedOn: "2026-03-01" }) { id }`,
  findingToLedger: 'findingToLedger(id: "H", version: 1, level: MAJOR, openedOn: "2026-03-02") { id }',
  assignRectification: 'assignRectification(id: "H", version: 1, assignedTo: "A") { id }',
  reportRectification: 'reportRectification(id: "H", version: 1, rectification: "x", rectifiedOn: "2026-03-02") { id }',
  verifyRectification: 'verifyRectification(id: "H", version: 1, passed: true, verifiedOn: "2026-03-02") { id }',
  closeLedgerEntry: 'closeLedgerEntry(id: "H", version: 1, closedOn: "2026-03-02") { id }',
  reopenLedgerEntry: 'reopenLedgerEntry(id: "H", version: 1, openedOn: "2026-03-02") { id }',
  submitSupervisionOpinion:
    'submitSupervisionOpinion(input: { addressee: "A", kind: PUBLIC_INTEREST, subject: "x", issuedOn: "2026-03-01", dueOn: "2026-04-01" }) { id }',
  replySupervision: 'replySupervision(id: "J", version: 1, reply: "x", repliedOn: "2026-03-02") { id }',
  closeSupervision: 'closeSupervision(id: "J", version: 1, result: "x", closedOn: "2026-03-02") { id }',
  proposeCorrection:
    'proposeCorrection(input: { id: "I", coordinate: "SensitiveIncident.level", value: "I", reason: "x" }) { id }',
  decideCorrection: 'decideCorrection(id: "K", version: 1, accept: true) { id }',
  withdrawCorrection: 'withdrawCorrection(id: "K", version: 1) { id }',
  raiseOpinionAlert: `raiseOpinionAlert(input: { source: "论坛", reference: "h-1", topic: BULLYING, level: BLUE, heat: 1, detectedAt: "2026-03-01T08:00:00+08:00", division: "${VILLAGE}" }) { id }`,
};

describe("a mutation that the role's view does not show", () => {
  let world: World;
  let shownTo: (name: AgencyName) => readonly string[];
  beforeAll(async () => {
    world = await startWorld("embedded");
    const schema = await buildHubSchema();
    const { activation } = world.hub;
    const views = new Map(
      ROLES.map((role) => {
        const head = activation.policy.postsOf(role).filter(({ post }) => post === "HEAD");
        const fields = roleView(activation, schema, role, head).getMutationType()?.getFields() ?? {};
        return [role, Object.keys(fields)];
      }),
    );
    shownTo = (name) => views.get(HEADS[name]) ?? [];
    expect(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort()).toEqual(Object.keys(MUTATIONS).sort());
  }, 120_000);
  afterAll(() => world?.close());

  it.each(agencies)(
    "is refused to the head of %s for every purpose, and one that it shows for some purpose is not",
    async (name) => {
      const refused: string[] = [];
      const performed: string[] = [];
      for (const [mutation, field] of Object.entries(MUTATIONS)) {
        const answers = [];
        for (const purpose of purposesOf(name))
          answers.push(await world.hub.ask(`${name}/HEAD`, `mutation { ${field} }`, { purpose }));
        const closed = answers.filter((answer) => codeOf(answer) === "FIELD_NOT_SHARED");
        for (const { status, text } of closed) {
          expect([mutation, status]).toEqual([mutation, 403]);
          expect(text).not.toContain("Did you mean");
        }
        (closed.length === answers.length ? refused : performed).push(mutation);
      }
      expect(performed.sort()).toEqual([...shownTo(name)].sort());
      expect(refused.length + performed.length).toBe(Object.keys(MUTATIONS).length);
    },
    60_000,
  );

  it("is refused with row, writers and basis, before any record is looked for", async () => {
    const close = (id: string) =>
      world.hub.ask(
        "school/HEAD",
        `mutation { close: closeCase(id: "${id}", version: 1, closedOn: "2026-03-02") { id } }`,
        {
          purpose: "CASE_HANDLING",
        },
      );
    const answer = await close("C");
    expect(answer.status).toBe(403);
    expect(answer.body.errors).toEqual([
      {
        message: "Case.stage is not yours to write",
        path: ["close"],
        extensions: expect.objectContaining({
          code: "FIELD_NOT_SHARED",
          coordinate: "Case.stage",
          policy: expect.objectContaining({ row: "R17" }),
          basis: ["plan, work requirements (2)"],
          owner: {
            roles: ["POLICE_STATION", "SOCIAL_AFFAIRS_OFFICE", "JUSTICE_OFFICE", "RESCUE_STATION"],
            desk: "police station, social affairs office, justice office, rescue station",
            deskZh: "派出所、社会事务办、司法所、救助管理站",
          },
          remedy: null,
        }),
      },
    ]);
    expect((await close(world.id("Case", LIN))).body).toEqual(answer.body);
  });

  it("names the purposes for which it can be performed, where it is the purpose that closes it", async () => {
    const answer = await world.hub.ask("school/HEAD", `mutation { ${MUTATIONS["registerMinor"]} }`, {
      purpose: "OPINION_RESPONSE",
    });
    expect(answer.status).toBe(403);
    expect(answer.body.errors?.[0]?.extensions["remedy"]).toEqual({
      kind: "OTHER_PURPOSE",
      purposes: expect.arrayContaining(["COMPULSORY_EDUCATION", "LEFT_BEHIND_CARE"]),
    });
  });

  it("without a purpose one is asked for", async () => {
    const answer = await world.hub.ask("school/HEAD", `mutation { ${MUTATIONS["closeCase"]} }`);
    expect([answer.status, codeOf(answer)]).toEqual([403, "PURPOSE_REQUIRED"]);
  });

  const purposesOf = (name: AgencyName): string[] =>
    [...world.hub.activation.policy.purposes.values()]
      .filter(({ roles }) => roles.has(HEADS[name]))
      .map(({ purpose }) => purpose);
});
