import { list } from "../column.js";
import type { KnownAgency, KnownPerson } from "../known.js";
import { agency, person } from "../parsers.js";
import type { Said } from "../report.js";
import type { Relation } from "../rows.js";

/** Who takes part in a case or an incident, when it is new; later by the hub's own commands. */
export const partColumns = {
  /** Agencies beside the one that made the record. */
  participants: list(agency, { once: true }),
  /** Their people, and one's own, who are named on it: the formal invitation (p*). */
  named: list(person, { once: true }),
  assigned: list(person, { once: true }),
};

interface Parts {
  readonly participants: readonly KnownAgency[];
  readonly named: readonly KnownPerson[];
  readonly assigned: readonly KnownPerson[];
}

/** People of agencies that take no part cannot be named or assigned. */
export function checkParts(
  { participants, named, assigned }: Parts,
  refuse: (column: "participants" | "named" | "assigned", said: Said) => void,
  maker: KnownAgency | null,
): void {
  if (participants.some(({ id }) => id === maker?.id)) refuse("participants", MAKER);
  const taking = new Set([maker?.id, ...participants.map(({ id }) => id)]);
  if (named.some((one) => !taking.has(one.agency))) refuse("named", NO_PART);
  if (assigned.some((one) => !taking.has(one.agency))) refuse("assigned", NO_PART);
}

/** Everything that a new record's row says of who has to do with it. */
export function relationsOf(
  record_type: "Case" | "SensitiveIncident",
  { id, row }: { readonly id: string; readonly row: Parts },
  maker: KnownAgency,
): Relation[] {
  const basis = "register";
  const of = (agency: string, person: string | null, kind: string): Relation => ({
    record_type,
    record: id,
    agency,
    person,
    kind,
    basis,
  });
  return [
    of(maker.id, null, "SOURCE"),
    ...[maker, ...row.participants].map((agency) => of(agency.id, null, "PART")),
    ...row.named.map((person) => of(person.agency, person.id, "NAMED")),
    ...row.assigned.map((person) => of(person.agency, person.id, "ASSIGNED")),
  ];
}

const MAKER: Said = {
  code: "CONTRADICTION",
  message: "The agency whose register this is takes part anyhow",
  messageZh: "登记单位自身无需列为参与部门",
  remedy: "Take it out",
};
const NO_PART: Said = {
  code: "CONTRADICTION",
  message: "Somebody here belongs to an agency that takes no part",
  messageZh: "所列人员所在部门未参与",
  remedy: "Name the agency in participants, or take the person out",
};
