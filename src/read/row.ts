import type { ToldByRow } from "../policy/home.js";
import type { ShownLevel } from "../policy/policy.js";
import type { RecordType } from "../store/record-types.js";
import type { PlannedRow } from "./planned.js";

/**
 * A row as the statement gives it: `f` facts, `t` what the hub tells of it (at an agency), `i` key, `e` policy row of the
 * edge it came over, `c0`... values.
 */
export type Data = Readonly<Record<string, unknown>>;

/** How one response key is read from a fetched row. */
export type Reader = (data: Data) => unknown;

/** Response key -> reader. A Map, for response keys are the client's words: `facts`, `__proto__`, `constructor`. */
export type Selection = ReadonlyMap<string, Reader>;

/** What graphql-js and shield see of a row; the client's words and `facts` never meet in one object. */
export class Row implements PlannedRow {
  #told: ToldByRow | undefined;

  constructor(
    readonly data: Data,
    readonly selection: Selection,
    /** Type of the record, for fields of interface type. */
    readonly typename?: string,
  ) {}

  get facts(): number {
    return numberOr(this.data["f"], 0);
  }

  get told(): ToldByRow | undefined {
    this.#told ??= toldIn(this.data); // each field asks
    return this.#told;
  }

  get(responseKey: string): unknown {
    const read = this.selection.get(responseKey);
    return read ? read(this.data) : undefined;
  }
}

/** What the hub tells of a row; the statement has it from us, as numbers. */
export function toldIn({ t }: Data): ToldByRow | undefined {
  if (!isData(t)) return undefined;
  return Object.fromEntries(Object.entries(t).map(([row, bits]) => [row, numberOr(bits, 0)]));
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);

export const isData = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Rows of a JSON list; anything else is no list. */
export const rowsOf = (value: unknown): readonly Data[] => (Array.isArray(value) ? value.filter(isData) : []);

/** One record of an answer, for the disclosure log. */
export interface Shown {
  readonly type: RecordType;
  readonly key: string;
  readonly groups: Readonly<Record<string, ShownLevel>>;
  /** Subgraph that is told of it. */
  readonly told?: string;
}

export const rowOf = (value: unknown, selection: Selection, typename?: string): Row | null =>
  isData(value) ? new Row(value, selection, typename) : null;

/** A list of rows, or one. */
export const nested = (value: unknown, selection: Selection): unknown =>
  Array.isArray(value) ? rowsOf(value).map((row) => new Row(row, selection)) : rowOf(value, selection);
