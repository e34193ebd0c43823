import { Field } from "type-graphql";
import { DateTimeFilter, DivisionFilter, enumFilter, FilterType, IntFilter, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { OpinionAlert, OpinionLevel, OpinionStatus, OpinionTopic } from "./record.js";

const OpinionTopicFilter = enumFilter("OpinionTopicFilter", OpinionTopic);
const OpinionLevelFilter = enumFilter("OpinionLevelFilter", OpinionLevel);
const OpinionStatusFilter = enumFilter("OpinionStatusFilter", OpinionStatus);

@FilterType()
class OpinionAlertFilter {
  @Field(() => OpinionTopicFilter, { nullable: true }) topic?: object;
  @Field(() => OpinionLevelFilter, { nullable: true }) level?: object;
  @Field(() => OpinionStatusFilter, { nullable: true }) status?: object;
  @Field(() => IntFilter, { nullable: true }) heat?: IntFilter;
  @Field(() => DateTimeFilter, { nullable: true }) detectedAt?: DateTimeFilter;
  @Field(() => TextFilter, { nullable: true, description: "YYYY-MM" }) month?: TextFilter;
  @Field(() => DivisionFilter, { nullable: true }) division?: DivisionFilter;
  @Field(() => DivisionFilter, { nullable: true }) township?: DivisionFilter;
  @Field(() => TextFilter, { nullable: true }) source?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) reference?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) authorAccount?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) originalText?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) redactedText?: TextFilter;
}

const OpinionAlertOrder = orderOf("OpinionAlert", { DETECTED_AT: "detectedAt", HEAT: "heat", LEVEL: "level" });

export const OpinionQueries = recordQueries(OpinionAlert, {
  one: { name: "opinionAlert", description: "One alert, if it exists for you. 一条舆情" },
  many: { name: "opinionAlerts", description: "Alerts that exist for you. 对您可见的舆情" },
  filter: OpinionAlertFilter,
  order: OpinionAlertOrder,
});
