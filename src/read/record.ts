import { Extensions } from "type-graphql";

/**
 * How the planner finds what a field shows, in the words of the entities. Table, column and join names are
 * TypeORM's; a decorator names properties only.
 */
export type EntityClass = new () => object;
export type Column = (property: string) => string;

/** A value that SQL derives from columns of the same row. */
export const Computed = (sql: (column: Column) => string) => Extensions({ computed: sql });

/** Value of another property of the same row (`residence` from `place`). */
export const From = (property: string) => Extensions({ from: property });

/** Rows of `target` that belong to this record and live and die with it (`Minor.guardians`). */
export interface Belonging {
  readonly target: () => EntityClass;
  /** Relation of `target` that points here. */
  readonly by: string;
  /** Property of `target` to give instead of the row, each value once (`Case.participants` gives the agency). */
  readonly give?: string;
  /** Only rows that have begun and are not over at the moment of the question: by their `since` and `until`. */
  readonly running?: true;
}
export const Belonging = (target: () => EntityClass, by: string, more: Pick<Belonging, "give" | "running"> = {}) =>
  Extensions({ belonging: { target, by, ...more } satisfies Belonging });

/** Other records, reached over the rows of an edge entity. */
export interface Edge {
  readonly through: () => EntityClass;
  /** Relation of the edge that points to this record. */
  readonly near: string;
  /** Relation of the edge that points to the other record. */
  readonly far: string;
  /** Record that the edge belongs to and whose facts decide it. */
  readonly owner: "near" | "far";
  /** Property of the edge that tells its kind, and the policy row of each kind; one row = the same for all. */
  readonly rows: string | { readonly property: string; readonly byValue: Readonly<Record<string, string>> };
  /** Only edges of this kind. */
  readonly only?: string;
}
export const Edge = (edge: Edge) => Extensions({ edge });

/** How a record and one that points to it by a relation lead to each other. */
export interface Pointing {
  readonly relation: string;
  /** The relation is the other record's. */
  readonly back: boolean;
}
/** The minor that this record is about: its relation of that name (`CareRegistration.minor`). */
export const About = (relation: string) => Extensions({ pointing: { relation, back: false } satisfies Pointing });
/** Records about this one, by their relation of that name (`Minor.careRegistrations`): each is there as it exists. */
export const AboutThis = (relation: string) => Extensions({ pointing: { relation, back: true } satisfies Pointing });

/** What a record type is to the planner, as GraphQL extensions of the type. */
export interface SharedMark {
  /** Property with a fact of the row itself: the author of this alert is a minor. */
  readonly minorAuthor?: string;
  /** Property of the band that orders rows which are not shown in full. */
  readonly band?: string;
  /** A request to correct a field of another record: it exists only for whoever is shown that field. */
  readonly corrects?: { readonly coordinate: string; readonly record: string };
}
export const Shared = (mark: SharedMark = {}) => Extensions({ shared: mark });
