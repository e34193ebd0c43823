// What other folders may use: how a field is found, and what was found.
export { planned, readField } from "./planned.js";
export { About, AboutThis, Belonging, Computed, Edge, From, Shared } from "./record.js";
