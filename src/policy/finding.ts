/** One thing that is wrong with the tables: where it stands and what to do about it. */
export interface PolicyFinding {
  /** "access-matrix.csv" */
  readonly file: string;
  /** Line of the file, from 1; absent where the file as a whole is meant. */
  readonly line?: number;
  /** "R6", "SCHOOL/CLASS_TEACHER" or "CASE_HANDLING" */
  readonly row?: string;
  readonly column?: string;
  readonly problem: string;
  readonly remedy: string;
}

/** The policy cannot be used; the hub does not start. The message lists every finding, one a line. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly code = "POLICY";
  readonly exitCode = 2;

  constructor(readonly findings: readonly PolicyFinding[]) {
    super(`The policy is refused, ${findings.length} to mend:\n${findings.map(asText).join("\n")}`);
  }

  /** @throws PolicyError if there is any finding */
  static throwIfAny(findings: readonly PolicyFinding[]): void {
    if (findings.length > 0) throw new PolicyError(findings);
  }
}

function asText({ file, line, row, column, problem, remedy }: PolicyFinding): string {
  const place = [line === undefined ? file : `${file}:${line}`, row, column].filter(Boolean).join(" ");
  return `  ${place}: ${problem}. ${remedy}`;
}
