import { DateFilter, DivisionFilter, enumFilter, filterOf, IntFilter, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { Hazard, HazardKind, HazardLevel, HazardOrigin, HazardStatus } from "./record.js";

const HazardFilter = filterOf("Hazard", {
  origin: enumFilter("HazardOriginFilter", HazardOrigin),
  kind: enumFilter("HazardKindFilter", HazardKind),
  level: enumFilter("HazardLevelFilter", HazardLevel),
  placeName: TextFilter,
  division: DivisionFilter,
  township: DivisionFilter,
  foundOn: DateFilter,
  month: TextFilter,
  finding: TextFilter,
  responsiblePerson: TextFilter,
  status: enumFilter("HazardStatusFilter", HazardStatus),
  openedOn: DateFilter,
  dueOn: DateFilter,
  rectifiedOn: DateFilter,
  verifiedOn: DateFilter,
  closedOn: DateFilter,
  recurrences: IntFilter,
});

const HazardOrder = orderOf("Hazard", {
  FOUND_ON: "foundOn",
  LEVEL: "level",
  DUE_ON: "dueOn",
  STATUS: "status",
});

export const HazardQueries = recordQueries(Hazard, {
  one: { name: "hazard", description: "One inspection or hazard, if it exists for you. 一项检查或隐患" },
  many: {
    name: "hazards",
    description: "Inspections and the ledger of hazards, as far as they exist for you. 对您可见的检查情况与隐患台账",
  },
  filter: HazardFilter,
  order: HazardOrder,
});
