export { CareCommands } from "./commands.js";
export { MinorCare } from "./contributed.js";
export { COUNTED } from "./counted.js";
export { CareQueries } from "./queries.js";
export { CareRegistration, CareStatus } from "./record.js";
