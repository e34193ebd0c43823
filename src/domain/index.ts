import { Case, CaseMinor, CaseParticipant } from "./cases/index.js";
import { Agency, AgencyDuty, Client, Division, Person } from "./directory/index.js";
import { IncidentAlert, IncidentMinor, SensitiveIncident } from "./incidents/index.js";
import { EntrustedCare, Guardian, Minor } from "./minors/index.js";
import { OpinionAlert } from "./opinion/index.js";
import { Enrolment, SchoolClass } from "./schooling/index.js";

/** Every entity of the hub: adding a record type begins with a line here. */
export const ENTITIES = [
  Agency,
  AgencyDuty,
  Case,
  CaseMinor,
  CaseParticipant,
  Client,
  Division,
  Enrolment,
  EntrustedCare,
  Guardian,
  IncidentAlert,
  IncidentMinor,
  Minor,
  OpinionAlert,
  Person,
  SchoolClass,
  SensitiveIncident,
];
