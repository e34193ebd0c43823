import type { Importing } from "../register.js";
import { insertRows } from "../rows.js";

/** Entrusted care, MPL 22. */
export interface CarerCells {
  readonly carer: string | null;
  readonly phone: string | null;
  readonly since: string | null;
  readonly toSchool: string | null;
  readonly toVillage: string | null;
}

interface Care extends CarerCells {
  /** Number of the minor. */
  readonly key: string;
  readonly minor: string;
}

/** Writes who cares for the minors of the rows while the parents are away; empty cells end it, unless it is another source's word. */
export async function writeCarers(
  cares: readonly Care[],
  { manager, newId }: Importing,
  source: string,
): Promise<void> {
  await insertRows(
    manager,
    "entrusted_care",
    cares.flatMap(({ key, minor, carer, phone, since, toSchool, toVillage }) =>
      carer === null
        ? []
        : [
            {
              id: newId("carers", key),
              minor,
              carer,
              phone,
              since,
              declared_to_school_on: toSchool,
              declared_to_village_on: toVillage,
            },
          ],
    ),
    `ON CONFLICT (minor) DO UPDATE SET (carer, phone, since, declared_to_school_on, declared_to_village_on) = (
       EXCLUDED.carer, ${unlessAnothers("phone")}, EXCLUDED.since,
       ${unlessAnothers("declared_to_school_on")}, ${unlessAnothers("declared_to_village_on")})`,
    [source],
  );
  await manager.query("DELETE FROM entrusted_care WHERE minor = ANY($1) AND NOT other_source(involved, $2)", [
    cares.filter(({ carer }) => carer === null).map(({ minor }) => minor),
    source,
  ]);
}

// What one source leaves open, the other may have said.
const unlessAnothers = (column: string) =>
  `CASE WHEN other_source(entrusted_care.involved, $2)
     THEN coalesce(EXCLUDED.${column}, entrusted_care.${column}) ELSE EXCLUDED.${column} END`;
