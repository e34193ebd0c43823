import { DateFilter, enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { LegalSupervision, SupervisionKind, SupervisionStatus } from "./record.js";

const LegalSupervisionFilter = filterOf("LegalSupervision", {
  kind: enumFilter("SupervisionKindFilter", SupervisionKind),
  subject: TextFilter,
  issuedOn: DateFilter,
  dueOn: DateFilter,
  status: enumFilter("SupervisionStatusFilter", SupervisionStatus),
  reply: TextFilter,
  repliedOn: DateFilter,
  result: TextFilter,
  closedOn: DateFilter,
});

const LegalSupervisionOrder = orderOf("LegalSupervision", {
  DUE_ON: "dueOn",
  ISSUED_ON: "issuedOn",
  STATUS: "status",
});

export const SupervisionQueries = recordQueries(LegalSupervision, {
  one: {
    name: "legalSupervision",
    description: "One opinion of the procuratorate, if it exists for you. 一项法律监督",
  },
  many: {
    name: "legalSupervisions",
    description: "Opinions of the procuratorate that exist for you. 对您可见的法律监督",
  },
  filter: LegalSupervisionFilter,
  order: LegalSupervisionOrder,
});
