import type { Condition } from "./policy.js";

/** What holds between a viewer and a row, as a bit mask of `FACT`. docs/access-model.md. */
export type Facts = number;

/**
 * The bits of `Facts`: one for each condition of a cell, then those that narrow or mask.
 * The SQL of `facts/` writes them, `decideLevel` reads them; nothing else gives them a meaning.
 */
export const FACT = {
  /** The agency is the source; elsewhere than on a minor's groups: it made the record. */
  o: 1,
  /** The agency is a source of the child that the record is about. */
  k: 2,
  /** A row of `agency_duty` covers the record's place. */
  j: 4,
  /** Takes part, and is assigned or holds a post of scope AGENCY. */
  p: 8,
  /** `p*`: takes part as a named person. On NAMED_ONLY rows also: named on the record. */
  named: 16,
  l: 32,
  s: 64,
  c: 128,
  a: 256,
  r: 512,
  e: 1024,
  /** The fact that a post of scope OWN_CLASS or ASSIGNED asks for; set as well where it asks for none. */
  scope: 2048,
  /** Conflict of interest: hides everything. */
  conflict: 4096,
  /** The author of the opinion source is a minor. */
  minorAuthor: 8192,
} as const;

/** The bit that a condition of a cell reads. */
export const BIT: Readonly<Record<Condition, Facts>> = {
  o: FACT.o,
  k: FACT.k,
  j: FACT.j,
  p: FACT.p,
  "p*": FACT.named,
  l: FACT.l,
  s: FACT.s,
  c: FACT.c,
  a: FACT.a,
  r: FACT.r,
  e: FACT.e,
};

/** Every combination of the facts in `mask`, from all of them down to none: 2 ** (bits of mask). */
export function* submasks(mask: Facts): Generator<Facts> {
  for (let facts = mask; ; facts = (facts - 1) & mask) {
    yield facts;
    if (facts === 0) return;
  }
}
