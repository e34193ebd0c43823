import { anchorOf } from "../../../src/policy/anchor.js";
import type { Coordinates, Guard } from "../../../src/policy/coordinates.js";
import { type Asker, decideLevel, factsNamedBy, isShown } from "../../../src/policy/decide.js";
import { FACT, type Facts, submasks } from "../../../src/policy/facts.js";
import type { Policy, PolicyRow, Purpose } from "../../../src/policy/policy.js";
import { possibleLevels } from "../../support/possible-levels.js";
import { guarding } from "../naive/roots.js";
import type { Asking } from "../world/directory.js";

/** Never shown to an asker, shown of every record that exists for him, or masked or withheld of some. */
export type Openness = "closed" | "open" | "partly";

/** What an asker may expect of each coordinate: the questions that tell most are about what is partly shown. */
export class OpennessOf {
  readonly #known = new Map<string, Openness>();

  constructor(
    private readonly policy: Policy,
    private readonly coordinates: Coordinates,
  ) {}

  of({ role, post: name }: Asking, purpose: Purpose | undefined, coordinate: string): Openness {
    const key = [role, name, purpose?.purpose, coordinate].join(" ");
    const post = this.policy.post(role, name);
    const known =
      this.#known.get(key) ?? (post ? this.#find({ role, post, purpose: purpose ?? null }, coordinate) : "closed");
    this.#known.set(key, known);
    return known;
  }

  #find(asker: Asker, coordinate: string): Openness {
    const guard: Guard = this.coordinates.get(coordinate) ?? { kind: "public" };
    const { rows, levels } = guarding(guard);
    if (rows.length === 0) return "open";
    const content = guard.kind === "group" ? guard.content : levels;
    const shows = (row: PolicyRow, facts: Facts) => {
      const decided = decideLevel(row, asker, facts);
      return content.some((level) => level === decided);
    };
    const possible = rows.filter((row) => {
      const decided = possibleLevels(row, asker);
      return levels.some((level) => decided.has(level));
    });
    if (possible.length === 0) return "closed";
    const [type = ""] = coordinate.split(".");
    const anchor = anchorOf(this.policy, type);
    if (!anchor) return "open";
    const named = [anchor, ...possible].reduce((bits, row) => bits | factsNamedBy(row, asker.role, asker.post), 0);
    for (const facts of submasks(named & ~FACT.conflict & ~FACT.minorAuthor))
      if (isShown(decideLevel(anchor, asker, facts)) && !possible.some((row) => shows(row, facts))) return "partly";
    return "open";
  }
}
