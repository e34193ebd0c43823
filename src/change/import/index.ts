// Registers in: what the command line and the demo use.

export { type Import, importRegister, importWithin } from "./import-register.js";
export { agenciesByCode } from "./known.js";
export { REGISTERS } from "./registers/index.js";
export type { ImportCode, ImportReport, RowError } from "./report.js";
