/** "plan (6)1, (7)1", "plan, work requirements (2)" - or a name and its articles: "PIPL 13(1)(4)", "Drug Rehab Reg. 7". */
const CITATION =
  /\bplan(?:, work requirements)? \(\d\)\d?(?:, \(\d\)\d?)*|\b[A-Z][A-Za-z]+(?: [A-Z][a-z.]+)* \d[\d()-]*(?:, \d[\d()-]*)*/g;

/** What the `reason` of a policy row cites: statutes by their abbreviation and articles, and passages of the plan. */
export const citationsIn = (reason: string): string[] => reason.match(CITATION) ?? [];
