import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { PRINTED, printedPolicy } from "../../src/cli/printed-policy.js";
import { loadPolicy } from "../../src/policy/load.js";
import { CONDITIONS, LEVELS, LIMITS, ROLES } from "../../src/policy/policy.js";
import { ROLE_WORDS } from "../../src/policy/role-words.js";

const ROOT = join(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "docs/access-model.md"), "utf8");
const tableOf = (file: string) =>
  z
    .array(z.record(z.string(), z.string()))
    .parse(parse(readFileSync(join(ROOT, "policies", file), "utf8"), { columns: true }));

describe("docs/access-model.md", () => {
  it("has the policy as it is printed today; `npm run docs:policy` writes it", async () => {
    expect(PRINTED.exec(page)?.[0]?.trim()).toBe(printedPolicy(await loadPolicy(join(ROOT, "policies"))));
  });

  it("shows for every group and role the cell of the table", () => {
    const printed = cellsIn(PRINTED.exec(page)?.[0] ?? "");
    const written = tableOf("access-matrix.csv").flatMap((row) =>
      ROLES.map((role) => [`${row["row"]} ${ROLE_WORDS[role].en}`, row[role]] as const),
    );
    expect(written.length).toBeGreaterThan(800);
    expect(Object.fromEntries(printed)).toEqual(Object.fromEntries(written));
  });

  it.each([
    ["post", "posts.csv", "post"],
    ["purpose", "purposes.csv", "purpose"],
  ])("names every %s", (_, file, column) => {
    const names = tableOf(file).map((row) => row[column]);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it("explains every level, condition and limit", () => {
    const words = [...LEVELS, ...CONDITIONS, ...LIMITS].map((word) => `\`${word}\``);
    const legend = page.slice(0, page.indexOf("## The matrix"));
    expect(words.filter((word) => !legend.includes(word))).toEqual([]);
  });
});

/** "R1 school" and the cell as it is written in the table, of every table that has roles for columns. */
function cellsIn(markdown: string): [string, string][] {
  return markdown.split("\n\n").flatMap((block) => {
    const [head = [], , ...rows] = block.split("\n").map((line) => line.split(" | "));
    if (!head[0]?.startsWith("| Group")) return [];
    const roles = head.slice(1).map((title) => title.replace(/^.*<br>/, "").replace(/ \|$/, ""));
    return rows.flatMap(([name = "", ...cells]) =>
      cells.map((cell, column): [string, string] => [
        `${/R\d+\w*/.exec(name)?.[0]} ${roles[column]}`,
        cell.replace(/ \|$/, "").replaceAll("<br>", "|").replaceAll("\\", "").replaceAll(" ", ""),
      ]),
    );
  });
}
