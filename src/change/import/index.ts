// Registers in: what the command line and the demo use.

export { fileAt, fileOf, type RegisterFile } from "./file.js";
export { type Along, type Import, importRegister, importWithin } from "./import-register.js";
export { agenciesByCode } from "./known.js";
export type { Written } from "./register.js";
export { KEPT_GROUPS, REGISTERS } from "./registers/index.js";
export type { Happening, ImportCode, ImportReport, RowChange, RowError } from "./report.js";
export { type FileTitles, REJECT_TITLES, TITLES, titleFindings, titlesOf } from "./titles.js";
