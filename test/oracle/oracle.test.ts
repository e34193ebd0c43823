import fc from "fast-check";
import { startHubBehindGateway } from "../support/gateway.js";
import { startHub } from "../support/hub.js";
import type { Question } from "./asking/index.js";
import { type Both, openBoth } from "./both.js";
import { cursorsIn, type Said } from "./comparing.js";
import type { NaiveAnswer } from "./naive/index.js";

const OPERATIONS = Number(process.env["ORACLE_OPERATIONS"] ?? 320);
const SEED = Number(process.env["ORACLE_SEED"] ?? Date.now() % 2 ** 31);
/** Pages that are walked with the cursor of the page before. */
const PAGES = 3;

/** Shares of what is asked, below what is usual: a hub that denies all has less. */
const AT_LEAST = {
  "with values (F)": 0.15,
  "with masks (M)": 0.005,
  "with bands (B)": 0.005,
  "with something withheld": 0.02,
  "found less than there is": 0.01,
  "not in the order of the values": 0.005,
  "refused, 403": 0.03,
  "refused, 400": 0.03,
  "without a record": 0.05,
  "further pages": 0.1,
};

/** On both databases, and behind a gateway. */
const WAYS = [
  { database: "embedded", way: "alone", start: startHub },
  { database: "postgresql", way: "behind a gateway", start: startHubBehindGateway },
  ...(process.env["HUB_TEST_LONG"] ? [{ database: "postgresql", way: "alone", start: startHub } as const] : []),
] as const;

describe.each(WAYS)("one statement and the naive executor (a hub on $database, $way)", ({ database, way, start }) => {
  let both: Both;
  const seen = new Map<string, number>();

  it(`give the same answers, and some of every kind (ORACLE_SEED=${SEED} ORACLE_OPERATIONS=${OPERATIONS})`, async () => {
    await fc.assert(
      fc.asyncProperty(both.questions.any(), async ({ asker: { subject }, purpose, document }) => {
        let [variables = {}] = document.variables;
        for (let page = 0; page < PAGES; page++) {
          const asking = { subject, query: document.query, purpose, variables };
          const { said, text } = await both.askHub(asking);
          if (isTooCostly(said)) return count("too costly");
          const naive = await both.askNaive(asking);
          expect(said).toEqual(naive.said);
          notice(naive.answer, said);
          // Any cursor of the answer, where any is asked for: one of another list or order is refused alike.
          const cursor = cursorsIn(text).at(-1);
          if (cursor === undefined || document.cursors.length === 0) return;
          variables = { ...variables, ...Object.fromEntries(document.cursors.map((name) => [name, cursor])) };
          count("further pages");
        }
      }),
      { seed: SEED, numRuns: OPERATIONS / 2, examples: EXAMPLES.map((one) => [one]) },
    );
    // Not a test of its own: when answers differ, what is tried to make the question shorter is counted as well.
    console.info(`${database}, ${way}`, Object.fromEntries(seen));
    expect(Object.entries(AT_LEAST).filter(([answers, share]) => counted(answers) < likely(share))).toEqual([]);
    expect(counted("with something to act on (X)")).toBeGreaterThan(0); // by the first of EXAMPLES
    expect(counted("too costly")).toBeLessThan(0.1 * counted("all"));
  }, 7_200_000);

  const counted = (what: string) => seen.get(what) ?? 0;
  /** Four standard deviations below what is expected: in a short run chance alone does not fail. */
  const likely = (share: number) => {
    const expected = share * counted("all");
    return expected - 4 * Math.sqrt(expected);
  };

  function count(what: string): void {
    seen.set(what, (seen.get(what) ?? 0) + 1);
  }

  function notice({ shownAt, hidden }: NaiveAnswer, { status, errors }: Said): void {
    count("all");
    if (status !== 200) count(`refused, ${status}`);
    if (errors.some((error) => error.startsWith("NOT_FOUND_OR_NOT_SHARED"))) count("without a record");
    if (shownAt?.F) count("with values (F)");
    if (shownAt?.M) count("with masks (M)");
    if (shownAt?.B) count("with bands (B)");
    if (shownAt?.X) count("with something to act on (X)");
    if (shownAt?.withheld) count("with something withheld");
    if (hidden?.matches) count("found less than there is");
    if (hidden?.keys) count("not in the order of the values");
  }

  beforeAll(async () => {
    both = await openBoth(database, start);
  });
  afterAll(() => both?.close());
});

/** Too rare for chance. */
const EXAMPLES: readonly Question[] = [
  // X is shown to police stations only, of one field.
  {
    asker: { subject: "police_station-1/head", role: "POLICE_STATION", post: "HEAD" },
    purpose: "CASE_HANDLING",
    document: { query: "{ minors { nodes { careNeeded } } }", variables: [{}], cursors: [] },
  },
  // Of two lists that are refused, the first in the document counts.
  {
    asker: { subject: "education_bureau-1/head", role: "EDUCATION_BUREAU", post: "HEAD" },
    purpose: "LEGAL_SUPERVISION",
    document: {
      query: `query ($way: Direction) {
        closed: minors(filter: { residence: { eq: "990101101000" } }) { totalCount }
        mistaken: minors(orderBy: { field: FULL_NAME, direction: $way }) { totalCount }
      }`,
      variables: [{ way: null }],
      cursors: [],
    },
  },
];

const isTooCostly = ({ errors }: Said) => errors.some((error) => error.startsWith("COST_EXCEEDED"));
