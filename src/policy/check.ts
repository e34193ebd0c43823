import { anchorOf, GUARDIAN, isEdge } from "./anchor.js";
import type { PolicyFinding } from "./finding.js";
import { MATRIX } from "./matrix.js";
import type { Limit, Policy } from "./policy.js";

/**
 * Limits that the code keeps. Nothing is exported (NO_EXPORT) or encrypted (ENVELOPED) yet:
 * whoever builds that, keeps them, and adds them here.
 */
export const HONOURED: ReadonlySet<Limit> = new Set([
  "NO_COLUMN",
  "SOURCE_ONLY",
  "NAMED_ONLY",
  "MASK_IF_MINOR_AUTHOR",
  "REDACT_AT_INTAKE",
  "COUNTY_ONLY",
  "ENDS_WITH_CASE",
]);

/**
 * Limits that the tables ask for and this build does not keep yet: `hub policy check` lists them.
 * @param honoured the limits that the code keeps
 */
export function unhonouredLimits(policy: Policy, honoured: ReadonlySet<Limit>): { row: string; limit: Limit }[] {
  return [...policy.rows.values()].flatMap(({ row, limits }) =>
    [...limits].filter((limit) => !honoured.has(limit)).map((limit) => ({ row, limit })),
  );
}

/**
 * Record types that cannot become GraphQL types: without an anchor row nothing says for whom their rows exist.
 * @param recordTypes the types of the schema that carry groups, as the matrix names them
 */
export function recordTypeFindings(policy: Policy, recordTypes: readonly string[]): PolicyFinding[] {
  return recordTypes
    .filter((record) => !isEdge(record) && record !== GUARDIAN && !anchorOf(policy, record))
    .map((record) => ({
      file: MATRIX.file,
      column: "anchor",
      problem: `${record} wants a GraphQL type and has no anchor row`,
      remedy: `Write anchor = yes on the row that says for whom a ${record} exists`,
    }));
}
