export { GuardianshipCommands } from "./commands.js";
export { MinorGuardianship } from "./contributed.js";
export { GuardianshipQueries } from "./queries.js";
export { GuardianshipAssessment, GuardianshipRisk, GuardianshipRiskLevel } from "./record.js";
