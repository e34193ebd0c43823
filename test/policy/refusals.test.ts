import { activate } from "../../src/policy/activate.js";
import { FACT } from "../../src/policy/facts.js";
import { parsePolicy } from "../../src/policy/load.js";
import { mayShow, remedyOf } from "../../src/policy/say.js";
import { buildHubSchema } from "../../src/server/schema.js";
import { Expected } from "../proof/asking.js";
import { type Asker, askersOf, asWritten } from "../proof/reading.js";
import { seed } from "../proof/seed.js";
import { buildWorld } from "../proof/world.js";
import { type Answer, startHub, type TestHub } from "../support/hub.js";
import { edited } from "./shipped.js";

const world = buildWorld(["POLICE_STATION", "SCHOOL", "SOCIAL_AFFAIRS_OFFICE"], 32);
let hub: TestHub;
beforeAll(async () => {
  hub = await startHub("embedded", (sql, ids) => seed(world, sql, ids));
}, 120_000);
afterAll(() => hub?.close());

const BIRTH = "{ minors { nodes { birthDate } } }";
const NUMBER = "{ minors { nodes { citizenNumber } } }";
const NAME = "{ minors { totalCount nodes { fullName } } }";
const CASES = "{ cases { nodes { kind narrative } } }";

const TAKES_PART =
  "your agency takes part, and you are assigned or hold an agency-wide post 贵部门参与办理且您被指派或担任全机构岗位";

describe("a field that can never be shown to this asker is refused before anything runs:", () => {
  it.each`
    who                                   | purpose                   | question  | coordinate               | row      | desk                         | remedy
    ${"SCHOOL/REGISTRAR"}                 | ${"LEFT_BEHIND_CARE"}     | ${NUMBER} | ${"Minor.citizenNumber"} | ${"R2"}  | ${/^school, village/}        | ${["MANDATORY_REPORT_HANDLING", "CASE_HANDLING", "RESCUE_AND_TRACING", "PLACEMENT", "COMPULSORY_EDUCATION", "LEGAL_SUPERVISION"]}
    ${"EDUCATION_BUREAU/STUDENT_OFFICER"} | ${"COMPULSORY_EDUCATION"} | ${NUMBER} | ${"Minor.citizenNumber"} | ${"R2"}  | ${/^school, village/}        | ${null}
    ${"SCHOOL/CLASS_TEACHER"}             | ${"CASE_HANDLING"}        | ${CASES}  | ${"Case.narrative"}      | ${"R18"} | ${/^police station, social/} | ${null}
    ${"SOCIAL_ORGANISATION/VOLUNTEER"}    | ${"HARDSHIP_ASSISTANCE"}  | ${BIRTH}  | ${"Minor.birthDate"}     | ${"R3"}  | ${/^school, village/}        | ${null}
    ${"PUBLICITY_CULTURE_CENTRE/HEAD"}    | ${"LEFT_BEHIND_CARE"}     | ${NAME}   | ${"Query.minors"}        | ${"R1"}  | ${/^school, village/}        | ${null}
  `("$coordinate to $who for $purpose", async ({ who, purpose, question, coordinate, row, desk, remedy }) => {
    const before = await logged();
    const { status, body } = await hub.ask(who, question, { purpose });
    const refusal = body.errors?.find(({ extensions }) => extensions["coordinate"] === coordinate);
    const { policy, hash } = { policy: hub.activation.policy.rows.get(row), hash: hub.activation.policy.hash };
    expect({ status, data: body.data }).toEqual({ status: 403, data: undefined });
    expect(refusal?.extensions).toEqual({
      code: "FIELD_NOT_SHARED",
      coordinate,
      messageZh: expect.stringMatching(new RegExp(`^${coordinate}.*${policy?.groupZh}.*共享$`)),
      policy: { row, version: hub.activation.policy.version, hash: hash.slice(0, 12) },
      basis: policy?.basis,
      reason: policy?.reason,
      owner: {
        roles: [...(policy?.writers ?? [])],
        desk: expect.stringMatching(desk),
        deskZh: expect.stringMatching(/./),
      },
      remedy: remedy && { kind: "OTHER_PURPOSE", purposes: remedy },
    });
    const [role, post] = who.split("/");
    expect(refusal?.message).toBe(`${coordinate} is not shared with ${role} (${post}) for ${purpose}`);
    expect(await logged()).toBe(before);
  });

  it("every such field has its own refusal, once, with the path where it stands first", async () => {
    const question =
      "{ a: minors { nodes { number: citizenNumber ethnicGroup fullName } } b: minors { nodes { citizenNumber } } }";
    const { body } = await hub.ask("SCHOOL/REGISTRAR", question, { purpose: "LEFT_BEHIND_CARE" });
    expect(body.errors?.map(({ path, extensions }) => [path, extensions["coordinate"]])).toEqual([
      [["a", "nodes", "number"], "Minor.citizenNumber"],
      [["a", "nodes", "ethnicGroup"], "Minor.ethnicGroup"],
    ]);
  });

  it("a filter and an order on it are refused with it; those on what is shown are not", async () => {
    const as = (question: string) => hub.ask("SCHOOL/REGISTRAR", question, { purpose: "LEFT_BEHIND_CARE" });
    for (const question of [
      '{ minors(filter: { not: { citizenNumber: { eq: "x" } } }) { totalCount } }',
      '{ minors(filter: { or: [{ fullName: { eq: "x" } }, { ethnicGroup: { eq: "01" } }] }) { totalCount } }',
    ]) {
      const refused = await as(question);
      expect([refused.status, codes(refused)]).toEqual([403, ["FIELD_NOT_SHARED"]]);
    }
    for (const question of [
      '{ minors(filter: { fullName: { eq: "x" } }) { totalCount } }',
      "{ minors(orderBy: { field: FULL_NAME }) { totalCount } }",
    ])
      expect((await as(question)).status).toBe(200);
  });

  it.each`
    who                                   | purpose                   | key                        | says                            | remedy
    ${"VILLAGE_COMMUNITY/HEAD"}           | ${"COMPULSORY_EDUCATION"} | ${"CITIZEN_NUMBER filter"} | ${"shown to .* masked at most"} | ${null}
    ${"VILLAGE_COMMUNITY/HEAD"}           | ${"CASE_HANDLING"}        | ${"CITIZEN_NUMBER filter"} | ${"shown to .* masked at most"} | ${null}
    ${"VILLAGE_COMMUNITY/HEAD"}           | ${"LEFT_BEHIND_CARE"}     | ${"CITIZEN_NUMBER filter"} | ${"is not shared with"}         | ${null}
    ${"SCHOOL/REGISTRAR"}                 | ${"LEFT_BEHIND_CARE"}     | ${"CITIZEN_NUMBER filter"} | ${"is not shared with"}         | ${expect.objectContaining({ kind: "OTHER_PURPOSE" })}
    ${"GOVERNANCE_EMERGENCY_OFFICE/HEAD"} | ${"CASE_HANDLING"}        | ${"FULL_NAME order"}       | ${"shown to .* masked at most"} | ${null}
  `(
    "$key by $who for $purpose: $says; no purpose is named that would not help",
    async ({ who, purpose, key, says, remedy }) => {
      const list =
        key === "FULL_NAME order" ? "orderBy: { field: FULL_NAME }" : 'filter: { not: { citizenNumber: { eq: "x" } } }';
      const { status, body } = await hub.ask(who, `{ mine: minors(${list}) { totalCount } }`, { purpose });
      const [refused] = body.errors ?? [];
      expect({ status, path: refused?.path, ...refused?.extensions }).toMatchObject({
        status: 403,
        path: ["mine"],
        code: "FIELD_NOT_SHARED",
        remedy,
      });
      expect(refused?.message).toMatch(new RegExp(says));
    },
  );

  it("a share request is no remedy: where one could show the field, it is not refused", async () => {
    // R1 of the education bureau is `F:a,r|M:j`.
    const asked = await hub.ask("EDUCATION_BUREAU/HEAD", NAME, { purpose: "COMPULSORY_EDUCATION" });
    expect(asked.status).toBe(200);
    // Were R6 `B:r`, a request could show the township; the address itself it could not.
    const { tables, coordinates } = await activate(
      parsePolicy(edited("R6 EDUCATION_BUREAU := B:r & R1 EDUCATION_BUREAU := F:a|M:j")),
      await buildHubSchema(),
    );
    const post = tables.policy.post("EDUCATION_BUREAU", "HEAD");
    const guard = coordinates.get("Minor.homeAddress");
    const purpose = tables.policy.purposes.get("COMPULSORY_EDUCATION");
    if (!post || !guard || !purpose) throw new Error("no such asker or coordinate");
    expect(mayShow(tables, guard, { role: "EDUCATION_BUREAU", post, purpose })).toBe(false);
    expect(remedyOf(tables, guard, { role: "EDUCATION_BUREAU", post, purpose })).toBeNull();
  });
});

describe("a purpose", () => {
  it.each`
    what                        | purpose          | status | code                     | remedy
    ${"is required"}            | ${undefined}     | ${403} | ${"PURPOSE_REQUIRED"}    | ${{ kind: "STATE_PURPOSE", purposes: expect.arrayContaining(["CASE_HANDLING", "SCHOOL_SAFETY"]) }}
    ${"is required, not empty"} | ${""}            | ${403} | ${"PURPOSE_REQUIRED"}    | ${{ kind: "STATE_PURPOSE", purposes: expect.not.arrayContaining(["LIFE_SAFETY"]) }}
    ${"must be the role's own"} | ${"LIFE_SAFETY"} | ${403} | ${"PURPOSE_NOT_ALLOWED"} | ${{ kind: "OTHER_PURPOSE", purposes: expect.arrayContaining(["CASE_HANDLING"]) }}
    ${"must be of the policy"}  | ${"CURIOSITY"}   | ${400} | ${"BAD_USER_INPUT"}      | ${expect.stringMatching(/^One of .*CASE_HANDLING/)}
  `("$what: $purpose", async ({ purpose, status, code, remedy }) => {
    const before = await logged();
    const answer = await hub.ask("SCHOOL/REGISTRAR", NAME, {
      headers: purpose === undefined ? {} : { "x-hub-purpose": purpose },
    });
    const [error] = answer.body.errors ?? [];
    expect({ status: answer.status, code: error?.extensions["code"], data: answer.body.data }).toEqual({
      status,
      code,
      data: undefined,
    });
    expect(error?.extensions["remedy"]).toEqual(remedy);
    expect(error?.extensions["messageZh"]).toMatch(/目的/);
    expect(error?.message).toMatch(/purpose/);
    expect(await logged()).toBe(before);
  });

  it("is required for any record by its id, and whoever can be shown none is told so", async () => {
    const NODE = '{ node(id: "M") { id } }';
    expect(codes(await hub.ask("SCHOOL/REGISTRAR", NODE))).toEqual(["PURPOSE_REQUIRED"]);
    expect(codes(await hub.ask("SCHOOL/REGISTRAR", NODE, { purpose: "CASE_HANDLING" }))).toEqual([
      "NOT_FOUND_OR_NOT_SHARED",
    ]);
    expect(codes(await hub.ask("ANALYST/ANALYST", NODE, { purpose: "STATISTICS" }))).toEqual(["FIELD_NOT_SHARED"]);
  });

  it("is not asked for where nothing is about a person", async () => {
    const answer = await hub.ask(
      "SCHOOL/REGISTRAR",
      "{ viewer { role purposes } agencies { name } divisions { code } }",
    );
    expect([answer.status, codes(answer)]).toEqual([200, []]);
  });

  it("LIFE_SAFETY alone opens what break-glass (`e`) gives", async () => {
    const written = new Expected(world, asWritten, (type, key) => hub.questions.world.ids.encode(type, key));
    const police = (purpose: string): Asker => {
      const found = askersOf("POLICE_STATION").find(
        (asker) => asker.post.name === "HEAD" && asker.purpose?.name === purpose,
      );
      if (!found) throw new Error(`no ${purpose}`);
      return found;
    };
    const opened = [...world.records.values()].find(({ type, key }) => {
      const facts = written.holds.facts(police("LIFE_SAFETY"), key);
      return type === "Minor" && facts & FACT.e && !(facts & (FACT.p | FACT.conflict));
    });
    const id = hub.questions.world.ids.encode("Minor", opened?.key ?? "");
    const sees = (purpose: string) =>
      hub.ask("POLICE_STATION/HEAD", "query ($id: ID!) { minor(id: $id) { fullName } }", {
        purpose,
        variables: { id },
      });
    expect((await sees("LIFE_SAFETY")).body).toEqual({ data: { minor: { fullName: opened?.values["fullName"] } } });
    expect(codes(await sees("CASE_HANDLING"))).toEqual(["NOT_FOUND_OR_NOT_SHARED"]);
  });

  it.each(["ANALYST/ANALYST", "SOCIAL_AFFAIRS_OFFICE/HEAD"])("STATISTICS shows no single record to %s", async (who) => {
    for (const list of ["minors", "cases", "incidents", "opinionAlerts"]) {
      const answer = await hub.ask(who, `{ ${list} { totalCount } }`, { purpose: "STATISTICS" });
      expect([answer.status, codes(answer)]).toEqual([403, ["FIELD_NOT_SHARED"]]);
    }
  });
});

describe("a department system by itself (SYSTEM_CLIENT)", () => {
  const system = (question: string) => hub.ask("client:POLICE_STATION", question, { purpose: "CASE_HANDLING" });

  it("reads incidents and alerts, and nothing about a person", async () => {
    expect((await system("{ incidents { nodes { kind } } opinionAlerts { nodes { level } } }")).status).toBe(200);
    for (const question of [
      NAME,
      "{ cases { totalCount } }",
      "{ incidents { nodes { narrative } } }",
      "{ incidents { nodes { minors { id } } } }",
    ]) {
      const answer = await system(question);
      expect([answer.status, new Set(codes(answer))]).toEqual([403, new Set(["FIELD_NOT_SHARED"])]);
    }
  });
});

describe("introspection shows the role's view of the schema:", () => {
  it.each`
    who                                   | type                        | has                       | hasNot
    ${"SCHOOL/CLASS_TEACHER"}             | ${"Case"}                   | ${"kind stage minors"}    | ${"narrative partnerSummary victims minorSuspects"}
    ${"POLICE_STATION/CASE_OFFICER"}      | ${"Case"}                   | ${"narrative victims"}    | ${""}
    ${"POLICE_STATION/DUTY_OFFICER"}      | ${"Case"}                   | ${"kind stage minors"}    | ${"narrative victims"}
    ${"SCHOOL/CLASS_TEACHER"}             | ${"CaseFilter"}             | ${"kind not and"}         | ${"narrative partnerSummary"}
    ${"EDUCATION_BUREAU/HEAD"}            | ${"MinorFilter"}            | ${"fullName ageBand"}     | ${"citizenNumber phone birthDate"}
    ${"YOUTH_LEAGUE/COORDINATOR"}         | ${"OpinionAlertOrderField"} | ${"LEVEL"}                | ${"HEAT DETECTED_AT"}
    ${"YOUTH_LEAGUE/COORDINATOR"}         | ${"Query"}                  | ${"opinionAlerts viewer"} | ${"minors minor cases"}
    ${"PUBLICITY_CULTURE_CENTRE/HEAD"}    | ${"Mutation"}               | ${"raiseOpinionAlert"}    | ${"registerMinor openCase reportIncident"}
    ${"SCHOOL/CLASS_TEACHER"}             | ${"Mutation"}               | ${"registerMinor"}        | ${"openCase nameCasePerson"}
    ${"GOVERNANCE_EMERGENCY_OFFICE/HEAD"} | ${"MinorFilter"}            | ${"ageBand township"}     | ${"fullName birthDate"}
  `("to $who, $type has $has and not $hasNot", async ({ who, type, has, hasNot }) => {
    const names = await fields(who, type);
    const words = (text: string) => text.split(" ").filter(Boolean);
    expect(names).toEqual(expect.arrayContaining(words(has)));
    for (const hidden of words(hasNot)) expect(names).not.toContain(hidden);
  });

  it("a type of which nothing is left is not there", async () => {
    expect(await fields("PUBLICITY_CULTURE_CENTRE/HEAD", "Guardian")).toBeNull();
    expect(await fields("PUBLICITY_CULTURE_CENTRE/HEAD", "Minor")).toBeNull();
    expect(await fields("AUDITOR/AUDITOR", "Mutation")).toBeNull();
    expect(await fields("GOVERNANCE_EMERGENCY_OFFICE/HEAD", "MinorOrder")).toBeNull();
    expect(await fields("SCHOOL/REGISTRAR", "Guardian")).toEqual(["fullName", "phone", "relation"]);
  });

  it("without a token it is 401", async () => {
    const answer = await hub.ask("", "{ __schema { types { name } } }");
    expect([answer.status, codes(answer), answer.body.data]).toEqual([401, ["UNAUTHENTICATED"], undefined]);
  });

  async function fields(who: string, type: string): Promise<string[] | null> {
    const question =
      "query ($type: String!) { __type(name: $type) { fields { name } inputFields { name } enumValues { name } } }";
    const { body } = await hub.ask(who, question, { variables: { type } });
    const found = body.data?.["__type"];
    if (typeof found !== "object" || found === null) return null;
    return Object.values(found).flatMap((list) => (Array.isArray(list) ? list.map(({ name }) => name) : []));
  }
});

describe("viewer.can tells beforehand", () => {
  const can = async (who: string, purpose: string | undefined, ...coordinates: string[]) =>
    hub.ask(
      who,
      "query ($at: [String!]!) { viewer { can(coordinates: $at) { coordinate level conditions reason } } }",
      {
        variables: { at: coordinates },
        ...(purpose ? { purpose } : {}),
      },
    );

  it.each`
    who                              | purpose               | coordinate                   | level  | conditions
    ${"SCHOOL/REGISTRAR"}            | ${"LEFT_BEHIND_CARE"} | ${"Minor.homeAddress"}       | ${"F"} | ${["R6 F: your agency is the source 贵部门是数据来源"]}
    ${"WOMENS_FEDERATION/HEAD"}      | ${"LEFT_BEHIND_CARE"} | ${"Minor.homeAddress"}       | ${"F"} | ${[`R6 F: ${TAKES_PART}`]}
    ${"WOMENS_FEDERATION/HEAD"}      | ${"LEFT_BEHIND_CARE"} | ${"Minor.township"}          | ${"F"} | ${[`R6 F: ${TAKES_PART}`, "R6 B: you are the care liaison 您是关爱联系人"]}
    ${"POLICE_STATION/HEAD"}         | ${"CASE_HANDLING"}    | ${"Minor.fullName"}          | ${"F"} | ${[`R1 F: ${TAKES_PART}`]}
    ${"POLICE_STATION/HEAD"}         | ${"LIFE_SAFETY"}      | ${"Minor.sex"}               | ${"F"} | ${["R4a F: your agency takes part, and you are assigned or hold an agency-wide post, or break-glass for the protection of life 贵部门参与办理且您被指派或担任全机构岗位、或紧急调阅(保护生命)"]}
    ${"SCHOOL/CLASS_TEACHER"}        | ${"CASE_HANDLING"}    | ${"Minor.cases"}             | ${"F"} | ${[`R17m F: ${TAKES_PART}`]}
    ${"SOCIAL_ORGANISATION/HEAD"}    | ${"LEFT_BEHIND_CARE"} | ${"Minor.givenName"}         | ${"B"} | ${["R1 B: you are the care liaison 您是关爱联系人"]}
    ${"SCHOOL/REGISTRAR"}            | ${"LEFT_BEHIND_CARE"} | ${"Case.narrative"}          | ${"-"} | ${[]}
    ${"SCHOOL/REGISTRAR"}            | ${undefined}          | ${"Minor.homeAddress"}       | ${"-"} | ${[]}
    ${"POLICE_STATION/HEAD"}         | ${"CASE_HANDLING"}    | ${"Mutation.closeCase"}      | ${"F"} | ${["R17: your agency is the source 贵部门是数据来源"]}
    ${"SCHOOL/HEAD"}                 | ${"CASE_HANDLING"}    | ${"Mutation.closeCase"}      | ${"-"} | ${[]}
    ${"SCHOOL/HEAD"}                 | ${"CASE_HANDLING"}    | ${"Mutation.nameCasePerson"} | ${"F"} | ${[`R17: ${TAKES_PART}`]}
    ${"SCHOOL/LEGAL_VICE_PRINCIPAL"} | ${"CASE_HANDLING"}    | ${"Mutation.nameCasePerson"} | ${"-"} | ${[]}
    ${"SCHOOL/REGISTRAR"}            | ${"LEFT_BEHIND_CARE"} | ${"Mutation.registerMinor"}  | ${"F"} | ${[]}
    ${"VILLAGE_COMMUNITY/HEAD"}      | ${"LEFT_BEHIND_CARE"} | ${"Mutation.registerMinor"}  | ${"F"} | ${["R1: the place is within your agency's duty 所在地属于贵部门的辖区"]}
    ${"SCHOOL/REGISTRAR"}            | ${"CASE_HANDLING"}    | ${"Mutation.openCase"}       | ${"-"} | ${[]}
    ${"SCHOOL/REGISTRAR"}            | ${undefined}          | ${"Mutation.registerMinor"}  | ${"-"} | ${[]}
    ${"OPERATOR/SYSTEM_ADMIN"}       | ${undefined}          | ${"Minor.fullName"}          | ${"-"} | ${[]}
    ${"OPERATOR/SYSTEM_ADMIN"}       | ${undefined}          | ${"Agency.name"}             | ${"F"} | ${[]}
  `("$who may expect $coordinate at $level", async ({ who, purpose, coordinate, level, conditions }) => {
    const { status, body } = await can(who, purpose, coordinate);
    expect(status).toBe(200);
    expect(body.data).toEqual({
      viewer: { can: [{ coordinate, level, conditions, reason: expect.stringMatching(/./) }] },
    });
  });

  it("explainField says the same and more in words: groups, posts of the role, purposes", async () => {
    const question =
      '{ explainField(coordinate: "Minor.homeAddress") { groups { row rules } posts purposes expectation { level } } }';
    const { body } = await hub.ask("WOMENS_FEDERATION/HEAD", question, { purpose: "CASE_HANDLING" });
    expect(body.data?.["explainField"]).toEqual({
      groups: [
        {
          row: "R6",
          rules: [
            `F: the value 原值, when ${TAKES_PART}`,
            "B: township, 9 digits, when you are the care liaison 您是关爱联系人",
          ],
        },
      ],
      posts: ["WOMEN_CHILDREN_OFFICER 妇女儿童工作干部, of records assigned 限被指派", "HEAD 负责人"],
      purposes: expect.arrayContaining(["CASE_HANDLING 案件办理 (MPL 100, 101; CPL 277)"]),
      expectation: { level: "F" },
    });
  });

  it("accessMatrix is the table of the own role, or of another", async () => {
    const ask = async (role: string) => {
      const { body } = await hub.ask("SCHOOL/REGISTRAR", `{ accessMatrix${role} { coordinate row level conditions } }`);
      return body.data?.["accessMatrix"];
    };
    const own = await ask("");
    expect(own).toContainEqual({ coordinate: "Minor.homeAddress", row: "R6", level: "F", conditions: ["o"] });
    expect(own).toContainEqual({ coordinate: "Case.narrative", row: "R18", level: "-", conditions: [] });
    expect(await ask("(role: SCHOOL)")).toEqual(own);
    expect(await ask("(role: POLICE_STATION)")).toContainEqual({
      coordinate: "Case.narrative",
      row: "R18",
      level: "F",
      conditions: ["o"],
    });
  });

  it("by the policy in force, which every answer to somebody known names, and no other", async () => {
    const { version, hash } = hub.activation.policy;
    for (const answer of [
      await can("SCHOOL/REGISTRAR", undefined, "Minor.sex"),
      await hub.ask("SCHOOL/REGISTRAR", NUMBER, { purpose: "LEFT_BEHIND_CARE" }),
    ])
      expect(answer.headers.get("x-hub-policy")).toBe(`${version} ${hash}`);
    expect((await hub.ask("", NUMBER)).headers.get("x-hub-policy")).toBeNull();
  });

  it("what there is no field of is the caller's mistake, and so are too many", async () => {
    expect(codes(await can("SCHOOL/REGISTRAR", undefined, "Minor.shoeSize"))).toEqual(["BAD_USER_INPUT"]);
    expect(codes(await can("SCHOOL/REGISTRAR", undefined, ...Array(201).fill("Minor.sex")))).toEqual([
      "BAD_USER_INPUT",
    ]);
    expect(codes(await can("SCHOOL/REGISTRAR", undefined, ...Array(200).fill("Minor.sex")))).toEqual([]);
  });
});

const codes = ({ body }: Answer) => (body.errors ?? []).map(({ extensions }) => extensions["code"]);

/** Lines of the disclosure log. */
async function logged(): Promise<number> {
  const [last] = await hub.store.query<{ n: number }>(
    "SELECT coalesce(max(last_entry), 0)::int AS n FROM disclosure_segment",
  );
  return last?.n ?? 0;
}
