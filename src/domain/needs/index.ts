export { SupportNeedCommands } from "./commands.js";
export { MinorNeeds } from "./contributed.js";
export { COUNTED } from "./counted.js";
export { SupportNeedQueries } from "./queries.js";
export { SupportNeed, SupportNeedKind, SupportNeedLevel, SupportNeedStatus } from "./record.js";
