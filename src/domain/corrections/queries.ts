import { DateFilter, enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { CorrectionRequest, CorrectionStatus } from "./record.js";

export const CorrectionQueries = recordQueries(CorrectionRequest, {
  one: { name: "correctionRequest", description: "One correction request, if it exists for you. 一项校核请求" },
  many: {
    name: "correctionRequests",
    description:
      "Corrections that your agency has proposed or is to answer, of fields that are shown to you. 本单位提出或应答复的校核请求",
  },
  filter: filterOf("CorrectionRequest", {
    about: TextFilter,
    coordinate: TextFilter,
    status: enumFilter("CorrectionStatusFilter", CorrectionStatus),
    dueOn: DateFilter,
  }),
  order: orderOf("CorrectionRequest", { DUE_ON: "dueOn", STATUS: "status" }),
});
