import { type Post, RIGHTS, ROLES, SCOPES } from "./policy.js";
import type { Line, TableShape } from "./table.js";
import { groupsOf, oneOf, wordsOf } from "./words.js";

const COLUMNS = ["role", "post", "post_zh", "groups", "scope", "may"] as const;

export const POSTS: TableShape<(typeof COLUMNS)[number]> = {
  file: "posts.csv",
  columns: COLUMNS,
  key: ["role", "post"],
  required: ["post_zh"],
};

/** Reads the lines of `posts.csv`: who inside an agency. */
export function parsePosts(lines: readonly Line<(typeof COLUMNS)[number]>[], rows: ReadonlySet<string>): Post[] {
  return lines.flatMap((line) => {
    const role = oneOf([...ROLES, "*"], line.text("role"));
    const scope = oneOf(SCOPES, line.text("scope"));
    const groups = groupsOf(line, "groups", rows);
    const may = wordsOf(line, "may", RIGHTS);
    if (!role) line.refuse("role", `unknown: ${line.text("role")}`, `Use * or ${ROLES.join(", ")}`);
    if (!scope) line.refuse("scope", `unknown: ${line.text("scope")}`, `Use ${SCOPES.join(", ")}`);
    if (!role || !scope) return [];
    return [{ role, post: line.text("post"), postZh: line.text("post_zh"), groups, scope, may }];
  });
}
