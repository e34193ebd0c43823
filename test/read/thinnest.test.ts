import { startHub, type TestHub } from "../support/hub.js";

/** Invented keys; a school and a village that both know 林小满, and a school that does not. */
const SCHOOL = "00000000-0000-7000-8000-00000000000a";
const VILLAGE = "00000000-0000-7000-8000-00000000000b";
const OTHER = "00000000-0000-7000-8000-00000000000c";
const LIN = "00000000-0000-7000-8000-0000000000aa";

describe.each(["embedded", "postgresql"] as const)("one child, asked for over HTTP (%s)", (database) => {
  let hub: TestHub;
  let id: string;

  it.each`
    role         | fullName    | homeAddress
    ${"school"}  | ${"林小满"} | ${"东村 3 号"}
    ${"village"} | ${"林小满"} | ${"东村 3 号"}
  `("the $role that is responsible for her sees name and address (R1, R6)", async ({ role, ...shown }) => {
    const { status, body } = await ask(role);
    expect(status).toBe(200);
    expect(body.data?.["minor"]).toEqual(shown);
  });

  it("a school that does not know her cannot tell her from a child who does not exist", async () => {
    const hidden = await ask("other");
    const invented = await ask("other", hub.questions.world.ids.encode("Minor", OTHER));
    expect(hidden.text).toBe(invented.text);
    expect(hidden.body.errors?.[0]?.extensions["code"]).toBe("NOT_FOUND_OR_NOT_SHARED");
  });

  it("nobody sees her without a purpose", async () => {
    const { status, body } = await hub.ask("school/head", QUESTION, { variables: { id } });
    expect(status).toBe(403);
    expect(body.errors?.[0]?.extensions["code"]).toBe("PURPOSE_REQUIRED");
  });

  it("what was shown is on record, the groups with their levels (R1, R6)", async () => {
    await ask("school");
    const [last] = await hub.store.query<{ entries: string }>(
      "SELECT entries FROM disclosure_segment ORDER BY seq DESC LIMIT 1",
    );
    expect(last?.entries).toContain('"groups":{"R1":"F","R6":"F"}');
    expect(last?.entries).not.toContain("林小满");
  });

  it.each`
    question                                                                     | what
    ${'{ minors(filter: { birthDate: { gte: "2016-01-01" } }) { totalCount } }'} | ${"filtered by"}
    ${"{ minors(orderBy: { field: BIRTH_DATE }) { totalCount } }"}               | ${"ordered by"}
  `("what a list was $what is on record as well: a predicate is a read (R3)", async ({ question }) => {
    await hub.ask("village/head", question, { purpose: "LEFT_BEHIND_CARE" });
    const [last] = await hub.store.query<{ entries: string }>(
      "SELECT entries FROM disclosure_segment ORDER BY seq DESC LIMIT 1",
    );
    expect(last?.entries).toContain('"groups":{"R3":"F"}');
  });

  const QUESTION = "query ($id: ID!) { minor(id: $id) { fullName homeAddress } }";
  const ask = (role: string, of = id) =>
    hub.ask(`${role}/head`, QUESTION, { purpose: "LEFT_BEHIND_CARE", variables: { id: of } });

  beforeAll(async () => {
    hub = await startHub(database, async (query, ids) => {
      await query(`INSERT INTO division VALUES (990101101000, '金源镇'), (990101101200, '东村')`);
      for (const [key, kind, name] of [
        [SCHOOL, "SCHOOL", "school"],
        [VILLAGE, "VILLAGE_COMMUNITY", "village"],
        [OTHER, "SCHOOL", "other"],
      ]) {
        await query(
          `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
           VALUES ($1, $2, $3, 990101101000, 'AGREEMENT', '示例')`,
          [key, kind, name],
        );
        await query(`INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, '示例', $1, 'HEAD')`, [
          key,
          `${name}/head`,
        ]);
      }
      await query(`INSERT INTO agency_duty VALUES ($1, 'Minor', '990101101200')`, [VILLAGE]);
      await query(
        `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex, home_address)
         VALUES ($1, $2, 990101101200, '林小满', '小满', '2016-03-02', 'FEMALE', '东村 3 号')`,
        [LIN, ids.ref(LIN)],
      );
      await query("SELECT hub_involve($1)", [
        JSON.stringify([{ record_type: "Minor", record: LIN, agency: SCHOOL, kind: "SOURCE", basis: "示例" }]),
      ]);
    });
    id = hub.questions.world.ids.encode("Minor", LIN);
  });
  afterAll(() => hub?.close());
});
