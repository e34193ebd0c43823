export { GuardianshipCommands } from "./commands.js";
export { MinorGuardianship } from "./contributed.js";
export { COUNTED } from "./counted.js";
export { GuardianshipQueries } from "./queries.js";
export { GuardianshipAssessment, GuardianshipRisk, GuardianshipRiskLevel } from "./record.js";
