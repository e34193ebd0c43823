import type { Met } from "../policy/coverage.js";
import type { Query } from "./tables.js";

/** What the log says that each role was shown, once for each question. It reads all of it. */
export async function shownToRoles(query: Query): Promise<Met[]> {
  const { rows } = await query<Met>(
    `SELECT DISTINCT a.kind AS role, g.row, g.level, coalesce(e.entry->>'operationName', '') AS question
       FROM disclosure_segment s
      CROSS JOIN LATERAL regexp_split_to_table(s.entries, E'\\n') AS line
      CROSS JOIN LATERAL (SELECT line::jsonb->'entry' AS entry) e
       JOIN agency a ON a.id::text = e.entry->>'agency'
      CROSS JOIN LATERAL jsonb_array_elements(e.entry->'subjects') AS subject
      CROSS JOIN LATERAL jsonb_each_text(subject->'groups') AS g(row, level)
      WHERE e.entry->>'kind' = 'READ'`,
    [],
  );
  return rows;
}
