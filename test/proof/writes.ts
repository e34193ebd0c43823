import { FACT } from "../../src/policy/facts.js";
import {
  ANCHOR,
  type Asker,
  bitsNamed,
  cellNames,
  levelOf,
  postsOf,
  type RecordType,
  subsetsOf,
  writes,
} from "./reading.js";
import { ABOUT_MINOR } from "./world.js";

/** What a mutation always writes, what it makes or changes, and the right that a post needs for it. */
interface Change {
  readonly record: RecordType;
  readonly groups: readonly string[];
  readonly makes?: true;
  readonly right?: string;
  /** An answer: of whom the record is addressed to, instead of its source. */
  readonly answers?: true;
}

/** Every mutation of the schema: written by hand, from what it is for. */
export const CHANGES: Readonly<Record<string, Change>> = {
  registerMinor: { record: "Minor", makes: true, groups: ["R1", "R3", "R4a"] },
  openCase: { record: "Case", makes: true, groups: ["R17"] },
  addCaseParticipant: { record: "Case", groups: ["R17"] },
  nameCasePerson: { record: "Case", groups: [], right: "name-persons" },
  endCaseParticipation: { record: "Case", groups: [] },
  closeCase: { record: "Case", groups: ["R17"] },
  reportIncident: { record: "SensitiveIncident", makes: true, groups: ["R26"] },
  linkAlertToIncident: { record: "SensitiveIncident", groups: ["R28m"] },
  registerCareChild: { record: "CareRegistration", makes: true, groups: ["R38"] },
  raiseSupportNeed: { record: "SupportNeed", makes: true, groups: ["R39"] },
  closeSupportNeed: { record: "SupportNeed", groups: ["R39"] },
  recordSupport: { record: "SupportRecord", makes: true, groups: ["R36"] },
  endSupport: { record: "SupportRecord", groups: ["R36"] },
  endCareRegistration: { record: "CareRegistration", groups: ["R38"] },
  assessGuardianship: { record: "GuardianshipAssessment", makes: true, groups: ["R9a"] },
  recordGuidance: { record: "GuardianshipAssessment", groups: ["R9a"] },
  closeGuardianshipAssessment: { record: "GuardianshipAssessment", groups: ["R9a"] },
  issueProtectionMeasure: { record: "ProtectionMeasure", makes: true, groups: ["R24"] },
  endProtectionMeasure: { record: "ProtectionMeasure", groups: ["R24"] },
  placeMinor: { record: "Placement", makes: true, groups: ["R32"] },
  reviewPlacement: { record: "Placement", groups: ["R32"] },
  endPlacement: { record: "Placement", groups: ["R32"] },
  publishInspection: { record: "Hazard", makes: true, groups: ["R31"] },
  openLedgerEntry: { record: "Hazard", makes: true, groups: ["R31"] },
  findingToLedger: { record: "Hazard", groups: ["R31"] },
  assignRectification: { record: "Hazard", groups: ["R31"] },
  reportRectification: { record: "Hazard", groups: ["R31"], answers: true },
  verifyRectification: { record: "Hazard", groups: ["R31"] },
  closeLedgerEntry: { record: "Hazard", groups: ["R31"] },
  reopenLedgerEntry: { record: "Hazard", groups: ["R31"] },
  submitSupervisionOpinion: { record: "LegalSupervision", makes: true, groups: ["R25"] },
  replySupervision: { record: "LegalSupervision", groups: ["R25"], answers: true },
  closeSupervision: { record: "LegalSupervision", groups: ["R25"] },
  proposeCorrection: { record: "CorrectionRequest", makes: true, groups: ["R40"] },
  decideCorrection: { record: "CorrectionRequest", groups: ["R40"], answers: true },
  withdrawCorrection: { record: "CorrectionRequest", groups: ["R40"] },
  raiseOpinionAlert: { record: "OpinionAlert", makes: true, groups: ["R28", "R29"] },
};

interface Needs {
  readonly rows: readonly string[];
  readonly levels: readonly string[];
  readonly right?: string;
  readonly byWriters?: true;
  /** One of the rows must be the asker's to write. */
  readonly toWrite?: boolean;
}

/** What the keeper of a register writes. docs/registers.md */
const KEPT = "R1 R13 R14 R15 R16 R16b R17 R17m R26 R28 R28m R31 R32 R34 R36 R38 R39 R41 R9a R24 R25".split(" ");

/** Every root field that answers no record: all that it needs, written by hand. */
export const NEEDS: Readonly<Record<string, Needs>> = {
  "Mutation.importApply": { rows: KEPT, levels: [], right: "machine", toWrite: true },
  "Mutation.importPlan": { rows: KEPT, levels: [], right: "machine", toWrite: true },
  "Mutation.matchIdentity": { rows: ["R1", "R2"], levels: ["F", "M", "B", "X"], right: "match-identity" },
  "Mutation.decideMerge": { rows: ["R1", "R2"], levels: ["F", "M", "B", "X"], right: "match-identity" },
  "Mutation.mergeMinor": { rows: ["R1"], levels: ["F", "M", "B", "X"], right: "approve-access", byWriters: true },
  "Mutation.unmergeMinor": { rows: ["R1"], levels: ["F", "M", "B", "X"], right: "approve-access", byWriters: true },
  "Query.mergeProposals": { rows: ["R1", "R2"], levels: ["F", "M", "B", "X"], right: "match-identity" },
  "Query.mergeOffers": { rows: ["R1"], levels: ["F", "M", "B", "X"], right: "approve-access", byWriters: true },
  "Query.mixedReadings": { rows: ["R1"], levels: ["F", "M", "B", "X"] },
  "Query.minorLinks": { rows: KEPT, levels: [], right: "machine", toWrite: true },
  "Query.minorLookups": { rows: ["R35"], levels: ["B"] },
};

export const canAsk = ({ rows, levels, right, byWriters, toWrite }: Needs, asker: Asker): boolean =>
  (!byWriters || rows.every((row) => writes(row, asker.role))) &&
  (right === undefined || asker.post.rights.includes(right)) &&
  (toWrite
    ? rows.some((row) => canWrite(row, asker))
    : rows.every((row) =>
        [...subsetsOf(bitsNamed(row, asker))].some((facts) => levels.includes(levelOf(row, asker, facts))),
      ));

const isShown = (row: string, asker: Asker, facts: number) => !["A", "-"].includes(levelOf(row, asker, facts));

function canWrite(row: string, asker: Asker, answers = false): boolean {
  const { role, post } = asker;
  // A department system by itself is bound by writers and purpose only, not by its groups.
  const posts = post.rights.includes("machine") ? postsOf(role) : [post];
  const opens = posts.some((held) => {
    const as = { ...asker, post: held };
    return [...subsetsOf(bitsNamed(row, as))].some((facts) => isShown(row, as, facts));
  });
  return (writes(row, role) || (answers && cellNames(row, role, "a"))) && opens;
}

/** docs/access-model.md, "Who writes": whether anything is left that could let this asker do it. */
export function canDo({ record, groups, makes, right, answers }: Change, asker: Asker): boolean {
  // Of a record about a minor whatever he has to do with the child counts as well.
  const byChild = ABOUT_MINOR.includes(record) ? FACT.j | FACT.k | FACT.p | FACT.l | FACT.s | FACT.c | FACT.e : 0;
  // What a writer keeps may be shown to him by its place alone.
  const place = makes || groups.length > 0 ? FACT.j : 0;
  const relation = answers ? FACT.a | FACT.p : makes ? FACT.o : FACT.o | FACT.p;
  return (
    (right === undefined || asker.post.rights.includes(right)) &&
    groups.every((row) => canWrite(row, asker, answers)) &&
    isShown(ANCHOR[record], asker, relation | place | FACT.named | FACT.scope | byChild)
  );
}
