// Registers in: what the command line and the demo use.
export { agenciesByCode } from "./known.js";
export { type Import, importRegister, importWithin } from "./import-register.js";
export { REGISTERS } from "./registers/index.js";
export type { ImportCode, ImportReport, RowError } from "./report.js";
