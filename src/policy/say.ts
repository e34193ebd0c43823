import { Refusal } from "../errors.js";
import type { Guard } from "./coordinates.js";
import type { Asker } from "./decide.js";
import { type Policy, type PolicyRow, type Purpose, SHOWN_LEVELS, type ShownLevel } from "./policy.js";
import type { TruthTables } from "./tables.js";

/** Rows that guard a coordinate. */
export const rowsOf = (guard: Guard): readonly PolicyRow[] =>
  guard.kind === "group"
    ? [guard.row]
    : guard.kind === "edge"
      ? guard.rows
      : guard.kind === "root"
        ? [guard.anchor]
        : [];

/** Levels at which a coordinate shows anything. */
export const levelsOf = (guard: Guard): readonly ShownLevel[] =>
  guard.kind === "group" ? guard.levels : guard.kind === "edge" ? ["F"] : SHOWN_LEVELS;

/** Whether some combination of facts shows anything at this coordinate. */
export const mayShow = (tables: TruthTables, guard: Guard, asker: Asker): boolean =>
  guard.kind === "public" || rowsOf(guard).some((row) => tables.possible(row, levelsOf(guard), asker));

/** Other purposes of this role and post under which the coordinate may show something. */
export const otherPurposes = (tables: TruthTables, guard: Guard, asker: Asker): Purpose[] =>
  [...tables.policy.purposes.values()].filter(
    (purpose) =>
      purpose !== asker.purpose && purpose.roles.has(asker.role) && mayShow(tables, guard, { ...asker, purpose }),
  );

/**
 * A remedy is named only where the policy has one: another purpose that opens the field. A share request never is: a
 * cell that one could open, at a level that shows the field, is not refused before a record is known.
 */
export function remedyOf(tables: TruthTables, guard: Guard, asker: Asker): object | null {
  const purposes = otherPurposes(tables, guard, asker);
  return purposes.length > 0 ? { kind: "OTHER_PURPOSE", purposes: purposes.map(({ purpose }) => purpose) } : null;
}

/** The cell has `r`: an approved share request would show more. */
export const isRequestable = (row: PolicyRow, { role }: Asker): boolean =>
  row.cells.get(role)?.some(({ conditions }) => conditions.includes("r")) ?? false;

export function fieldNotShared(tables: TruthTables, coordinate: string, guard: Guard, asker: Asker): Refusal {
  const rows = rowsOf(guard);
  const names = rows.map(({ row }) => row).join(", ");
  return new Refusal("FIELD_NOT_SHARED", {
    message: `${coordinate} is not shared with ${asker.role} (${asker.post.post}) for ${asker.purpose?.purpose ?? "no purpose"}`,
    messageZh: `${coordinate}(${rows.map(({ groupZh }) => groupZh).join("、")})不向您的岗位(${asker.post.postZh})以“${asker.purpose?.purposeZh ?? "未说明目的"}”共享`,
    coordinate,
    policy: policyMark(tables.policy, names),
    basis: rows.map(({ reason }) => reason),
    remedy: remedyOf(tables, guard, asker),
  });
}

export const policyMark = (policy: Policy, row: string) => ({
  row,
  version: policy.version,
  hash: policy.hash.slice(0, 12),
});

export const purposeRequired = (tables: TruthTables, asker: Asker): Refusal =>
  new Refusal("PURPOSE_REQUIRED", {
    message: "Personal data is shown for a stated purpose only; send the header X-Hub-Purpose",
    messageZh: "查阅个人信息须说明目的,请在请求头 X-Hub-Purpose 中写明",
    remedy: { kind: "STATE_PURPOSE", purposes: purposesOf(tables.policy, asker) },
  });

export const purposeNotAllowed = (tables: TruthTables, asker: Asker, stated: string): Refusal =>
  new Refusal("PURPOSE_NOT_ALLOWED", {
    message: `${asker.role} may not ask for the purpose ${stated}`,
    messageZh: `您的部门不能以“${tables.policy.purposes.get(stated)?.purposeZh ?? stated}”为目的查询`,
    remedy: { kind: "OTHER_PURPOSE", purposes: purposesOf(tables.policy, asker) },
  });

const purposesOf = (policy: Policy, { role }: Asker): string[] =>
  [...policy.purposes.values()].filter(({ roles }) => roles.has(role)).map(({ purpose }) => purpose);
