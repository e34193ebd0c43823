import { Field } from "type-graphql";
import { DateTimeFilter, DivisionFilter, enumFilter, FilterType, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { EmergencyGrade, IncidentKind, IncidentStatus, SensitiveIncident } from "./record.js";

const IncidentKindFilter = enumFilter("IncidentKindFilter", IncidentKind);
const EmergencyGradeFilter = enumFilter("EmergencyGradeFilter", EmergencyGrade);
const IncidentStatusFilter = enumFilter("IncidentStatusFilter", IncidentStatus);

@FilterType()
class IncidentFilter {
  @Field(() => IncidentKindFilter, { nullable: true }) kind?: object;
  @Field(() => EmergencyGradeFilter, { nullable: true }) level?: object;
  @Field(() => IncidentStatusFilter, { nullable: true }) status?: object;
  @Field(() => DateTimeFilter, { nullable: true }) occurredAt?: DateTimeFilter;
  @Field(() => TextFilter, { nullable: true, description: "YYYY-MM" }) month?: TextFilter;
  @Field(() => DivisionFilter, { nullable: true }) division?: DivisionFilter;
  @Field(() => DivisionFilter, { nullable: true }) township?: DivisionFilter;
  @Field(() => TextFilter, { nullable: true }) narrative?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) partnerSummary?: TextFilter;
}

const IncidentOrder = orderOf("Incident", { OCCURRED_AT: "occurredAt", LEVEL: "level", STATUS: "status" });

export const IncidentQueries = recordQueries(SensitiveIncident, {
  one: { name: "incident", description: "One incident, if it exists for you. 一起敏感事件" },
  many: { name: "incidents", description: "Incidents that exist for you. 对您可见的敏感事件" },
  filter: IncidentFilter,
  order: IncidentOrder,
});
