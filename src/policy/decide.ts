import { BIT, FACT, type Facts } from "./facts.js";
import type { Alternative, Condition, Level, PolicyRow, Post, Purpose, Role, ShownLevel } from "./policy.js";

/** Who asks, and what for: all that a decision knows of the viewer beside the facts of the row. */
export interface Asker {
  readonly role: Role;
  readonly post: Post;
  /** null = none stated: nothing is shown */
  readonly purpose: Purpose | null;
}

/** Under this purpose only level A counts, whatever else the cell says. */
export const STATISTICS = "STATISTICS";
/** The only purpose under which break-glass (`e`) opens anything. */
export const LIFE_SAFETY = "LIFE_SAFETY";

/** Whether a level shows something about one record: at these an anchor makes its row exist. */
export const isShown = (level: Level): level is ShownLevel => level !== "-" && level !== "A";

const NAMED_TOO: ReadonlySet<Condition> = new Set(["o", "a", "r"]);

/**
 * The decision: at which level a row's group is shown. Pure, and cannot throw.
 * Narrows in the order of docs/access-model.md - conflict, purpose, post, cell - and nothing here widens.
 * @param facts what holds between the viewer and this very row
 */
export function decideLevel(row: PolicyRow, asker: Asker, facts: Facts): Level {
  const won = winning(row, asker, facts);
  if (!won) return "-";
  if (won.level === "F" && row.limits.has("MASK_IF_MINOR_AUTHOR") && facts & FACT.minorAuthor) return "M";
  return won.level;
}

/** What a shown level rests on: the conditions that hold, of the alternative that wins. */
export const conditionsMet = (row: PolicyRow, asker: Asker, facts: Facts): Condition[] =>
  winning(row, asker, facts)?.conditions.filter(
    (condition) => asker.purpose && holds(condition, row, asker.purpose, facts),
  ) ?? [];

function winning(row: PolicyRow, { role, post, purpose }: Asker, facts: Facts): Alternative | undefined {
  if (facts & FACT.conflict) return undefined;
  if (!purpose?.roles.has(role) || !purpose.groups.has(row.row)) return undefined;
  if (!post.groups.has(row.row)) return undefined;
  if (post.scope !== "AGENCY" && !(facts & FACT.scope)) return undefined;
  return (
    row.cells
      .get(role)
      // Left out before the first is sought: a child whose liaison the viewer is must not drop out of the count.
      ?.filter(({ level }) => level === "A" || purpose.purpose !== STATISTICS)
      .find(({ conditions }) => conditions.some((condition) => holds(condition, row, purpose, facts)))
  );
}

function holds(condition: Condition, row: PolicyRow, purpose: Purpose, facts: Facts): boolean {
  if (condition === "e" && purpose.purpose !== LIFE_SAFETY) return false;
  if (NAMED_TOO.has(condition) && row.limits.has("NAMED_ONLY") && !(facts & FACT.named)) return false;
  return (facts & bitsOf(condition)) !== 0;
}

/** A named person takes part as well: `p*` implies `p`. */
export const bitsOf = (condition: Condition): Facts => (condition === "p" ? FACT.p | FACT.named : BIT[condition]);

/**
 * The facts that this cell, asked from this post, can depend on; the others never change the decision.
 * A truth table has one entry for each combination of them.
 */
export function factsNamedBy(row: PolicyRow, role: Role, post: Post): Facts {
  const conditions = (row.cells.get(role) ?? []).flatMap((alternative) => alternative.conditions);
  const asksForName = row.limits.has("NAMED_ONLY") && conditions.some((condition) => NAMED_TOO.has(condition));
  return (
    FACT.conflict |
    (post.scope === "AGENCY" ? 0 : FACT.scope) |
    (row.limits.has("MASK_IF_MINOR_AUTHOR") ? FACT.minorAuthor : 0) |
    (asksForName ? FACT.named : 0) |
    conditions.reduce((bits, condition) => bits | bitsOf(condition), 0)
  );
}
