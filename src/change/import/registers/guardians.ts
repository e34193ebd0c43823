import type { KnownAgency } from "../known.js";
import type { Importing } from "../register.js";
import { insertRows, recordsOfNumbers, rememberNumbers } from "../rows.js";

export interface GuardianCells {
  readonly name: string | null;
  readonly relation: string | null;
  readonly phone: string | null;
}

interface Guardian extends GuardianCells {
  /** Number of the minor and of the guardian within the row: "S1-0001/1". */
  readonly key: string;
  readonly minor: string;
}

/**
 * Writes the guardians of the rows, each under a number of its own, so that a corrected name is a correction and not
 * one guardian more. A guardian whose cells are empty now is taken out, unless the minor has another source.
 */
export async function writeGuardians(
  guardians: readonly Guardian[],
  agency: KnownAgency,
  importing: Importing,
  source: string,
): Promise<void> {
  const { manager, newId } = importing;
  const known = await recordsOfNumbers(
    "guardians",
    guardians.map(({ key }) => key),
    importing,
  );

  const named = guardians.flatMap(({ key, minor, name, relation, phone }) =>
    name === null
      ? []
      : [{ key, id: known.get(key) ?? newId("guardians", key), minor, full_name: name, relation, phone }],
  );
  await insertRows(
    manager,
    "guardian",
    named.map(({ key, ...columns }) => columns),
    `ON CONFLICT (id) DO UPDATE SET (full_name, relation, phone) = (
       EXCLUDED.full_name,
       EXCLUDED.relation,
       CASE WHEN other_source(guardian.involved, $2) THEN coalesce(EXCLUDED.phone, guardian.phone) ELSE EXCLUDED.phone END)`,
    [source],
  );
  await rememberNumbers(
    "guardians",
    "Guardian",
    named.filter(({ key }) => !known.has(key)),
    importing,
  );

  const emptied = guardians.filter(({ name }) => name === null).flatMap(({ key }) => known.get(key) ?? []);
  await manager.query(
    `WITH gone AS (DELETE FROM guardian WHERE id = ANY($1) AND NOT other_source(involved, $2) RETURNING id)
     DELETE FROM register_key WHERE agency = $3 AND record IN (SELECT id FROM gone)`,
    [emptied, source, agency.id],
  );
}
