import { feedsAtHome, HELD_AT_HOME } from "../policy/home.js";
import type { Condition, Policy, PolicyRow, Role } from "../policy/policy.js";
import type { InvolvementKind } from "./keys.js";

/**
 * Relations to a child that the cell of this kind of agency names, and by which it comes to keep the group. A place, an
 * approved request and break-glass let somebody read what others keep. That of a counsellor does not suffice by itself: when
 * it ends, what he has written for an emergency (R16b) is kept all the same.
 */
export const relationsNamed = ({ cells }: PolicyRow, kind: string | undefined): readonly InvolvementKind[] => [
  ...new Set(
    [...cells]
      .filter(([of]) => of === kind)
      .flatMap(([, alternatives]) => alternatives.flatMap(({ conditions }) => conditions))
      .flatMap((condition) => KEEPING[condition] ?? []),
  ),
];
const KEEPING: Readonly<Partial<Record<Condition, InvolvementKind>>> = {
  p: "PART",
  "p*": "PART",
  l: "LIAISON",
  s: "SUNSHINE",
  c: "COUNSELLOR",
  a: "ADDRESSEE",
};

/** Relations to a child by which an agency of this kind comes to keep something of it that the hub has no column for. */
export const relationsThatKeep = ({ rows }: Policy, role: Role): readonly InvolvementKind[] => [
  ...new Set(
    HELD_AT_HOME.flatMap((name) => rows.get(name) ?? [])
      .filter((row) => feedsAtHome(row, role))
      .flatMap((row) => relationsNamed(row, role)),
  ),
];

/** Whether an agency of this kind brings children into the hub, under numbers of its own. */
export const bringsMinors = ({ rows }: Policy, role: Role): boolean => rows.get("R1")?.writers.has(role) ?? false;
