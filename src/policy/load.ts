import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PolicyError, type PolicyFinding } from "./finding.js";
import { MATRIX, parseMatrix } from "./matrix.js";
import type { Policy } from "./policy.js";
import { POSTS, parsePosts } from "./posts.js";
import { PURPOSES, parsePurposes } from "./purposes.js";
import { unreachable } from "./reachable.js";
import { readTable } from "./table.js";

export interface PolicyTexts {
  readonly version: string;
  readonly matrix: string;
  readonly posts: string;
  readonly purposes: string;
}

const VERSION = "VERSION";

/**
 * Reads `VERSION`, `access-matrix.csv`, `posts.csv` and `purposes.csv` of a directory.
 * @throws PolicyError a file cannot be read, or as `parsePolicy`
 */
export async function loadPolicy(directory: string): Promise<Policy> {
  const findings: PolicyFinding[] = [];
  const read = (file: string) =>
    readFile(join(directory, file), "utf8").catch((error: unknown) => {
      findings.push({ file: join(directory, file), problem: `${error}`, remedy: "Put the file there" });
      return "";
    });
  const [version, matrix, posts, purposes] = await Promise.all([
    read(VERSION),
    read(MATRIX.file),
    read(POSTS.file),
    read(PURPOSES.file),
  ]);
  PolicyError.throwIfAny(findings);
  return parsePolicy({ version, matrix, posts, purposes });
}

/**
 * The policy that the three tables say, refused when anything in them is unknown, contradictory or unreachable.
 * Asks in three passes - columns, words, reach - and each lists all it finds; a later pass would only repeat
 * what an earlier one has found.
 * @throws PolicyError with file, line, row, column and remedy of every finding of the pass
 */
export function parsePolicy(texts: PolicyTexts): Policy {
  const findings: PolicyFinding[] = [];
  const matrixLines = readTable(MATRIX, texts.matrix, findings);
  const postLines = readTable(POSTS, texts.posts, findings);
  const purposeLines = readTable(PURPOSES, texts.purposes, findings);
  PolicyError.throwIfAny(findings);

  const rows = parseMatrix(matrixLines);
  const known = new Set(rows.keys());
  const posts = parsePosts(postLines, known);
  const policy: Policy = {
    version: parseVersion(texts.version, findings),
    hash: hashOf(texts),
    rows,
    posts,
    purposes: parsePurposes(purposeLines, known, findings),
    postsOf: (role) => [role, "*"].flatMap((holder) => posts.filter((post) => post.role === holder)),
    post: (role, name) => policy.postsOf(role).find(({ post }) => post === name),
  };
  PolicyError.throwIfAny(findings);

  for (const { row, role, problem, remedy } of unreachable(policy))
    matrixLines.find((line) => line.name === row)?.refuse(role, problem, remedy);
  PolicyError.throwIfAny(findings);
  return policy;
}

function parseVersion(text: string, findings: PolicyFinding[]): number {
  if (!/^[1-9]\d{0,8}$/.test(text.trim()))
    findings.push({ file: VERSION, line: 1, problem: "not a whole number from 1", remedy: "Count up from the last" });
  return Number(text);
}

/** With a NUL between them, so that no line can wander from one table to the next under the same hash. */
const hashOf = ({ matrix, posts, purposes }: PolicyTexts): string =>
  createHash("sha256").update([matrix, posts, purposes].join("\0")).digest("hex");
