import { Extensions } from "type-graphql";
import { RECORD_TYPES } from "../store/record-types.js";
import type { Condition, Right, ShownLevel } from "./policy.js";

/** What a field says about itself: its policy row, the level it is shown at beside F, and the mask it wears at M. */
export interface GroupMark {
  readonly row: string;
  readonly at?: Exclude<ShownLevel, "F">;
  readonly mask?: string;
}

/**
 * Names the policy group of a field, once, where the field is declared.
 * Plain: shown at F. `at: "B"`: shown at B and at F. `mask`: the value at F, the mask at M.
 */
export const Group = (row: string, options: Omit<GroupMark, "row"> = {}) => Extensions({ group: { row, ...options } });

/** A field that holds nothing about a person and needs no group: ids, directory data, page information. */
export const Public = () => Extensions({ public: true });

/**
 * A way back along edges (`Minor.cases`): each end is returned where the group of its own edge allows it,
 * by the facts of the record that the edge belongs to. Here only the rows of those groups.
 */
export const GroupOfEdge = (...rows: string[]) => Extensions({ edgeGroups: rows });

/** A root field that asks for records of these types: open to whoever may be shown anything of one. */
export const RootOf = (...records: string[]) => Extensions({ rootOf: records });

/** A root field that asks for a record of any type. */
export const RootOfAny = () => RootOf(...RECORD_TYPES);

/** What a post must be open to, of which no record is asked for. */
export interface NeedsMark {
  /** A right that the post must have: posts.csv, `may`. */
  readonly may?: Right;
  /** Levels at which a row counts as open; any if none is named. */
  readonly at?: readonly ShownLevel[];
  /** Only for agencies that write all of the rows. */
  readonly writers?: true;
  /** Further rows that the answer depends on. */
  readonly asks?: readonly string[];
  /** It writes: open to whoever may write one of the rows at least. */
  readonly toWrite?: boolean;
}

/**
 * A root field that answers no record, and about persons all the same: open where role, post and purpose open every one of
 * these rows.
 */
export const Needs = (rows: readonly string[], mark: NeedsMark = {}) => Extensions({ needs: { rows, ...mark } });

/**
 * A field that answers no value of these rows but, for whoever holds them elsewhere, at which levels the rule tree opens
 * them to the asker on this record.
 */
export const Confers = (...rows: string[]) => Extensions({ confers: rows });

/** A field that counts a group, and shows nothing of any record: open at level A. */
export const Counts = (row: string) => Extensions({ counts: row });

/** What a mutation writes, beside the fields of its input that the record has under the same name. */
export interface WriteMark {
  /** Fields of the record that every such change writes, or some. */
  readonly always?: readonly string[];
  readonly sometimes?: readonly string[];
  /** The record is new, and this field of the input says where it is: a place belongs to no group. */
  readonly newAt?: string;
  /** A right that the post must have: posts.csv, `may`. */
  readonly may?: Right;
  /**
   * What must hold of a record that is there: its source (`o`), if nothing is said; of an edge `o` or `p`. Beside `o`,
   * which is the writer's own, only what shows him the field. `a`: the answer of whom the record is addressed to.
   */
  readonly by?: readonly Condition[];
}

/** A mutation of records of this type: open to whoever may write what every such change writes. */
export const Writes = (record: string, mark: WriteMark = {}) => Extensions({ writes: { record, ...mark } });
