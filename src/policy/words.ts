import type { GroupSet } from "./policy.js";
import type { Line } from "./table.js";

/** The word of the closed list that this text is, or undefined. */
export const oneOf = <Word extends string>(known: readonly Word[], text: string): Word | undefined =>
  known.find((word) => word === text);

/** A column of words with spaces between them, each out of a closed list and each once. */
export function wordsOf<Column extends string, Word extends string>(
  line: Line<Column>,
  column: Column,
  known: readonly Word[],
): Set<Word> {
  const words = new Set<Word>();
  for (const text of split(line.text(column))) {
    const word = oneOf(known, text);
    if (!word) line.refuse(column, `unknown: ${text}`, `Use ${known.join(", ")}`);
    else if (words.has(word)) line.refuse(column, `${word} stands twice`, "Keep one");
    else words.add(word);
  }
  return words;
}

/**
 * A set of policy rows: `R1 R2` these, `*` all, `* -R15` all but, nothing = none.
 * @param rows the rows of the matrix; others are refused, for a typing error would open or close a group unseen
 */
export function groupsOf<Column extends string>(
  line: Line<Column>,
  column: Column,
  rows: ReadonlySet<string>,
): GroupSet {
  const text = line.text(column);
  const [first, ...rest] = split(text);
  const all = first === "*";
  const named = new Set<string>();
  for (const word of all ? rest : split(text)) {
    const row = all ? word.replace(/^-/, "") : word;
    if (all && row === word) line.refuse(column, `${word} after *`, `Write -${word}, or leave out the *`);
    else if (!rows.has(row)) line.refuse(column, `unknown row: ${word}`, "Name a row of access-matrix.csv");
    else if (named.has(row)) line.refuse(column, `${row} stands twice`, "Keep one");
    named.add(row);
  }
  return { has: (row) => named.has(row) !== all, toString: () => text };
}

const split = (text: string): string[] => text.split(" ").filter(Boolean);
