// Registers in: what the command line and the demo use.

// What a register of an agency's own table is made of.
export { type Column, type Columns, list, optional, type Parser, required } from "./column.js";
export { fileAt, fileOf, type RegisterFile } from "./file.js";
export { type Along, type ChangedRow, type Import, importRegister, importWithin } from "./import-register.js";
export { agenciesByCode, OPERATOR_ID } from "./known.js";
export { day, key, member, pastMoment, recordOf, text, whole, yesOrNo } from "./parsers.js";
export type { Register, Written } from "./register.js";
export { KEPT_GROUPS, REGISTERS } from "./registers/index.js";
export { enterMinors } from "./registers/minors.js";
export { numberRegister } from "./registers/own-numbers.js";
export { HAS_LEFT, leftToday } from "./registers/schooling.js";
export type { Happening, ImportCode, ImportReport, RowChange, RowError, Said } from "./report.js";
export { insertRows, recordsOfNumbers, rememberNumbers } from "./rows.js";
export { type FileTitles, REJECT_TITLES, TITLES, titleFindings, titlesOf } from "./titles.js";
