import type { RecordType } from "../../../src/store/record-types.js";
import type { Town } from "./town.js";

/** Who changes what in both townships, and what comes of it in the one without the secret: "done", or a code. */
export type Trial = readonly [by: string, change: Change, says: string];

export interface Change {
  readonly called: string;
  readonly purpose: string;
  /** Type of what it answers with. */
  readonly type: RecordType;
  /** The mutation's field without its selection. */
  readonly field: (idOf: IdOf) => string;
}
/** Global id by the number of a record or the code of an agency. */
export type IdOf = (type: Parameters<Town["ids"]["encode"]>[0], number: string) => string;

/** A girl under this citizen number. */
export const registerMinor = (citizenNumber: string, residence: string): Change => ({
  called: "registerMinor",
  purpose: "COMPULSORY_EDUCATION",
  type: "Minor",
  field: () => `registerMinor(input: { fullName: "戴佳佳", givenName: "佳佳", citizenNumber: "${citizenNumber}",
    birthDate: "${citizenNumber.replace(/^.{6}(....)(..)(..).*$/, "$1-$2-$3")}", sex: FEMALE, residence: "${residence}" })`,
});

export const reportIncident = (division: string, minor: string): Change => ({
  called: "reportIncident",
  purpose: "INCIDENT_RESPONSE",
  type: "SensitiveIncident",
  field: (idOf) => `reportIncident(input: { kind: INJURY, level: IV, division: "${division}",
    occurredAt: "2025-09-29T10:00:00+08:00", minors: ["${idOf("Minor", minor)}"] })`,
});

export const openCase = (division: string, minor: string): Change => ({
  called: "openCase",
  purpose: "CASE_HANDLING",
  type: "Case",
  field: (idOf) => `openCase(input: { kind: BULLYING, openedOn: "2025-09-29", division: "${division}",
    victims: ["${idOf("Minor", minor)}"] })`,
});

/** Nothing has changed the case since it was imported. */
export const closeCase = (number: string): Change => ({
  called: "closeCase",
  purpose: "CASE_HANDLING",
  type: "Case",
  field: (idOf) => `closeCase(id: "${idOf("Case", number)}", version: 1, closedOn: "2025-09-30")`,
});

export const nameCasePerson = (number: string, person: string): Change => ({
  called: "nameCasePerson",
  purpose: "CASE_HANDLING",
  type: "Case",
  field: (idOf) => `nameCasePerson(id: "${idOf("Case", number)}", version: 1, person: "${person}")`,
});

export const raiseOpinionAlert = (source: string, reference: string, division: string): Change => ({
  called: "raiseOpinionAlert",
  purpose: "OPINION_RESPONSE",
  type: "OpinionAlert",
  field: () => `raiseOpinionAlert(input: { source: "${source}", reference: "${reference}", topic: SCHOOL_SAFETY,
    level: BLUE, heat: 90000, detectedAt: "2025-09-29T10:00:00+08:00", division: "${division}" })`,
});

export const raiseSupportNeed = (minor: string): Change => ({
  called: "raiseSupportNeed",
  purpose: "CASE_HANDLING",
  type: "SupportNeed",
  field: (idOf) =>
    `raiseSupportNeed(input: { minor: "${idOf("Minor", minor)}", kind: STUDY, level: LOW, advice: "请安排作业辅导" })`,
});

export const closeSupportNeed = (number: string): Change => ({
  called: "closeSupportNeed",
  purpose: "CASE_HANDLING",
  type: "SupportNeed",
  field: (idOf) => `closeSupportNeed(id: "${idOf("SupportNeed", number)}", version: 1)`,
});

export const placeMinor = (minor: string): Change => ({
  called: "placeMinor",
  purpose: "PLACEMENT",
  type: "Placement",
  field: (idOf) => `placeMinor(input: { minor: "${idOf("Minor", minor)}", kind: FOSTER, placedOn: "2025-09-29" })`,
});

export const endPlacement = (number: string): Change => ({
  called: "endPlacement",
  purpose: "PLACEMENT",
  type: "Placement",
  field: (idOf) => `endPlacement(id: "${idOf("Placement", number)}", version: 1, endedOn: "2025-09-30")`,
});
