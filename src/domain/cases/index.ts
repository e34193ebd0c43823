export { CASE_EDGE_ROWS, Case, CaseKind, CaseMinor, CaseParticipant, CaseRole, CaseStage } from "./record.js";
