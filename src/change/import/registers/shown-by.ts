import type { Condition, Policy, Role } from "../../../policy/policy.js";

/** Whether what the condition says - taking part, being addressed - shows an agency of this kind anything of the group. */
export const isShownBy = (policy: Policy, group: string, condition: Condition, role: Role): boolean =>
  (policy.rows.get(group)?.cells.get(role) ?? []).some(({ conditions }) => conditions.includes(condition));
