export { PlacementCommands } from "./commands.js";
export { MinorPlacements } from "./contributed.js";
export { PlacementQueries } from "./queries.js";
export { Placement, PlacementKind } from "./record.js";
