import type { EntityManager } from "typeorm";
import type { InvolvementKind } from "../../../facts/keys.js";
import { optional, type Row, required } from "../column.js";
import { agency, person, recordOf, text, whole, word } from "../parsers.js";
import type { Register } from "../register.js";
import type { Said } from "../report.js";
import { involve, type Relation } from "../rows.js";

/** Kinds that have no command yet. What is held by the agency, what by one of its people, and what by either. */
const BY_AGENCY = ["ADDRESSEE", "SHARE"] as const;
const BY_PERSON = ["LIAISON", "SUNSHINE", "COUNSELLOR", "BREAK_GLASS", "ASSIGNED", "NAMED"] as const;
const KINDS = [...BY_AGENCY, ...BY_PERSON, "CONFLICT"] as const satisfies readonly InvolvementKind[];
const holds = (kinds: readonly InvolvementKind[], kind: InvolvementKind) => kinds.includes(kind);

const columns = {
  agency: required(agency),
  person: optional(person),
  kind: required(word(KINDS)),
  minor: optional(recordOf("minors")),
  case: optional(recordOf("cases")),
  incident: optional(recordOf("incidents")),
  alert: optional(recordOf("alerts")),
  placement: optional(recordOf("placements")),
  /** SHARE: the group that is shared. */
  policy_row: optional(text),
  /** From the import on; empty = without end. */
  hours: optional(whole(1, 87_600)),
  basis: required(text),
};

/** Relations that the policy knows and no command makes yet, so that the demo shows them. */
export const relations: Register<typeof columns> = {
  name: "relations",
  keeper: "operator",
  demoOnly: true,
  columns,
  key: ["agency", "person", "kind", "minor", "case", "incident", "alert", "placement", "policy_row", "hours", "basis"],
  about: (row) => recordsOf(row).map(([type, id]) => ({ type, id })),
  check(row, refuse, { policy }) {
    if (recordsOf(row).length !== 1) refuse("minor", ONE_RECORD);
    if (row.person && row.person.agency !== row.agency.id) refuse("person", OF_ANOTHER_AGENCY);
    if (holds(BY_PERSON, row.kind) && !row.person) refuse("person", NEEDS_PERSON);
    if (holds(BY_AGENCY, row.kind) && row.person) refuse("person", THE_AGENCYS);
    if ((row.kind === "SHARE") !== (row.policy_row !== null)) refuse("policy_row", SHARED_GROUP);
    if (row.policy_row !== null && !policy.rows.has(row.policy_row)) refuse("policy_row", SHARED_GROUP);
    if (row.kind === "BREAK_GLASS" && (row.hours ?? Infinity) > LONGEST_BREAK_GLASS) refuse("hours", A_DAY);
  },
  async write({ fresh }, { manager }, refuse) {
    const now = Date.now();
    const wanted = fresh.flatMap(({ line, row }) =>
      recordsOf(row).map(([record_type, record]) => ({
        line,
        record_type,
        record,
        agency: row.agency.id,
        person: row.person?.id ?? null,
        kind: row.kind,
        policy_row: row.policy_row,
        until: row.hours === null ? null : new Date(now + row.hours * 3_600_000).toISOString(),
        basis: row.basis,
      })),
    );
    const apart = await withoutPart(manager, wanted);
    for (const line of apart) refuse(line, "agency", NO_PART);
    if (apart.length === 0) await involve(manager, wanted);
  },
};

/** Policy, condition `e`. */
const LONGEST_BREAK_GLASS = 24;

/** Lines on which somebody takes part in a case, an incident or an alert in which his agency does not within that time. */
async function withoutPart(manager: EntityManager, wanted: readonly Relation[]): Promise<number[]> {
  const rows = await manager.query<{ line: number }[]>(
    `SELECT w.line FROM jsonb_to_recordset($1) AS w(line int, record_type text, record uuid, agency uuid, kind text, until timestamptz)
      WHERE w.kind IN ('ASSIGNED', 'NAMED') AND w.record_type <> 'Minor'
        AND NOT EXISTS (
          SELECT FROM involvement i WHERE i.record = w.record AND i.agency = w.agency AND i.kind = 'PART' AND i.via IS NULL
             AND (i.until > clock_timestamp()) IS NOT FALSE AND (i.since < w.until) IS NOT FALSE)
      ORDER BY w.line`,
    [JSON.stringify(wanted)],
  );
  return rows.map(({ line }) => line);
}

const recordsOf = (row: Row<typeof columns>): [type: string, id: string][] =>
  Object.entries({
    Minor: row.minor,
    Case: row.case,
    SensitiveIncident: row.incident,
    OpinionAlert: row.alert,
    Placement: row.placement,
  }).flatMap(([type, id]): [string, string][] => (id === null ? [] : [[type, id]]));

const ONE_RECORD: Said = {
  code: "CONTRADICTION",
  message: "A relation is to one record",
  messageZh: "每行只能填写一条记录",
  remedy: "Fill in exactly one of minor, case, incident, alert, placement",
};
const OF_ANOTHER_AGENCY: Said = {
  code: "CONTRADICTION",
  message: "The person belongs to another agency",
  messageZh: "该人员不属于该部门",
  remedy: "Name the person's own agency",
};
const NEEDS_PERSON: Said = {
  code: "EMPTY",
  message: "A person holds this relation",
  messageZh: "该关系须由个人承担",
  remedy: "Write the person's subject",
};
const THE_AGENCYS: Said = {
  code: "CONTRADICTION",
  message: "The agency holds this relation, not one of its people",
  messageZh: "该关系由部门承担,不填个人",
  remedy: "Empty the cell",
};
const SHARED_GROUP: Said = {
  code: "BAD_VALUE",
  message: "A share names the policy row that it shares; no other relation does",
  messageZh: "仅共享关系须填写所共享的政策行",
  remedy: "Write a row of access-matrix.csv for SHARE, else empty the cell",
};
const A_DAY: Said = {
  code: "BAD_VALUE",
  message: "Break-glass ends after a day at most",
  messageZh: "紧急调阅最长24小时",
  remedy: "Write 1 to 24 in hours",
};
const NO_PART: Said = {
  code: "CONTRADICTION",
  message: "The agency takes no part in the record within that time, so none of its people does",
  messageZh: "该部门在此期间未参与该记录,其人员不能参与",
  remedy: "Name the agency in participants of the record's own register, or bring it in with addCaseParticipant, first",
};
