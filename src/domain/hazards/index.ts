export { HazardCommands } from "./commands.js";
export { COUNTED } from "./counted.js";
export { HazardQueries } from "./queries.js";
export { Hazard, HazardKind, HazardLevel, HazardOrigin } from "./record.js";
