import { asker, codeOf, LIN, payload, refusal, rowsIn, startWorld, WANG, type World } from "./world.js";

const PLACE = `mutation ($input: PlaceMinorInput!) { placeMinor(input: $input) {
  id version kind status caredFor placedOn reviewDueOn endedOn
  placedBy { name } office { name } minor { fullName } } }`;
const REVIEW = `mutation ($id: ID!, $version: Int!, $day: PlainDate!) {
  reviewPlacement(id: $id, version: $version, reviewedOn: $day) { version status reviewedOn reviewDueOn } }`;
const END = `mutation ($id: ID!, $version: Int!, $day: PlainDate!) {
  endPlacement(id: $id, version: $version, endedOn: $day) { version status caredFor reviewDueOn endedOn } }`;
const FOSTER = { kind: "FOSTER", placedOn: "2026-03-01" };
const WHERE = { address: "清溪镇竹园村 6 组 11 号", fosterCarer: "沈玉兰" };

/** R32, R33, B7; MPL 92-96: that a child is placed, and where. */
describe("the placement of a child outside its family", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("postgresql");
    await world.sql(
      `INSERT INTO case_file (id, ref, place, kind, stage, opened_on, lead_agency)
      SELECT id, ref, place, 'ABANDONMENT', 'FILED', '2026-03-01', (SELECT id FROM agency WHERE name = 'police')
        FROM (SELECT gen_random_uuid() AS id, gen_random_uuid() AS ref, place FROM minor WHERE id = $1) m`,
      [LIN],
    );
    const [file] = await world.sql<{ id: string }>("SELECT id FROM case_file");
    await world.sql("INSERT INTO case_minor (case_file, minor, role) VALUES ($1, $2, 'CONCERNED')", [file?.id, LIN]);
    for (const agency of ["police", "school"]) await relate("Case", file?.id, agency, "PART");
    await relate("Minor", LIN, "house", "SOURCE");
  });
  afterAll(() => world?.close());

  const relate = (type: string, record: unknown, agency: string, kind: string, more = {}) =>
    world.sql(
      `SELECT hub_involve(jsonb_build_array(jsonb_build_object('record_type', $1::text, 'record', $2::uuid, 'kind', $4::text,
         'agency', (SELECT id FROM agency WHERE name = $3), 'basis', 'test') || $5))`,
      [type, record, agency, kind, JSON.stringify(more)],
    );
  const placing = asker(() => world, "PLACEMENT");
  const place = (who: string, input: object = {}, child = LIN) =>
    placing(who, PLACE, { input: { minor: world.id("Minor", child), ...FOSTER, ...input } });
  const review = (who: string, id: unknown, version: number, day = "2026-03-20") =>
    placing(who, REVIEW, { id, version, day });
  const end = (who: string, id: unknown, version: number, day = "2026-03-25") =>
    placing(who, END, { id, version, day });
  const THAT = "kind caredFor office { name }";
  const WHERE_IT_IS = "address fosterCarer contactThrough { name }";
  const look = (who: string, id: unknown, fields: string, purpose = "PLACEMENT") =>
    world.hub.ask(who, `query ($id: ID!) { node(id: $id) { ... on Placement { ${fields} } } }`, {
      purpose,
      variables: { id },
    });
  const seenBy = async (who: string, id: unknown, purpose?: string) =>
    (await look(who, id, `${THAT} ${WHERE_IT_IS}`, purpose)).body.data?.["node"] ?? null;
  /** A placement of Lin for one test; the office has one at a time. */
  async function placed<T>(test: (id: unknown) => Promise<T>): Promise<void> {
    const { id } = payload(await place("social/HEAD", WHERE));
    try {
      await test(id);
    } finally {
      await world.sql("UPDATE placement SET ended_on = '2026-03-02' WHERE id = $1", [world.keyOf(id)]);
    }
  }

  it("is recorded by the social affairs office, which answers for it", () =>
    placed(async (id) => {
      const query =
        "query ($id: ID!) { placement(id: $id) { version kind status caredFor placedOn reviewedOn reviewDueOn endedOn address placedBy { name } office { name } minor { placements { id } } } }";
      expect((await placing("social/HEAD", query, { id })).body.data?.["placement"]).toEqual({
        version: 1,
        kind: "FOSTER",
        status: "PLACED",
        caredFor: true,
        placedOn: "2026-03-01",
        reviewedOn: null,
        reviewDueOn: "2026-03-31",
        endedOn: null,
        address: WHERE.address,
        placedBy: { name: "social" },
        office: { name: "social" },
        minor: { placements: [{ id }] },
      });
    }));

  const that = { kind: "FOSTER", caredFor: true, office: { name: "social" } };
  const where = { ...WHERE, contactThrough: { name: "social" } };
  const nowhere = { address: null, fosterCarer: null, contactThrough: null };
  it("R32, R33: is shown to each by what he has to do with it", () =>
    placed(async (id) => {
      for (const [who, shown, because] of [
        ["social/HEAD", { ...that, ...where }, "R32 and R33 F:o, its own"],
        ["house/HEAD", { ...that, ...where }, "R32 and R33 F:k, the house in which the child is"],
        ["police/HEAD", { ...that, ...nowhere }, "R32 F:p; R33 only by request"],
        ["school/LEGAL_VICE_PRINCIPAL", null, "the post has neither"],
        ["village/VILLAGE_CHILD_DIRECTOR", null, "no cell, though the child lives there"],
        ["bureau/HEAD", null, "no cell"],
        ["rescue/HEAD", null, "neither its own nor a part"],
        ["otherSchool/HEAD", null, "nothing to do with the child"],
      ] as const)
        expect({ who, because, sees: await seenBy(who, id) }).toEqual({ who, because, sees: shown });
    }));

  it("R32, R33: tells a school that takes part in the child's case whom to ask (X:p), and nothing else", () =>
    placed(async (id) => {
      const pointer = "caredFor office { name } contactThrough { name }";
      const shown = { caredFor: true, office: { name: "social" }, contactThrough: { name: "social" } };
      expect((await look("school/HEAD", id, pointer)).body.data?.["node"]).toEqual(shown);
      expect((await look("otherSchool/HEAD", id, pointer)).body.data?.["node"]).toBeNull();
      for (const field of ["kind", "status", "placedOn", "placedBy { name }", "address", "fosterCarer"])
        expect(codeOf(await look("school/HEAD", id, field))).toBe("FIELD_NOT_SHARED");
    }));

  it("R33: is not for the posts of the office that only keep the list", () =>
    placed(async (id) => {
      expect((await look("social/CHILD_SUPERVISOR", id, THAT)).body.data?.["node"]).toEqual(that);
      expect(codeOf(await look("social/CHILD_SUPERVISOR", id, WHERE_IT_IS))).toBe("FIELD_NOT_SHARED");
    }));

  it("R33: shows the police station the address by an approved request, or in an emergency", () =>
    placed(async (id) => {
      await relate("Placement", world.keyOf(id), "police", "SHARE", { policy_row: "R33" });
      expect(await seenBy("police/HEAD", id)).toMatchObject(where);
      await world.sql("DELETE FROM involvement WHERE kind = 'SHARE'");
      expect(await seenBy("police/HEAD", id)).toMatchObject(nowhere);

      const [officer] = await world.sql<{ id: string }>("SELECT id FROM person WHERE subject = 'police/DUTY_OFFICER'");
      const until = new Date(Date.now() + 3_600_000).toISOString();
      await relate("Minor", LIN, "police", "BREAK_GLASS", { person: officer?.id, until });
      expect(await seenBy("police/DUTY_OFFICER", id, "LIFE_SAFETY")).toMatchObject(where);
      expect(await seenBy("police/HEAD", id, "LIFE_SAFETY")).toMatchObject(nowhere);
    }));

  it("is hidden from whoever has a conflict of interest about the child, also from the house and its keeper", () =>
    placed(async (id) => {
      for (const agency of ["house", "social", "police"]) {
        expect(await seenBy(`${agency}/HEAD`, id)).toMatchObject(that);
        await relate("Minor", LIN, agency, "CONFLICT");
        expect(await seenBy(`${agency}/HEAD`, id)).toBeNull();
        await world.sql("DELETE FROM involvement WHERE kind = 'CONFLICT' AND via IS NULL");
      }
    }));

  it("R33 never becomes the home address (R6), nor the child's place", () =>
    placed(async () => {
      const home = "query ($id: ID!) { minor(id: $id) { homeAddress residence { code } } }";
      const { text, body } = await world.hub.ask("village/HEAD", home, {
        purpose: "GUARDIANSHIP_SUPERVISION",
        variables: { id: world.id("Minor", LIN) },
      });
      expect(body.data?.["minor"]).toEqual({ homeAddress: null, residence: { code: "990101101200" } });
      expect(text).not.toContain(WHERE.address);
    }));

  it.each`
    who                          | input                         | child   | code                         | because
    ${"school/HEAD"}             | ${{}}                         | ${LIN}  | ${"FIELD_NOT_SHARED"}        | ${"no writer of R32"}
    ${"house/HEAD"}              | ${{}}                         | ${LIN}  | ${"FIELD_NOT_SHARED"}        | ${"no writer of R32"}
    ${"social/CHILD_SUPERVISOR"} | ${WHERE}                      | ${LIN}  | ${"FIELD_NOT_SHARED"}        | ${"the post has no R33"}
    ${"social/HEAD"}             | ${{}}                         | ${WANG} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"a child of another township"}
    ${"rescue/HEAD"}             | ${{}}                         | ${LIN}  | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"a child that it has not taken in"}
    ${"social/HEAD"}             | ${{ office: "police" }}       | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"no social affairs office"}
    ${"social/HEAD"}             | ${{ placedOn: "2999-01-01" }} | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"yet to come"}
    ${"social/HEAD"}             | ${{ address: "" }}            | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"empty"}
  `("is not recorded by $who with $input: $because", async ({ who, input, child, code }) => {
    const rows = await rowsIn(world);
    const named = input.office ? { office: world.agency(input.office) } : {};
    expect(codeOf(await place(who, { ...input, ...named }, child))).toBe(code);
    expect(await rowsIn(world)).toEqual(rows);
  });

  it("is a rescue station's of a child that it has taken in, and names the office that answers for it", async () => {
    await relate("Minor", WANG, "rescue", "SOURCE");
    expect(refusal(await place("rescue/INTAKE_WORKER", {}, WANG))).toMatchObject({ field: "input.office" });
    const made = payload(await place("rescue/INTAKE_WORKER", { office: world.agency("social") }, WANG));
    expect(made).toMatchObject({ placedBy: { name: "rescue" }, office: { name: "social" } });
    expect(await seenBy("rescue/HEAD", made["id"])).toMatchObject({ kind: "FOSTER" });
    // R32 F:j: not of a child that lives elsewhere.
    expect(await seenBy("social/HEAD", made["id"])).toBeNull();
  });

  it("is one at a time for each agency", () =>
    placed(async () => {
      const rows = await rowsIn(world);
      expect(codeOf(await place("social/HEAD"))).toBe("CONFLICT");
      expect(await rowsIn(world)).toEqual(rows);
    }));

  it("is reviewed within 30 days and again, and ends, by the agency that made it, as it was read", async () => {
    const { id } = payload(await place("social/HEAD"));
    expect(codeOf(await review("rescue/HEAD", id, 1))).toBe("NOT_FOUND_OR_NOT_SHARED");
    expect(refusal(await review("social/HEAD", id, 1, "2026-02-28"))).toMatchObject({ field: "reviewedOn" });
    expect(codeOf(await review("social/HEAD", id, 2))).toBe("CONFLICT");
    expect(payload(await review("social/CHILD_SUPERVISOR", id, 1))).toEqual({
      version: 2,
      status: "CONTINUED",
      reviewedOn: "2026-03-20",
      reviewDueOn: "2026-04-19",
    });
    expect(refusal(await end("social/HEAD", id, 2, "2026-03-19"))).toMatchObject({ field: "endedOn" });
    expect(payload(await end("social/HEAD", id, 2))).toEqual({
      version: 3,
      status: "ENDED",
      caredFor: false,
      reviewDueOn: null,
      endedOn: "2026-03-25",
    });
    expect(codeOf(await end("social/HEAD", id, 3))).toBe("CONFLICT");
    expect(codeOf(await review("social/HEAD", id, 3))).toBe("CONFLICT");
  });
});
