/**
 * Something that is counted: a group of the policy, of one kind of record. A record type says what of it is counted in
 * `counted.ts` of its folder; statements, schema, rights, suppression and roll-ups follow.
 */
export interface Subject {
  /** Field of `Statistics`. */
  readonly name: string;
  /** English and Chinese, for the schema: what one of the count is. */
  readonly description: string;
  /** Policy row, e.g. "R5": open to whom its cell gives A. */
  readonly group: string;
  /** Table as `r`, and what is joined to it. */
  readonly from: string;
  /** All tables in `from`. */
  readonly tables: readonly string[];
  /**
   * SQL of the day in Asia/Shanghai on which it came about: it is counted in that month. Without it, what stands at the
   * end of a quarter is counted.
   */
  readonly on?: string;
  /** SQL of what else must hold. */
  readonly where?: string;
  readonly dimensions: readonly Dimension[];
}

/** What a subject can be broken down by: one of these at a time, beside place and time. */
export interface Dimension {
  /** As `by` names it, e.g. "AGE_BAND". */
  readonly name: string;
  /** English and Chinese, for the schema. */
  readonly description: string;
  /** SQL of the value. */
  readonly value: string;
  /** It may be null: some records have none. */
  readonly optional?: true;
  /** All values that are published, whether there are any or not. */
  readonly values: readonly string[];
}

/** Stands for the last day of the period in the SQL of a subject. */
export const LAST_DAY = "($1::date + interval '1 month' - interval '1 day')::date";

/** Value of a dimension where the record has none. */
export const NOT_RECORDED = "NOT_RECORDED";

/** Values of a dimension as they are published. */
export const valuesOf = ({ values, optional }: Dimension): readonly string[] =>
  optional ? [...values, NOT_RECORDED] : values;

/** Whether it is counted by when it came about, or as it stands. */
export const isFlow = ({ on }: Subject): boolean => on !== undefined;
