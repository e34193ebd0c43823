/**
 * Every record that several agencies share: its type, the first sign of its global ids, and whether it is about one
 * minor, so that place and relations follow the minor. docs/adding-a-record.md
 */
export const RECORDS = [
  { type: "Minor", letter: "M", aboutMinor: false },
  { type: "Case", letter: "C", aboutMinor: false },
  { type: "SensitiveIncident", letter: "I", aboutMinor: false },
  { type: "OpinionAlert", letter: "O", aboutMinor: false },
  { type: "CareRegistration", letter: "R", aboutMinor: true },
  { type: "GuardianshipAssessment", letter: "G", aboutMinor: true },
  { type: "SupportNeed", letter: "N", aboutMinor: true },
  { type: "SupportRecord", letter: "S", aboutMinor: true },
  { type: "ProtectionMeasure", letter: "P", aboutMinor: true },
  { type: "Placement", letter: "L", aboutMinor: true },
  { type: "LegalSupervision", letter: "J", aboutMinor: false },
  { type: "CorrectionRequest", letter: "K", aboutMinor: false },
  { type: "Hazard", letter: "H", aboutMinor: false },
] as const;

export type RecordType = (typeof RECORDS)[number]["type"];

export const RECORD_TYPES: readonly RecordType[] = RECORDS.map(({ type }) => type);

export const isRecordType = (name: string): name is RecordType => RECORD_TYPES.some((type) => type === name);

const ABOUT_MINOR: ReadonlySet<string> = new Set(RECORDS.flatMap(({ type, aboutMinor }) => (aboutMinor ? [type] : [])));
export const isAboutMinor = (type: string): boolean => ABOUT_MINOR.has(type);
