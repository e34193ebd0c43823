import { DateTimeFilter, DivisionFilter, enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { EmergencyGrade, IncidentKind, IncidentStatus, SensitiveIncident } from "./record.js";

const IncidentKindFilter = enumFilter("IncidentKindFilter", IncidentKind);
const EmergencyGradeFilter = enumFilter("EmergencyGradeFilter", EmergencyGrade);
const IncidentStatusFilter = enumFilter("IncidentStatusFilter", IncidentStatus);

const IncidentFilter = filterOf("Incident", {
  kind: IncidentKindFilter,
  level: EmergencyGradeFilter,
  status: IncidentStatusFilter,
  occurredAt: DateTimeFilter,
  month: TextFilter,
  division: DivisionFilter,
  township: DivisionFilter,
  narrative: TextFilter,
  partnerSummary: TextFilter,
});

const IncidentOrder = orderOf("Incident", { OCCURRED_AT: "occurredAt", LEVEL: "level", STATUS: "status" });

export const IncidentQueries = recordQueries(SensitiveIncident, {
  one: { name: "incident", description: "One incident, if it exists for you. 一起敏感事件" },
  many: { name: "incidents", description: "Incidents that exist for you. 对您可见的敏感事件" },
  filter: IncidentFilter,
  order: IncidentOrder,
});
