import "reflect-metadata";
import { type GraphQLSchema, isInputObjectType, isObjectType, validateSchema } from "graphql";
import { type Activation, activate } from "../../src/policy/activate.js";
import { parsePolicy } from "../../src/policy/load.js";
import { ROLES, type Role } from "../../src/policy/policy.js";
import { roleView } from "../../src/policy/view.js";
import { buildHubSchema } from "../../src/server/schema.js";
import { RECORD_TYPES } from "../../src/store/record-types.js";
import { edited, shipped } from "./shipped.js";

let schema: GraphQLSchema;
let activation: Activation;
beforeAll(async () => {
  schema = await buildHubSchema();
  activation = await activate(parsePolicy(shipped), schema);
}, 60_000);

describe.each(ROLES)("the view of %s, with any of its posts and with each,", (role) => {
  it("is a valid schema", () => {
    for (const view of views(role)) expect(validateSchema(view)).toEqual([]);
  });

  it("has no record of which nothing can be shown, and no field that leads nowhere", () => {
    for (const view of views(role))
      for (const record of RECORD_TYPES) {
        const decided = fieldsOf(view, record).filter(
          (field) => activation.coordinates.get(`${record}.${field}`)?.kind !== "public",
        );
        expect([record, decided.length > 0]).toEqual([record, view.getType(record) !== undefined]);
        const connection = view.getType(`${record}Connection`);
        expect([record, connection !== undefined]).toEqual([record, decided.length > 0]);
      }
  });
});

describe("the view shows only mutations that the role can perform:", () => {
  it.each`
    role                             | performs
    ${"POLICE_STATION"}              | ${"issueProtectionMeasure endProtectionMeasure openCase addCaseParticipant nameCasePerson endCaseParticipation closeCase reportIncident matchIdentity decideMerge replySupervision publishInspection openLedgerEntry findingToLedger assignRectification reportRectification verifyRectification closeLedgerEntry reopenLedgerEntry"}
    ${"SOCIAL_AFFAIRS_OFFICE"}       | ${"registerMinor assessGuardianship recordGuidance closeGuardianshipAssessment openCase addCaseParticipant nameCasePerson endCaseParticipation closeCase matchIdentity decideMerge mergeMinor unmergeMinor raiseSupportNeed closeSupportNeed recordSupport endSupport placeMinor reviewPlacement endPlacement replySupervision"}
    ${"JUSTICE_OFFICE"}              | ${"openCase addCaseParticipant nameCasePerson endCaseParticipation closeCase matchIdentity decideMerge raiseSupportNeed closeSupportNeed replySupervision"}
    ${"RESCUE_STATION"}              | ${"registerMinor openCase addCaseParticipant nameCasePerson endCaseParticipation closeCase matchIdentity decideMerge mergeMinor unmergeMinor raiseSupportNeed closeSupportNeed recordSupport endSupport placeMinor reviewPlacement endPlacement replySupervision reportRectification"}
    ${"SCHOOL"}                      | ${"registerMinor registerCareChild endCareRegistration nameCasePerson endCaseParticipation reportIncident mergeMinor unmergeMinor raiseSupportNeed closeSupportNeed recordSupport endSupport replySupervision publishInspection openLedgerEntry findingToLedger assignRectification reportRectification verifyRectification closeLedgerEntry reopenLedgerEntry"}
    ${"VILLAGE_COMMUNITY"}           | ${"registerMinor registerCareChild endCareRegistration nameCasePerson endCaseParticipation reportIncident mergeMinor unmergeMinor recordSupport endSupport replySupervision publishInspection openLedgerEntry findingToLedger assignRectification reportRectification verifyRectification closeLedgerEntry reopenLedgerEntry"}
    ${"CARE_INSTITUTION"}            | ${"registerMinor nameCasePerson endCaseParticipation reportIncident mergeMinor unmergeMinor raiseSupportNeed closeSupportNeed recordSupport endSupport replySupervision reportRectification"}
    ${"GOVERNANCE_EMERGENCY_OFFICE"} | ${"nameCasePerson endCaseParticipation reportIncident linkAlertToIncident publishInspection openLedgerEntry findingToLedger assignRectification reportRectification verifyRectification closeLedgerEntry reopenLedgerEntry"}
    ${"PUBLICITY_CULTURE_CENTRE"}    | ${"raiseOpinionAlert linkAlertToIncident"}
    ${"EDUCATION_BUREAU"}            | ${"nameCasePerson endCaseParticipation replySupervision"}
    ${"YOUTH_LEAGUE"}                | ${"nameCasePerson endCaseParticipation recordSupport endSupport"}
    ${"WOMENS_FEDERATION"}           | ${"registerCareChild endCareRegistration assessGuardianship recordGuidance closeGuardianshipAssessment nameCasePerson endCaseParticipation raiseSupportNeed closeSupportNeed recordSupport endSupport"}
    ${"PROCURATORATE"}               | ${"nameCasePerson endCaseParticipation submitSupervisionOpinion closeSupervision"}
    ${"CUSTODY_AUTHORITY"}           | ${""}
    ${"SOCIAL_ORGANISATION"}         | ${"recordSupport endSupport"}
    ${"ANALYST"}                     | ${""}
    ${"AUDITOR"}                     | ${""}
    ${"OPERATOR"}                    | ${""}
  `("$role: $performs", ({ role, performs }) => {
    expect(commandsOf(view(role))).toEqual(words(performs).sort());
  });

  it("corrections are proposed and answered by every agency that shares records", () => {
    const correcting = ROLES.filter((role) =>
      CORRECTIONS.every((command) => fieldsOf(view(role), "Mutation").includes(command)),
    );
    // A custody authority shares notices, which have no type yet.
    const others = ["CUSTODY_AUTHORITY", "ANALYST", "AUDITOR", "OPERATOR"];
    expect(correcting).toEqual(ROLES.filter((role) => !others.includes(role) && role !== "EDUCATION_BUREAU"));
    // Nothing that a bureau writes can be corrected by a command yet.
    expect(fieldsOf(view("EDUCATION_BUREAU"), "Mutation")).toContain("proposeCorrection");
    expect(fieldsOf(view("EDUCATION_BUREAU"), "Mutation")).not.toContain("decideCorrection");
    expect(fieldsOf(view("SCHOOL", "SYSTEM_CLIENT"), "Mutation")).not.toContain("proposeCorrection");
  });

  it("registers are brought by systems of agencies that keep one", () => {
    const bringing = ROLES.filter((role) => fieldsOf(view(role, "SYSTEM_CLIENT"), "Mutation").includes("importApply"));
    expect(bringing).toEqual(ROLES.filter((role) => fieldsOf(view(role), "Mutation").includes("importPlan")));
    const others = ["CUSTODY_AUTHORITY", "ANALYST", "AUDITOR", "OPERATOR"];
    expect(ROLES.filter((role) => !bringing.includes(role))).toEqual(others);
    expect(fieldsOf(view("SCHOOL", "HEAD"), "Mutation")).not.toContain("importPlan");
  });

  it.each`
    role                             | post                         | performs                                                                                                                                                                                                                                                                                                               | because
    ${"POLICE_STATION"}              | ${"DUTY_OFFICER"}            | ${"issueProtectionMeasure endProtectionMeasure openCase addCaseParticipant endCaseParticipation closeCase reportIncident matchIdentity decideMerge replySupervision publishInspection openLedgerEntry findingToLedger assignRectification reportRectification verifyRectification closeLedgerEntry reopenLedgerEntry"} | ${"heads name people"}
    ${"GOVERNANCE_EMERGENCY_OFFICE"} | ${"LEDGER_CLERK"}            | ${"reportIncident linkAlertToIncident publishInspection openLedgerEntry findingToLedger assignRectification reportRectification verifyRectification closeLedgerEntry reopenLedgerEntry"}                                                                                                                               | ${"the clerk has no cases"}
    ${"SCHOOL"}                      | ${"SYSTEM_CLIENT"}           | ${"reportIncident publishInspection openLedgerEntry findingToLedger assignRectification reportRectification verifyRectification closeLedgerEntry reopenLedgerEntry"}                                                                                                                                                   | ${"no minor exists for a system by itself"}
    ${"PUBLICITY_CULTURE_CENTRE"}    | ${"SYSTEM_CLIENT"}           | ${"raiseOpinionAlert linkAlertToIncident"}                                                                                                                                                                                                                                                                             | ${"a system writes what its agency writes"}
    ${"YOUTH_LEAGUE"}                | ${"COORDINATOR"}             | ${""}                                                                                                                                                                                                                                                                                                                  | ${"the coordinator reads"}
    ${"SCHOOL"}                      | ${"DATA_PROTECTION_OFFICER"} | ${""}                                                                                                                                                                                                                                                                                                                  | ${"only R35 is his"}
  `("$role/$post: $performs, for $because", ({ role, post, performs }) => {
    expect(commandsOf(view(role, post))).toEqual(words(performs).sort());
  });

  it.each`
    role                          | post                  | input                       | has                                    | hasNot
    ${"POLICE_STATION"}           | ${undefined}          | ${"OpenCaseInput"}          | ${"narrative victims minorSuspects"}   | ${""}
    ${"SOCIAL_AFFAIRS_OFFICE"}    | ${undefined}          | ${"OpenCaseInput"}          | ${"narrative victims minors division"} | ${"minorSuspects"}
    ${"SOCIAL_AFFAIRS_OFFICE"}    | ${"CHILD_SUPERVISOR"} | ${"OpenCaseInput"}          | ${"narrative minors"}                  | ${"victims minorSuspects"}
    ${"RESCUE_STATION"}           | ${undefined}          | ${"OpenCaseInput"}          | ${"number kind minors assignees"}      | ${"narrative partnerSummary victims"}
    ${"RESCUE_STATION"}           | ${undefined}          | ${"RegisterMinorInput"}     | ${"fullName residence ethnicGroup"}    | ${"homeAddress phone guardians entrustedCare"}
    ${"SOCIAL_AFFAIRS_OFFICE"}    | ${undefined}          | ${"PlaceMinorInput"}        | ${"kind address fosterCarer"}          | ${""}
    ${"RESCUE_STATION"}           | ${"INTAKE_WORKER"}    | ${"PlaceMinorInput"}        | ${"kind office"}                       | ${"address fosterCarer"}
    ${"SCHOOL"}                   | ${undefined}          | ${"RegisterMinorInput"}     | ${"homeAddress guardians"}             | ${""}
    ${"SCHOOL"}                   | ${"SYSTEM_CLIENT"}    | ${"ReportIncidentInput"}    | ${"kind narrative"}                    | ${"minors"}
    ${"PUBLICITY_CULTURE_CENTRE"} | ${undefined}          | ${"RaiseOpinionAlertInput"} | ${"source authorIsMinor originalText"} | ${""}
  `("$input of $role $post has $has, and not $hasNot", ({ role, post, input, has, hasNot }) => {
    const fields = fieldsOf(view(role, post), input);
    expect(fields).toEqual(expect.arrayContaining(words(has)));
    for (const hidden of words(hasNot)) expect(fields).not.toContain(hidden);
  });

  it("what is only an input or a part of what is hidden is hidden as well", () => {
    expect(view("RESCUE_STATION").getType("GuardianInput")).toBeUndefined();
    expect(view("SCHOOL").getType("GuardianInput")).toBeDefined();
    expect(view("SCHOOL").getType("OpenCaseInput")).toBeUndefined();
    expect(view("OPERATOR").getMutationType()).toBeFalsy();
  });
});

it("an edge to records that never exist for the role is not there, nor shown; where they exist, it is", async () => {
  const withoutMinors = "R1 R2 R3 R4a R4b R5 R6 R7 R9b R12 R13 R14 R15".split(" ");
  const edits = withoutMinors.map((row) => `${row} GOVERNANCE_EMERGENCY_OFFICE := -`).join(" & ");
  const tightened = await activate(parsePolicy(edited(edits)), schema);
  const { policy } = tightened;
  const seen = roleView(
    tightened,
    schema,
    "GOVERNANCE_EMERGENCY_OFFICE",
    policy.postsOf("GOVERNANCE_EMERGENCY_OFFICE"),
  );
  expect(policy.rows.get("R27m")?.cells.get("GOVERNANCE_EMERGENCY_OFFICE")).not.toEqual([]);
  expect(fieldsOf(seen, "SensitiveIncident")).not.toContain("minors");
  expect(seen.getType("Minor")).toBeUndefined();
  expect(fieldsOf(seen, "ReportIncidentInput")).not.toContain("minors");
  expect(fieldsOf(view("GOVERNANCE_EMERGENCY_OFFICE"), "SensitiveIncident")).toContain("minors");
});

const made = new Map<string, GraphQLSchema>();
/** As the role sees it with any of its posts, or with this one. */
function view(role: Role, post?: string): GraphQLSchema {
  const held = activation.policy.postsOf(role).filter((one) => post === undefined || one.post === post);
  expect(held).not.toEqual([]);
  const known = made.get(`${role}/${post}`) ?? roleView(activation, schema, role, held);
  made.set(`${role}/${post}`, known);
  return known;
}

const views = (role: Role): GraphQLSchema[] =>
  [undefined, ...activation.policy.postsOf(role).map(({ post }) => post)].map((post) => view(role, post));

function fieldsOf(seen: GraphQLSchema, type: string): string[] {
  const found = seen.getType(type);
  return isObjectType(found) || isInputObjectType(found) ? Object.keys(found.getFields()) : [];
}

/** Mutations of a record; those that bring whole registers are told apart. */
const commandsOf = (seen: GraphQLSchema): string[] =>
  fieldsOf(seen, "Mutation")
    .filter((name) => name !== "importPlan" && name !== "importApply" && !CORRECTIONS.includes(name))
    .sort();
/** These every agency that shares records has. */
const CORRECTIONS = ["proposeCorrection", "decideCorrection", "withdrawCorrection"];
const words = (text: string): string[] => text.split(" ").filter(Boolean);
