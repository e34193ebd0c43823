import { Refusal } from "../errors.js";
import type { Guard, NeedsGuard, WriteGuard, Written } from "./coordinates.js";
import type { Asker } from "./decide.js";
import { type GivenLevel, type Policy, type PolicyRow, type Purpose, type Role, SHOWN_LEVELS } from "./policy.js";
import { ROLE_WORDS } from "./role-words.js";
import type { TruthTables } from "./tables.js";
import { hasRight, isWriter, mayPerform, mayWriteRow, opensToWrite } from "./write.js";

/** Rows that guard a coordinate: of a mutation those that it always writes, if it writes any. */
export function rowsOf(guard: Guard): readonly PolicyRow[] {
  switch (guard.kind) {
    case "public":
      return [];
    case "group":
    case "count":
      return [guard.row];
    case "edge":
    case "confers":
    case "needs":
      return guard.rows;
    case "root":
      return guard.anchors;
    case "write": {
      const rows = new Set(guard.written.flatMap(({ always, guard: { row } }) => (always ? [row] : [])));
      return rows.size > 0 ? [...rows] : [guard.anchor];
    }
  }
}

/** Levels at which a coordinate shows or counts anything. */
export function levelsOf(guard: Guard): readonly GivenLevel[] {
  if (guard.kind === "group" || guard.kind === "needs") return guard.levels;
  if (guard.kind === "edge") return ["F"];
  return guard.kind === "count" ? ["A"] : SHOWN_LEVELS;
}

/**
 * Whether some combination of facts shows anything at this coordinate, or lets the mutation be performed. Nothing is
 * shown over an edge to records that never exist for the asker.
 */
export function mayShow(tables: TruthTables, guard: Guard, asker: Asker): boolean {
  if (guard.kind === "public") return true;
  if (guard.kind === "write") return mayPerform(tables, guard, asker);
  if (guard.kind === "needs")
    return (
      hasRight(guard, asker) &&
      (guard.toWrite
        ? guard.rows.some((row) => mayWriteRow(tables, row, asker))
        : guard.rows.every(
            (row) => tables.possible(row, guard.levels, asker) && (!guard.byWriters || row.writers.has(asker.role)),
          ))
    );
  const leadsTo = guard.kind === "group" || guard.kind === "edge" ? guard.leadsTo : undefined;
  if (leadsTo && !tables.possible(leadsTo, SHOWN_LEVELS, asker)) return false;
  return rowsOf(guard).some((row) => tables.possible(row, levelsOf(guard), asker));
}

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
  return new Refusal("FIELD_NOT_SHARED", {
    message: `${coordinate} is not shared with ${nameOf(asker)}`,
    messageZh: `${coordinate}(${rows.map(({ groupZh }) => groupZh).join("、")})不向您的岗位(${asker.post.postZh})以“${asker.purpose?.purposeZh ?? "未说明目的"}”共享`,
    coordinate,
    ...standing(tables.policy, rows),
    remedy: remedyOf(tables, guard, asker),
  });
}

/** Why a coordinate that can never be shown is refused; a mutation, by the first field that is not the asker's. */
export function refusalOf(tables: TruthTables, coordinate: string, guard: Guard, asker: Asker): Refusal {
  if (guard.kind !== "write" && guard.kind !== "needs") return fieldNotShared(tables, coordinate, guard, asker);
  if (!hasRight(guard, asker)) return rightMissing(tables.policy, coordinate, guard);
  if (guard.kind === "needs") return fieldNotShared(tables, coordinate, guard, asker);
  for (const written of guard.written) {
    const refused = written.always && notWritable(tables, written, asker, guard.isNew);
    if (refused) return refused;
  }
  return fieldNotShared(tables, coordinate, guard, asker);
}

const rightMissing = (policy: Policy, coordinate: string, guard: WriteGuard | NeedsGuard): Refusal =>
  new Refusal("FIELD_NOT_SHARED", {
    message: `${coordinate} takes a post with the right ${guard.may}`,
    messageZh: `${coordinate} 须由具有 ${guard.may} 权限的岗位办理`,
    coordinate,
    ...standing(policy, guard.kind === "write" ? [guard.anchor] : guard.rows),
    remedy: null,
  });

/** The refusal of a field that is not the asker's to write, whatever the record; undefined where it is. */
export function notWritable(tables: TruthTables, written: Written, asker: Asker, isNew: boolean): Refusal | undefined {
  const { coordinate, guard } = written;
  if (!isWriter(written, asker.role)) {
    const content = { ...guard, levels: guard.content };
    return notWritten(tables, written, !isNew && mayShow(tables, content, asker));
  }
  return opensToWrite(tables, guard.row, asker) ? undefined : fieldNotShared(tables, coordinate, guard, asker);
}

/** @param shown  a record is there, and the field is shown of it: a correction can be proposed, if it is one for that */
export function notWritten(
  { policy }: TruthTables,
  { coordinate, correctable, guard: { row } }: Written,
  shown: boolean,
): Refusal {
  return new Refusal("FIELD_NOT_SHARED", {
    message: `${coordinate} is not yours to write`,
    messageZh: `${coordinate}(${row.groupZh})不由您登记`,
    coordinate,
    ...standing(policy, [row]),
    remedy: shown && correctable ? { kind: "PROPOSE_CORRECTION" } : null,
  });
}

/**
 * A filter or an order on a field whose content can never be shown to this asker. Where a mask of it can, the field is
 * shared and still cannot be compared; and of other purposes only those help that show the content.
 */
export function notCompared(tables: TruthTables, coordinate: string, guard: Guard, asker: Asker): Refusal {
  const content = guard.kind === "group" ? { ...guard, levels: guard.content } : guard;
  const refusal = fieldNotShared(tables, coordinate, content, asker);
  if (!mayShow(tables, guard, asker)) return refusal;
  return new Refusal("FIELD_NOT_SHARED", {
    ...refusal.extensions,
    message: `${coordinate} is shown to ${nameOf(asker)} masked at most, and is no key for a filter or an order`,
    messageZh: `${coordinate}至多以遮蔽形式向您展示,不能用作筛选或排序条件`,
  });
}

const nameOf = ({ role, post, purpose }: Asker): string =>
  `${role} (${post.post}) for ${purpose?.purpose ?? "no purpose"}`;

/** What a refusal rests on: rows of the policy, what they cite and say, and the desks that answer for them. */
export const standing = (policy: Policy, rows: readonly PolicyRow[]) => ({
  policy: {
    row: rows.map(({ row }) => row).join(", "),
    version: policy.version,
    hash: policy.hash.slice(0, 12),
  },
  basis: rows.flatMap(({ basis }) => basis),
  reason: rows.map(({ reason }) => reason).join("; "),
  owner: deskOf([...new Set(rows.flatMap(({ writers }) => [...writers]))]),
});

/** Whoever writes a group answers for it. No record is known yet, so that these are kinds of agencies. */
const deskOf = (roles: readonly Role[]) =>
  roles.length > 0
    ? {
        roles,
        desk: roles.map((role) => ROLE_WORDS[role].en).join(", "),
        deskZh: roles.map((role) => ROLE_WORDS[role].zh).join("、"),
      }
    : null;

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
