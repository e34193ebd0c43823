export { parseCreditCode } from "./credit-code.js";
export { parseDivisionCode } from "./division.js";
export { DirectoryQueries } from "./queries.js";
export { Agency, AgencyDuty, AgencyKind, Client, Division, LegalBasisKind, Person } from "./record.js";
