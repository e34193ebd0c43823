export { IncidentCommands } from "./commands.js";
export { AlertIncident, MinorIncidents } from "./contributed.js";
export { COUNTED } from "./counted.js";
export { IncidentQueries } from "./queries.js";
export {
  EmergencyGrade,
  IncidentAlert,
  IncidentKind,
  IncidentMinor,
  IncidentStatus,
  SensitiveIncident,
} from "./record.js";
