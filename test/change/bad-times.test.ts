import { told } from "../../src/change/database-error.js";
import { caseOf, DATABASES, type Desk, openDesk, taken } from "./import/desk.js";

/** What whoever asks for such a relation is told, by the argument that is wrong. No command takes times yet. */
describe.each(DATABASES)("times that no relation can have, on %s", (database) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(database);
    taken(await desk.hand("cases", [caseOf("C-1")], { as: "police" }));
  });
  afterAll(() => desk?.close());

  it.each`
    kind       | agency      | person              | since           | until           | field
    ${"PART"}  | ${"school"} | ${null}             | ${"2099-01-01"} | ${"2098-01-01"} | ${"until"}
    ${"PART"}  | ${"school"} | ${null}             | ${"2099-01-01"} | ${"2099-01-01"} | ${"until"}
    ${"NAMED"} | ${"police"} | ${"police/officer"} | ${"2099-01-01"} | ${"2098-01-01"} | ${"until"}
    ${"NAMED"} | ${"social"} | ${"social/rescuer"} | ${undefined}    | ${undefined}    | ${"person"}
  `("$kind of $agency from $since until $until: $field is wrong, and what to do is said", async (relation) => {
    expect(told(await refusalOf(relation))).toMatchObject({
      extensions: {
        code: "BAD_USER_INPUT",
        field: relation.field,
        messageZh: expect.stringMatching(/\p{Script=Han}/u),
        remedy: expect.stringMatching(/^[A-Z]/),
      },
    });
    expect(await desk.rows("SELECT kind FROM involvement ORDER BY kind")).toEqual([
      { kind: "PART" },
      { kind: "SOURCE" },
    ]);
  });

  const refusalOf = (relation: Readonly<Record<"kind" | "agency" | "person" | "since" | "until", string>>) =>
    desk
      .rows(
        `SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', 'Case', 'record', c.id, 'agency', a.id,
                'person', (SELECT id FROM person WHERE subject = $2), 'kind', $3::text, 'since', $4::timestamptz, 'until', $5::timestamptz, 'basis', 'test')))
           FROM case_file c, agency a WHERE a.name = $1`,
        [relation.agency, relation.person, relation.kind, relation.since, relation.until],
      )
      .catch((error: unknown) => error);
});
