import { DateFilter, enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { CareRegistration, CareStatus } from "./record.js";

const CareRegistrationFilter = filterOf("CareRegistration", {
  status: enumFilter("CareStatusFilter", CareStatus),
  carer: TextFilter,
  parentsWorkPlace: TextFilter,
  since: DateFilter,
  endedOn: DateFilter,
});

const CareRegistrationOrder = orderOf("CareRegistration", {
  STATUS: "status",
  SINCE: "since",
  ENDED_ON: "endedOn",
});

export const CareQueries = recordQueries(CareRegistration, {
  one: { name: "careRegistration", description: "One care registration, if it exists for you. 一条流动留守儿童登记" },
  many: { name: "careRegistrations", description: "Care registrations that exist for you. 对您可见的流动留守儿童登记" },
  filter: CareRegistrationFilter,
  order: CareRegistrationOrder,
});
