import { type Cell, type Level, type Policy, type PolicyRow, ROLES, type Role } from "../policy/policy.js";
import { ROLE_WORDS } from "../policy/role-words.js";

/** Roles beside each other that a page still has room for. */
const ABREAST = 6;

/** The three tables of the policy in Markdown, for whoever reads them on a page: docs/access-model.md. */
export const printedPolicy = (policy: Policy): string =>
  [
    `Version ${policy.version} of the policy: ${policy.rows.size} groups, ${ROLES.length} roles, ${policy.posts.length} posts, ` +
      `${policy.purposes.size} purposes. 政策第 ${policy.version} 版。`,
    ...inParts(ROLES, ABREAST).map((roles) => matrixOf(policy, roles)),
    groupsOf(policy),
    postsOf(policy),
    purposesOf(policy),
  ].join("\n\n");

const matrixOf = ({ rows }: Policy, roles: readonly Role[]): string =>
  table(
    ["Group 数据组", ...roles.map((role) => `${ROLE_WORDS[role].zh}<br>${ROLE_WORDS[role].en}`)],
    [...rows.values()].map((row) => [nameOf(row), ...roles.map((role) => cellText(row.cells.get(role) ?? []))]),
  );

const nameOf = ({ row, anchor, group, groupZh }: PolicyRow): string =>
  `${anchor ? `**${row}**` : row} ${groupZh}<br>${group}`;

const cellText = (cell: Cell): string =>
  cell.map(({ level, conditions }) => `${level}: ${conditions.join(", ")}`.replaceAll("*", "\\*")).join("<br>") || "-";

const groupsOf = ({ rows }: Policy): string =>
  `### Groups 数据组\n\n${table(
    ["Row 行", "Of 所属", "Writers 登记部门", "At a level 各级别展示", "Limits 限制", "Basis and reason 依据与理由"],
    [...rows.values()].map(({ row, record, writers, at, limits, reason }) => [
      row,
      record,
      [...writers].map((role) => ROLE_WORDS[role].zh).join("、"),
      LEVELS_OF_A_KIND.flatMap((level) => (at[level] ? [`${level}: ${at[level]}`] : [])).join("<br>"),
      [...limits].map((limit) => `\`${limit}\``).join(" "),
      reason,
    ]),
  )}`;
const LEVELS_OF_A_KIND = ["M", "B", "X"] as const satisfies readonly Level[];

const postsOf = ({ posts }: Policy): string =>
  `### Posts 岗位\n\n${table(
    ["Agency 部门", "Post 岗位", "Groups 数据组", "Scope 范围", "May 权限"],
    posts.map(({ role, post, postZh, groups, scope, may }) => [
      role === "*" ? "every agency 各部门" : ROLE_WORDS[role].zh,
      `${postZh} \`${post}\``,
      `${groups}`.replaceAll("*", "all 全部"),
      `\`${scope}\``,
      [...may].map((right) => `\`${right}\``).join(" "),
    ]),
  )}`;

const purposesOf = ({ purposes }: Policy): string =>
  `### Purposes 目的\n\n${table(
    ["Purpose 目的", "Basis 依据", "Agencies 部门", "Groups 数据组"],
    [...purposes.values()].map(({ purpose, purposeZh, basis, roles, groups }) => [
      `${purposeZh} \`${purpose}\``,
      basis.join("; "),
      ROLES.filter((role) => roles.has(role))
        .map((role) => ROLE_WORDS[role].zh)
        .join("、"),
      `${groups}`.replaceAll("*", "all 全部"),
    ]),
  )}`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");

const inParts = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size));

/** What stands between the marks in a page is replaced. */
export const PRINTED = /(?<=<!-- hub policy print -->\n).*(?=<!-- \/hub policy print -->)/s;
