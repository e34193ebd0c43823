export { CORRECTION_DAYS, CorrectionCommands } from "./commands.js";
export { CorrectionQueries } from "./queries.js";
export { CorrectionRequest, CorrectionStatus } from "./record.js";
