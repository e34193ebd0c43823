import { asker, codeOf, LIN, payload, refusal, rowsIn, startWorld, WANG, type World } from "./world.js";

const ASSESS = `mutation ($input: AssessGuardianshipInput!) { assessGuardianship(input: $input) {
  id version assessedOn risks level findings visits nextVisitBy closedOn guidanceUnderWay assessedBy { name } minor { fullName } } }`;
const VISIT = `mutation ($id: ID!, $version: Int!, $visitedOn: PlainDate!, $level: GuardianshipRiskLevel, $nextVisitBy: PlainDate!) {
  recordGuidance(id: $id, version: $version, visitedOn: $visitedOn, guidance: "每周通话", level: $level, nextVisitBy: $nextVisitBy) {
    id version visits lastVisitOn guidance level nextVisitBy } }`;
const CLOSE = `mutation ($id: ID!, $version: Int!, $closedOn: PlainDate!) {
  closeGuardianshipAssessment(id: $id, version: $version, closedOn: $closedOn) { id version closedOn nextVisitBy guidanceUnderWay } }`;
const VIOLENCE = {
  assessedOn: "2026-03-01",
  risks: ["DOMESTIC_VIOLENCE"],
  level: "HIGH",
  findings: "夜间有打骂声",
  nextVisitBy: "2026-03-31",
};

/** R9a, B8: MPL 43, 81. */
describe("the assessment of a child's guardianship", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("postgresql");
  });
  afterAll(() => world?.close());
  const supervising = asker(() => world, "GUARDIANSHIP_SUPERVISION");
  const handling = asker(() => world, "CASE_HANDLING");
  const assess = (who: string, input: object = {}, child = LIN) =>
    supervising(who, ASSESS, { input: { minor: world.id("Minor", child), ...VIOLENCE, ...input } });
  const visit = (who: string, id: unknown, version: unknown, more: object = {}) =>
    supervising(who, VISIT, { id, version, visitedOn: "2026-03-10", nextVisitBy: "2026-06-08", ...more });
  const close = (who: string, id: unknown, version: unknown, closedOn = "2026-03-20") =>
    supervising(who, CLOSE, { id, version, closedOn });
  const seenBy = async (who: string, id: unknown) => {
    const fields = "level guidanceUnderWay minor { fullName }";
    const query = `query ($id: ID!) { node(id: $id) { ... on GuardianshipAssessment { ${fields} } } }`;
    return (await supervising(who, query, { id })).body.data?.["node"] ?? null;
  };
  const IN_FULL = { level: "HIGH", guidanceUnderWay: true, minor: { fullName: "林小满" } };
  const OFFICE = "social/CHILD_SUPERVISOR";

  it("is the social affairs office's, and stands at the child (R9a)", async () => {
    const made = payload(await assess(OFFICE));
    expect(made).toEqual({
      id: expect.any(String),
      version: 1,
      ...VIOLENCE,
      visits: 0,
      closedOn: null,
      guidanceUnderWay: true,
      assessedBy: { name: "social" },
      minor: { fullName: "林小满" },
    });
    const back = await supervising(OFFICE, "query ($id: ID!) { minor(id: $id) { guardianshipAssessments { id } } }", {
      id: world.id("Minor", LIN),
    });
    expect(back.body.data).toEqual({ minor: { guardianshipAssessments: [{ id: made["id"] }] } });
    await close(OFFICE, made["id"], 1);
  });

  it.each`
    who                                 | level  | because
    ${"social/CHILD_SUPERVISOR"}        | ${"F"} | ${"F:o,j"}
    ${"social/AID_CLERK"}               | ${"-"} | ${"a post without R9a"}
    ${"village/VILLAGE_CHILD_DIRECTOR"} | ${"X"} | ${"X:j, a neighbour"}
    ${"school/HEAD"}                    | ${"X"} | ${"X:k, its pupil"}
    ${"school/REGISTRAR"}               | ${"-"} | ${"a post without R9a"}
    ${"otherSchool/HEAD"}               | ${"-"} | ${"no pupil of it"}
    ${"police/DUTY_OFFICER"}            | ${"-"} | ${"F:p, takes part in nothing"}
  `("is shown to $who at $level ($because; R9a)", async ({ who, level }) => {
    const { id } = payload(await assess(OFFICE));
    const shown = { F: IN_FULL, X: { level: null, guidanceUnderWay: true, minor: IN_FULL.minor }, "-": null };
    expect(await seenBy(who, id)).toEqual(shown[level as keyof typeof shown]);
    await close(OFFICE, id, 1);
  });

  it("of violence at home is not found by a neighbour who looks for it (R9a)", async () => {
    const { id } = payload(await assess(OFFICE));
    const found = async (who: string, filter: string) =>
      (await supervising(who, `{ guardianshipAssessments(filter: ${filter}) { totalCount } }`)).body.data;
    for (const filter of [
      '{ risks: { has: DOMESTIC_VIOLENCE }, nextVisitBy: { gte: "2026-01-01" } }',
      '{ level: { eq: HIGH }, nextVisitBy: { gte: "2026-01-01" } }',
      '{ not: { level: { eq: LOW } }, nextVisitBy: { gte: "2026-01-01" } }',
    ]) {
      expect(await found(OFFICE, filter)).toEqual({ guardianshipAssessments: { totalCount: 1 } });
      expect(await found("village/HEAD", filter)).toEqual({ guardianshipAssessments: { totalCount: 0 } });
    }
    await close(OFFICE, id, 1);
  });

  it("is the police's to read as long as it takes part in a case of the child (R9a, F:p)", async () => {
    const { id } = payload(await assess(OFFICE));
    const input = {
      kind: "GUARDIANSHIP",
      openedOn: "2026-03-01",
      division: "990101101200",
      minors: [world.id("Minor", LIN)],
    };
    const opened = await handling(
      "social/HEAD",
      "mutation ($input: OpenCaseInput!) { openCase(input: $input) { id } }",
      {
        input,
      },
    );
    const party = { id: payload(opened)["id"], agency: world.agency("police") };
    const take = "addCaseParticipant(id: $id, version: 1, agency: $agency) { version }";
    const leave = "endCaseParticipation(id: $id, version: 2, agency: $agency) { version }";
    expect(await seenBy("police/DUTY_OFFICER", id)).toBeNull();
    await handling("social/HEAD", `mutation ($id: ID!, $agency: ID!) { ${take} }`, party);
    expect(await seenBy("police/DUTY_OFFICER", id)).toEqual(IN_FULL);
    await handling("social/HEAD", `mutation ($id: ID!, $agency: ID!) { ${leave} }`, party);
    expect(await seenBy("police/DUTY_OFFICER", id)).toBeNull();
    await close(OFFICE, id, 1);
  });

  it.each`
    who                          | input                                | child   | code                         | because
    ${"village/HEAD"}            | ${{}}                                | ${LIN}  | ${"FIELD_NOT_SHARED"}        | ${"no writer of R9a"}
    ${"social/AID_CLERK"}        | ${{}}                                | ${LIN}  | ${"FIELD_NOT_SHARED"}        | ${"a post without R9a"}
    ${"social/CHILD_SUPERVISOR"} | ${{}}                                | ${WANG} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"a child of another township"}
    ${"social/CHILD_SUPERVISOR"} | ${{ assessedOn: "2999-01-01" }}      | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"yet to come"}
    ${"social/CHILD_SUPERVISOR"} | ${{ risks: ["POVERTY", "POVERTY"] }} | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"the same twice"}
    ${"social/CHILD_SUPERVISOR"} | ${{ nextVisitBy: "2026-02-28" }}     | ${LIN}  | ${"BAD_USER_INPUT"}          | ${"a visit before the assessment"}
  `("is not made by $who with $input: $because (R9a)", async ({ who, input, child, code }) => {
    const rows = await rowsIn(world);
    expect(codeOf(await assess(who, input, child))).toBe(code);
    expect(await rowsIn(world)).toEqual(rows);
  });

  it("is followed by visits, one after the other, and ends (B8)", async () => {
    const { id } = payload(await assess(OFFICE));
    expect(codeOf(await assess(OFFICE))).toBe("CONFLICT");
    expect(payload(await visit(OFFICE, id, 1, { level: "MEDIUM" }))).toEqual({
      id,
      version: 2,
      visits: 1,
      lastVisitOn: "2026-03-10",
      guidance: "每周通话",
      level: "MEDIUM",
      nextVisitBy: "2026-06-08",
    });
    expect(codeOf(await visit(OFFICE, id, 1))).toBe("CONFLICT");
    expect(refusal(await visit(OFFICE, id, 2, { visitedOn: "2026-03-09" }))).toMatchObject({ field: "visitedOn" });
    expect(refusal(await visit(OFFICE, id, 2, { nextVisitBy: "2026-03-09" }))).toMatchObject({ field: "nextVisitBy" });
    expect(payload(await visit(OFFICE, id, 2))).toMatchObject({ version: 3, visits: 2, level: "MEDIUM" });
    expect(refusal(await close(OFFICE, id, 3, "2026-03-09"))).toMatchObject({ field: "closedOn" });
    expect(payload(await close(OFFICE, id, 3))).toEqual({
      id,
      version: 4,
      closedOn: "2026-03-20",
      nextVisitBy: null,
      guidanceUnderWay: false,
    });
    expect(codeOf(await visit(OFFICE, id, 4, { visitedOn: "2026-03-21" }))).toBe("CONFLICT");
    expect(codeOf(await close(OFFICE, id, 4))).toBe("CONFLICT");
  });

  it("is not for others to end, whatever version they guess (R9a)", async () => {
    const { id } = payload(await assess(OFFICE));
    for (const version of [1, 2]) expect(codeOf(await close("village/HEAD", id, version))).toBe("FIELD_NOT_SHARED");
    await close(OFFICE, id, 1);
  });
});
