export { ProtectionCommands } from "./commands.js";
export { MinorProtection } from "./contributed.js";
export { COUNTED } from "./counted.js";
export { ProtectionQueries } from "./queries.js";
export { ProtectionMeasure, ProtectionMeasureKind } from "./record.js";
export { hasTerm } from "./term.js";
