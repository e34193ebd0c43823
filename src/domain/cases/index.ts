export { CaseCommands } from "./commands.js";
export { MinorCases } from "./contributed.js";
export { COUNTED } from "./counted.js";
export { CaseQueries } from "./queries.js";
export { CASE_EDGE_ROWS, Case, CaseKind, CaseMinor, CaseParticipant, CaseRole, CaseStage } from "./record.js";
