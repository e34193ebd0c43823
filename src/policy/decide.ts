import { BIT, FACT, type Facts } from "./facts.js";
import type { Alternative, Condition, Level, Policy, PolicyRow, Post, Purpose, Role, ShownLevel } from "./policy.js";

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

/** Where a schema is activated: at the hub, at an agency that holds rows at home, or at the gateway over all of them. */
export type Place = "hub" | "agency" | "gateway";

/** Who decides over a row's groups: the hub over what it holds, an agency over what it holds at home (home.ts). */
export interface Decider {
  readonly place: Place;
  level(row: PolicyRow, asker: Asker, facts: Facts): Level;
  /** Facts that `level` can depend on. */
  named(row: PolicyRow, asker: Asker): Facts;
  /** Where several answers are narrowed to one, more facts may show less: two levels of which neither is the other's. */
  readonly narrows?: true;
  /** Everybody who can ask. */
  askers(policy: Policy): Iterable<Asker>;
}

export const AT_HUB: Decider = {
  place: "hub",
  level: decideLevel,
  named: (row, { role, post }) => factsNamedBy(row, role, post),
  askers,
};

/** Refuses and explains as the hub does, over the schemas of all. */
export const AT_GATEWAY: Decider = { ...AT_HUB, place: "gateway" };

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

/** Everybody who can ask: each role with each of its posts and each of its purposes. */
export function* askers(policy: Policy): Generator<Asker> {
  const roles = new Set([...policy.purposes.values()].flatMap(({ roles }) => [...roles]));
  for (const role of roles)
    for (const post of policy.postsOf(role))
      for (const purpose of policy.purposes.values()) if (purpose.roles.has(role)) yield { role, post, purpose };
}
