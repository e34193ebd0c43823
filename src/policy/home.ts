import { type Asker, askers, type Decider, decideLevel, factsNamedBy, isShown } from "./decide.js";
import { BIT, FACT, type Facts } from "./facts.js";
import {
  type GroupSet,
  type Level,
  type Policy,
  type PolicyRow,
  type Post,
  type Role,
  SHOWN_LEVELS,
  type ShownLevel,
} from "./policy.js";

/**
 * How an agency decides over what it holds at home: what the hub says of the asker and this minor, group by group, and
 * for the agency's own people what the agency itself knows of them as well. Neither opens anything without the other.
 */

/** What the hub has told of one group, as bits beside those of `FACT`; one of them, or none. */
export const TOLD: Readonly<Record<ShownLevel, Facts>> = { F: 1 << 16, M: 1 << 17, B: 1 << 18, X: 1 << 19 };
const ANY = SHOWN_LEVELS.reduce((bits, level) => bits | TOLD[level], 0);
/** Beside it, of the agency's own people: the level rests on nothing of `KNOWN_AT_HOME`. */
const BY_THE_HUB: Facts = 1 << 20;
/** Beside it, of the agency's own people: the child is assigned to the asker, by a post that at the hub is for such children alone. */
const ASSIGNED: Facts = 1 << 21;

/**
 * What opens something, and an agency tells the hub of itself: whose it is, whose duty, whose counsellor. Without it there
 * it is not so.
 */
export const KNOWN_AT_HOME: Facts = FACT.o | FACT.k | FACT.j | FACT.c;
/** What opens something, and comes to be at the hub: parts, liaisons, shares, break-glass. */
const KNOWN_TO_THE_HUB: Facts = Object.values(BIT).reduce((bits, bit) => bits | bit, 0) & ~KNOWN_AT_HOME;

/** Told bits of a row, by policy row. */
export type ToldByRow = Readonly<Record<string, Facts>>;

/** What the hub says of one minor. */
export interface Said {
  /** Policy row -> level; a row that is closed is not there. */
  readonly levels: Readonly<Record<string, ShownLevel>>;
  /**
   * Of the agency's own people: whether the levels rest on nothing that the agency knows itself (`KNOWN_AT_HOME`). What has ended
   * there keeps no right alive, though the hub has not heard of it yet.
   */
  readonly byTheHub: boolean;
  /** Of the agency's own people: whether the asker's post at the hub is for children who are assigned to him, and this one is. */
  readonly assigned: boolean;
}

export const toldBy = ({ levels, byTheHub, assigned }: Said): ToldByRow => {
  const besides = (byTheHub ? BY_THE_HUB : 0) | (assigned ? ASSIGNED : 0);
  return Object.fromEntries(Object.entries(levels).map(([row, level]) => [row, TOLD[level] | besides]));
};

const NO_GROUPS: GroupSet = { has: () => false, toString: () => "" };
const OUTSIDE = "OUTSIDE";

const STRANGER: Post = {
  role: "*",
  post: OUTSIDE,
  postZh: "外部查询",
  groups: NO_GROUPS,
  scope: "AGENCY",
  may: new Set(),
};

/**
 * Whoever is not of this agency: nothing is known of him but what the hub tells, neither role nor purpose (R35).
 * @param role of the agency; it counts for nothing
 */
export const outsider = (role: Role): Asker => ({
  role,
  post: STRANGER,
  purpose: {
    purpose: OUTSIDE,
    purposeZh: "由中枢核定",
    basis: [],
    roles: new Set([role]),
    groups: NO_GROUPS,
    notes: "",
  },
});

export const isOutside = ({ post }: Pick<Asker, "post">): boolean => post === STRANGER;

/** What never leaves its source opens to the source's own people alone, by what the source itself knows of them. */
const ofOutsiders = ({ limits }: PolicyRow): Level => (limits.has("SOURCE_ONLY") ? "-" : "F");

/**
 * Groups that an agency may hold at home, of which the hub has no column: R13 attendance, R14 health, R15 psychological
 * need, R16 counselling notes, R16b life-risk summary, R34 identity checks, R41 stays.
 */
export const HELD_AT_HOME = ["R13", "R14", "R15", "R16", "R16b", "R34", "R41"] as const;

/** Whether an agency of this role feeds a row at home: a writer does, and of what never leaves its source whoever reads it there. */
export const feedsAtHome = ({ writers, limits, cells }: PolicyRow, role: Role): boolean =>
  writers.has(role) || (limits.has("SOURCE_ONLY") && (cells.get(role) ?? []).length > 0);

/** The facts by which the agency's own people are decided: with what is so because the hub says so, and what it knows itself. */
function* factsFor({ limits }: PolicyRow, { post }: Asker, facts: Facts): Generator<Facts> {
  const known = post.scope === "ASSIGNED" && facts & ASSIGNED ? facts | FACT.scope : facts;
  if (facts & BY_THE_HUB && !limits.has("SOURCE_ONLY")) yield known | KNOWN_TO_THE_HUB;
  yield known;
}

const assignedTo = ({ scope }: Post): Facts => (scope === "ASSIGNED" ? ASSIGNED : 0);

/** A weaker word of the hub's stands beside the full one of the agency; of two different ones neither does. */
function asTold(own: Level, facts: Facts): Level {
  if (!isShown(own)) return "-";
  if (facts & (TOLD.F | TOLD[own])) return own;
  return own === "F" ? (SHOWN_LEVELS.find((level) => facts & TOLD[level]) ?? "-") : "-";
}

/** The decider of an agency of this role. */
export const atHome = (role: Role): Decider => ({
  place: "agency",
  level(row, asker, facts) {
    if (isOutside(asker)) return asTold(ofOutsiders(row), facts);
    for (const known of factsFor(row, asker, facts)) {
      const level = asTold(decideLevel(row, asker, known), facts);
      if (isShown(level)) return level;
    }
    return "-";
  },
  named: (row: PolicyRow, asker: Asker) =>
    ANY | (isOutside(asker) ? 0 : BY_THE_HUB | assignedTo(asker.post) | factsNamedBy(row, asker.role, asker.post)),
  *askers(policy: Policy) {
    for (const asker of askers(policy)) if (asker.role === role) yield asker;
    yield outsider(role);
  },
});
