export { parseCreditCode } from "./credit-code.js";
export { parseDivisionCode } from "./division.js";
export { Agency, AgencyDuty, AgencyKind, Client, Division, LegalBasisKind, Person } from "./record.js";
export { DirectoryQueries } from "./queries.js";
