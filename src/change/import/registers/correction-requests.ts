import { shanghaiDay, workingDaysAfter } from "../../../calendar.js";
import { CORRECTION_DAYS, CorrectionStatus } from "../../../domain/corrections/index.js";
import { required } from "../column.js";
import { agency, key, recordOf, text } from "../parsers.js";
import type { Register } from "../register.js";
import { inBatches, involve } from "../rows.js";

const columns = {
  key: required(key),
  agency: required(agency),
  minor: required(recordOf("minors")),
  home_address: required(text),
  reason: required(text),
};
const GROUP = "R6";

/** Home addresses that agencies have found wrong, so that the demo has requests to answer; agencies propose by command. */
export const correctionRequests: Register<typeof columns> = {
  name: "correction-requests",
  keeper: "operator",
  demoOnly: true,
  columns,
  key: ["key"],
  record: { type: "CorrectionRequest", table: "correction_request" },
  async write({ fresh }, { manager, ids, policy }) {
    const requests = fresh.map(({ id, row }) => ({
      id,
      ref: ids.ref(id),
      about: ids.encode("Minor", row.minor),
      record: row.minor,
      minor: row.minor,
      coordinate: "Minor.homeAddress",
      value: row.home_address,
      reason: row.reason,
      status: CorrectionStatus.OPEN,
      due_on: workingDaysAfter(shanghaiDay(new Date()), CORRECTION_DAYS),
    }));
    await inBatches(
      manager,
      requests,
      `INSERT INTO correction_request (id, ref, place, about, record, minor, coordinate, value, reason, status, due_on)
       SELECT n.id, n.ref, m.place, n.about, n.record, n.minor, n.coordinate, n.value, n.reason, n.status, n.due_on
         FROM jsonb_populate_recordset(NULL::correction_request, $1) n JOIN minor m ON m.id = n.minor`,
    );
    await involve(
      manager,
      fresh.map(({ id, row }) => ({
        record_type: "CorrectionRequest",
        record: id,
        agency: row.agency.id,
        person: null,
        kind: "SOURCE",
        basis: "register correction-requests",
      })),
    );
    const writers = [...(policy.rows.get(GROUP)?.writers ?? [])];
    await inBatches(
      manager,
      requests,
      "SELECT hub_address_correction(n.id, $2) FROM jsonb_to_recordset($1) AS n(id uuid)",
      [`{${writers.join(",")}}`],
    );
  },
};
