import type { Columns } from "../column.js";
import type { Register } from "../register.js";
import { alerts, incidentAlerts } from "./alerts.js";
import { careRegistrations } from "./care-registrations.js";
import { cases } from "./cases.js";
import { correctionRequests } from "./correction-requests.js";
import { counsellors } from "./counsellors.js";
import { agencies, clients, divisions, duties, persons } from "./directory.js";
import { guardianshipAssessments } from "./guardianship-assessments.js";
import { incidents } from "./incidents.js";
import { inspections } from "./inspections.js";
import { intake } from "./intake.js";
import { legalSupervisions } from "./legal-supervisions.js";
import { links } from "./links.js";
import { minors } from "./minors.js";
import { ownNumbers } from "./own-numbers.js";
import { placements } from "./placements.js";
import { protectionMeasures } from "./protection-measures.js";
import { relations } from "./relations.js";
import { roster } from "./roster.js";
import { classes, departures, enrolments } from "./schooling.js";
import { supportNeeds } from "./support-needs.js";
import { supportRecords } from "./support-records.js";

/** Every register, in the order in which they can be imported: a later one names what stands in earlier ones. */
export const REGISTERS: readonly Register<Columns>[] = [
  divisions,
  agencies,
  duties,
  persons,
  clients,
  minors,
  roster,
  links,
  classes,
  enrolments,
  departures,
  counsellors,
  cases,
  intake,
  incidents,
  alerts,
  incidentAlerts,
  placements,
  relations,
  ownNumbers,
  careRegistrations,
  guardianshipAssessments,
  supportNeeds,
  supportRecords,
  protectionMeasures,
  legalSupervisions,
  correctionRequests,
  inspections,
];

/**
 * Groups whose writers keep a register: whoever writes none of them has no register to bring. One of a single kind of
 * agency says nothing of other writers of its group, and that kind keeps others.
 */
export const KEPT_GROUPS: readonly string[] = [
  ...new Set(REGISTERS.flatMap(({ keeper }) => (keeper === "operator" || keeper.only ? [] : keeper.writes))),
];
