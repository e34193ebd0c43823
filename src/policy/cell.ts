import { type Alternative, type Cell, CONDITIONS, type Condition, LEVELS } from "./policy.js";
import { oneOf } from "./words.js";

type Refuse = (problem: string, remedy: string) => void;

const OPEN_LEVELS = LEVELS.filter((level) => level !== "-");

/**
 * A cell of the matrix: `-`, or alternatives `LEVEL:condition,condition` with `|` between them.
 * No level and no condition stands in it twice: the second would never count.
 */
export function parseCell(text: string, refuse: Refuse): Cell {
  if (text === "-") return [];
  if (!text) refuse("the cell is empty", "Write - where nothing is shown");

  const cell = text ? text.split("|").flatMap((part) => parseAlternative(part, refuse) ?? []) : [];
  for (const level of repeated(cell.map((alternative) => alternative.level)))
    refuse(`level ${level} stands twice`, `Join the conditions: ${level}:p,j means p or j`);
  for (const condition of repeated(cell.flatMap((alternative) => alternative.conditions)))
    refuse(`condition ${condition} stands twice`, "Keep the one that is to win");
  return cell;
}

function parseAlternative(text: string, refuse: Refuse): Alternative | undefined {
  const [levelText = "", conditionText = "", ...more] = text.split(":");
  const level = oneOf(OPEN_LEVELS, levelText);
  if (!level) refuse(`unknown level: ${levelText}`, `Use ${OPEN_LEVELS.join(", ")}`);
  if (!conditionText || more.length > 0) {
    refuse(`${text} is not a level with conditions`, "Write LEVEL:condition,condition");
    return undefined;
  }

  const conditions = conditionText.split(",").flatMap((word): Condition[] => {
    const condition = oneOf(CONDITIONS, word);
    if (!condition) refuse(`unknown condition: ${word}`, `Use ${CONDITIONS.join(" ")}`);
    return condition ? [condition] : [];
  });
  return level && { level, conditions };
}

const repeated = <T>(list: readonly T[]): Set<T> => new Set(list.filter((item, at) => list.indexOf(item) !== at));
