import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { PolicyError, type PolicyFinding } from "../../src/policy/finding.js";
import { type PolicyTexts, parsePolicy } from "../../src/policy/load.js";

const read = (file: string) => readFileSync(new URL(`../../policies/${file}`, import.meta.url), "utf8");

/** The shipped tables, as they stand in policies/. */
export const shipped: PolicyTexts = {
  version: read("VERSION"),
  matrix: read("access-matrix.csv"),
  posts: read("posts.csv"),
  purposes: read("purposes.csv"),
};

/**
 * The shipped tables with some cells changed, as a township would: "R6 SCHOOL := F:o", "SCHOOL/REGISTRAR groups := *",
 * "AUDIT roles := AUDITOR". Several are joined with " & ".
 */
export const edited = (edits: string): PolicyTexts => edits.split(" & ").reduce(edit, shipped);

/** What the loader finds, each as "row column: problem"; every finding must have a place and a remedy. */
export function findings(texts: PolicyTexts): string[] {
  return findingsIn(texts).map((finding) => {
    expect(finding.remedy).not.toBe("");
    if (finding.row && finding.line) expect(lineOf(finding, texts)).toContain(finding.row.replace("/", ","));
    return `${[finding.row, finding.column].filter(Boolean).join(" ") || finding.file}: ${finding.problem}`;
  });
}

type Table = "matrix" | "posts" | "purposes";

function edit(texts: PolicyTexts, assignment: string): PolicyTexts {
  const [, name = "", column = "", value = ""] = /^(\S+) (\S+) :=\s?(.*)$/.exec(assignment) ?? [];
  const table: Table = /^R\d/.test(name) ? "matrix" : name.includes("/") ? "posts" : "purposes";
  const rows = parse<Record<string, string>>(texts[table], { columns: true });
  const row = rows.find(
    (cells) => name === (table === "posts" ? `${cells["role"]}/${cells["post"]}` : (cells["row"] ?? cells["purpose"])),
  );
  if (row?.[column] === undefined) throw new Error(`no cell to edit: ${assignment}`);
  row[column] = value;
  return { ...texts, [table]: stringify(rows, { header: true }) };
}

function findingsIn(texts: PolicyTexts): readonly PolicyFinding[] {
  try {
    parsePolicy(texts);
  } catch (error) {
    if (error instanceof PolicyError) return error.findings;
    throw error;
  }
  return [];
}

function lineOf({ file, line = 0 }: PolicyFinding, { matrix, posts, purposes }: PolicyTexts): string | undefined {
  const text = { "access-matrix.csv": matrix, "posts.csv": posts, "purposes.csv": purposes }[file];
  return text?.split("\n")[line - 1];
}
