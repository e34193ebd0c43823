import { LIFE_SAFETY, STATISTICS } from "./decide.js";
import type { PolicyFinding } from "./finding.js";
import { type Purpose, ROLES } from "./policy.js";
import type { Line, TableShape } from "./table.js";
import { groupsOf, wordsOf } from "./words.js";

const COLUMNS = ["purpose", "purpose_zh", "basis", "roles", "groups", "notes"] as const;

export const PURPOSES: TableShape<(typeof COLUMNS)[number]> = {
  file: "purposes.csv",
  columns: COLUMNS,
  key: ["purpose"],
  required: ["purpose_zh", "basis"],
};

/** Reads the lines of `purposes.csv`: what for. */
export function parsePurposes(
  lines: readonly Line<(typeof COLUMNS)[number]>[],
  rows: ReadonlySet<string>,
  findings: PolicyFinding[],
): Map<string, Purpose> {
  // The decision knows these two by name: statistics under another name would show values.
  for (const name of [STATISTICS, LIFE_SAFETY])
    if (!lines.some((line) => line.name === name))
      findings.push({ file: PURPOSES.file, row: name, problem: "the purpose is missing", remedy: "Keep its name" });

  return new Map(
    lines.map((line) => [
      line.name,
      {
        purpose: line.name,
        purposeZh: line.text("purpose_zh"),
        basis: line.text("basis").split("; "),
        roles: wordsOf(line, "roles", ROLES),
        groups: groupsOf(line, "groups", rows),
        notes: line.text("notes"),
      },
    ]),
  );
}
