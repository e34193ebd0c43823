export { SupportCommands } from "./commands.js";
export { MinorSupport } from "./contributed.js";
export { COUNTED } from "./counted.js";
export { SupportQueries } from "./queries.js";
export { SupportKind, SupportRecord } from "./record.js";
