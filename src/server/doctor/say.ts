import type { Finding } from "./finding.js";

/** Findings for a terminal, one a line, with how to mend what is not ok below. */
export const say = (findings: readonly Finding[]): string => findings.map(line).join("\n");

function line({ check, state, said, mend }: Finding): string {
  const found = `${state.padEnd(5)}  ${check.padEnd(15)}  ${[...new Set(said)].join(" · ")}`;
  return mend ? `${found}\n${" ".repeat(24)}→ ${[...new Set(mend)].join(" · ")}` : found;
}
