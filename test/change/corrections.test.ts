import { setTimeout } from "node:timers/promises";
import { shanghaiDay, workingDaysAfter } from "../../src/calendar.js";
import { citizenNumberCheckDigit } from "../../src/domain/minors/index.js";
import { tableOf } from "../support/tables.js";
import { asker, codeOf, LIN, OTHER_VILLAGE, payload, refusal, startWorld, VILLAGE, WANG, type World } from "./world.js";

const FIELDS = "id version about coordinate value reason status dueOn reply";
const PROPOSE = `mutation ($input: ProposeCorrectionInput!) { proposeCorrection(input: $input) { ${FIELDS} } }`;
const DECIDE = `mutation ($id: ID!, $version: Int!, $accept: Boolean!, $reply: String) {
  decideCorrection(id: $id, version: $version, accept: $accept, reply: $reply) { ${FIELDS} } }`;
const WITHDRAW = `mutation ($id: ID!, $version: Int!) { withdrawCorrection(id: $id, version: $version) { ${FIELDS} } }`;
const ADDRESS = { coordinate: "Minor.homeAddress", value: "金源镇东村 6 号", reason: "入户走访时核对了门牌" };
/** Records of which a command takes at once what another one takes later, or holds the days in order. */
const HELD = {
  Hazard: {
    ask: "INSPECTION_AND_RECTIFICATION",
    make: "mutation ($input: PublishInspectionInput!) { publishInspection(input: $input) { id } }",
    input: () => ({
      division: VILLAGE,
      placeName: "网吧",
      kind: "VENUE",
      foundOn: "2026-03-02",
      finding: "未发现问题",
    }),
    keeper: "governance/HEAD",
    proposer: "justice/HEAD",
  },
  LegalSupervision: {
    ask: "LEGAL_SUPERVISION",
    make: "mutation ($input: SubmitSupervisionOpinionInput!) { submitSupervisionOpinion(input: $input) { id } }",
    input: (world: World) => ({
      addressee: world.agency("school"),
      kind: "PROCURATORIAL_SUGGESTION",
      subject: "请纠正",
      issuedOn: "2026-03-02",
      dueOn: "2026-03-10",
    }),
    keeper: "procuratorate/HEAD",
    proposer: "school/HEAD",
  },
};
const DIRECTOR = "village/VILLAGE_CHILD_DIRECTOR";

/**
 * R40, GDSR 26, J10 step 2: whoever finds an error proposes, whoever keeps the record verifies and replies. The village finds
 * Lin in its place and keeps no record of her; her school does.
 */
describe("a correction of somebody else's record", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("postgresql");
  });
  afterAll(() => world?.close());
  const caring = asker(() => world, "LEFT_BEHIND_CARE");
  const studying = asker(() => world, "COMPULSORY_EDUCATION");
  const rescuing = asker(() => world, "RESCUE_AND_TRACING");
  const propose = (who: string, input: object = {}, child = LIN, ask = caring) =>
    ask(who, PROPOSE, { input: { id: world.id("Minor", child), ...ADDRESS, ...input } });
  const decide = (who: string, { id, version }: Record<string, unknown>, accept: boolean, reply?: string) =>
    caring(who, DECIDE, { id, version, accept, reply });
  const withdraw = (who: string, { id, version }: Record<string, unknown>) => caring(who, WITHDRAW, { id, version });
  const seenBy = async (who: string, id: unknown, ask = caring) =>
    (await ask(who, `query ($id: ID!) { node(id: $id) { ... on CorrectionRequest { value status reply } } }`, { id }))
      .body.data?.["node"] ?? null;
  const lin = async () => {
    const [row] = await world.sql<{ home_address: string; full_name: string; version: number }>(
      "SELECT home_address, full_name, version FROM minor WHERE id = $1",
      [LIN],
    );
    return row;
  };

  it("R40: is put to whoever keeps the record, who writes it by the right he has anyhow", async () => {
    const request = payload(await propose(DIRECTOR));
    expect(request).toEqual({
      id: expect.any(String),
      version: 1,
      about: world.id("Minor", LIN),
      ...ADDRESS,
      status: "OPEN",
      dueOn: workingDaysAfter(shanghaiDay(new Date()), 10),
      reply: null,
    });
    expect(await seenBy("school/REGISTRAR", request["id"])).toEqual({
      value: ADDRESS.value,
      status: "OPEN",
      reply: null,
    });
    expect((await lin())?.home_address).toBeNull();

    const before = await lin();
    expect(payload(await decide("school/REGISTRAR", request, true))).toMatchObject({
      version: 2,
      value: null,
      reason: null,
      status: "ACCEPTED",
    });
    expect(await lin()).toEqual({ ...before, home_address: ADDRESS.value });
    expect(await seenBy(DIRECTOR, request["id"])).toEqual({ value: null, status: "ACCEPTED", reply: null });
    expect(codeOf(await decide("school/REGISTRAR", { ...request, version: 2 }, true))).toBe("CONFLICT");
  });

  it("counts as a change of the record where the anchor's group shows it, and of nothing else", async () => {
    const before = await lin();
    const request = payload(await propose(DIRECTOR, { coordinate: "Minor.fullName", value: "林晓月" }));
    await decide("school/REGISTRAR", request, true);
    expect(await lin()).toMatchObject({ full_name: "林晓月", version: (before?.version ?? 0) + 1 });
    const found = await world.hub.ask(
      "social/CHILD_SUPERVISOR",
      `mutation { matchIdentity(input: { fullName: "林晓月", birthDate: "2016-03-02", division: "${VILLAGE}" }) { band } }`,
      { purpose: "RESCUE_AND_TRACING" },
    );
    expect(payload(found)).toEqual({ band: "ONE" });
  });

  it("GDSR 26: is refused with a reply, which the proposer reads, and leaves the record as it is", async () => {
    const request = payload(await propose(DIRECTOR));
    const before = await lin();
    expect(refusal(await decide("school/REGISTRAR", request, false))).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "reply",
    });
    expect(payload(await decide("school/REGISTRAR", request, false, "户口簿与现登记一致"))).toMatchObject({
      status: "REFUSED",
      value: null,
    });
    expect(await seenBy(DIRECTOR, request["id"])).toEqual({
      value: null,
      status: "REFUSED",
      reply: "户口簿与现登记一致",
    });
    expect(await lin()).toEqual(before);
  });

  it("is taken back by whoever proposed it, and by nobody else; nor does he decide it", async () => {
    const request = payload(await propose(DIRECTOR));
    expect(codeOf(await withdraw("school/HEAD", request))).toBe("FIELD_NOT_SHARED");
    expect(codeOf(await decide(DIRECTOR, request, true))).toBe("FIELD_NOT_SHARED");
    expect(codeOf(await withdraw(DIRECTOR, { ...request, version: 7 }))).toBe("CONFLICT");
    expect(payload(await withdraw(DIRECTOR, request))).toMatchObject({
      status: "WITHDRAWN",
      value: null,
      reason: null,
    });
    expect(codeOf(await decide("school/REGISTRAR", { ...request, version: 2 }, true))).toBe("NOT_FOUND_OR_NOT_SHARED");
  });

  it.each`
    who                              | sees     | because
    ${"village/HEAD"}                | ${true}  | ${"F:o, proposed by the agency"}
    ${"school/HEAD"}                 | ${true}  | ${"F:a, keeps the record"}
    ${"school/CLASS_TEACHER"}        | ${false} | ${"OWN_CLASS, and the child is not of the class"}
    ${"school/LEGAL_VICE_PRINCIPAL"} | ${false} | ${"the post is not shown R6, which it would correct"}
    ${"otherSchool/HEAD"}            | ${false} | ${"keeps no record of the child"}
    ${"social/CHILD_SUPERVISOR"}     | ${false} | ${"is shown the field, and neither proposed nor keeps it"}
  `("R40: is seen by $who: $sees ($because)", async ({ who, sees }) => {
    const { id, version } = payload(await propose(DIRECTOR));
    const list = await caring(
      who,
      "{ correctionRequests(filter: { status: { eq: OPEN } }) { totalCount nodes { id } } }",
    );
    expect(list.body.data?.["correctionRequests"] ?? null).toEqual(
      list.body.errors ? null : { totalCount: sees ? 1 : 0, nodes: sees ? [{ id }] : [] },
    );
    expect(await seenBy(who, id)).toEqual(sees ? { value: ADDRESS.value, status: "OPEN", reply: null } : null);
    // To whom it does not exist it is as one that was never there.
    if (!sees)
      expect((await withdraw(who, { id, version })).body.errors).toEqual(
        (await withdraw(who, { id: world.id("CorrectionRequest", WANG), version })).body.errors,
      );
    await withdraw(DIRECTOR, { id, version });
  });

  it("is found from the record, and in the order of what is due", async () => {
    const { id, version } = payload(await propose(DIRECTOR));
    const query = `query ($about: String!) { correctionRequests(
      filter: { about: { eq: $about }, status: { eq: OPEN } }, orderBy: { field: DUE_ON }) { nodes { id } } }`;
    expect((await caring("school/HEAD", query, { about: world.id("Minor", LIN) })).body.data).toEqual({
      correctionRequests: { nodes: [{ id }] },
    });
    expect((await caring("school/HEAD", query, { about: world.id("Minor", WANG) })).body.data).toEqual({
      correctionRequests: { nodes: [] },
    });
    await withdraw(DIRECTOR, { id, version });
  });

  it("R35: tells its addressee nothing of who proposed it: two agencies' requests differ in nothing", async () => {
    const shown = [];
    for (const who of [DIRECTOR, "social/CHILD_SUPERVISOR"]) {
      const { id, version } = payload(await propose(who));
      const all = await caring(
        "school/HEAD",
        `query ($id: ID!) { node(id: $id) { ... on CorrectionRequest { __typename version about coordinate value reason status
          dueOn reply disclosure { group level because requestable } } } }`,
        { id },
      );
      shown.push(all.body.data?.["node"]);
      await withdraw(who, { id, version });
    }
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[0]).not.toBeNull();
  });

  it("tells its proposer nothing of who keeps the record: one keeper, two, or none that writes the field, answer alike", async () => {
    const told = async (addressees: number) => {
      const made = await propose("social/CHILD_SUPERVISOR");
      const answers = [made];
      const { id, version } = payload(made);
      expect(
        await world.sql("SELECT FROM involvement WHERE record = $1 AND kind = 'ADDRESSEE'", [world.keyOf(id)]),
      ).toHaveLength(addressees);
      const open = "{ correctionRequests(filter: { status: { eq: OPEN } }) { totalCount nodes { id status } } }";
      answers.push(await caring("social/CHILD_SUPERVISOR", open));
      answers.push(
        await caring("social/CHILD_SUPERVISOR", `{ node(id: "${id}") { id ... on CorrectionRequest { ${FIELDS} } } }`),
      );
      answers.push(await withdraw("social/CHILD_SUPERVISOR", { id, version }));
      return answers.map(({ status, text }) => [status, text.replaceAll(String(id), "ID")]);
    };
    const one = await told(1);
    await relate("village", "SOURCE");
    expect(await told(2)).toEqual(one);
    await end("village");
    await end("school");
    expect(await told(0)).toEqual(one);
    await relate("school", "SOURCE");
  });

  it.each`
    end             | how
    ${"accepted"}   | ${(it: Record<string, unknown>) => decide(DIRECTOR, it, true)}
    ${"refused"}    | ${(it: Record<string, unknown>) => decide(DIRECTOR, it, false, "不符")}
    ${"taken back"} | ${(it: Record<string, unknown>) => withdraw("social/CHILD_SUPERVISOR", it)}
  `(
    "$end, it ends for whoever else was to answer: two that keep a record learn nothing of each other",
    async ({ how }) => {
      await relate("village", "SOURCE");
      const request = payload(await propose("social/CHILD_SUPERVISOR"));
      expect(await seenBy(DIRECTOR, request["id"])).toMatchObject({ status: "OPEN" });
      expect(await seenBy("school/HEAD", request["id"])).toMatchObject({ status: "OPEN" });
      const { status } = payload(await how(request));
      expect(await seenBy("social/CHILD_SUPERVISOR", request["id"])).toMatchObject({ status });
      expect(await seenBy(DIRECTOR, request["id"])).toEqual(
        status === "WITHDRAWN" ? null : expect.objectContaining({ status }),
      );
      expect(await seenBy("school/HEAD", request["id"])).toBeNull();
      expect((await decide("school/HEAD", request, false, "不符")).body.errors).toEqual(
        (await decide("school/HEAD", { ...request, id: world.id("CorrectionRequest", WANG) }, false, "不符")).body
          .errors,
      );
      await end("village");
    },
  );

  it("is answered by one of two who answer at once; it is not there for the other, nor changed", async () => {
    await relate("village", "SOURCE");
    const request = payload(await propose("social/CHILD_SUPERVISOR"));
    // Both wait for the row, which is let go once they do.
    await world.sql("BEGIN");
    await world.sql("SELECT FROM correction_request WHERE id = $1 FOR UPDATE", [world.keyOf(request["id"])]);
    const both = ["school/HEAD", DIRECTOR].map((who) => decide(who, request, false, "不符"));
    const waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while ((await world.sql(waiting)).length < 2) {
      await setTimeout(10);
      await world.sql("SELECT pg_stat_clear_snapshot()");
    }
    await world.sql("COMMIT");
    const answers = (await Promise.all(both)).map(({ body }) => body.errors?.[0]?.extensions["code"] ?? "REFUSED");
    expect(answers.sort()).toEqual(["NOT_FOUND_OR_NOT_SHARED", "REFUSED"]);
    await end("village");
  });

  it("is no longer decided by an agency that keeps the record no more", async () => {
    await relate("village", "SOURCE");
    const request = payload(await propose("social/CHILD_SUPERVISOR"));
    await end("village");
    expect(codeOf(await decide(DIRECTOR, request, true))).toBe("FIELD_NOT_SHARED");
    await withdraw("social/CHILD_SUPERVISOR", request);
  });

  it.each`
    input                                                         | ask         | code                         | field                 | why
    ${{ coordinate: "Minor.age" }}                                | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.coordinate"} | ${"no such field"}
    ${{ coordinate: "Minor.guardians" }}                          | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.coordinate"} | ${"no value, but others' rows"}
    ${{ coordinate: "Case.stage" }}                               | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.coordinate"} | ${"a command of its own"}
    ${{ coordinate: "OpinionAlert.originalText" }}                | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.coordinate"} | ${"REDACT_AT_INTAKE"}
    ${{ coordinate: "CorrectionRequest.value" }}                  | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.coordinate"} | ${"a request is withdrawn"}
    ${{ coordinate: "CareRegistration.carer" }}                   | ${"caring"} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${undefined}          | ${"the id is a minor's"}
    ${{ coordinate: "Minor.ethnicGroup" }}                        | ${"caring"} | ${"FIELD_NOT_SHARED"}        | ${undefined}          | ${"R4b is outside the purpose"}
    ${{ coordinate: "Minor.birthDate", value: "3月1日" }}         | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.value"}      | ${"no day"}
    ${{ coordinate: "Minor.birthDate", value: "2999-01-01" }}     | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.value"}      | ${"yet to come"}
    ${{ coordinate: "Minor.sex", value: "女" }}                   | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.value"}      | ${"no option"}
    ${{ coordinate: "Minor.careCategories", value: "ORPHAN, X" }} | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.value"}      | ${"one of two is no option"}
    ${{ value: "第一行\n第二行" }}                                | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.value"}      | ${"an address is one line"}
    ${{ reason: "" }}                                             | ${"caring"} | ${"BAD_USER_INPUT"}          | ${"input.reason"}     | ${"no reason"}
  `("is not proposed where $why ($code)", async ({ input, code, field }) => {
    const answer = await propose(DIRECTOR, input);
    expect(refusal(answer)).toMatchObject({ code, ...(field ? { field, messageZh: expect.any(String) } : {}) });
    expect(await world.sql("SELECT FROM correction_request WHERE status = 'OPEN'")).toEqual([]);
  });

  it.each`
    coordinate                | value                         | column
    ${"Minor.careCategories"} | ${"LEFT_BEHIND、IN_HARDSHIP"} | ${"care_categories"}
    ${"Minor.sex"}            | ${"NOT_STATED"}               | ${"sex"}
    ${"Minor.phone"}          | ${"19900000481"}              | ${"phone"}
  `("is read as the command takes it that makes such records: $coordinate", async ({ coordinate, value, column }) => {
    const request = payload(await propose(DIRECTOR, { coordinate, value }));
    expect(payload(await decide("school/HEAD", request, true))).toMatchObject({ status: "ACCEPTED" });
    const [row] = await world.sql<Record<string, unknown>>(`SELECT ${column} AS it FROM minor WHERE id = $1`, [LIN]);
    expect([row?.["it"]].flat()).toEqual(value.split("、"));
  });

  it("R2: is proposed of a mask by nobody; by whoever is shown the number, and read as GB 11643 writes it", async () => {
    const coordinate = "Minor.citizenNumber";
    const number = `99010120160302004${citizenNumberCheckDigit("99010120160302004")}`;
    // A village is shown that there is a number (M:j), whoever works on the child's case the number itself (F:p).
    expect(codeOf(await propose(DIRECTOR, { coordinate, value: number }, LIN, studying))).toBe("FIELD_NOT_SHARED");
    const open = `mutation ($minors: [ID!]) { openCase(input: { kind: RESCUE, openedOn: "2026-03-01", division: "${VILLAGE}", minors: $minors }) { id } }`;
    payload(await rescuing("social/HEAD", open, { minors: [world.id("Minor", LIN)] }));
    const wrong = await propose("social/HEAD", { coordinate, value: `${number.slice(0, 17)}#` }, LIN, rescuing);
    expect(refusal(wrong)).toMatchObject({ code: "BAD_USER_INPUT", field: "input.value" });
    const typed = ` ${number.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))} `;
    const { id, version } = payload(await propose("social/HEAD", { coordinate, value: typed }, LIN, rescuing));
    expect(await seenBy("school/REGISTRAR", id)).toBeNull(); // R2 is outside LEFT_BEHIND_CARE
    payload(await studying("school/REGISTRAR", DECIDE, { id, version, accept: true }));
    expect(await world.sql("SELECT citizen_number FROM minor WHERE id = $1", [LIN])).toEqual([
      { citizen_number: number },
    ]);
  });

  it("makes whoever decides it known by what it corrects, and by nothing else that the record has (decision 9)", async () => {
    const known = () =>
      world.sql(
        `SELECT a.name, count(*)::int FROM identity_token t JOIN agency a ON a.id = t.agency
          WHERE t.minor = $1 GROUP BY a.name ORDER BY a.name`,
        [LIN],
      );
    await relate("village", "SOURCE");
    const school = { name: "school", count: 3 }; // the number, the name in township and county
    await decide(DIRECTOR, payload(await propose("social/CHILD_SUPERVISOR")), true);
    expect(await known()).toEqual([school]);
    const named = { coordinate: "Minor.fullName", value: "林秋霞" };
    await decide(DIRECTOR, payload(await propose("social/CHILD_SUPERVISOR", named)), true);
    expect(await known()).toEqual([school, { name: "village", count: 2 }]);
    await decide("school/HEAD", payload(await propose("social/CHILD_SUPERVISOR", { ...named, value: "林晓月" })), true);
    expect(await known()).toEqual([school, { name: "village", count: 2 }]);
    await end("village");
  });

  it("is read again where it is accepted, and names what was asked there", async () => {
    const request = payload(await propose(DIRECTOR, { coordinate: "Minor.birthDate", value: "2016-03-04" }));
    await world.sql("UPDATE correction_request SET value = '2999-01-01' WHERE id = $1", [world.keyOf(request["id"])]);
    expect(refusal(await decide("school/HEAD", request, true))).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "accept",
    });
    await withdraw(DIRECTOR, request);
  });

  it.each`
    record                | there                                                      | field         | value           | status
    ${"Hazard"}           | ${{}}                                                      | ${"openedOn"} | ${"2026-03-03"} | ${"OPEN"}
    ${"Hazard"}           | ${{}}                                                      | ${"level"}    | ${"MAJOR"}      | ${"OPEN"}
    ${"Hazard"}           | ${{ level: "LARGER" }}                                     | ${"openedOn"} | ${"2026-03-03"} | ${"OPEN"}
    ${"Hazard"}           | ${{ level: "LARGER", opened_on: "2026-03-03" }}            | ${"openedOn"} | ${"2026-03-01"} | ${"OPEN"}
    ${"Hazard"}           | ${{ level: "LARGER", opened_on: "2026-03-03" }}            | ${"foundOn"}  | ${"2026-03-04"} | ${"OPEN"}
    ${"Hazard"}           | ${{ opened_on: "2026-03-03", rectified_on: "2026-03-05" }} | ${"openedOn"} | ${"2026-03-06"} | ${"OPEN"}
    ${"Hazard"}           | ${{ opened_on: "2026-03-03", closed_on: "2026-03-05" }}    | ${"openedOn"} | ${"2026-03-06"} | ${"OPEN"}
    ${"Hazard"}           | ${{ level: "LARGER", opened_on: "2026-03-03" }}            | ${"openedOn"} | ${"2026-03-04"} | ${"ACCEPTED"}
    ${"Hazard"}           | ${{ level: "LARGER", opened_on: "2026-03-03" }}            | ${"level"}    | ${"MAJOR"}      | ${"ACCEPTED"}
    ${"LegalSupervision"} | ${{}}                                                      | ${"dueOn"}    | ${"2026-03-01"} | ${"OPEN"}
    ${"LegalSupervision"} | ${{ replied_on: "2026-03-05" }}                            | ${"issuedOn"} | ${"2026-03-06"} | ${"OPEN"}
    ${"LegalSupervision"} | ${{ closed_on: "2026-03-05" }}                             | ${"issuedOn"} | ${"2026-03-06"} | ${"OPEN"}
    ${"LegalSupervision"} | ${{}}                                                      | ${"dueOn"}    | ${"2026-03-20"} | ${"ACCEPTED"}
  `("R25, R31: is held to what commands hold: $record with $there, $field $value: $status", async (row) => {
    const { record, there, field, value, status } = row;
    const { ask, make, input, keeper, proposer } = HELD[record as keyof typeof HELD];
    const asking = asker(() => world, ask);
    const { id } = payload(await asking(keeper, make, { input: input(world) }));
    for (const [column, day] of Object.entries(there))
      await world.sql(`UPDATE ${tableOf(record)} SET ${column} = $2 WHERE id = $1`, [world.keyOf(id), day]);
    const proposed = { id, coordinate: `${record}.${field}`, value };
    const request = payload(await propose(proposer, proposed, LIN, asking));
    const answer = await asking(keeper, DECIDE, { id: request["id"], version: 1, accept: true });
    if (status === "OPEN") expect(refusal(answer)).toMatchObject({ code: "BAD_USER_INPUT", field: "accept" });
    expect(await seenBy(proposer, request["id"], asking)).toMatchObject({ status });
    if (status === "OPEN") await asking(proposer, WITHDRAW, { id: request["id"], version: 1 });
  });

  it("does not go into a record that it does not fit, and stays open", async () => {
    const request = payload(await propose(DIRECTOR, { coordinate: "Minor.birthDate", value: "2001-03-02" }));
    expect(refusal(await decide("school/HEAD", request, true))).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "accept",
    });
    expect(await seenBy("school/HEAD", request["id"])).toMatchObject({ status: "OPEN" });
    await withdraw(DIRECTOR, request);
  });

  it.each`
    post               | coordinate            | because
    ${"REGISTRAR"}     | ${ADDRESS.coordinate} | ${"writes it"}
    ${"REGISTRAR"}     | ${"Minor.sex"}        | ${"writes it"}
    ${"CLASS_TEACHER"} | ${ADDRESS.coordinate} | ${"is shown it, and tells the registrar"}
  `("is told to write $coordinate itself, whose agency keeps it: $post $because", async ({ post, coordinate }) => {
    await world.sql(
      `INSERT INTO involvement (record_type, record, agency, person, kind, basis, key)
       SELECT 'Minor', $1, agency, id, 'ASSIGNED', 'test', 0 FROM person WHERE subject = 'school/CLASS_TEACHER' ON CONFLICT DO NOTHING`,
      [LIN],
    );
    expect(refusal(await propose(`school/${post}`, { coordinate }))).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "input.coordinate",
      remedy: expect.stringContaining("colleague"),
    });
  });

  it("R36: is the remedy that a refusal names, where the field is shown and one can be proposed", async () => {
    const record = `mutation ($minor: ID!) { recordSupport(input: { minor: $minor, kind: VISIT, startedOn: "2026-03-01" }) { id } }`;
    const { id } = payload(await caring("school/HEAD", record, { minor: world.id("Minor", LIN) }));
    const end = `mutation ($id: ID!) { endSupport(id: $id, version: 1, endedOn: "2026-03-20") { id } }`;
    const refused = refusal(await caring("social/HEAD", end, { id }));
    expect(refused).toMatchObject({ coordinate: "SupportRecord.endedOn", remedy: { kind: "PROPOSE_CORRECTION" } });
    const request = await propose("social/HEAD", { id, coordinate: refused["coordinate"], value: "2026-02-20" });
    // Whoever keeps it is told that it has not ended, or not so; the proposer is not.
    const early = { code: "BAD_USER_INPUT", field: "accept", remedy: expect.stringContaining("Take the step") };
    expect(refusal(await decide("school/HEAD", payload(request), true))).toMatchObject(early);
    payload(await caring("school/HEAD", end, { id }));
    expect(refusal(await decide("school/HEAD", payload(request), true))).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "accept",
    });
    await withdraw("social/HEAD", payload(request));
    const right = payload(await propose("social/HEAD", { id, coordinate: refused["coordinate"], value: "2026-03-19" }));
    expect(payload(await decide("school/HEAD", right, true))).toMatchObject({ status: "ACCEPTED" });
    const ended = await caring("school/HEAD", "query ($id: ID!) { supportRecord(id: $id) { endedOn version } }", {
      id,
    });
    expect(ended.body.data?.["supportRecord"]).toEqual({ endedOn: "2026-03-19", version: 3 });
  });

  it("answers for a hidden record as for one that was never there", async () => {
    const hidden = await propose(DIRECTOR, {}, WANG);
    expect(codeOf(hidden)).toBe("NOT_FOUND_OR_NOT_SHARED");
    expect(hidden.body).toEqual((await propose(DIRECTOR, {}, "00000000-0000-7000-8000-0000000000ff")).body);
  });

  it("exists no longer for a proposer who is no longer shown the field; nor while there is a conflict of interest", async () => {
    const request = payload(await propose(DIRECTOR));
    await world.sql("UPDATE minor SET place = $2 WHERE id = $1", [LIN, OTHER_VILLAGE]);
    expect(await seenBy(DIRECTOR, request["id"])).toBeNull();
    expect(codeOf(await withdraw(DIRECTOR, { ...request, version: 9 }))).toBe("NOT_FOUND_OR_NOT_SHARED");
    await world.sql("UPDATE minor SET place = $2 WHERE id = $1", [LIN, VILLAGE]);
    expect(await seenBy(DIRECTOR, request["id"])).not.toBeNull();

    await relate("school", "CONFLICT");
    expect(await seenBy("school/HEAD", request["id"])).toBeNull();
    expect(codeOf(await decide("school/HEAD", request, true))).toBe("NOT_FOUND_OR_NOT_SHARED");
    await end("school", "CONFLICT");
    await withdraw(DIRECTOR, request);
  });

  it("stands in the log with the record that it changes", async () => {
    const request = payload(await propose(DIRECTOR));
    await decide("school/HEAD", request, true);
    const [last] = await world.sql<{ entries: string }>(
      "SELECT entries FROM disclosure_segment ORDER BY seq DESC LIMIT 1",
    );
    expect(last?.entries).toContain('"kind":"WRITE"');
    expect(last?.entries).toContain(`{"groups":{},"ref":"${world.id("Minor", LIN)}","type":"Minor"}`);
    expect(last?.entries).toContain(`"ref":"${request["id"]}"`);
    expect(last?.entries).not.toContain(ADDRESS.value);
  });

  const relate = async (name: "village" | "school", kind: string) => {
    const [agency] = await world.sql<{ id: string }>("SELECT id FROM agency WHERE name = $1", [name]);
    await world.sql("SELECT hub_involve($1)", [
      JSON.stringify([{ record_type: "Minor", record: LIN, agency: agency?.id, kind, basis: "test" }]),
    ]);
  };
  const end = (name: "village" | "school", kind = "SOURCE") =>
    world.sql("SELECT hub_end_involvement('Minor', $1, (SELECT id FROM agency WHERE name = $2), ARRAY[$3])", [
      LIN,
      name,
      kind,
    ]);
});
