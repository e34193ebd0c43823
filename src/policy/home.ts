import { type Asker, askers, type Decider, decideLevel, factsNamedBy } from "./decide.js";
import { FACT, type Facts } from "./facts.js";
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

/** Told bits of a row, by policy row. */
export type ToldByRow = Readonly<Record<string, Facts>>;

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

/** Whether an agency of this role feeds a row at home: a writer does, and of what never leaves its source whoever reads it there. */
export const feedsAtHome = ({ writers, limits, cells }: PolicyRow, role: Role): boolean =>
  writers.has(role) || (limits.has("SOURCE_ONLY") && (cells.get(role) ?? []).length > 0);

/**
 * Break-glass is opened at the hub and known there alone: what the hub tells counts for it here, which opens something under
 * LIFE_SAFETY only; but for what never leaves its source.
 */
const withEmergency = ({ limits }: PolicyRow, facts: Facts): Facts =>
  facts & ANY && !limits.has("SOURCE_ONLY") ? facts | FACT.e : facts;

/** The decider of an agency of this role. */
export const atHome = (role: Role): Decider => ({
  place: "agency",
  level(row, asker, facts) {
    const own = isOutside(asker) ? ofOutsiders(row) : decideLevel(row, asker, withEmergency(row, facts));
    if (own === "-" || own === "A") return "-";
    if (facts & (TOLD.F | TOLD[own])) return own;
    // A weaker word of the hub's stands beside the full one of the agency; of two different ones neither does.
    return own === "F" ? (SHOWN_LEVELS.find((level) => facts & TOLD[level]) ?? "-") : "-";
  },
  named: (row: PolicyRow, asker: Asker) => ANY | (isOutside(asker) ? 0 : factsNamedBy(row, asker.role, asker.post)),
  *askers(policy: Policy) {
    for (const asker of askers(policy)) if (asker.role === role) yield asker;
    yield outsider(role);
  },
});
