import { type AgencyName, asker, codeOf, payload, refusal, rowsIn, startWorld, VILLAGE, type World } from "./world.js";

const FIELDS = `id version origin kind level placeName foundOn month finding status openedOn dueOn rectification rectifiedOn
  verifiedOn closedOn recurrences division { code } township { code } foundBy { name } assignedTo { name } verifiedBy { name }`;
const PUBLISH = `mutation ($input: PublishInspectionInput!) { publishInspection(input: $input) { ${FIELDS} } }`;
const OPEN = `mutation ($input: OpenLedgerEntryInput!) { openLedgerEntry(input: $input) { ${FIELDS} } }`;
const FOUND = {
  division: VILLAGE,
  placeName: "星光网吧",
  kind: "VENUE",
  foundOn: "2026-03-02",
  finding: "接纳未成年人上网",
};
/** The steps of an entry after it is there, with what each is told beside id and version. */
const STEPS = {
  findingToLedger: { args: "level: LARGER, openedOn: $day", day: "2026-03-03" },
  assignRectification: { args: "assignedTo: $agency", day: "" },
  reportRectification: { args: 'rectification: "已整改", rectifiedOn: $day', day: "2026-03-06" },
  verifyRectification: { args: "passed: $passed, verifiedOn: $day", day: "2026-03-07" },
  closeLedgerEntry: { args: "closedOn: $day", day: "2026-03-08" },
  reopenLedgerEntry: { args: "openedOn: $day", day: "2026-03-20" },
} as const;
type Step = keyof typeof STEPS;

/** R31, R31b; B25, B26. */
describe("an inspection, and the hazard that it has found", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("postgresql");
  });
  afterAll(() => world?.close());
  const inspecting = asker(() => world, "INSPECTION_AND_RECTIFICATION");
  const publish = (input: object = {}, who = "governance/LEDGER_CLERK") =>
    inspecting(who, PUBLISH, { input: { ...FOUND, ...input } });
  const open = (input: object = {}, who = "governance/LEDGER_CLERK") =>
    inspecting(who, OPEN, { input: { ...FOUND, level: "LARGER", openedOn: "2026-03-03", ...input } });
  const opened = async (who?: string, input: object = {}) => String(payload(await open(input, who))["id"]);

  /** Takes the step, on the version that is there unless another is named. */
  async function take(
    who: string,
    step: Step,
    id: string,
    {
      agency = "school",
      day,
      passed = true,
      version,
    }: { agency?: AgencyName; day?: string; passed?: boolean; version?: number } = {},
  ) {
    const [row] = await world.sql<{ version: number }>("SELECT version FROM hazard WHERE id = $1", [world.keyOf(id)]);
    const { args, day: usual } = STEPS[step];
    const variables = { agency: world.agency(agency), day: day ?? usual, passed };
    const declared = { agency: "$agency: ID!", day: "$day: PlainDate!", passed: "$passed: Boolean!" };
    const used = Object.entries(declared).filter(([name]) => args.includes(`$${name}`));
    return inspecting(
      who,
      `mutation ($id: ID!, $version: Int!, ${used.map(([, one]) => one).join(", ")}) { ${step}(id: $id, version: $version, ${args}) { ${FIELDS} } }`,
      {
        id,
        version: version ?? row?.version,
        ...Object.fromEntries(Object.entries(variables).filter(([name]) => used.some(([one]) => one === name))),
      },
    );
  }
  const took = async (...step: Parameters<typeof take>) => payload(await take(...step));
  const seenBy = async (who: string, id: unknown, fields: string) => {
    const { body } = await inspecting(who, `query ($id: ID!) { hazard(id: $id) { ${fields} } }`, { id });
    return body.data?.["hazard"] ?? body.errors?.[0]?.extensions["code"];
  };

  it("is published, comes into the ledger, is rectified by one agency, verified by another, closed, and comes back (B25, B26)", async () => {
    const found = payload(await publish({ level: "LARGER", notified: [world.agency("school")] }));
    expect(found).toEqual({
      ...FOUND_OF_GOVERNANCE,
      id: expect.any(String),
      version: 1,
      status: "FOUND",
      origin: "INSPECTION",
      level: "LARGER",
    });
    const id = String(found["id"]);
    expect(await took("governance/HEAD", "findingToLedger", id)).toMatchObject({
      status: "IN_LEDGER",
      dueOn: "2026-03-13",
    });
    expect(await took("governance/HEAD", "assignRectification", id)).toMatchObject({
      status: "ASSIGNED",
      assignedTo: { name: "school" },
    });
    expect(await took("school/HEAD", "reportRectification", id)).toMatchObject({
      status: "RECTIFIED",
      rectification: "已整改",
    });
    expect(await took("police/DUTY_OFFICER", "verifyRectification", id, { passed: false })).toMatchObject({
      status: "ASSIGNED",
      rectification: null,
      verifiedBy: null,
    });
    await took("school/LEGAL_VICE_PRINCIPAL", "reportRectification", id);
    expect(await took("police/DUTY_OFFICER", "verifyRectification", id)).toMatchObject({
      status: "VERIFIED",
      verifiedBy: { name: "police" },
    });
    expect(await took("governance/HEAD", "closeLedgerEntry", id)).toMatchObject({ status: "CLOSED", dueOn: null });
    expect(await took("governance/HEAD", "reopenLedgerEntry", id)).toMatchObject({
      version: 9,
      status: "ASSIGNED",
      dueOn: "2026-03-30",
      recurrences: 1,
      assignedTo: { name: "school" },
      rectification: null,
      verifiedBy: null,
      closedOn: null,
    });
  });

  it("tells as well that nothing was found (B26)", async () => {
    expect(payload(await publish())).toMatchObject({ status: "NO_FINDING", level: null, dueOn: null });
  });

  it.each`
    level        | dueOn
    ${"MAJOR"}   | ${"2026-03-06"}
    ${"LARGER"}  | ${"2026-03-13"}
    ${"GENERAL"} | ${"2026-04-02"}
  `("of level $level, in the ledger since 2026-03-03, is due on $dueOn (B25)", async ({ level, dueOn }) => {
    expect(payload(await open({ level }))).toMatchObject({ status: "IN_LEDGER", dueOn });
  });

  const band = { level: "LARGER", month: "2026-03", township: { code: "990101101000" } };
  it.each`
    who                      | notified | sees                                   | because
    ${"governance/HEAD"}     | ${false} | ${{ ...band, finding: FOUND.finding }} | ${"F:o, its own"}
    ${"police/DUTY_OFFICER"} | ${false} | ${{ ...band, finding: FOUND.finding }} | ${"F:j, of its place"}
    ${"village/HEAD"}        | ${false} | ${{ ...band, finding: FOUND.finding }} | ${"F:j, of its place"}
    ${"school/HEAD"}         | ${true}  | ${{ ...band, finding: FOUND.finding }} | ${"F:a, it has the notice"}
    ${"school/HEAD"}         | ${false} | ${{ ...band, finding: null }}          | ${"B:j, of its place without a notice"}
    ${"house/HEAD"}          | ${true}  | ${{ ...band, finding: FOUND.finding }} | ${"F:a, it has the notice"}
    ${"house/HEAD"}          | ${false} | ${"NOT_FOUND_OR_NOT_SHARED"}           | ${"no notice"}
    ${"otherSchool/HEAD"}    | ${false} | ${"NOT_FOUND_OR_NOT_SHARED"}           | ${"elsewhere"}
    ${"school/REGISTRAR"}    | ${true}  | ${"FIELD_NOT_SHARED"}                  | ${"a post without R31"}
  `("R31 to $who, notified $notified: $because", async ({ who, notified, sees }) => {
    const to: AgencyName = who.startsWith("house") ? "house" : "school";
    const { id } = payload(await publish({ level: "LARGER", ...(notified ? { notified: [world.agency(to)] } : {}) }));
    expect(await seenBy(who, id, "level month township { code } finding")).toEqual(sees);
  });

  it("R31 B shows the social affairs office level, month and township, and refuses the rest", async () => {
    const { id } = payload(await publish({ level: "LARGER" }));
    expect(await seenBy("social/HEAD", id, "level month township { code }")).toEqual(band);
    for (const field of ["kind", "finding", "placeName", "foundOn", "division { code }", "status", "version"])
      expect([field, await seenBy("social/HEAD", id, field)]).toEqual([field, "FIELD_NOT_SHARED"]);
  });

  it.each`
    who                     | together | sees                  | because
    ${"governance/HEAD"}    | ${false} | ${"吴老板"}           | ${"F:o"}
    ${"police/HEAD"}        | ${true}  | ${"吴老板"}           | ${"F:p, has inspected as well"}
    ${"procuratorate/HEAD"} | ${true}  | ${"吴老板"}           | ${"F:p"}
    ${"police/HEAD"}        | ${false} | ${null}               | ${"of its place only (R31 F:j)"}
    ${"village/HEAD"}       | ${false} | ${"FIELD_NOT_SHARED"} | ${"-"}
    ${"school/HEAD"}        | ${false} | ${"FIELD_NOT_SHARED"} | ${"-"}
  `("R31b who answers for the place, to $who, together $together: $because", async ({ who, together, sees }) => {
    const inspectedWith = together ? [world.agency(who.split("/")[0])] : [];
    const { id } = payload(await publish({ level: "LARGER", responsiblePerson: "吴老板", inspectedWith }));
    const seen = await seenBy(who, id, "responsiblePerson");
    expect(seen).toEqual(typeof sees === "string" && sees !== "吴老板" ? sees : { responsiblePerson: sees });
  });

  it.each`
    who               | input                                         | code                  | because
    ${"social/HEAD"}  | ${{}}                                         | ${"FIELD_NOT_SHARED"} | ${"no writer of R31"}
    ${"school/HEAD"}  | ${{ responsiblePerson: "吴老板" }}            | ${"FIELD_NOT_SHARED"} | ${"no writer of R31b"}
    ${"police/HEAD"}  | ${{ openedOn: "2026-03-03" }}                 | ${"BAD_USER_INPUT"}   | ${"into the ledger without a level"}
    ${"police/HEAD"}  | ${{ level: "MAJOR", openedOn: "2026-03-01" }} | ${"BAD_USER_INPUT"}   | ${"into the ledger before it was found"}
    ${"police/HEAD"}  | ${{ notified: ["village"] }}                  | ${"BAD_USER_INPUT"}   | ${"a notice shows a village nothing: it sees its place anyhow"}
    ${"police/HEAD"}  | ${{ inspectedWith: ["school"] }}              | ${"BAD_USER_INPUT"}   | ${"taking part shows a school nothing"}
    ${"police/HEAD"}  | ${{ foundOn: "2999-01-01" }}                  | ${"BAD_USER_INPUT"}   | ${"yet to come"}
    ${"village/HEAD"} | ${{ division: "990102202300" }}               | ${"BAD_USER_INPUT"}   | ${"outside its duty: it would not see its own entry (F:j)"}
  `("is not published by $who with $input: $because (R31)", async ({ who, input, code }) => {
    const rows = await rowsIn(world);
    const agencies = Object.fromEntries(
      ["notified", "inspectedWith"].flatMap((field) =>
        input[field] ? [[field, input[field].map((name: AgencyName) => world.agency(name))]] : [],
      ),
    );
    expect(codeOf(await publish({ ...input, ...agencies }, who))).toBe(code);
    expect(await rowsIn(world)).toEqual(rows);
  });

  it.each`
    agency       | can      | because
    ${"school"}  | ${true}  | ${"F:a"}
    ${"house"}   | ${true}  | ${"F:a"}
    ${"police"}  | ${true}  | ${"writes R31 and answers for the place"}
    ${"village"} | ${true}  | ${"writes R31 and answers for the place"}
    ${"social"}  | ${false} | ${"sees a band and writes nothing of it"}
    ${"justice"} | ${false} | ${"sees it and writes nothing of it"}
  `("can be assigned to $agency: $can, $because (R31)", async ({ agency, can }) => {
    const id = await opened();
    const answer = await take("governance/HEAD", "assignRectification", id, { agency });
    if (can) {
      payload(answer);
      expect(await took(`${agency}/HEAD`, "reportRectification", id)).toMatchObject({ status: "RECTIFIED" });
    } else expect(refusal(answer)).toMatchObject({ code: "BAD_USER_INPUT", field: "assignedTo" });
  });

  it("is rectified by the agency that it is assigned to, not by one that has the notice or keeps it (R31 a)", async () => {
    const { id } = payload(
      await publish({ level: "MAJOR", openedOn: "2026-03-03", notified: [world.agency("school")] }),
    );
    const hazard = String(id);
    expect(codeOf(await take("school/HEAD", "reportRectification", hazard))).toBe("CONFLICT");
    await took("governance/HEAD", "assignRectification", hazard, { agency: "village" });
    expect(codeOf(await take("school/HEAD", "reportRectification", hazard))).toBe("CONFLICT");
    expect(codeOf(await take("governance/HEAD", "reportRectification", hazard))).toBe("FIELD_NOT_SHARED");
    await took("village/HEAD", "reportRectification", hazard);
    for (const step of ["assignRectification", "closeLedgerEntry", "reopenLedgerEntry"] as const)
      expect([step, codeOf(await take("village/HEAD", step, hazard))]).toEqual([step, "FIELD_NOT_SHARED"]);
  });

  it.each`
    notified | sees                                                | because
    ${false} | ${"NOT_FOUND_OR_NOT_SHARED"}                        | ${"it is not its task any more"}
    ${true}  | ${{ rectification: "已整改", status: "RECTIFIED" }} | ${"it has the notice of it"}
  `(
    "is assigned to another agency, and the first one, notified $notified: $because (R31 a)",
    async ({ notified, sees }) => {
      const { id } = payload(
        await publish({ level: "MAJOR", openedOn: "2026-03-03", notified: notified ? [world.agency("house")] : [] }),
      );
      const hazard = String(id);
      for (const agency of ["house", "village", "house", "village"] as const)
        await took("governance/HEAD", "assignRectification", hazard, { agency });
      await took("village/HEAD", "reportRectification", hazard);
      expect(await seenBy("house/HEAD", hazard, "rectification status")).toEqual(sees);
    },
  );

  it.each`
    who                   | code                         | because
    ${"school/HEAD"}      | ${"CONFLICT"}                | ${"it has rectified it"}
    ${"village/HEAD"}     | ${null}                      | ${"F:j"}
    ${"governance/HEAD"}  | ${null}                      | ${"F:j"}
    ${"otherSchool/HEAD"} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"elsewhere"}
    ${"justice/HEAD"}     | ${"FIELD_NOT_SHARED"}        | ${"no writer of R31"}
  `("that a school keeps and has rectified is verified by $who: $code, $because (R31)", async ({ who, code }) => {
    const id = await opened("school/HEAD");
    await took("school/HEAD", "assignRectification", id);
    await took("school/HEAD", "reportRectification", id);
    const answer = await take(who, "verifyRectification", id);
    if (code === null) expect(payload(answer)).toMatchObject({ status: "VERIFIED" });
    else expect(codeOf(answer)).toBe(code);
  });

  it("is not verified by a school that sees a band of it (R31 B:j)", async () => {
    const id = await opened();
    await took("governance/HEAD", "assignRectification", id, { agency: "village" });
    await took("village/HEAD", "reportRectification", id);
    expect(codeOf(await take("school/HEAD", "verifyRectification", id))).toBe("FIELD_NOT_SHARED");
  });

  it("takes each step in its turn, on the version that was read, and not before the one that it follows", async () => {
    const id = await opened();
    for (const step of ["findingToLedger", "verifyRectification", "closeLedgerEntry", "reopenLedgerEntry"] as const)
      expect([step, codeOf(await take("governance/HEAD", step, id))]).toEqual([step, "CONFLICT"]);
    expect(codeOf(await take("governance/HEAD", "assignRectification", id, { version: 7 }))).toBe("CONFLICT");
    await took("governance/HEAD", "assignRectification", id);
    expect(refusal(await take("school/HEAD", "reportRectification", id, { day: "2026-03-02" }))).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "rectifiedOn",
    });
  });

  const FOUND_OF_GOVERNANCE = {
    placeName: FOUND.placeName,
    kind: FOUND.kind,
    foundOn: FOUND.foundOn,
    finding: FOUND.finding,
    month: "2026-03",
    division: { code: VILLAGE },
    township: { code: "990101101000" },
    foundBy: { name: "governance" },
    openedOn: null,
    dueOn: null,
    assignedTo: null,
    rectification: null,
    rectifiedOn: null,
    verifiedBy: null,
    verifiedOn: null,
    closedOn: null,
    recurrences: 0,
  };
});
