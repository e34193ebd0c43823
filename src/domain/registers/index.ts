export { RegisterCommands } from "./commands.js";
export { MinorLinks } from "./links.js";
