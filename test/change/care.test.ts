import { asker, codeOf, LIN, payload, refusal, rowsIn, startWorld, WANG, type World } from "./world.js";

const REGISTER = `mutation ($input: RegisterCareChildInput!) { registerCareChild(input: $input) {
  id version status carer parentsWorkPlace since endedOn registeredBy { name } minor { fullName } } }`;
const END = `mutation ($id: ID!, $version: Int!, $endedOn: PlainDate!) {
  endCareRegistration(id: $id, version: $version, endedOn: $endedOn) { id version endedOn } }`;
const LEFT_BEHIND = { status: "LEFT_BEHIND", carer: "奶奶", parentsWorkPlace: "广东省东莞市", since: "2026-03-01" };

/** R38, B18: the census is led by schools; village and women's federation register beside them. */
describe("the registration of a left-behind or migrant child", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("postgresql");
  });
  afterAll(() => world?.close());
  const caring = asker(() => world, "LEFT_BEHIND_CARE");
  const register = (who: string, input: object = {}, child = LIN) =>
    caring(who, REGISTER, { input: { minor: world.id("Minor", child), ...LEFT_BEHIND, ...input } });
  const end = (who: string, id: unknown, version: unknown, endedOn = "2026-03-20") =>
    caring(who, END, { id, version, endedOn });
  const seenBy = async (who: string, id: unknown) => {
    const query = `query ($id: ID!) { node(id: $id) { ... on CareRegistration { status } } }`;
    return (await caring(who, query, { id })).body.data?.["node"] ?? null;
  };

  it("is the school's own, of its own pupil, and stands at the child", async () => {
    const made = payload(await register("school/REGISTRAR"));
    expect(made).toEqual({
      id: expect.any(String),
      version: 1,
      ...LEFT_BEHIND,
      endedOn: null,
      registeredBy: { name: "school" },
      minor: { fullName: "林小满" },
    });
    const back = await caring("school/REGISTRAR", "query ($id: ID!) { minor(id: $id) { careRegistrations { id } } }", {
      id: world.id("Minor", LIN),
    });
    expect(back.body.data).toEqual({ minor: { careRegistrations: [{ id: made["id"] }] } });
    await end("school/REGISTRAR", made["id"], 1);
  });

  it.each`
    who                                 | sees     | because
    ${"school/HEAD"}                    | ${true}  | ${"F:o, its own"}
    ${"village/VILLAGE_CHILD_DIRECTOR"} | ${true}  | ${"F:j, the child lives there"}
    ${"otherSchool/HEAD"}               | ${false} | ${"F:o, not its own"}
    ${"social/CHILD_SUPERVISOR"}        | ${false} | ${"F:j, no duty for registrations here"}
  `("is seen by $who: $sees ($because)", async ({ who, sees }) => {
    const { id } = payload(await register("school/HEAD"));
    expect(await seenBy(who, id)).toEqual(sees ? { status: "LEFT_BEHIND" } : null);
    await end("school/HEAD", id, 1);
  });

  it("is the village's where the child lives, whatever the school has registered", async () => {
    const { id } = payload(await register("school/HEAD"));
    const villages = payload(await register("village/VILLAGE_CHILD_DIRECTOR", { status: "BOTH" }));
    expect(villages).toMatchObject({ status: "BOTH", registeredBy: { name: "village" } });
    // A school sees its own registrations only.
    expect(await seenBy("school/HEAD", villages["id"])).toBeNull();
    await end("village/VILLAGE_CHILD_DIRECTOR", villages["id"], 1);
    await end("school/HEAD", id, 1);
  });

  it("follows the child: whoever it moves to sees it, and whom it leaves does not", async () => {
    const { id } = payload(await register("school/HEAD"));
    await world.sql("UPDATE minor SET place = 990102202300 WHERE id = $1", [LIN]);
    expect(await seenBy("village/VILLAGE_CHILD_DIRECTOR", id)).toBeNull();
    expect(await seenBy("school/HEAD", id)).toEqual({ status: "LEFT_BEHIND" });
    await world.sql("UPDATE minor SET place = 990101101200 WHERE id = $1", [LIN]);
    expect(await seenBy("village/VILLAGE_CHILD_DIRECTOR", id)).toEqual({ status: "LEFT_BEHIND" });
    await end("school/HEAD", id, 1);
  });

  it.each`
    who                                 | input                      | child   | code                         | because
    ${"school/HEAD"}                    | ${{}}                      | ${WANG} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"another school's pupil"}
    ${"school/CLASS_TEACHER"}           | ${{}}                      | ${LIN}  | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"a pupil of another class"}
    ${"village/VILLAGE_CHILD_DIRECTOR"} | ${{}}                      | ${WANG} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"a child of another village"}
    ${"social/CHILD_SUPERVISOR"}        | ${{}}                      | ${LIN}  | ${"FIELD_NOT_SHARED"}        | ${"no writer of R38"}
    ${"police/HEAD"}                    | ${{}}                      | ${LIN}  | ${"PURPOSE_NOT_ALLOWED"}     | ${"not a purpose of the police"}
    ${"school/HEAD"}                    | ${{ since: "2999-01-01" }} | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"yet to come"}
    ${"school/HEAD"}                    | ${{ carer: "" }}           | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"empty"}
  `("is not made by $who with $input: $because", async ({ who, input, child, code }) => {
    const rows = await rowsIn(world);
    expect(codeOf(await register(who, input, child))).toBe(code);
    expect(await rowsIn(world)).toEqual(rows);
  });

  it("is one at a time for each agency", async () => {
    const { id } = payload(await register("school/HEAD"));
    const rows = await rowsIn(world);
    expect(codeOf(await register("school/HEAD"))).toBe("CONFLICT");
    expect(await rowsIn(world)).toEqual(rows);
    await end("school/HEAD", id, 1);
    expect(payload(await register("school/HEAD"))["id"]).not.toBe(id);
  });

  it("is made once, however often the request comes", async () => {
    const input = { minor: world.id("Minor", WANG), ...LEFT_BEHIND };
    const once = await caring("otherSchool/HEAD", REGISTER, { input }, "care-1");
    const again = await caring("otherSchool/HEAD", REGISTER, { input }, "care-1");
    expect(again.text).toBe(once.text);
  });

  it("is ended by the agency that made it, once, not before it began, and as it was read", async () => {
    const { id } = payload(await register("village/HEAD"));
    expect(codeOf(await end("school/HEAD", id, 1))).toBe("NOT_FOUND_OR_NOT_SHARED");
    expect(refusal(await end("village/HEAD", id, 1, "2026-02-01"))).toMatchObject({ field: "endedOn" });
    expect(codeOf(await end("village/HEAD", id, 2))).toBe("CONFLICT");
    expect(payload(await end("village/HEAD", id, 1))).toEqual({ id, version: 2, endedOn: "2026-03-20" });
    expect(codeOf(await end("village/HEAD", id, 2))).toBe("CONFLICT");
  });
});
