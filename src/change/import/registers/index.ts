import type { Columns } from "../column.js";
import type { Register } from "../register.js";
import { alerts, incidentAlerts } from "./alerts.js";
import { careRegistrations } from "./care-registrations.js";
import { cases } from "./cases.js";
import { agencies, clients, divisions, duties, persons } from "./directory.js";
import { incidents } from "./incidents.js";
import { links } from "./links.js";
import { minors } from "./minors.js";
import { relations } from "./relations.js";
import { classes, enrolments } from "./schooling.js";

/** Every register, in the order in which they can be imported: a later one names what stands in earlier ones. */
export const REGISTERS: readonly Register<Columns>[] = [
  divisions,
  agencies,
  duties,
  persons,
  clients,
  minors,
  links,
  classes,
  enrolments,
  cases,
  incidents,
  alerts,
  incidentAlerts,
  relations,
  careRegistrations,
];
