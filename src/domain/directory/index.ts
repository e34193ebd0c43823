export { Agency, AgencyDuty, AgencyKind, Client, Division, LegalBasisKind, Person } from "./record.js";
