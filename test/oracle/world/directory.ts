import { type Policy, ROLES, type Role } from "../../../src/policy/policy.js";
import { RECORD_TYPES } from "../../../src/store/record-types.js";
import type { Dice } from "./dice.js";

export const DIVISIONS = [
  ["990101000000", "金湖县"],
  ["990101101000", "金源镇"],
  ["990101101201", "东村"],
  ["990101101202", "西村"],
  ["990101102000", "清溪镇"],
  ["990101102201", "竹园村"],
  ["990102101000", "上桥镇"],
  ["990102101201", "梨树村"],
] as const;
export const VILLAGES = ["990101101201", "990101101202", "990101102201", "990102101201"] as const;

/** Who answers for which places: every length of prefix that the directory allows. */
const DUTIES = ["99", "9901", "990101", "990101101", "990101101201", "990101102201", "990102101"] as const;

export interface Agency {
  readonly id: string;
  readonly kind: Role;
  readonly name: string;
  readonly division: string;
}

export interface Person {
  readonly id: string;
  readonly subject: string;
  readonly name: string;
  readonly agency: string;
  readonly post: string;
}

/** Who can ask: a person by subject, or a department system as `client:<id>`. */
export interface Asking {
  readonly subject: string;
  readonly role: Role;
  readonly post: string;
}

export interface Directory {
  readonly agencies: readonly Agency[];
  readonly people: readonly Person[];
  readonly duties: readonly { readonly agency: string; readonly record_type: string; readonly prefix: string }[];
  readonly clients: readonly { readonly client_id: string; readonly agency: string }[];
  readonly askers: readonly Asking[];
}

/** Two agencies of every role, with one person for each post that the policy gives it. */
export function directory(policy: Policy, dice: Dice): Directory {
  const born = Date.UTC(2020, 0, 1);
  const agencies = ROLES.flatMap((kind) =>
    [1, 2].map((no) => ({
      id: dice.key(born),
      kind,
      name: `${kind.toLowerCase()}-${no}`,
      // One seat is a division that nobody has listed.
      division: kind === "ANALYST" ? "990199000000" : dice.oneOf(DIVISIONS)[0],
    })),
  );
  const people = agencies.flatMap((agency) =>
    policy
      .postsOf(agency.kind)
      .filter(({ may }) => !may.has("machine"))
      .map(({ post }) => {
        const subject = `${agency.name}/${post.toLowerCase()}`;
        return { id: dice.key(born), subject, name: subject, agency: agency.id, post };
      }),
  );
  const clients = agencies.map((agency) => ({ client_id: `system-of-${agency.name}`, agency: agency.id }));
  return {
    agencies,
    people,
    clients,
    duties: agencies.flatMap(({ id }) =>
      RECORD_TYPES.flatMap((record_type) =>
        dice.chance(0.2)
          ? [] // no row of agency_duty = no `j`
          : dice.some(DUTIES, 1 + dice.below(2)).map((prefix) => ({ agency: id, record_type, prefix })),
      ),
    ),
    askers: agencies.flatMap(({ id, kind: role, name }) => [
      ...people.filter(({ agency }) => agency === id).map(({ subject, post }) => ({ subject, role, post })),
      { subject: `client:system-of-${name}`, role, post: "SYSTEM_CLIENT" },
    ]),
  };
}
