import { DateTimeFilter, DivisionFilter, enumFilter, filterOf, IntFilter, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { OpinionAlert, OpinionLevel, OpinionStatus, OpinionTopic } from "./record.js";

const OpinionTopicFilter = enumFilter("OpinionTopicFilter", OpinionTopic);
const OpinionLevelFilter = enumFilter("OpinionLevelFilter", OpinionLevel);
const OpinionStatusFilter = enumFilter("OpinionStatusFilter", OpinionStatus);

const OpinionAlertFilter = filterOf("OpinionAlert", {
  topic: OpinionTopicFilter,
  level: OpinionLevelFilter,
  status: OpinionStatusFilter,
  heat: IntFilter,
  detectedAt: DateTimeFilter,
  month: TextFilter,
  division: DivisionFilter,
  township: DivisionFilter,
  source: TextFilter,
  reference: TextFilter,
  authorAccount: TextFilter,
  originalText: TextFilter,
  redactedText: TextFilter,
});

const OpinionAlertOrder = orderOf("OpinionAlert", { DETECTED_AT: "detectedAt", HEAT: "heat", LEVEL: "level" });

export const OpinionQueries = recordQueries(OpinionAlert, {
  one: { name: "opinionAlert", description: "One alert, if it exists for you. 一条舆情" },
  many: { name: "opinionAlerts", description: "Alerts that exist for you. 对您可见的舆情" },
  filter: OpinionAlertFilter,
  order: OpinionAlertOrder,
});
