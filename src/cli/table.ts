/** Columns side by side, two blanks between them. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ""))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Chinese characters and their punctuation take two places on a terminal. */
const width = (text: string): number =>
  text.length + (text.match(/[\u3000-\u303f\p{sc=Han}\uff00-\uff60]/gu)?.length ?? 0);
