import { GUARDIAN, isEdge, ownerOf } from "./anchor.js";
import { parseCell } from "./cell.js";
import { citationsIn } from "./citations.js";
import { type Cell, type Condition, LIMITS, type PolicyRow, ROLES, type Role } from "./policy.js";
import type { Line, TableShape } from "./table.js";
import { wordsOf } from "./words.js";

const TEXTS = ["row", "group", "group_zh", "record", "anchor"] as const;
const BANDS = ["at_M", "at_B", "at_X"] as const;
const COLUMNS = [...TEXTS, ...ROLES, "writers", ...BANDS, "limits", "reason"] as const;
type MatrixLine = Line<(typeof COLUMNS)[number]>;

export const MATRIX: TableShape<(typeof COLUMNS)[number]> = {
  file: "access-matrix.csv",
  columns: COLUMNS,
  key: ["row"],
  required: ["group", "group_zh", "record"],
};

/** Reads the lines of `access-matrix.csv` and refuses what is unknown or contradicts itself. */
export function parseMatrix(lines: readonly MatrixLine[]): Map<string, PolicyRow> {
  const rows = new Map<string, PolicyRow>();
  const anchored = new Set<string>();
  const requested = new Map<string, string>();
  for (const line of lines) {
    const row = parseRow(line);
    refuseAnchor(line, row, anchored);
    refuseSecondRequest(line, row, requested);
    refuseUntoldLevels(line, row);
    refuseForeignSource(line, row);
    refuseUnnamed(line, row);
    refuseColumnless(line, row);
    rows.set(row.row, row);
  }
  return rows;
}

function parseRow(line: MatrixLine): PolicyRow {
  const anchor = line.text("anchor");
  if (anchor && anchor !== "yes") line.refuse("anchor", `unknown: ${anchor}`, "Write yes or nothing");
  if (!/^R\d+[a-z]?$/.test(line.name)) line.refuse("row", "not a row number", "Write R and a number, as R6 or R17m");

  const cells = new Map(
    ROLES.map((role): [Role, Cell] => [
      role,
      parseCell(line.text(role), (problem, remedy) => line.refuse(role, problem, remedy)),
    ]),
  );
  const limits = wordsOf(line, "limits", LIMITS);
  const at: { -readonly [L in keyof PolicyRow["at"]]: PolicyRow["at"][L] } = {};
  for (const level of ["M", "B", "X"] as const) {
    const used = [...cells.values()].flat().some((alternative) => alternative.level === level);
    if (used || (level === "M" && limits.has("MASK_IF_MINOR_AUTHOR"))) at[level] = line.text(`at_${level}`);
  }

  return {
    row: line.name,
    group: line.text("group"),
    groupZh: line.text("group_zh"),
    record: line.text("record"),
    anchor: anchor === "yes",
    cells,
    writers: wordsOf(line, "writers", ROLES),
    at,
    limits,
    reason: line.text("reason"),
    basis: citationsIn(line.text("reason")),
  };
}

/** At most one anchor a type; edges, guardians and matter without a record follow something else. */
function refuseAnchor(line: MatrixLine, { anchor, record }: PolicyRow, anchored: Set<string>): void {
  if (!anchor) return;
  if (isEdge(record) || record === GUARDIAN || record === "-")
    line.refuse("anchor", `${record} cannot have an anchor`, "It follows its record, leave the cell empty");
  if (anchored.has(record)) line.refuse("anchor", `${record} has an anchor already`, "Keep one a record type");
  anchored.add(record);
}

/**
 * The fact `r` is one bit for all groups of a record: with it in two rows, an approval of one would open the other.
 * @param requested  role and record -> the row that has `r` in that role's cell
 */
function refuseSecondRequest(
  line: MatrixLine,
  { row, record, cells }: PolicyRow,
  requested: Map<string, string>,
): void {
  const owner = ownerOf(record);
  for (const [role, cell] of cells) {
    if (!conditionsOf(cell).includes("r")) continue;
    const first = requested.get(`${role} ${owner}`);
    if (first)
      line.refuse(
        role,
        `r stands in ${first} too, so an approval of one row opens both`,
        `Keep r in one row of ${owner}`,
      );
    else requested.set(`${role} ${owner}`, row);
  }
}

/** M, B and X mean what `at_` says; without it nobody could tell what is shown. */
function refuseUntoldLevels(line: MatrixLine, { at }: PolicyRow): void {
  for (const level of ["M", "B", "X"] as const)
    if (at[level] === "")
      line.refuse(`at_${level}`, `level ${level} is shown without a text`, "Say what is shown at it");
}

/**
 * `o` on a minor's groups means a source record of the child, elsewhere that the agency made the record, and only a
 * writer can have made it. Access records are made by the hub for all: there `o` is the agency whose reading it was.
 */
function refuseForeignSource(line: MatrixLine, row: PolicyRow): void {
  if (["Minor", GUARDIAN, "AccessRecord"].includes(row.record)) return;
  for (const [role, cell] of row.cells)
    if (conditionsOf(cell).includes("o") && !row.writers.has(role))
      line.refuse(role, "o for a role that is not among the writers", "Take o out, or name the role in writers");
}

/** Conditions that a named person can meet. A cell at A is free: it counts, and shows nobody. */
const NAMED: readonly Condition[] = ["p*", "s", "o", "a", "r"];

function refuseUnnamed(line: MatrixLine, row: PolicyRow): void {
  if (!row.limits.has("NAMED_ONLY")) return;
  for (const [role, cell] of row.cells)
    for (const condition of conditionsOf(cell.filter(({ level }) => level !== "A")))
      if (!NAMED.includes(condition))
        line.refuse(role, `${condition} on a NAMED_ONLY row`, `Only ${NAMED.join(", ")} can be held by a named person`);
}

/** NO_COLUMN: no table has it. Where a record stands beside it (an identity check), X may say that one exists. */
function refuseColumnless(line: MatrixLine, row: PolicyRow): void {
  const noColumn = row.limits.has("NO_COLUMN");
  if (row.record === "-" && !noColumn) line.refuse("record", "no record, yet a column", "Add the limit NO_COLUMN");
  if (!noColumn) return;
  for (const [role, cell] of row.cells)
    if (cell.some(({ level }) => row.record === "-" || level !== "X"))
      line.refuse(role, "open on a NO_COLUMN row", row.record === "-" ? "Write -" : "Write - or X");
}

const conditionsOf = (cell: Cell): Condition[] => cell.flatMap((alternative) => [...alternative.conditions]);
