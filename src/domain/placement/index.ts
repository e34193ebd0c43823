export { PlacementCommands } from "./commands.js";
export { MinorPlacements } from "./contributed.js";
export { COUNTED } from "./counted.js";
export { PlacementQueries } from "./queries.js";
export { Placement, PlacementKind } from "./record.js";
