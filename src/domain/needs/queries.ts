import { enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { SupportNeed, SupportNeedKind, SupportNeedLevel, SupportNeedStatus } from "./record.js";

const SupportNeedFilter = filterOf("SupportNeed", {
  kind: enumFilter("SupportNeedKindFilter", SupportNeedKind),
  level: enumFilter("SupportNeedLevelFilter", SupportNeedLevel),
  status: enumFilter("SupportNeedStatusFilter", SupportNeedStatus),
  advice: TextFilter,
});

const SupportNeedOrder = orderOf("SupportNeed", { KIND: "kind", LEVEL: "level", STATUS: "status" });

export const SupportNeedQueries = recordQueries(SupportNeed, {
  one: { name: "supportNeed", description: "One support need, if it exists for you. 一项支持需要" },
  many: { name: "supportNeeds", description: "Support needs that exist for you. 对您可见的支持需要" },
  filter: SupportNeedFilter,
  order: SupportNeedOrder,
});
