/**
 * The words of the policy: what the three tables in `policies/` say, once they are parsed.
 * Who sees what is decided from these and from nothing else. docs/access-model.md explains a cell.
 */

/** A role is a kind of agency. The columns of `policies/access-matrix.csv`, in that order. */
export const ROLES = [
  "POLICE_STATION",
  "SOCIAL_AFFAIRS_OFFICE",
  "JUSTICE_OFFICE",
  "SCHOOL",
  "EDUCATION_BUREAU",
  "YOUTH_LEAGUE",
  "WOMENS_FEDERATION",
  "VILLAGE_COMMUNITY",
  "GOVERNANCE_EMERGENCY_OFFICE",
  "PUBLICITY_CULTURE_CENTRE",
  "PROCURATORATE",
  "RESCUE_STATION",
  "CARE_INSTITUTION",
  "CUSTODY_AUTHORITY",
  "SOCIAL_ORGANISATION",
  "ANALYST",
  "AUDITOR",
  "OPERATOR",
] as const;
export type Role = (typeof ROLES)[number];

/** Levels at which something about one record is shown: value, mask or partner text, band, something to act on. */
export const SHOWN_LEVELS = ["F", "M", "B", "X"] as const;
export type ShownLevel = (typeof SHOWN_LEVELS)[number];
/** Levels that an alternative of a cell can give: beside those A, which counts and shows nothing of a record. */
export const GIVEN_LEVELS = [...SHOWN_LEVELS, "A"] as const;
export type GivenLevel = (typeof GIVEN_LEVELS)[number];
/** Beside these - for nothing. Not a ladder. */
export const LEVELS = [...GIVEN_LEVELS, "-"] as const;
export type Level = (typeof LEVELS)[number];

/** Facts about (viewer, row) that a cell can name. `p*` = named person, as `p`. */
export const CONDITIONS = ["o", "k", "j", "p", "p*", "l", "s", "c", "a", "r", "e"] as const;
export type Condition = (typeof CONDITIONS)[number];

export const LIMITS = [
  "NO_COLUMN",
  "SOURCE_ONLY",
  "ENVELOPED",
  "NAMED_ONLY",
  "NO_EXPORT",
  "COUNTY_ONLY",
  "MASK_IF_MINOR_AUTHOR",
  "REDACT_AT_INTAKE",
  "ENDS_WITH_CASE",
] as const;
export type Limit = (typeof LIMITS)[number];

/** Rights of a post beside reading. */
export const RIGHTS = [
  "approve-access",
  "review-break-glass",
  "name-persons",
  "access-history",
  "machine",
  "break-glass",
  "match-identity",
  "audit-export",
  "operate",
] as const;
export type Right = (typeof RIGHTS)[number];

export const SCOPES = ["AGENCY", "ASSIGNED", "OWN_CLASS"] as const;
export type Scope = (typeof SCOPES)[number];

/** One alternative of a cell: the level, when at least one of the conditions holds. */
export interface Alternative {
  readonly level: GivenLevel;
  readonly conditions: readonly Condition[];
}

/** A cell: alternatives from the left, the first that holds wins, none = `-`. An empty array is the cell `-`. */
export type Cell = readonly Alternative[];

export interface PolicyRow {
  /** "R6" */
  readonly row: string;
  readonly group: string;
  readonly groupZh: string;
  /** Type the group belongs to ("Minor"), an edge ("Case.victims"), or "-" for NO_COLUMN matter. */
  readonly record: string;
  readonly anchor: boolean;
  readonly cells: ReadonlyMap<Role, Cell>;
  readonly writers: ReadonlySet<Role>;
  /** What the viewer gets at M, B and X; only the levels that a cell of the row uses. */
  readonly at: Readonly<Partial<Record<"M" | "B" | "X", string>>>;
  readonly limits: ReadonlySet<Limit>;
  /** Statute or reason, in the words of the table. */
  readonly reason: string;
  /** Statutes and passages of the plan that the reason cites, e.g. ["MPL 103, 111, 112", "WRPL 24"]. */
  readonly basis: readonly string[];
}

/** A set of groups as posts and purposes write it: `*`, `* -R15 -R18`, `R1 R2`, or nothing. */
export interface GroupSet {
  has(row: string): boolean;
  /** The text of the table. */
  toString(): string;
}

export interface Post {
  readonly role: Role | "*";
  readonly post: string;
  readonly postZh: string;
  readonly groups: GroupSet;
  readonly scope: Scope;
  readonly may: ReadonlySet<Right>;
}

export interface Purpose {
  readonly purpose: string;
  readonly purposeZh: string;
  /** Statutes, e.g. ["MPL 11", "DV 14"]. */
  readonly basis: readonly string[];
  readonly roles: ReadonlySet<Role>;
  readonly groups: GroupSet;
  readonly notes: string;
}

export interface Policy {
  /** Counts up with every approved version: `policies/VERSION`. */
  readonly version: number;
  /** SHA-256 (hex) over the three tables as they were read. */
  readonly hash: string;
  readonly rows: ReadonlyMap<string, PolicyRow>;
  readonly posts: readonly Post[];
  readonly purposes: ReadonlyMap<string, Purpose>;
  /** Posts that a person of this role can hold: the role's own, then those of role `*`. */
  postsOf(role: Role): readonly Post[];
  /** @returns the role's own post of that name, else the `*` post of that name, else undefined */
  post(role: Role, post: string): Post | undefined;
}
