import { hasTerm, ProtectionMeasureKind } from "../../src/domain/protection/index.js";
import { asker, codeOf, LIN, payload, refusal, rowsIn, startWorld, WANG, type World } from "./world.js";

const ISSUE = `mutation ($input: IssueProtectionMeasureInput!) { issueProtectionMeasure(input: $input) {
  id version kind number issuer terms issuedOn validUntil endedOn recordedBy { name } addressee { name } minor { fullName } } }`;
const END = `mutation ($id: ID!, $version: Int!, $endedOn: PlainDate!) {
  endProtectionMeasure(id: $id, version: $version, endedOn: $endedOn) { id version endedOn } }`;
const LETTER = { kind: "WARNING_LETTER", issuer: "金源镇派出所", terms: "不得再次打骂", issuedOn: "2026-03-02" };

/** R24: DV 17, 32. */
describe("a warning letter or protection order for a child", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("postgresql");
    // The police and the school take part in a case of Lin's.
    const input = { kind: "DOMESTIC_VIOLENCE", openedOn: "2026-03-01", division: "990101101200" };
    const { id } = payload(
      await handling("social/HEAD", "mutation ($input: OpenCaseInput!) { openCase(input: $input) { id } }", {
        input: { ...input, minors: [world.id("Minor", LIN)] },
      }),
    );
    for (const [version, agency] of [
      [1, "police"],
      [2, "school"],
    ] as const)
      await handling(
        "social/HEAD",
        "mutation ($id: ID!, $version: Int!, $agency: ID!) { addCaseParticipant(id: $id, version: $version, agency: $agency) { id } }",
        { id, version, agency: world.agency(agency) },
      );
  });
  afterAll(() => world?.close());
  const handling = asker(() => world, "CASE_HANDLING");
  const issue = (input: object = {}, who = "police/DUTY_OFFICER", child = LIN) =>
    handling(who, ISSUE, { input: { minor: world.id("Minor", child), ...LETTER, ...input } });
  const end = (who: string, id: unknown, version: unknown, endedOn = "2026-03-20") =>
    handling(who, END, { id, version, endedOn });
  const seenBy = async (who: string, id: unknown) => {
    const query = `query ($id: ID!) { node(id: $id) { ... on ProtectionMeasure { terms } } }`;
    return (await handling(who, query, { id })).body.data?.["node"] ?? null;
  };

  it("is the police's, goes to the village, and stands at the child (R24)", async () => {
    const made = payload(await issue({ number: "诫字1号", addressee: world.agency("village") }));
    expect(made).toEqual({
      id: expect.any(String),
      version: 1,
      ...LETTER,
      number: "诫字1号",
      validUntil: null,
      endedOn: null,
      recordedBy: { name: "police" },
      addressee: { name: "village" },
      minor: { fullName: "林小满" },
    });
    const back = await handling("village/HEAD", "query ($id: ID!) { minor(id: $id) { protectionMeasures { id } } }", {
      id: world.id("Minor", LIN),
    });
    expect(back.body.data).toEqual({ minor: { protectionMeasures: [{ id: made["id"] }] } });
  });

  it.each`
    who                              | copied   | sees     | because
    ${"police/HEAD"}                 | ${false} | ${true}  | ${"F:o, its own"}
    ${"social/CHILD_SUPERVISOR"}     | ${false} | ${true}  | ${"F:p, leads the case"}
    ${"school/LEGAL_VICE_PRINCIPAL"} | ${false} | ${true}  | ${"F:p, takes part in the case"}
    ${"school/REGISTRAR"}            | ${false} | ${false} | ${"a post without R24"}
    ${"otherSchool/HEAD"}            | ${false} | ${false} | ${"F:p, takes part in nothing"}
    ${"village/HEAD"}                | ${true}  | ${true}  | ${"F:a, has a copy"}
    ${"village/HEAD"}                | ${false} | ${false} | ${"F:a, the child lives there, and no copy was sent"}
    ${"governance/HEAD"}             | ${true}  | ${false} | ${"-, no part of the policy"}
  `("is read by $who, the village having a copy ($copied): $sees ($because; R24)", async ({ who, copied, sees }) => {
    const { id } = payload(await issue(copied ? { addressee: world.agency("village") } : {}));
    expect(await seenBy(who, id)).toEqual(sees ? { terms: LETTER.terms } : null);
  });

  it.each`
    input                           | who                      | child   | code                         | because
    ${{}}                           | ${"social/HEAD"}         | ${LIN}  | ${"FIELD_NOT_SHARED"}        | ${"no writer of R24"}
    ${{}}                           | ${"police/DUTY_OFFICER"} | ${WANG} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"a child with which the police have nothing to do"}
    ${{ issuedOn: "2999-01-01" }}   | ${"police/DUTY_OFFICER"} | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"yet to come"}
    ${{ kind: "PROTECTION_ORDER" }} | ${"police/DUTY_OFFICER"} | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"an order without its last day"}
    ${{ addressee: "A" }}           | ${"police/DUTY_OFFICER"} | ${LIN}  | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"no agency"}
    ${{ addressee: "school" }}      | ${"police/DUTY_OFFICER"} | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"a copy shows a school nothing"}
  `("is not issued by $who with $input: $because (R24)", async ({ input, who, child, code }) => {
    const rows = await rowsIn(world);
    const to = input.addressee === "school" ? { addressee: world.agency("school") } : {};
    expect(codeOf(await issue({ ...input, ...to }, who, child))).toBe(code);
    expect(await rowsIn(world)).toEqual(rows);
  });

  it.each`
    kind                  | issuedOn        | validUntil      | can
    ${"WARNING_LETTER"}   | ${"2026-03-02"} | ${null}         | ${true}
    ${"WARNING_LETTER"}   | ${"2026-03-02"} | ${"2026-03-09"} | ${false}
    ${"PROTECTION_ORDER"} | ${"2026-03-02"} | ${"2026-09-02"} | ${true}
    ${"PROTECTION_ORDER"} | ${"2026-03-02"} | ${"2026-09-03"} | ${false}
    ${"PROTECTION_ORDER"} | ${"2026-08-31"} | ${"2027-02-28"} | ${true}
    ${"PROTECTION_ORDER"} | ${"2026-08-31"} | ${"2027-03-01"} | ${false}
    ${"PROTECTION_ORDER"} | ${"2026-03-02"} | ${"2026-03-01"} | ${false}
  `("of kind $kind from $issuedOn until $validUntil: $can (DV 30)", ({ kind, issuedOn, validUntil, can }) =>
    expect(hasTerm(kind as ProtectionMeasureKind, issuedOn, validUntil)).toBe(can),
  );

  it("is ended by the station that keeps it, once, not before its issue, and as it was read (R24)", async () => {
    const { id } = payload(await issue({ kind: "PROTECTION_ORDER", validUntil: "2026-09-02" }));
    expect(codeOf(await end("social/HEAD", id, 1))).toBe("FIELD_NOT_SHARED");
    expect(refusal(await end("police/HEAD", id, 1, "2026-03-01"))).toMatchObject({ field: "endedOn" });
    expect(codeOf(await end("police/HEAD", id, 2))).toBe("CONFLICT");
    expect(payload(await end("police/HEAD", id, 1))).toEqual({ id, version: 2, endedOn: "2026-03-20" });
    expect(codeOf(await end("police/HEAD", id, 2))).toBe("CONFLICT");
  });
});
