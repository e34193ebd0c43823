import type { Coordinates } from "../policy/coordinates.js";
import { type Asker, conditionsMet, factsNamedBy } from "../policy/decide.js";
import { inWords } from "../policy/explain.js";
import type { Facts } from "../policy/facts.js";
import type { PolicyRow } from "../policy/policy.js";
import { isRequestable } from "../policy/say.js";
import type { TruthTables } from "../policy/tables.js";

/** The groups of a record type, edges included, as `disclosure` lists them. */
export const groupsOf = (tables: TruthTables, type: string): PolicyRow[] =>
  [...tables.policy.rows.values()].filter(
    ({ record }) => record === type || record.startsWith(`${type}.`) || (type === "Minor" && record === "Guardian"),
  );

/** Bits that `disclosure` asks for: those of every group of the type. */
export const disclosureBits = (tables: TruthTables, type: string, asker: Asker): Facts =>
  groupsOf(tables, type).reduce((bits, row) => bits | factsNamedBy(row, asker.role, asker.post), 0);

/**
 * Rows that some field of a record shows, or an agency holds: one that is asked about at the root alone shows nothing of
 * a record.
 */
const rowsOfRecords = (coordinates: Coordinates): ReadonlySet<PolicyRow> => {
  const known = ROWS.get(coordinates);
  if (known) return known;
  const rows = new Set(
    [...coordinates.values()].flatMap((guard) => {
      if (guard.kind === "group") return [guard.row];
      if (guard.kind === "edge" || guard.kind === "confers") return guard.rows;
      return guard.kind === "root" ? guard.anchors : [];
    }),
  );
  ROWS.set(coordinates, rows);
  return rows;
};
const ROWS = new WeakMap<Coordinates, ReadonlySet<PolicyRow>>();

/** What is shown of a record to this asker: by relation, never by whether there is a value. */
export const disclosureOf = (
  { tables, coordinates }: { readonly tables: TruthTables; readonly coordinates: Coordinates },
  type: string,
  asker: Asker,
  facts: Facts,
): object[] => {
  const shown = rowsOfRecords(coordinates);
  return groupsOf(tables, type).map((row) => {
    const level = shown.has(row) ? tables.level(row, asker, facts) : "-";
    return {
      group: row.row,
      name: row.groupZh,
      level,
      requestable: level !== "F" && isRequestable(row, asker),
      // A function: it is worth its time only where it is asked for.
      because: () => (level === "-" ? [] : conditionsMet(row, asker, facts).map(inWords)),
    };
  });
};
