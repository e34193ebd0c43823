import { ageBand } from "../../src/domain/minors/age.js";
import { MASKS } from "../../src/policy/masks.js";
import { byType, rootsOf } from "../support/tables.js";
import { ANCHOR, RECORD_TYPES, type RecordType, type Shown } from "./reading.js";
import type { Values } from "./world.js";

/** What a coordinate shows of a row at each level of its group; at a level that is not here, null. */
type Shows = Partial<Record<Shown, (row: Values) => unknown>>;
/** How the question asks for it: a scalar, what of a directory object, or rows with fields of their own. */
type Asks = { readonly text: string } | { readonly rows: Part } | { readonly to: RecordType };
export type Part = "Guardian" | "EntrustedCare" | "Enrolment";

export interface Coordinate {
  readonly field: string;
  /** Policy rows: one, or those of the edges that a way back follows. */
  readonly groups: readonly string[];
  readonly shows: Shows;
  readonly asks?: Asks;
  /** A root field or a way back along edges: open to whoever can be shown any end, then decided end by end. */
  readonly byEnd?: true;
}

const ANY: Shows = { F: () => null, M: () => null, B: () => null, X: () => null };

const show = (groups: string, field: string, shows: Shows, asks?: Asks): Coordinate => ({
  field,
  groups: groups.split(" "),
  shows,
  ...(asks ? { asks } : {}),
});
const own = (field: string) => (row: Values) => row[field] ?? null;
/** Only the value, at F. */
const value = (group: string, ...fields: string[]) => fields.map((field) => show(group, field, { F: own(field) }));
/** The value, and at M a mask where there is one. */
const masked = (group: string, field: string, mask: string) =>
  show(group, field, { F: own(field), M: (row) => (row[field] ?? null) && mask });
/** The same at F and at the level that the field is made for. */
const also = (group: string, at: "M" | "B" | "X", field: string, asks?: Asks) =>
  show(group, field, { F: own(field), [at]: own(field) }, asks);

const named = { text: "{ name }" };
const coded = { text: "{ code }" };
const edge = (group: string, field: string, to: RecordType) => show(group, field, { F: () => [] }, { to });
const wayBack = (groups: string, field: string, to: RecordType): Coordinate => ({
  ...edge(groups, field, to),
  byEnd: true,
});
/** Records about a minor: from each to the child, and back to those that exist. */
const child = (group: string, shows: Shows = { F: () => null }): Coordinate =>
  show(group, "minor", shows, { to: "Minor" });
const records = (group: string, field: string, to: RecordType): Coordinate => ({
  ...show(group, field, ANY, { to }),
  byEnd: true,
});
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
const band = ({ birthDate }: Values) => ageBand(String(birthDate), today());

/** Every protected coordinate of the schema, and what it shows: written by hand, from the text of the tables. */
export const SHOWS: Readonly<Record<RecordType | Part, readonly Coordinate[]>> = {
  Minor: [
    masked("R1", "fullName", MASKS.name),
    also("R1", "B", "givenName"),
    masked("R2", "citizenNumber", MASKS.number),
    ...value("R3", "birthDate"),
    show("R3", "ageBand", { F: band, B: band }),
    ...value("R4a", "sex"),
    ...value("R4b", "ethnicGroup"),
    ...value("R5", "careCategories"),
    also("R5", "X", "careNeeded"),
    ...value("R6", "homeAddress"),
    show("R6", "residence", { F: own("division") }, coded),
    also("R6", "B", "township", coded),
    masked("R7", "phone", MASKS.phone),
    also("R8", "M", "guardians", { rows: "Guardian" }),
    show("R9b", "entrustedCare", { F: own("entrustedCare") }, { rows: "EntrustedCare" }),
    also("R12", "B", "enrolment", { rows: "Enrolment" }),
    wayBack("R17m R19 R20", "cases", "Case"),
    wayBack("R27m", "incidents", "SensitiveIncident"),
    records("R38", "careRegistrations", "CareRegistration"),
    records("R9a", "guardianshipAssessments", "GuardianshipAssessment"),
    records("R39", "supportNeeds", "SupportNeed"),
    records("R36", "supportRecords", "SupportRecord"),
    records("R24", "protectionMeasures", "ProtectionMeasure"),
    records("R32", "placements", "Placement"),
  ],
  Guardian: [masked("R8", "fullName", MASKS.name), masked("R8", "phone", MASKS.phone), ...value("R8", "relation")],
  EntrustedCare: value("R9b", "carer", "phone", "since", "declaredToSchoolOn", "declaredToVillageOn"),
  Enrolment: [
    show("R12", "school", { F: own("school") }, named),
    ...value("R12", "grade", "class", "since"),
    also("R12", "B", "stage"),
  ],
  Case: [
    ...value("R17", "version", "number", "kind"),
    also("R17", "B", "stage"),
    ...value("R17", "openedOn", "closedOn"),
    also("R17", "B", "stageMonth"),
    show("R17", "division", { F: own("division") }, coded),
    show("R17", "leadAgency", { F: own("leadAgency") }, named),
    show("R17", "participants", { F: own("participants") }, named),
    ...value("R18", "narrative"),
    also("R18", "M", "partnerSummary"),
    edge("R17m", "minors", "Minor"),
    edge("R19", "victims", "Minor"),
    edge("R20", "minorSuspects", "Minor"),
  ],
  SensitiveIncident: [
    ...value("R26", "kind"),
    also("R26", "B", "level"),
    show("R26", "division", { F: own("division") }, coded),
    also("R26", "B", "township", coded),
    ...value("R26", "occurredAt"),
    also("R26", "B", "month"),
    ...value("R26", "status"),
    ...value("R27", "narrative"),
    also("R27", "M", "partnerSummary"),
    edge("R27m", "minors", "Minor"),
    edge("R28m", "alerts", "OpinionAlert"),
  ],
  OpinionAlert: [
    ...value("R28", "topic"),
    also("R28", "B", "level"),
    ...value("R28", "heat", "detectedAt"),
    also("R28", "B", "month"),
    show("R28", "division", { F: own("division") }, coded),
    also("R28", "B", "township", coded),
    ...value("R28", "status"),
    masked("R29", "source", MASKS.account),
    masked("R29", "reference", MASKS.account),
    masked("R29", "authorAccount", MASKS.account),
    ...value("R30", "originalText"),
    also("R30", "M", "redactedText"),
    wayBack("R28m", "incident", "SensitiveIncident"),
  ],
  CareRegistration: [
    ...value("R38", "version"),
    child("R38"),
    show("R38", "registeredBy", { F: own("registeredBy") }, named),
    ...value("R38", "status", "carer", "parentsWorkPlace", "since", "endedOn"),
  ],
  GuardianshipAssessment: [
    ...value("R9a", "version"),
    child("R9a", ANY),
    show("R9a", "assessedBy", { F: own("assessedBy") }, named),
    ...value("R9a", "assessedOn", "risks", "level", "findings", "visits", "lastVisitOn", "guidance", "nextVisitBy"),
    ...value("R9a", "closedOn"),
    also("R9a", "X", "guidanceUnderWay"),
  ],
  SupportNeed: [child("R39"), ...value("R39", "version", "kind", "level", "advice", "status")],
  SupportRecord: [
    child("R36", { F: () => null, X: () => null }),
    ...value("R36", "version", "kind", "summary", "startedOn", "endedOn"),
    show("R36", "givenBy", { F: own("givenBy") }, named),
    also("R36", "X", "underWay"),
  ],
  ProtectionMeasure: [
    ...value("R24", "version"),
    child("R24"),
    show("R24", "recordedBy", { F: own("recordedBy") }, named),
    ...value("R24", "kind", "number", "issuer", "terms", "issuedOn", "validUntil"),
    show("R24", "addressee", { F: own("addressee") }, named),
    ...value("R24", "endedOn"),
  ],
  Placement: [
    ...value("R32", "version"),
    child("R32", { F: () => null, X: () => null }),
    show("R32", "placedBy", { F: own("placedBy") }, named),
    ...value("R32", "kind", "status", "placedOn", "reviewedOn", "reviewDueOn", "endedOn"),
    also("R32", "X", "caredFor"),
    also("R32", "X", "office", named),
    ...value("R33", "address", "fosterCarer"),
    show("R33", "contactThrough", { F: own("office"), X: own("office") }, named),
  ],
  Hazard: [
    ...value("R31", "version"),
    show("R31", "foundBy", { F: own("foundBy") }, named),
    ...value("R31", "origin", "kind"),
    also("R31", "B", "level"),
    ...value("R31", "placeName"),
    show("R31", "division", { F: own("division") }, coded),
    also("R31", "B", "township", coded),
    ...value("R31", "foundOn"),
    also("R31", "B", "month"),
    ...value("R31", "finding"),
    ...value("R31b", "responsiblePerson"),
    ...value("R31", "status", "openedOn", "dueOn"),
    show("R31", "assignedTo", { F: own("assignedTo") }, named),
    ...value("R31", "rectification", "rectifiedOn"),
    show("R31", "verifiedBy", { F: own("verifiedBy") }, named),
    ...value("R31", "verifiedOn", "closedOn", "recurrences"),
  ],
  LegalSupervision: [
    ...value("R25", "version"),
    show("R25", "submittedBy", { F: own("submittedBy") }, named),
    show("R25", "addressee", { F: own("addressee") }, named),
    ...value("R25", "kind", "subject", "issuedOn"),
    also("R25", "B", "dueOn"),
    ...value("R25", "status", "reply", "repliedOn", "result", "closedOn"),
  ],
  CorrectionRequest: value("R40", "version", "about", "coordinate", "value", "reason", "status", "dueOn", "reply"),
};

/** Root fields of each record type: a list, and one by its id. */
export const LISTS = byType((type) => rootsOf(type)[1]);
export const ONES = byType((type) => rootsOf(type)[0]);

function root(field: string, types: readonly RecordType[]): [string, Coordinate] {
  const groups = types.map((type) => ANCHOR[type]);
  return [`Query.${field}`, { field, groups, shows: ANY, byEnd: true }];
}

/** "Minor.homeAddress", "Query.minors" and all others. */
export const COORDINATES: ReadonlyMap<string, Coordinate> = new Map([
  ...Object.entries(SHOWS).flatMap(([type, fields]) =>
    fields.map((at): [string, Coordinate] => [`${type}.${at.field}`, at]),
  ),
  ...RECORD_TYPES.flatMap((type) => [LISTS[type], ONES[type]].map((field) => root(field, [type]))),
  root("node", RECORD_TYPES),
]);
