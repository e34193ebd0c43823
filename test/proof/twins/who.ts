import type { Role } from "../../../src/policy/policy.js";
import type { Town, Viewer } from "./town.js";

// The conditions of the policy's cells, read from the registers' own words; no fact of the hub plays a part.

export const nobody = (): boolean => false;

/** The viewer's post is one of these. */
export const holds = (
  { role, post }: Pick<Viewer, "role" | "post">,
  posts: Readonly<Partial<Record<Role, readonly string[]>>>,
): boolean => posts[role]?.includes(post) ?? false;

export const isNamed = ({ subject }: Viewer, record: string, { relationsTo }: Town): boolean =>
  relationsTo(record).some(({ kind, person }) => kind === "NAMED" && person === subject);

/** p: the agency takes part, and the viewer is assigned or named, or holds a post for all that the agency does. */
export function takesPart({ subject, agency, post }: Viewer, record: string, { relationsTo }: Town): boolean {
  const relations = relationsTo(record);
  const part = relations.some((relation) => relation.kind === "PART" && relation.agency === agency);
  const own = relations.some(({ kind, person }) => (kind === "ASSIGNED" || kind === "NAMED") && person === subject);
  return part && (own || !ONLY_ASSIGNED.has(post));
}
/** posts.csv, scope ASSIGNED, of those that are asked about here. */
const ONLY_ASSIGNED: ReadonlySet<string> = new Set(["CASE_OFFICER", "RESCUE_OFFICER", "JUVENILE_PROSECUTOR"]);
