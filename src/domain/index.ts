import type { NonEmptyArray } from "type-graphql";
import { CareCommands, CareQueries, CareRegistration, MinorCare } from "./care/index.js";
import { Case, CaseCommands, CaseMinor, CaseParticipant, CaseQueries, MinorCases } from "./cases/index.js";
import { CorrectionCommands, CorrectionQueries, CorrectionRequest } from "./corrections/index.js";
import { Agency, AgencyDuty, Client, DirectoryQueries, Division, Person } from "./directory/index.js";
import {
  GuardianshipAssessment,
  GuardianshipCommands,
  GuardianshipQueries,
  MinorGuardianship,
} from "./guardianship/index.js";
import { Hazard, HazardCommands, HazardQueries } from "./hazards/index.js";
import { IdentityQueries, MatchIdentity, MergeMinors } from "./identity/index.js";
import {
  AlertIncident,
  IncidentAlert,
  IncidentCommands,
  IncidentMinor,
  IncidentQueries,
  MinorIncidents,
  SensitiveIncident,
} from "./incidents/index.js";
import { EntrustedCare, Guardian, Minor, MinorCommands, MinorQueries } from "./minors/index.js";
import { MinorNeeds, SupportNeed, SupportNeedCommands, SupportNeedQueries } from "./needs/index.js";
import { NodeQuery } from "./node.js";
import { OpinionAlert, OpinionCommands, OpinionQueries } from "./opinion/index.js";
import { MinorPlacements, Placement, PlacementCommands, PlacementQueries } from "./placement/index.js";
import { MinorProtection, ProtectionCommands, ProtectionMeasure, ProtectionQueries } from "./protection/index.js";
import { MinorLinks, RegisterCommands } from "./registers/index.js";
import { Enrolment, MinorSchooling, SchoolClass } from "./schooling/index.js";
import { STATISTICS } from "./statistics.js";

export { SUBJECTS } from "./statistics.js";

import { LegalSupervision, SupervisionCommands, SupervisionQueries } from "./supervision/index.js";
import { MinorSupport, SupportCommands, SupportQueries, SupportRecord } from "./support/index.js";

/** Every entity of the hub: adding a record type begins with a line here. */
export const ENTITIES = [
  Agency,
  AgencyDuty,
  CareRegistration,
  Case,
  CaseMinor,
  CaseParticipant,
  Client,
  CorrectionRequest,
  Division,
  Enrolment,
  EntrustedCare,
  Guardian,
  GuardianshipAssessment,
  Hazard,
  IncidentAlert,
  IncidentMinor,
  LegalSupervision,
  Minor,
  OpinionAlert,
  Person,
  ProtectionMeasure,
  Placement,
  SchoolClass,
  SensitiveIncident,
  SupportNeed,
  SupportRecord,
];

/** Everything that answers: root fields, and what a folder adds to another folder's record. */
export const RESOLVERS: NonEmptyArray<new () => object> = [
  NodeQuery,
  DirectoryQueries,
  MinorCommands,
  MinorQueries,
  MinorSchooling,
  MatchIdentity,
  MergeMinors,
  IdentityQueries,
  CareCommands,
  CareQueries,
  MinorCare,
  GuardianshipCommands,
  GuardianshipQueries,
  MinorGuardianship,
  RegisterCommands,
  MinorLinks,
  SupportNeedCommands,
  SupportNeedQueries,
  MinorNeeds,
  SupportCommands,
  SupportQueries,
  MinorSupport,
  ProtectionCommands,
  ProtectionQueries,
  MinorProtection,
  CaseCommands,
  CaseQueries,
  MinorCases,
  IncidentCommands,
  IncidentQueries,
  MinorIncidents,
  AlertIncident,
  OpinionCommands,
  OpinionQueries,
  CorrectionCommands,
  CorrectionQueries,
  ...STATISTICS,
  PlacementCommands,
  PlacementQueries,
  MinorPlacements,
  SupervisionCommands,
  SupervisionQueries,
  HazardCommands,
  HazardQueries,
];
