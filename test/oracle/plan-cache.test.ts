import fc from "fast-check";
import type { Question } from "./asking/index.js";
import { type Asking, type Both, openBoth } from "./both.js";

/** Each is asked by several people, with several variables, twice: enough is enough. */
const DOCUMENTS = Math.min(100, Number(process.env["ORACLE_OPERATIONS"] ?? 320) / 26);
const SEED = Number(process.env["ORACLE_SEED"] ?? Date.now() % 2 ** 31);

describe.each(["embedded", "postgresql"] as const)("a plan that many share (%s)", (database) => {
  let both: Both;

  it(`gives each his own answer, whoever asks at the same time, with whatever variables (ORACLE_SEED=${SEED})`, async () => {
    let shared = 0;
    await fc.assert(
      fc.asyncProperty(both.questions.any(), async (question) => {
        const askings = everyones(question);
        const expected = [];
        for (const asking of askings) expected.push((await both.askNaive(asking)).said);
        // Twice, so that the second half meets plans that are there already, on connections that know other ones.
        const answers = await Promise.all([...askings, ...[...askings].reverse()].map((asking) => both.askHub(asking)));
        const said = answers.map((answer) => answer.said);
        if (said.some(({ errors }) => errors.some((error) => error.startsWith("COST_EXCEEDED")))) return;
        expect(said).toEqual([...expected, ...expected.reverse()]);
        shared += new Set(said.map(({ data }) => data)).size > 1 ? 1 : 0;
      }),
      { seed: SEED, numRuns: Math.round(DOCUMENTS) },
    );
    // Else it would not matter whose answer is given.
    expect(shared).toBeGreaterThan(0);
  }, 3_600_000);

  /** The question by all who hold the post, for this and another purpose, and by one of another post; in every round. */
  function everyones({ asker, purpose, document: { query, variables } }: Question): Asking[] {
    const colleagues = both.world.askers.filter(({ role }) => role === asker.role);
    const [other] = colleagues.filter(({ post }) => post !== asker.post);
    const [elsewhat] = [...both.hub.activation.policy.purposes.values()].filter(
      ({ roles, purpose: name }) => roles.has(asker.role) && name !== purpose,
    );
    const askers = [
      ...colleagues.filter(({ post }) => post === asker.post).map(({ subject }) => ({ subject, purpose })),
      { subject: asker.subject, purpose: elsewhat?.purpose },
      ...(other ? [{ subject: other.subject, purpose }] : []),
    ];
    return askers.flatMap((who) => variables.map((values) => ({ ...who, query, variables: values })));
  }

  beforeAll(async () => {
    both = await openBoth(database);
  });
  afterAll(() => both?.close());
});
