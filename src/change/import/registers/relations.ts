import type { InvolvementKind } from "../../../facts/keys.js";
import { optional, type Row, required } from "../column.js";
import { agency, person, recordOf, text, whole, word } from "../parsers.js";
import type { Register } from "../register.js";
import type { Said } from "../report.js";
import { involve } from "../rows.js";

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
  key: ["agency", "person", "kind", "minor", "case", "incident", "alert", "policy_row", "hours", "basis"],
  check(row, refuse, { policy }) {
    if (recordsOf(row).length !== 1) refuse("minor", ONE_RECORD);
    if (row.person && row.person.agency !== row.agency.id) refuse("person", OF_ANOTHER_AGENCY);
    if (holds(BY_PERSON, row.kind) && !row.person) refuse("person", NEEDS_PERSON);
    if (holds(BY_AGENCY, row.kind) && row.person) refuse("person", THE_AGENCYS);
    if ((row.kind === "SHARE") !== (row.policy_row !== null)) refuse("policy_row", SHARED_GROUP);
    if (row.policy_row !== null && !policy.rows.has(row.policy_row)) refuse("policy_row", SHARED_GROUP);
  },
  async write({ fresh }, { manager }) {
    const now = Date.now();
    await involve(
      manager,
      fresh.flatMap(({ row }) =>
        recordsOf(row).map(([record_type, record]) => ({
          record_type,
          record,
          agency: row.agency.id,
          person: row.person?.id ?? null,
          kind: row.kind,
          policy_row: row.policy_row,
          until: row.hours === null ? null : new Date(now + row.hours * 3_600_000).toISOString(),
          basis: row.basis,
        })),
      ),
    );
  },
};

const recordsOf = (row: Row<typeof columns>): [type: string, id: string][] =>
  Object.entries({
    Minor: row.minor,
    Case: row.case,
    SensitiveIncident: row.incident,
    OpinionAlert: row.alert,
  }).flatMap(([type, id]): [string, string][] => (id === null ? [] : [[type, id]]));

const ONE_RECORD: Said = {
  code: "CONTRADICTION",
  message: "A relation is to one record",
  messageZh: "每行只能填写一条记录",
  remedy: "Fill in exactly one of minor, case, incident, alert",
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
