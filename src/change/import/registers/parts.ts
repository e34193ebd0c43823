import { list } from "../column.js";
import type { KnownAgency, KnownPerson } from "../known.js";
import { agency, person } from "../parsers.js";
import type { Said } from "../report.js";
import type { Relation } from "../rows.js";

/** Who takes part in a case or an incident, when it is new; later by the hub's own commands. */
export const partColumns = {
  /** Agencies beside the one that made the record. */
  participants: list(agency, { once: true }),
  /** Its own people who are named on it (p*); whom another agency names is for that one's head to say (`name-persons`). */
  named: list(person, { once: true }),
  assigned: list(person, { once: true }),
};

interface Parts {
  readonly participants: readonly KnownAgency[];
  readonly named: readonly KnownPerson[];
  readonly assigned: readonly KnownPerson[];
}

export function checkParts(
  { participants, named, assigned }: Parts,
  refuse: (column: "participants" | "named" | "assigned", said: Said) => void,
  maker: KnownAgency | null,
): void {
  if (participants.some(({ id }) => id === maker?.id)) refuse("participants", MAKER);
  if (named.some((one) => one.agency !== maker?.id)) refuse("named", NOT_YOURS);
  if (assigned.some((one) => one.agency !== maker?.id)) refuse("assigned", NOT_YOURS);
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
const NOT_YOURS: Said = {
  code: "CONTRADICTION",
  message: "Somebody here belongs to another agency, whose own head names its people",
  messageZh: "所列人员属于其他部门,由该部门负责人指定",
  remedy: "Name the agency in participants, and leave its people to it",
};
