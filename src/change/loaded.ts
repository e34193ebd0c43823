import type { EntityManager } from "typeorm";
import { factsSql } from "../facts/say.js";
import { FACT, type Facts } from "../policy/facts.js";
import { type Binding, factParameters, Parameters, quote } from "../read/statement.js";
import type { ReadWorld } from "../read/world.js";
import { arrayText } from "../store/array-text.js";
import type { RecordType } from "../store/record-types.js";

/** A row of a shared record, as a change needs it to decide. */
export interface Loaded {
  readonly key: string;
  readonly version: number;
  readonly facts: Facts;
  /** 12 digits */
  readonly place: string;
}

/** The agency made the record. */
export const isSource = ({ facts }: Loaded): boolean => (facts & FACT.o) !== 0;
/** The viewer takes part in it: for an agency-wide post, the agency does. */
export const takesPart = ({ facts }: Loaded): boolean => (facts & (FACT.p | FACT.named)) !== 0;

const ALL = Object.values(FACT).reduce((bits, fact) => bits | fact, 0);

/**
 * Rows of the expected type by their keys, as far as row security lets the viewer reach them, with every fact that
 * holds between viewer and row.
 * @param lock  for a change: until the end of the transaction, as the keeper's functions lock (`hub_lock`), for an edge
 *              that somebody else ties to the record need not wait
 */
export async function load(
  manager: EntityManager,
  { entity }: Pick<ReadWorld, "entity">,
  binding: Binding,
  type: RecordType,
  keys: readonly string[],
  lock: boolean,
): Promise<Loaded[]> {
  const parameters = new Parameters();
  const asked = parameters.add("records", "uuid[]", () => arrayText(keys));
  const row = { id: "r.id", place: "r.place", involved: "r.involved" };
  return manager.query<Loaded[]>(
    `SELECT r.id AS key, r.version, r.place, f.facts
       FROM ${quote(entity(type).tableName)} r
      CROSS JOIN LATERAL (SELECT ${factsSql(ALL, row, factParameters(parameters, type))} AS facts OFFSET 0) f
      WHERE r.id = ANY (${asked})
      ORDER BY r.id${lock ? "\n        FOR NO KEY UPDATE OF r" : ""}`,
    parameters.bind(binding),
  );
}
