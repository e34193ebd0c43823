import { z } from "zod";
import { type Both, openBoth } from "../oracle/both.js";

const page = z.object({
  nodes: z.array(z.object({ id: z.string() })),
  pageInfo: z.object({
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
    startCursor: z.string().nullable(),
    endCursor: z.string().nullable(),
  }),
});
type Page = z.infer<typeof page>;

/** A police officer sees some cases in full, some as a band and some not at all: keys of every kind, and nulls. */
const ASKER = "police_station-1/head";
const QUERY = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: CaseOrder) {
  cases(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

describe("a list that is walked backward", () => {
  let both: Both;
  beforeAll(async () => {
    both = await openBoth("postgresql");
  });
  afterAll(() => both?.close());

  const asked = (variables: Record<string, unknown>) =>
    both.hub.ask(ASKER, QUERY, { purpose: "CASE_HANDLING", variables });
  const pageOf = async (variables: Record<string, unknown>): Promise<Page> =>
    page.parse((await asked(variables)).body.data?.["cases"]);
  const idsOf = ({ nodes }: Page) => nodes.map(({ id }) => id);

  it.each`
    orderBy                                      | order
    ${null}                                      | ${"newest first"}
    ${{ field: "OPENED_ON", direction: "ASC" }}  | ${"by day"}
    ${{ field: "OPENED_ON", direction: "DESC" }} | ${"by day, the latest first"}
    ${{ field: "STAGE", direction: "DESC" }}     | ${"by stage"}
  `("gives the same rows in the same order as forward: $order", async ({ orderBy }) => {
    const whole = idsOf(await pageOf({ first: 100, orderBy }));
    expect(whole.length).toBeGreaterThan(4);
    const walked: string[] = [];
    let before: string | null = null;
    for (let more = true; more; ) {
      const at: Page = await pageOf({ last: 2, before, orderBy });
      expect(at.pageInfo.hasNextPage).toBe(before !== null);
      walked.unshift(...idsOf(at));
      ({ hasPreviousPage: more, startCursor: before } = at.pageInfo);
    }
    expect(walked).toEqual(whole);
  });

  it("goes back with the cursor of a page that was walked forward", async () => {
    const first = await pageOf({ first: 2 });
    const second = await pageOf({ first: 2, after: first.pageInfo.endCursor });
    expect(second.pageInfo.hasPreviousPage).toBe(true);
    expect(idsOf(await pageOf({ last: 2, before: second.pageInfo.startCursor }))).toEqual(idsOf(first));
  });

  it.each`
    variables                    | field
    ${{ first: 2, last: 2 }}     | ${"last"}
    ${{ last: 0 }}               | ${"last"}
    ${{ last: 101 }}             | ${"last"}
    ${{ last: 2, before: "x" }}  | ${"before"}
    ${{ first: 2, after: "x" }}  | ${"after"}
    ${{ first: 2, before: "x" }} | ${"last"}
  `("refuses $variables and names $field", async ({ variables, field }) => {
    const { status, body } = await asked(variables);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field });
  });
});
