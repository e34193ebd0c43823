import { asker, codeOf, LIN, payload, refusal, rowsIn, startWorld, WANG, type World } from "./world.js";

let world: World;
beforeAll(async () => {
  world = await startWorld("postgresql");
  // Of Lin: the justice office is told of her, and its liaison is hers; the police take part in a case about her.
  await world.sql("SELECT hub_involve($1)", [
    JSON.stringify([
      { record_type: "Minor", record: LIN, agency: OFFICE, kind: "ADDRESSEE", basis: "test" },
      { record_type: "Minor", record: LIN, agency: OFFICE, person: LIAISON, kind: "SUNSHINE", basis: "test" },
    ]),
  ]);
  const open = `mutation ($minors: [ID!]) { openCase(input: { kind: GUARDIANSHIP, openedOn: "2026-03-01",
    division: "990101101200", minors: $minors }) { id } }`;
  payload(await asker(() => world, "CASE_HANDLING")("social/HEAD", open, { minors: [world.id("Minor", LIN)] }));
  await world.sql(
    "SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', 'Case', 'record', id, 'agency', $1::text, 'kind', 'PART', 'basis', 'test'))) FROM case_file",
    ["00000000-0000-7000-8000-0000000000a1"],
  );
});
afterAll(() => world?.close());

const OFFICE = "00000000-0000-7000-8000-0000000000a9";
const LIAISON = "00000000-0000-7000-8000-00000000a901";
const seenBy = async (who: string, id: unknown, fields: string, purpose = "CASE_HANDLING") =>
  (await asker(() => world, purpose)(who, `query ($id: ID!) { node(id: $id) { ${fields} } }`, { id })).body.data?.[
    "node"
  ] ?? null;

/** R39, B13, J3: kind, level and what to do; never the cause, and never who has raised it. */
describe("a support need", () => {
  const RAISE = `mutation ($input: RaiseSupportNeedInput!) { raiseSupportNeed(input: $input) {
    id version kind level advice status minor { fullName } } }`;
  const CLOSE =
    "mutation ($id: ID!, $version: Int!) { closeSupportNeed(id: $id, version: $version) { status version } }";
  const caring = asker(() => world, "LEFT_BEHIND_CARE");
  const sunshine = asker(() => world, "PRISONER_CHILD_SUPPORT");
  const input = (child = LIN) => ({
    minor: world.id("Minor", child),
    kind: "PSYCHOLOGICAL",
    level: "MEDIUM",
    advice: "每周谈心一次",
  });
  const need = "... on SupportNeed { kind level advice }";
  const shown = { kind: "PSYCHOLOGICAL", level: "MEDIUM", advice: "每周谈心一次" };

  it("that the justice office raises reaches the class teacher's school, and says nothing of its origin", async () => {
    const made = payload(await sunshine("justice/SUPPORT_LIAISON", RAISE, { input: input() }));
    expect(made).toEqual({
      id: expect.any(String),
      version: 1,
      ...shown,
      status: "OPEN",
      minor: { fullName: "林小满" },
    });
    const asked = "query ($id: ID!) { minor(id: $id) { supportNeeds { kind level advice disclosure { because } } } }";
    const { body } = await caring("school/HEAD", asked, { id: world.id("Minor", LIN) });
    const because = ["your agency is a source of this child 贵部门是该未成年人的数据来源"];
    expect(body.data).toEqual({ minor: { supportNeeds: [{ ...shown, disclosure: [{ because }] }] } });
  });

  it.each`
    who                                 | sees     | because
    ${"school/HEAD"}                    | ${true}  | ${"F:k, its pupil"}
    ${"social/CHILD_SUPERVISOR"}        | ${true}  | ${"F:j"}
    ${"justice/HEAD"}                   | ${true}  | ${"F:o, raised by its liaison"}
    ${"otherSchool/HEAD"}               | ${false} | ${"not its pupil"}
    ${"village/VILLAGE_CHILD_DIRECTOR"} | ${false} | ${"F:s,l: no place counts"}
    ${"police/HEAD"}                    | ${false} | ${"- , whatever case it takes part in"}
  `("is seen by $who: $sees ($because)", async ({ who, sees }) => {
    const { id } = payload(await sunshine("justice/SUPPORT_LIAISON", RAISE, { input: input() }));
    expect(await seenBy(who, id, need)).toEqual(sees ? shown : null);
  });

  it.each(["source", "author", "owner", "raisedBy", "raisedOn", "createdAt", "agency", "cause"])(
    "has no field %s, for anybody",
    async (field) => {
      const answer = await caring("school/HEAD", `{ supportNeeds { nodes { ${field} } } }`);
      expect([answer.status, codeOf(answer)]).toEqual([400, "BAD_USER_INPUT"]);
    },
  );

  it.each`
    who               | child   | code                         | because
    ${"school/HEAD"}  | ${WANG} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"another school's pupil"}
    ${"justice/HEAD"} | ${WANG} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"nobody has told it of her"}
    ${"village/HEAD"} | ${LIN}  | ${"FIELD_NOT_SHARED"}        | ${"no writer of R39"}
    ${"bureau/HEAD"}  | ${LIN}  | ${"FIELD_NOT_SHARED"}        | ${"nor is the bureau"}
  `("is not raised by $who: $because", async ({ who, child, code }) => {
    const rows = await rowsIn(world);
    const purpose = who.startsWith("justice") ? sunshine : caring;
    expect(codeOf(await purpose(who, RAISE, { input: input(child) }))).toBe(code);
    expect(await rowsIn(world)).toEqual(rows);
  });

  it("is closed by the agency that raised it; to others it is refused alike, whoever did", async () => {
    const justices = payload(await sunshine("justice/HEAD", RAISE, { input: input() }));
    const socials = payload(await caring("social/HEAD", RAISE, { input: input() }));
    const refused = await caring("school/HEAD", CLOSE, { id: justices["id"], version: 1 });
    expect(codeOf(refused)).toBe("FIELD_NOT_SHARED");
    expect((await caring("school/HEAD", CLOSE, { id: socials["id"], version: 1 })).text).toBe(refused.text);
    expect(payload(await sunshine("justice/HEAD", CLOSE, { id: justices["id"], version: 1 }))).toEqual({
      status: "CLOSED",
      version: 2,
    });
    expect(codeOf(await sunshine("justice/HEAD", CLOSE, { id: justices["id"], version: 2 }))).toBe("CONFLICT");
    expect(codeOf(await caring("social/HEAD", CLOSE, { id: socials["id"], version: 2 }))).toBe("CONFLICT");
  });
});

/** R36; B8, B11, B12: coordination without duplication. */
describe("a support record", () => {
  const RECORD = `mutation ($input: RecordSupportInput!) { recordSupport(input: $input) {
    id version kind summary startedOn endedOn underWay givenBy { name } minor { fullName } } }`;
  const END = `mutation ($id: ID!, $version: Int!, $endedOn: PlainDate!) {
    endSupport(id: $id, version: $version, endedOn: $endedOn) { endedOn underWay version } }`;
  const caring = asker(() => world, "GUARDIANSHIP_SUPERVISION");
  const plan = { kind: "PLAN", summary: "每月走访一次", startedOn: "2026-03-01" };
  const record = (who: string, more: object = {}, child = LIN) =>
    caring(who, RECORD, { input: { minor: world.id("Minor", child), ...plan, ...more } });

  it("is the agency's own, and under way until it ends", async () => {
    const made = payload(await record("village/VILLAGE_CHILD_DIRECTOR"));
    expect(made).toEqual({
      id: expect.any(String),
      version: 1,
      ...plan,
      endedOn: null,
      underWay: true,
      givenBy: { name: "village" },
      minor: { fullName: "林小满" },
    });
    const { id } = made;
    expect(codeOf(await caring("social/HEAD", END, { id, version: 1, endedOn: "2026-03-09" }))).toBe(
      "FIELD_NOT_SHARED",
    );
    expect(refusal(await caring("village/HEAD", END, { id, version: 1, endedOn: "2026-02-01" }))).toMatchObject({
      field: "endedOn",
    });
    expect(payload(await caring("village/HEAD", END, { id, version: 1, endedOn: "2026-03-09" }))).toEqual({
      endedOn: "2026-03-09",
      underWay: false,
      version: 2,
    });
    expect(codeOf(await caring("village/HEAD", END, { id, version: 2, endedOn: "2026-03-09" }))).toBe("CONFLICT");
  });

  it.each`
    who                          | sees     | because
    ${"social/CHILD_SUPERVISOR"} | ${true}  | ${"F:j"}
    ${"justice/SUPPORT_LIAISON"} | ${true}  | ${"F:s"}
    ${"justice/HEAD"}            | ${false} | ${"F:s is the liaison's alone"}
    ${"school/HEAD"}             | ${false} | ${"F:o,l: neither its own nor a liaison's"}
  `("is seen by $who: $sees ($because)", async ({ who, sees }) => {
    const { id } = payload(await record("village/HEAD"));
    const seen = await seenBy(who, id, "... on SupportRecord { summary underWay minor { fullName } }");
    expect(seen).toEqual(sees ? { summary: plan.summary, underWay: true, minor: { fullName: "林小满" } } : null);
  });

  it("shows the police at a child of its case that help is under way (X:p), and neither what nor by whom", async () => {
    const { id } = payload(await record("village/HEAD"));
    const minor = { fullName: "林小满" };
    expect(await seenBy("police/HEAD", id, "... on SupportRecord { underWay minor { fullName } }")).toEqual({
      underWay: true,
      minor,
    });
    const asked = (fields: string) =>
      asker(() => world, "CASE_HANDLING")("police/HEAD", `{ minors { nodes { supportRecords { ${fields} } } } }`);
    const { body } = await asked("id underWay");
    expect(JSON.stringify(body.data)).toContain(JSON.stringify({ id, underWay: true }));
    for (const field of ["kind", "summary", "startedOn", "givenBy { name }"])
      expect(codeOf(await asked(field))).toBe("FIELD_NOT_SHARED");
  });

  it.each`
    who               | more                                                  | child   | code
    ${"village/HEAD"} | ${{}}                                                 | ${WANG} | ${"NOT_FOUND_OR_NOT_SHARED"}
    ${"police/HEAD"}  | ${{}}                                                 | ${LIN}  | ${"FIELD_NOT_SHARED"}
    ${"village/HEAD"} | ${{ startedOn: "2026-03-05", endedOn: "2026-03-01" }} | ${LIN}  | ${"BAD_USER_INPUT"}
    ${"village/HEAD"} | ${{ startedOn: "2999-03-05" }}                        | ${LIN}  | ${"BAD_USER_INPUT"}
  `("is not made by $who with $more: $code", async ({ who, more, child, code }) => {
    const rows = await rowsIn(world);
    expect(codeOf(await record(who, more, child))).toBe(code);
    expect(await rowsIn(world)).toEqual(rows);
  });
});
