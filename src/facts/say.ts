import { FACT, type Facts } from "../policy/facts.js";
import type { TruthTable } from "../policy/tables.js";

/** How the facts of a row become a bit mask in SQL: one term a fact, from what the row carries. */
export interface FactColumns {
  readonly id: string;
  readonly place: string;
  readonly involved: string;
  readonly minorAuthor?: string | undefined;
}

/** Parameters of the viewer, as the statement has numbered them. */
export interface FactParameters {
  /** int8multirange of the viewer's places for this record type */
  places(): string;
  /** bigint[] */
  steady(fact: number): string;
  timed(fact: number): string;
}

/**
 * The expression that gives the facts of a row, for the bits that are asked. A timed relation counts only where the
 * table confirms it now, and is looked up only where the array has its key.
 */
export function factsSql(bits: Facts, row: FactColumns, parameters: FactParameters): string {
  const terms = Object.values(FACT)
    .filter((fact) => bits & fact)
    .map((fact) => {
      if (fact === FACT.j) return `CASE WHEN ${row.place} <@ ${parameters.places()} THEN ${fact} ELSE 0 END`;
      if (fact === FACT.minorAuthor)
        return row.minorAuthor ? `CASE WHEN ${row.minorAuthor} THEN ${fact} ELSE 0 END` : "0";
      const steady = `CASE WHEN ${row.involved} && ${parameters.steady(fact)} THEN ${fact}`;
      // Conflict has no timed keys: it holds as long as its key is there.
      if (fact === FACT.conflict) return `${steady} ELSE 0 END`;
      const timed = parameters.timed(fact);
      return `${steady} WHEN ${row.involved} && ${timed} AND EXISTS (SELECT FROM involvement i WHERE i.record = ${row.id} AND i.key = ANY (${timed}) AND i.since <= now() AND (i.until > now()) IS NOT FALSE) THEN ${fact} ELSE 0 END`;
    });
  return terms.length === 0 ? "0" : terms.join(" | ");
}

/** The condition under which a leaf's table shows the row. */
export function tableSql({ mask, shown }: TruthTable, facts: string): string {
  if (shown.size === 0) return "false";
  if (shown.size === 2 ** bitCount(mask)) return "true";
  const answers = [...shown].sort((a, b) => a - b);
  return answers.length === 1 ? `${facts} & ${mask} = ${answers[0]}` : `${facts} & ${mask} IN (${answers.join(", ")})`;
}

const bitCount = (mask: number): number => mask.toString(2).replaceAll("0", "").length;
