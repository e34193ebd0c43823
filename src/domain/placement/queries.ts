import { DateFilter, enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { Placement, PlacementKind, PlacementStatus } from "./record.js";

const PlacementFilter = filterOf("Placement", {
  kind: enumFilter("PlacementKindFilter", PlacementKind),
  status: enumFilter("PlacementStatusFilter", PlacementStatus),
  placedOn: DateFilter,
  reviewedOn: DateFilter,
  reviewDueOn: DateFilter,
  endedOn: DateFilter,
  address: TextFilter,
  fosterCarer: TextFilter,
});

const PlacementOrder = orderOf("Placement", {
  KIND: "kind",
  PLACED_ON: "placedOn",
  REVIEW_DUE_ON: "reviewDueOn",
  ENDED_ON: "endedOn",
});

export const PlacementQueries = recordQueries(Placement, {
  one: { name: "placement", description: "One placement, if it exists for you. 一条安置记录" },
  many: { name: "placements", description: "Placements that exist for you. 对您可见的安置" },
  filter: PlacementFilter,
  order: PlacementOrder,
});
