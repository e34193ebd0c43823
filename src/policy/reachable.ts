import { anchorOf } from "./anchor.js";
import { decideLevel, factsNamedBy, isShown } from "./decide.js";
import { FACT, submasks } from "./facts.js";
import type { Cell, Level, Policy, PolicyRow, Post, Role } from "./policy.js";

/** A cell, or an alternative of one, that nobody can ever come to. */
export interface Unreachable {
  readonly row: string;
  readonly role: Role;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Cells and alternatives that promise what no viewer of the role ever gets.
 *
 * An alternative is reachable if some purpose of the role, some post of its own and some facts let it win **and**, by
 * the same purpose, post and facts, the anchor of its record gives F, M, B or X: otherwise the value would stand on a
 * row that does not exist for the viewer. Found by asking the decision itself for every combination, so whatever it
 * knows holds here too: `p*` implies `p`, `e` needs LIFE_SAFETY, STATISTICS gives A only, an earlier alternative wins.
 * Level A needs no anchor: it counts, and makes no row appear. A guardian follows its minor's anchor, an edge that of
 * the record it starts from (its other end is guarded by its own). A type without anchor has nothing to satisfy here;
 * `recordTypeFindings` keeps it out of the schema.
 */
export function unreachable(policy: Policy): Unreachable[] {
  return [...policy.rows.values()].flatMap((row) =>
    [...row.cells].flatMap(([role, cell]) => (cell.length > 0 ? unreachableIn(policy, row, role, cell) : [])),
  );
}

function unreachableIn(policy: Policy, row: PolicyRow, role: Role, cell: Cell): Unreachable[] {
  const refuse = (problem: string, remedy: string): Unreachable => ({ row: row.row, role, problem, remedy });
  const purposes = [...policy.purposes.values()].filter((p) => p.roles.has(role) && p.groups.has(row.row));
  const posts = policy.postsOf(role).filter((post) => counts(post, row) && post.groups.has(row.row));
  const closed = [
    ...(purposes.length > 0 ? [] : [refuse("no purpose of the role opens this cell", "Write -, or widen a purpose")]),
    ...(posts.length > 0 ? [] : [refuse("no post of the role opens this cell", "Write -, or widen a post")]),
  ];
  if (closed.length > 0) return closed;

  const anchor = anchorOf(policy, row.record);
  const won = new Set<Level>();
  const onARow = new Set<Level>();
  for (const purpose of purposes)
    for (const post of posts) {
      const asker = { role, post, purpose };
      const named = factsNamedBy(row, role, post) | (anchor ? factsNamedBy(anchor, role, post) : 0);
      for (const facts of submasks(named & ~FACT.conflict & ~FACT.minorAuthor)) {
        const level = decideLevel(row, asker, facts);
        won.add(level);
        if (!anchor || level === "A" || isShown(decideLevel(anchor, asker, facts))) onARow.add(level);
      }
    }

  return cell.flatMap(({ level }) => {
    if (!won.has(level))
      return refuse(
        `${level} never wins: what stands left of it takes its conditions, or no purpose allows it`,
        "Remove it. STATISTICS gives A only, e needs LIFE_SAFETY, who holds p* holds p",
      );
    if (!onARow.has(level))
      return refuse(
        `${level} can never be reached: whenever it holds, the anchor ${anchor?.row} hides the record`,
        `Remove it, or open ${anchor?.row} under the same purpose and post`,
      );
    return [];
  });
}

/** Posts of role `*` exist in every agency, so they would make every cell look used - but R35 is theirs to read. */
const counts = (post: Post, { row }: PolicyRow): boolean =>
  post.role !== "*" || (row === "R35" && post.post === "DATA_PROTECTION_OFFICER");
