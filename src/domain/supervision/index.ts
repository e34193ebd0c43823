export { SupervisionCommands } from "./commands.js";
export { SupervisionQueries } from "./queries.js";
export { LegalSupervision, SupervisionKind, SupervisionStatus } from "./record.js";
