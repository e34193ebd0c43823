import { HTTP_STATUS } from "../../src/errors.js";
import { asker, codeOf, OTHER_VILLAGE, payload, refusal, startWorld, VILLAGE, type World } from "./world.js";

const REGISTER = "mutation ($input: RegisterMinorInput!) { registerMinor(input: $input) { id } }";
const MATCH =
  "mutation ($input: MatchIdentityInput!) { matchIdentity(input: $input) { band contacts { kind name dutyPhone } } }";
const LOOKUPS = "query ($day: PlainDate!) { minorLookups(from: $day, to: $day) { day minor times } }";
const NUMBER = "990101201505060028";
const born = "2015-05-06";
const NONE = { band: "NONE", contacts: [] };
const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

describe("looking for a child (B6, J1)", () => {
  let world: World;
  const match = (input: object, { who = "police/DUTY_OFFICER", purpose = "RESCUE_AND_TRACING" } = {}) =>
    asker(() => world, purpose)(who, MATCH, { input });
  const answer = async (...asked: Parameters<typeof match>) => payload(await match(...asked));
  /** As the agency's own register; the child is known from then on. */
  const knows = async (
    who: string,
    child: { fullName: string; birthDate?: string; residence?: string; citizenNumber?: string },
  ) => {
    const input = { givenName: "某", birthDate: born, sex: "FEMALE", residence: VILLAGE, ...child };
    return String(payload(await asker(() => world, "CASE_HANDLING")(who, REGISTER, { input }))["id"]);
  };
  const tried = (fullName: string, more: object = {}) => ({ fullName, birthDate: born, division: VILLAGE, ...more });

  beforeAll(async () => {
    world = await startWorld("postgresql");
    const { sql } = world;
    for (const [id, kind, posts] of [
      ["b1", "JUSTICE_OFFICE", ["NOTICE_OFFICER"]],
      ["b2", "RESCUE_STATION", ["HEAD", "INTAKE_WORKER"]],
    ] as const) {
      const agency = `00000000-0000-7000-8000-0000000000${id}`;
      await sql(
        `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
         VALUES ($1, $2, $2, 990101101000, 'STATUTORY_DUTY', 'MPL')`,
        [agency, kind],
      );
      await sql("INSERT INTO agency_duty VALUES ($1, 'Minor', '990101101')", [agency]);
      for (const post of posts)
        await sql("INSERT INTO person (id, subject, name, agency, post) VALUES (gen_random_uuid(), $1, $1, $2, $3)", [
          `${kind}/${post}`,
          agency,
          post,
        ]);
    }
    await sql("INSERT INTO division VALUES (990101102300, '南村')");
    await sql("UPDATE agency SET duty_phone = '19900010001' WHERE name = 'school'");
    await world.hub.refresh();
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    await world.sql("TRUNCATE minor CASCADE");
    await world.sql("TRUNCATE identity_lookup");
  });

  const school = { kind: "SCHOOL", name: "school", dutyPhone: "19900010001" };

  it.each`
    registered                   | asked                                                        | band      | because
    ${{ citizenNumber: NUMBER }} | ${{ citizenNumber: NUMBER }}                                 | ${"ONE"}  | ${"the same number"}
    ${{ citizenNumber: NUMBER }} | ${{ citizenNumber: "９９０１０１２０１５０５０６００２８" }} | ${"ONE"}  | ${"the same number, typed full-width"}
    ${{}}                        | ${{ citizenNumber: NUMBER }}                                 | ${"NONE"} | ${"nobody has this number"}
    ${{}}                        | ${tried("王雨")}                                             | ${"ONE"}  | ${"the same name, day and township"}
    ${{}}                        | ${tried("汪宇")}                                             | ${"ONE"}  | ${"a name that sounds the same"}
    ${{}}                        | ${tried(" 王·雨 ")}                                          | ${"ONE"}  | ${"spaces and dots do not count"}
    ${{}}                        | ${tried("王虹")}                                             | ${"NONE"} | ${"another name"}
    ${{}}                        | ${tried("王雨", { birthDate: "2015-05-07" })}                | ${"NONE"} | ${"another day"}
    ${{}}                        | ${tried("王雨", { division: "990101102000" })}               | ${"ONE"}  | ${"from another township of the county"}
    ${{}}                        | ${tried("王雨", { division: "990101000000" })}               | ${"ONE"}  | ${"of the county is all that the child can say"}
    ${{}}                        | ${tried("王雨", { division: OTHER_VILLAGE })}                | ${"NONE"} | ${"from another county"}
  `("finds $band: $because", async ({ registered, asked, band }) => {
    await knows("school/HEAD", { fullName: "王雨", ...registered });
    expect(await answer(asked)).toEqual(band === "ONE" ? { band, contacts: [school] } : NONE);
  });

  it("finds SEVERAL where two sound alike, and the nearer one where townships differ", async () => {
    await knows("school/HEAD", { fullName: "王雨" });
    await knows("village/HEAD", { fullName: "汪宇" });
    expect(await answer(tried("王雨"))).toMatchObject({ band: "SEVERAL", contacts: [school, { name: "village" }] });
    await knows("otherSchool/HEAD", { fullName: "王丽", residence: "990101102300" });
    await knows("village/HEAD", { fullName: "汪莉" });
    expect(await answer(tried("王丽"))).toMatchObject({ band: "ONE", contacts: [{ name: "village" }] });
  });

  it("twins of one birthday are two names: each is found alone", async () => {
    await knows("school/HEAD", { fullName: "王雨" });
    await knows("school/HEAD", { fullName: "王雪" });
    expect(await answer(tried("王雪"))).toEqual({ band: "ONE", contacts: [school] });
  });

  it.each`
    who                                | purpose                        | code
    ${"police/CASE_OFFICER"}           | ${"MANDATORY_REPORT_HANDLING"} | ${null}
    ${"social/CHILD_SUPERVISOR"}       | ${"PLACEMENT"}                 | ${null}
    ${"JUSTICE_OFFICE/NOTICE_OFFICER"} | ${"HARDSHIP_ASSISTANCE"}       | ${null}
    ${"police/DUTY_OFFICER"}           | ${"LIFE_SAFETY"}               | ${"FIELD_NOT_SHARED"}
    ${"JUSTICE_OFFICE/NOTICE_OFFICER"} | ${"PRISONER_CHILD_SUPPORT"}    | ${"FIELD_NOT_SHARED"}
    ${"police/HEAD"}                   | ${"RESCUE_AND_TRACING"}        | ${"FIELD_NOT_SHARED"}
    ${"school/HEAD"}                   | ${"RESCUE_AND_TRACING"}        | ${"FIELD_NOT_SHARED"}
    ${"client:station"}                | ${"RESCUE_AND_TRACING"}        | ${"FIELD_NOT_SHARED"}
  `(
    "takes the right match-identity and a purpose that opens R1 and R2: $who for $purpose, $code",
    async ({ who, purpose, code }) => {
      await knows("school/HEAD", { fullName: "王雨" });
      const asked = await match(tried("王雨"), { who, purpose });
      if (code) expect(codeOf(asked)).toBe(code);
      else expect(payload(asked)).toEqual({ band: "ONE", contacts: [school] });
    },
  );

  it("that a rescue station knows the child is told to police, and changes nothing for a justice office (R32)", async () => {
    await knows("RESCUE_STATION/HEAD", { fullName: "王雨" });
    const notice = { who: "JUSTICE_OFFICE/NOTICE_OFFICER", purpose: "CASE_HANDLING" };
    expect(await answer(tried("王雨"))).toMatchObject({ band: "ONE", contacts: [{ kind: "RESCUE_STATION" }] });
    expect(await answer(tried("王雨"), notice)).toEqual(NONE);
    await knows("school/HEAD", { fullName: "王雨" });
    expect(await answer(tried("王雨"), notice)).toEqual({ band: "ONE", contacts: [school] });
  });

  it("that a justice office knows the child from a custody notice makes no match (R10)", async () => {
    const minor = await knows("school/HEAD", { fullName: "王雨" });
    await world.sql("UPDATE involvement SET agency = '00000000-0000-7000-8000-0000000000b1' WHERE record = $1", [
      world.keyOf(minor),
    ]);
    expect(await answer(tried("王雨"))).toEqual(NONE);
  });

  it("an agency that is a source no longer is not named", async () => {
    const minor = await knows("school/HEAD", { fullName: "王雨" });
    await world.sql(
      "SELECT hub_end_involvement('Minor', $1, (SELECT id FROM agency WHERE name = 'school'), '{SOURCE}')",
      [world.keyOf(minor)],
    );
    expect(await answer(tried("王雨"))).toEqual(NONE);
  });

  it("to somebody with a conflict of interest the child is not there", async () => {
    const minor = await knows("school/HEAD", { fullName: "王雨" });
    await world.sql(
      `INSERT INTO involvement (record_type, record, agency, person, kind, basis, key)
       SELECT 'Minor', $1, agency, id, 'CONFLICT', 'test', 0 FROM person WHERE subject = 'police/DUTY_OFFICER'`,
      [world.keyOf(minor)],
    );
    expect(await answer(tried("王雨"))).toEqual(NONE);
    expect(await answer(tried("王雨"), { who: "police/CASE_OFFICER" })).toMatchObject({ band: "ONE" });
  });

  it("is on record before the answer leaves, with the child and without what was asked, and the owner is told the day (R35)", async () => {
    const minor = await knows("school/HEAD", { fullName: "王雨", citizenNumber: NUMBER });
    await match({ citizenNumber: NUMBER });
    const [line] = await world.sql<{ entries: string }>(
      "SELECT entries FROM disclosure_segment ORDER BY seq DESC LIMIT 1",
    );
    expect(line?.entries).toContain(`{"groups":{},"ref":"${minor}","type":"Minor"}`);
    expect(line?.entries).toContain('"post":"DUTY_OFFICER"');
    expect(line?.entries).not.toContain(NUMBER);

    const told = (who: string) => asker(() => world, "AUDIT")(who, LOOKUPS, { day: today });
    expect((await told("school/HEAD")).body.data).toEqual({ minorLookups: [{ day: today, minor, times: 1 }] });
    expect((await told("otherSchool/HEAD")).body.data).toEqual({ minorLookups: [] });
    expect(codeOf(await told("school/REGISTRAR"))).toBe("FIELD_NOT_SHARED");
    expect(codeOf(await asker(() => world, "CASE_HANDLING")("school/HEAD", LOOKUPS, { day: today }))).toBe(
      "FIELD_NOT_SHARED",
    );
  });

  it("is bounded for a person, and for one child by one agency, over all hubs of the database", async () => {
    for (let i = 0; i < 5; i++) expect(await answer(tried("王雨"))).toEqual(NONE);
    const late = await match(tried("汪宇"), { who: "police/CASE_OFFICER" });
    expect([late.status, codeOf(late)]).toEqual([HTTP_STATUS.RATE_LIMITED, "RATE_LIMITED"]);
    expect(refusal(late)["retryAfter"]).toBeGreaterThan(86_000);
    expect(await answer(tried("王雨"), { who: "social/CHILD_SUPERVISOR" })).toEqual(NONE);

    await world.sql(
      `INSERT INTO identity_lookup SELECT agency, id, sha256(n::text::bytea), now() - interval '59 minutes'
         FROM person, generate_series(1, 30) n WHERE subject = 'police/DUTY_OFFICER'`,
    );
    const busy = await match(tried("陈晨"));
    expect(codeOf(busy)).toBe("RATE_LIMITED");
    expect(refusal(busy)["retryAfter"]).toBeLessThan(61);
    expect(await answer(tried("陈晨"), { who: "police/CASE_OFFICER" })).toEqual(NONE);
  });

  it.each`
    input                                          | field                    | because
    ${{}}                                          | ${"input"}               | ${"nothing is asked"}
    ${{ fullName: "王雨", birthDate: born }}       | ${"input"}               | ${"no division"}
    ${{ citizenNumber: NUMBER, fullName: "王雨" }} | ${"input"}               | ${"both"}
    ${{ citizenNumber: "990101201505060025" }}     | ${"input.citizenNumber"} | ${"the check character does not fit"}
    ${tried("王雨", { division: "990100000000" })} | ${"input.division"}      | ${"a prefecture is too wide"}
  `("refuses what cannot be looked for: $because", async ({ input, field }) => {
    const asked = await match(input);
    expect([codeOf(asked), refusal(asked)["field"]]).toEqual(["BAD_USER_INPUT", field]);
  });

  it("no token can be read, and none made for another agency's child, by the login that serves", async () => {
    const minor = await knows("school/HEAD", { fullName: "王雨" });
    await expect(world.hub.store.query("SELECT token FROM identity_token")).rejects.toMatchObject({ code: "42501" });
    await expect(
      world.hub.store.query("SELECT hub_know((SELECT id FROM agency WHERE name = 'school'), $1)", [
        JSON.stringify([{ minor: world.keyOf(minor), tokens: [] }]),
      ]),
    ).rejects.toMatchObject({ code: "42501" });
  });
});
