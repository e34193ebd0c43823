export { RegisterCommands } from "./commands.js";
