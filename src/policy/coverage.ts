import type { Activation } from "./activate.js";
import { type Alternative, type PolicyRow, ROLES, type Role } from "./policy.js";
import { rowsOf } from "./say.js";

/** That a role was shown a group at a level, as a log has it, and by which question. */
export interface Met {
  readonly role: string;
  readonly row: string;
  readonly level: string;
  /** Name of the operation; "" where it had none. */
  readonly question: string;
}

/** An alternative of a cell, and what is known to have met it. */
export interface Covered extends Alternative {
  readonly row: PolicyRow;
  readonly role: Role;
  /** A field of the schema names the row, so that the exhaustive proof asks for the cell; level A is no field's. */
  readonly hasField: boolean;
  /** Names of the questions that met it. */
  readonly questions: readonly string[];
}

/** Every alternative of every cell of the policy, row by row. */
export function coverageOf(
  { policy, coordinates }: Pick<Activation, "policy" | "coordinates">,
  met: readonly Met[],
): Covered[] {
  // What needs rows and shows none of them (`needs`) is no field of theirs.
  const showing = [...coordinates.values()].filter(({ kind }) => kind !== "needs");
  const named = new Set(showing.flatMap((guard) => rowsOf(guard).map(({ row }) => row)));
  return [...policy.rows.values()].flatMap((row) =>
    ROLES.flatMap((role) =>
      (row.cells.get(role) ?? []).map((alternative) => ({
        ...alternative,
        row,
        role,
        hasField: named.has(row.row) && alternative.level !== "A",
        questions: [
          ...new Set(
            met.flatMap((one) =>
              one.role === role && one.row === row.row && one.level === alternative.level ? [one.question] : [],
            ),
          ),
        ].sort(),
      })),
    ),
  );
}
