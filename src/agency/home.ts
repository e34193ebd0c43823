import type { EntityManager } from "typeorm";
import { agenciesByCode } from "../change/import/index.js";
import { badUserInput } from "../errors.js";
import type { Policy, Role } from "../policy/policy.js";
import type { IdCipher } from "../store/global-id.js";

/** What an agency's own database goes by. */
export interface Home {
  /** Kind of the agency. */
  readonly role: Role;
  /** Code of the agency whose records are meant, where the database has those of several: `federation.agency`. */
  readonly agency?: string | undefined;
  readonly policy: Policy;
  readonly ids: IdCipher;
}

/** Whose records are meant, in a database that may have those of several. */
export type Whose = Pick<Home, "role" | "agency">;

/** An agency of this database's own. */
export interface OwnAgency {
  readonly id: string;
  readonly code: string;
  /** It is the only one of its kind here. */
  readonly alone: boolean;
}

/**
 * The agency itself: the one of its kind in its own directory, or the one that is named where several keep their records in
 * one subgraph.
 * @throws Mistake BAD_USER_INPUT
 */
export async function ownAgency(manager: EntityManager, { role, agency: named }: Whose): Promise<OwnAgency> {
  const all = await ofKind(manager, role);
  const own = meantIn(all, named);
  const [agency] = own;
  if (agency && own.length === 1) return { ...agency, alone: all.length === 1 };
  throw notOne(own.length, role, named);
}

/** Agencies that a program answers for: the one that its settings name, else all of its kind that keep their records here. */
export const answeredFor = async (
  manager: EntityManager,
  { role, agency: named }: Whose,
): Promise<readonly OwnAgency[]> => {
  const all = await ofKind(manager, role);
  return meantIn(all, named).map(({ id, code }) => ({ id, code, alone: all.length === 1 }));
};

const ofKind = async (manager: EntityManager, role: Role) =>
  [...(await agenciesByCode(manager)).values()].filter(({ kind }) => kind === role);
const meantIn = <Agency extends { readonly code: string }>(agencies: readonly Agency[], named: string | undefined) =>
  agencies.filter(({ code }) => named === undefined || code === named);

export const notOne = (many: number, role: Role, named: string | undefined) =>
  badUserInput(
    "agencies",
    `${many} agencies of the kind ${role}${named === undefined ? "" : ` and the code ${named}`} stand in the register agencies`,
    `部门登记表中有 ${many} 个${named ?? ""}${role}类部门`,
    "Import the register agencies with this agency in it; where others of its kind are there as well, name it: federation.agency",
  );
