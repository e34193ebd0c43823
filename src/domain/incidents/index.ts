export { EmergencyGrade, IncidentAlert, IncidentKind, IncidentMinor, IncidentStatus, SensitiveIncident } from "./record.js";
