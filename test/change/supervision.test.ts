import { asker, codeOf, payload, refusal, rowsIn, startWorld, type World } from "./world.js";

const SUBMIT = `mutation ($input: SubmitSupervisionOpinionInput!) { submitSupervisionOpinion(input: $input) {
  id version kind subject issuedOn dueOn status reply repliedOn result closedOn submittedBy { name } addressee { name } } }`;
const REPLY = `mutation ($id: ID!, $version: Int!, $reply: String!, $repliedOn: PlainDate!) {
  replySupervision(id: $id, version: $version, reply: $reply, repliedOn: $repliedOn) { id version status reply repliedOn } }`;
const CLOSE = `mutation ($id: ID!, $version: Int!, $result: String!, $closedOn: PlainDate!) {
  closeSupervision(id: $id, version: $version, result: $result, closedOn: $closedOn) { id version status result closedOn } }`;
const OPINION = { kind: "CORRECTION_OPINION", subject: "请纠正", issuedOn: "2026-03-02", dueOn: "2026-04-02" };
const ALL = "kind subject issuedOn dueOn status addressee { name }";

/** R25, B27: MPL 105, 114. */
describe("an opinion of the procuratorate to an agency", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("postgresql");
  });
  afterAll(() => world?.close());
  const supervising = asker(() => world, "LEGAL_SUPERVISION");
  const submit = (input: object = {}, who = "procuratorate/HEAD") =>
    supervising(who, SUBMIT, { input: { addressee: world.agency("school"), ...OPINION, ...input } });
  const made = async (input: object = {}, who?: string) => payload(await submit(input, who))["id"];
  const reply = (who: string, id: unknown, version = 1, more: object = {}) =>
    supervising(who, REPLY, { id, version, reply: "已整改", repliedOn: "2026-03-20", ...more });
  const close = (who: string, id: unknown, version = 1, more: object = {}) =>
    supervising(who, CLOSE, { id, version, result: "已纠正", closedOn: "2026-03-28", ...more });
  const seenBy = async (who: string, id: unknown, fields = ALL) =>
    (await supervising(who, `query ($id: ID!) { node(id: $id) { ... on LegalSupervision { ${fields} } } }`, { id }))
      .body.data?.["node"] ?? null;

  it("goes from submission over the reply to the result (R25)", async () => {
    const opinion = payload(await submit());
    expect(opinion).toEqual({
      id: expect.any(String),
      version: 1,
      ...OPINION,
      status: "SUBMITTED",
      reply: null,
      repliedOn: null,
      result: null,
      closedOn: null,
      submittedBy: { name: "procuratorate" },
      addressee: { name: "school" },
    });
    const { id } = opinion;
    const replied = { id, status: "REPLIED", reply: "已整改", repliedOn: "2026-03-20" };
    expect(payload(await reply("school/HEAD", id))).toEqual({ ...replied, version: 2 });
    expect(payload(await reply("school/LEGAL_VICE_PRINCIPAL", id, 2, { reply: "已全部整改" }))).toEqual({
      ...replied,
      version: 3,
      reply: "已全部整改",
    });
    expect(payload(await close("procuratorate/HEAD", id, 3))).toEqual({
      id,
      version: 4,
      status: "CLOSED",
      result: "已纠正",
      closedOn: "2026-03-28",
    });
    expect(codeOf(await reply("school/HEAD", id, 4))).toBe("CONFLICT");
    expect(codeOf(await close("procuratorate/HEAD", id, 4))).toBe("CONFLICT");
  });

  it.each`
    who                                    | level  | sees                                                                  | because
    ${"procuratorate/HEAD"}                | ${"F"} | ${{ ...OPINION, status: "SUBMITTED", addressee: { name: "school" } }} | ${"it is its own (F:o)"}
    ${"procuratorate/JUVENILE_PROSECUTOR"} | ${"-"} | ${null}                                                               | ${"who has not made it is not assigned to it"}
    ${"school/HEAD"}                       | ${"F"} | ${{ ...OPINION, status: "SUBMITTED", addressee: { name: "school" } }} | ${"it is addressed to the school (F:a)"}
    ${"otherSchool/HEAD"}                  | ${"-"} | ${null}                                                               | ${"another school is no addressee"}
    ${"police/HEAD"}                       | ${"-"} | ${null}                                                               | ${"no addressee either, though the place is its own (no j)"}
  `("R25 $level for $who: $because", async ({ who, sees }) => {
    expect(await seenBy(who, await made())).toEqual(sees);
  });

  it("R25 B for governance/HEAD: of its place the due date, and nothing else (B:j)", async () => {
    const id = await made();
    expect(await seenBy("governance/HEAD", id, "dueOn")).toEqual({ dueOn: "2026-04-02" });
    const query = "query ($id: ID!) { legalSupervision(id: $id) { subject } }";
    expect(codeOf(await supervising("governance/HEAD", query, { id }))).toBe("FIELD_NOT_SHARED");
    const elsewhere = await made({ addressee: world.agency("otherSchool") });
    expect(await seenBy("governance/HEAD", elsewhere, "dueOn")).toBeNull();
  });

  it("is seen by the prosecutor who has made it, and who closes it without a reply (R25)", async () => {
    const id = await made({}, "procuratorate/JUVENILE_PROSECUTOR");
    expect(await seenBy("procuratorate/JUVENILE_PROSECUTOR", id, "subject")).toEqual({ subject: "请纠正" });
    expect(payload(await close("procuratorate/JUVENILE_PROSECUTOR", id))).toMatchObject({ status: "CLOSED" });
  });

  it.each`
    who                     | does        | code
    ${"school/HEAD"}        | ${"submit"} | ${"FIELD_NOT_SHARED"}
    ${"procuratorate/HEAD"} | ${"reply"}  | ${"FIELD_NOT_SHARED"}
    ${"governance/HEAD"}    | ${"reply"}  | ${"FIELD_NOT_SHARED"}
    ${"otherSchool/HEAD"}   | ${"reply"}  | ${"NOT_FOUND_OR_NOT_SHARED"}
    ${"school/HEAD"}        | ${"close"}  | ${"FIELD_NOT_SHARED"}
    ${"governance/HEAD"}    | ${"close"}  | ${"FIELD_NOT_SHARED"}
  `("R25 is not for $who to $does: $code", async ({ who, does, code }) => {
    const id = await made();
    const answer = await (does === "submit" ? submit({}, who) : does === "reply" ? reply(who, id) : close(who, id));
    expect(codeOf(answer)).toBe(code);
    expect(await seenBy("procuratorate/HEAD", id, "version reply result")).toEqual({
      version: 1,
      reply: null,
      result: null,
    });
  });

  it("lets its addressee write the reply, and nothing else of it (R25)", async () => {
    const guard = world.hub.activation.coordinates.get("Mutation.replySupervision");
    expect(guard?.kind === "write" && guard.written.map(({ field }) => field)).toEqual(["reply", "repliedOn"]);
    const id = await made();
    payload(await reply("school/HEAD", id));
    expect(await seenBy("procuratorate/HEAD", id)).toEqual({
      ...OPINION,
      status: "REPLIED",
      addressee: { name: "school" },
    });
  });

  it.each`
    input                                              | field                | because
    ${{ dueOn: "2026-03-01" }}                         | ${"input.dueOn"}     | ${"due before it was issued"}
    ${{ addressee: "governance" }}                     | ${"input.addressee"} | ${"a governance office has no cell with a"}
    ${{ issuedOn: "2999-01-01", dueOn: "2999-02-01" }} | ${"input.issuedOn"}  | ${"issued on a day to come"}
  `("is refused: $because", async ({ input, field }) => {
    const before = await rowsIn(world);
    const addressee = input.addressee ? world.agency(input.addressee) : world.agency("school");
    expect(refusal(await submit({ ...input, addressee }))).toMatchObject({ code: "BAD_USER_INPUT", field });
    expect(await rowsIn(world)).toEqual(before);
  });

  it("is not replied to before it was issued, nor on an old version", async () => {
    const id = await made();
    expect(refusal(await reply("school/HEAD", id, 1, { repliedOn: "2026-03-01" }))).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "repliedOn",
    });
    payload(await reply("school/HEAD", id));
    expect(codeOf(await close("procuratorate/HEAD", id, 1))).toBe("CONFLICT");
  });
});
