import { FACT } from "../../src/policy/facts.js";
import { type Asker, type Level, levelOf, limited } from "./reading.js";

/**
 * What an agency brings home itself, and tells the hub: whose a child is, whose duty, whose counsellor. All else comes to
 * be at the hub.
 */
const KNOWN_AT_HOME = FACT.o | FACT.k | FACT.j | FACT.c;

/** What the hub tells an agency of a group, and of its own people whether that rests on nothing that it knows itself. */
export interface Word {
  readonly level: Level;
  readonly byTheHub: boolean;
  /** Of whoever has a post for children who are assigned to him. */
  readonly assigned: boolean;
}

export function wordOf(row: string, asker: Asker, atHub: number): Word {
  const level = levelOf(row, asker, atHub);
  return {
    level,
    byTheHub: levelOf(row, asker, atHub & ~KNOWN_AT_HOME) === level,
    assigned: asker.post.scope === "ASSIGNED",
  };
}

/**
 * At which level an agency shows a group to somebody of its own, as docs/decisions/0015 says it: the yardstick of the
 * proof, beside `levelOf`. Nothing of src/policy/home.ts decides here.
 * @param atHub, atHome facts as each of the two knows them
 */
export function levelForOwn(row: string, asker: Asker, atHub: number, atHome: number): Level {
  const { level, byTheHub, assigned } = wordOf(row, asker, atHub);
  // Nothing opens without the hub's word, nor to whom home knows to be in conflict.
  if (level === "A" || atHome & FACT.conflict) return "-";
  // What the agency cannot know stands by the hub's word; what never leaves its source opens by what the source knows.
  if (byTheHub && !limited(row, "SOURCE_ONLY")) return level;
  // To whom a child is assigned, the hub knows.
  const scoped = assigned ? atHome | FACT.scope : atHome;
  return weaker(levelOf(row, asker, scoped), level);
}

/** At which level it shows it to anybody else: the hub's word is all. */
export const levelForOthers = (row: string, told: Level): Level =>
  told === "A" || limited(row, "SOURCE_ONLY") ? "-" : told;

/** F beside B is B; B beside X is nothing. */
function weaker(one: Level, other: Level): Level {
  if (one === other) return one === "A" ? "-" : one;
  if (one === "F") return other === "A" ? "-" : other;
  return other === "F" && one !== "A" ? one : "-";
}
