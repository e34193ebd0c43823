import type { EntityManager } from "typeorm";
import { agenciesByCode } from "../change/import/index.js";
import { badUserInput } from "../errors.js";
import type { Policy, Role } from "../policy/policy.js";
import type { IdCipher } from "../store/global-id.js";

/** What an agency's own database goes by. */
export interface Home {
  /** Kind of the agency. */
  readonly role: Role;
  readonly policy: Policy;
  readonly ids: IdCipher;
}

/** The agency itself: the one of its kind in its own directory. @throws Mistake BAD_USER_INPUT */
export async function ownAgency(
  manager: EntityManager,
  { role }: Pick<Home, "role">,
): Promise<{ id: string; code: string }> {
  const own = [...(await agenciesByCode(manager)).values()].filter(({ kind }) => kind === role);
  const [agency] = own;
  if (agency && own.length === 1) return agency;
  throw badUserInput(
    "agencies",
    `${own.length} agencies of the kind ${role} stand in the register agencies`,
    `部门登记表中有 ${own.length} 个${role}类部门`,
    "Import the register agencies with this agency in it, and no other of its kind",
  );
}
