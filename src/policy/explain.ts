import type { Activation } from "./activate.js";
import type { Guard } from "./coordinates.js";
import { type Asker, LIFE_SAFETY } from "./decide.js";
import { BIT, FACT, type Facts } from "./facts.js";
import { CONDITIONS, type Condition, GIVEN_LEVELS, type GivenLevel, type Level, type PolicyRow } from "./policy.js";
import { levelsOf, mayShow, otherPurposes, rowsOf } from "./say.js";
import type { TruthTables } from "./tables.js";
import { hasRight, isWriter, writeConditions } from "./write.js";

/** Conditions of a cell in words. docs/access-model.md. */
export const CONDITION_WORDS: Readonly<Record<Condition, { en: string; zh: string }>> = {
  o: { en: "your agency is the source", zh: "贵部门是数据来源" },
  k: { en: "your agency is a source of this child", zh: "贵部门是该未成年人的数据来源" },
  j: { en: "the place is within your agency's duty", zh: "所在地属于贵部门的辖区" },
  p: {
    en: "your agency takes part, and you are assigned or hold an agency-wide post",
    zh: "贵部门参与办理且您被指派或担任全机构岗位",
  },
  "p*": { en: "you are a named person of it", zh: "您是指定参与人" },
  l: { en: "you are the care liaison", zh: "您是关爱联系人" },
  s: { en: "you are the named liaison of the programme", zh: "您是专项联系人" },
  c: { en: "you are the assigned counsellor", zh: "您是指定的心理咨询师" },
  a: { en: "your agency is the addressee", zh: "贵部门是接收方" },
  r: { en: "an approved share request covers it", zh: "已有批准的共享申请" },
  e: { en: "break-glass for the protection of life", zh: "紧急调阅(保护生命)" },
};

export const inWords = (condition: Condition): string =>
  `${CONDITION_WORDS[condition].en} ${CONDITION_WORDS[condition].zh}`;

/** Several facts that hold together, e.g. for what a change of the policy comes to. */
export const factsInWords = (facts: Facts): string =>
  [
    ...CONDITIONS.filter((condition) => facts & BIT[condition]).map((condition) => CONDITION_WORDS[condition].en),
    ...(facts & FACT.scope ? ["it is assigned to you, or of your class"] : []),
    ...(facts & FACT.minorAuthor ? ["the author is a minor"] : []),
  ].join(" and ");

/** What an asker may expect of a coordinate, before asking for any record. */
export interface Expectation {
  readonly coordinate: string;
  /** Best level that some record can be shown at; of a mutation F where it can be performed, else -. */
  readonly level: Level;
  /** The cell's alternatives that count for this asker, e.g. "F: your agency is the source". */
  readonly conditions: readonly string[];
  readonly reason: string;
}

/** @returns null for a coordinate that the schema does not have */
export function expectationOf(activation: Activation, asker: Asker, coordinate: string): Expectation | null {
  const guard = activation.coordinates.get(coordinate);
  if (!guard) return null;
  if (guard.kind === "public")
    return { coordinate, level: "F", conditions: [], reason: "Holds nothing about a person. 不含个人信息" };
  const { tables } = activation;
  const rows = rowsOf(guard);
  const reason = reasonOf(activation, asker, guard);
  if (!mayShow(tables, guard, asker)) return { coordinate, level: "-", conditions: [], reason };
  if (guard.kind === "write") {
    const conditions = [...writeConditions(tables, guard, asker)].filter(([, any]) => any.length > 0);
    return {
      coordinate,
      level: "F",
      conditions: conditions.map(([{ row }, any]) => `${row}: ${anyInWords(any)}`),
      reason,
    };
  }
  const best = GIVEN_LEVELS.find(
    (at) => levelsOf(guard).includes(at) && rows.some((row) => tables.possible(row, [at], asker)),
  );
  return {
    coordinate,
    level: best ?? "-",
    conditions: rows.flatMap((row) => alternatives(tables, row, levelsOf(guard), asker)),
    reason,
  };
}

/** Alternatives of the cell that can show this asker something at these levels, with the conditions that count. */
const alternatives = (tables: TruthTables, row: PolicyRow, levels: readonly GivenLevel[], asker: Asker): string[] =>
  (row.cells.get(asker.role) ?? []).flatMap(({ level, conditions }) => {
    if (!levels.includes(level) || !tables.possible(row, [level], asker)) return [];
    const counting = conditions.filter((condition) => condition !== "e" || asker.purpose?.purpose === LIFE_SAFETY);
    return [`${row.row} ${level}: ${anyInWords(counting)}`];
  });

function anyInWords(conditions: readonly Condition[]): string {
  const words = conditions.map((condition) => CONDITION_WORDS[condition]);
  return `${words.map(({ en }) => en).join(", or ")} ${words.map(({ zh }) => zh).join("、或")}`;
}

/** The basis of what may be shown; else where the narrowing stopped it: role, purpose or post. */
function reasonOf(activation: Activation, asker: Asker, guard: Guard): string {
  const rows = rowsOf(guard);
  const basis = rows.map(({ row, reason }) => `${row}: ${reason}`).join("; ");
  if (mayShow(activation.tables, guard, asker)) return basis;
  const foreign =
    guard.kind === "write" && guard.written.find((written) => written.always && !isWriter(written, asker.role));
  if (foreign)
    return `${foreign.coordinate} is written by ${[...foreign.guard.row.writers].join(", ")}. 不由该部门登记。${basis}`;
  if ((guard.kind === "write" || guard.kind === "needs") && !hasRight(guard, asker))
    return `Takes a post with the right ${guard.may}. 须由具有相应权限的岗位办理。${basis}`;
  if (rows.every((row) => (row.cells.get(asker.role) ?? []).length === 0))
    return `Not shared with ${asker.role}. 不向该部门共享。${basis}`;
  if (rows.every((row) => !asker.post.groups.has(row.row)))
    return `Outside the post ${asker.post.post}. 不在岗位职责内。${basis}`;
  const others = otherPurposes(activation.tables, guard, asker).map(({ purpose }) => purpose);
  if (!asker.purpose) return `State a purpose: ${others.join(", ")}. 请说明目的。`;
  if (others.length > 0)
    return `Outside the purpose ${asker.purpose.purpose}; shown for ${others.join(", ")}. 超出目的范围。`;
  return `Never shown to this post. 不向该岗位展示。${basis}`;
}
